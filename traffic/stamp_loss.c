// SPDX-License-Identifier: ISC
#include "traffic/stamp_loss.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/util.h"
#include "traffic/packet.h"

/*
 * How far behind the highest a reply's number may be because probes overtook one another on the way there, and
 * replies on the way back: bits of struct life.
 */
#define REORDER_MAX 64

/*
 * How far the reflector's number may run ahead of the sender's in one step. Beyond it 32 bits were taken for
 * a round too many: from 2^31 on, 0 is nearer as 2^32 than as what it was.
 */
#define LEAD_MAX (UINT64_C(1) << 20)

/* The reflector from one start to the next. */
struct life {
	uint64_t since;	  /* sender's sequence number with which it began */
	uint64_t highest; /* its own, extended */
	uint64_t seen;	  /* bit k: highest - k came back */
};

struct walk {
	struct life now, before;
	uint64_t highest; /* sender's */
	uint64_t counted;
	uint64_t restarts;
	bool begun;
};

/* A reply, to be sorted: one number of the reflector belongs to one of the sender. */
struct pair {
	uint64_t sender_seq;
	uint32_t reflector_seq;
};

static void begin_life(struct walk *w, uint64_t since, uint32_t seq)
{
	w->before = w->now;
	w->now = (struct life){ .since = since, .highest = seq, .seen = 1 };
	w->counted += UINT64_C(1) + seq;
}

/* Whether a reply to a probe @step newer than all before was numbered by a reflector that began again. */
static bool has_restarted(const struct life *life, uint64_t step, uint64_t seq)
{
	if (seq > life->highest)
		return seq - life->highest > 2 * step + LEAD_MAX;

	return life->highest - seq >= REORDER_MAX || life->seen >> (life->highest - seq) & 1;
}

static void count_reply(struct walk *w, struct life *life, uint64_t seq)
{
	if (seq > life->highest) {
		const uint64_t up = seq - life->highest;

		life->seen = (up < REORDER_MAX ? life->seen << up : 0) | 1;
		life->highest = seq;
		w->counted += up;
	} else if (life->highest - seq < REORDER_MAX) {
		life->seen |= UINT64_C(1) << (life->highest - seq);
	}
}

static void step(struct walk *w, uint64_t sender_seq, uint32_t reflector_seq)
{
	struct life *life = &w->now;

	if (!w->begun) {
		w->begun = true;
		begin_life(w, 0, reflector_seq);
	} else if (sender_seq > w->highest &&
		   has_restarted(life, sender_seq - w->highest,
				 sequence_extend(life->highest, reflector_seq))) {
		w->restarts++;
		begin_life(w, sender_seq, reflector_seq);
	} else {
		/* A late reply from before the last restart; from still earlier it changes no count. */
		if (sender_seq < life->since)
			life = &w->before;
		if (sender_seq >= life->since)
			count_reply(w, life, sequence_extend(life->highest, reflector_seq));
	}
	w->highest = MAX(w->highest, sender_seq);
}

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->sender_seq != y->sender_seq)
		return x->sender_seq < y->sender_seq ? -1 : 1;

	return (x->reflector_seq > y->reflector_seq) - (x->reflector_seq < y->reflector_seq);
}

static void count_distinct(struct pair *pair, size_t n, struct stamp_loss *out)
{
	qsort(pair, n, sizeof(*pair), compare_pairs);

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || pair[i].sender_seq != pair[i - 1].sender_seq)
			out->received++;
		else if (pair[i].reflector_seq != pair[i - 1].reflector_seq)
			out->forward_copies++;
		else
			out->backward_copies++;
	}
}

int stamp_loss(const struct stamp_reply *reply, size_t n, uint64_t first_seq, uint64_t sent,
	       struct stamp_loss *out, struct err *err)
{
	auto_free struct pair *pair = calloc(MAX(n, 1U), sizeof(*pair));
	struct walk w = { .highest = first_seq };
	struct stamp_loss loss = { 0 };
	size_t ours = 0;
	uint64_t reached;

	if (!pair)
		return err_sys(err, -ENOMEM, "loss by sequence numbers");

	for (size_t i = 0; i < n; i++) {
		const uint64_t seq = sequence_extend(w.highest, reply[i].sender_seq);

		if (seq - first_seq >= sent) {
			loss.foreign++;
			continue;
		}
		pair[ours++] = (struct pair){ seq, reply[i].reflector_seq };
		step(&w, seq, reply[i].reflector_seq);
	}
	count_distinct(pair, ours, &loss);

	reached = w.counted > loss.forward_copies ? w.counted - loss.forward_copies : 0;
	if (reached > sent)
		loss.excess = reached - sent;
	reached = MAX(MIN(reached, sent), loss.received);
	loss.forward = sent - reached;
	loss.backward = reached - loss.received;
	loss.restarts = w.restarts;
	*out = loss;

	return 0;
}
