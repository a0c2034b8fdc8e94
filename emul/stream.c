// SPDX-License-Identifier: ISC
#include "emul/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/rng.h"
#include "base/util.h"
#include "emul/ends.h"
#include "emul/exercise.h"
#include "emul/stages.h"
#include "traffic/train_schedule.h"
#include "traffic/train_slots.h"

/* Of their own, so that streams meet nothing else. */
#define PORT_STREAM 5300
#define PORT_STREAM_SENDER 47000

/* Around the IP packet in an untagged frame. */
#define ETH_AROUND (ETH_HEADER + ETH_FCS)

/* Beside those of stages, curves and trains. */
#define SEED_STREAMS 512

static void choose_size(struct train_opts *o, const struct profile *p, unsigned frame_bytes)
{
	o->payload_bytes = exercise_full_payload(p);
	if (frame_bytes == FRAME_IMIX) {
		o->pattern = train_imix;
		o->pattern_len = TRAIN_IMIX_LEN;
	} else if (frame_bytes != FRAME_FULL) {
		o->payload_bytes = frame_bytes - TRAIN_FRAME_BYTES;
	}
}

int stream_check_frames(const struct profile *p, unsigned frame_bytes, struct err *err)
{
	const unsigned most = exercise_full_payload(p) + TRAIN_FRAME_BYTES;
	struct train_opts o = { 0 };
	unsigned largest;

	choose_size(&o, p, frame_bytes);
	largest = train_payload_max(&o) + TRAIN_FRAME_BYTES;
	if (largest <= most)
		return 0;
	if (frame_bytes != FRAME_IMIX)
		return err_input(err,
				 "--frame %u: such a frame carries a packet of %u bytes, and the "
				 "MTU "
				 "of '%s' is %u; write --frame %u or less",
				 frame_bytes, largest - ETH_AROUND, p->name, p->mtu, most);

	return err_input(err,
			 "--frame imix: its frames of %u bytes carry packets of %u bytes, and the "
			 "MTU of '%s' is %u; write one size, --frame %u or less, or leave it out",
			 largest, largest - ETH_AROUND, p->name, p->mtu, most);
}

static int choose_times(struct stream *s, const struct testing *g, const struct stream_wish *wish,
			struct err *err)
{
	struct train_opts *o = &s->opts;

	o->rate_bps = wish->rate_bps;
	o->rate_pps = wish->pps;
	o->overhead_bytes = IP_AND_UDP + stage_l2_bytes(g->p);
	if (wish->arrivals == ARRIVALS_POISSON)
		o->pacing = TRAIN_POISSON;
	if (wish->arrivals == ARRIVALS_ON_OFF) {
		o->burst = g->t->burst;
		o->period_ns = train_period_ns(o, g->t->duty);
	}
	o->n = wish->counted_only ? INT64_MAX / NSEC_PER_SEC
				  : train_packets_within(o, wish->length_ns);
	if (o->n == 0)
		return err_input(err, "not one packet in %.3g s", (double)wish->length_ns / 1e9);

	return train_check(o, !wish->counted_only, err);
}

int stream_start(struct stream *s, const struct testing *g, enum dir d,
		 const struct stream_wish *wish, unsigned number, int64_t start, struct err *err)
{
	const struct end *from = &sender_of[d], *to = &sender_of[dir_reverse(d)];
	const uint16_t port = (uint16_t)(PORT_STREAM + number);

	s->dir = d;
	s->opts = (struct train_opts){
		.start_ns = start,
		.linger_ns = testing_linger_ns(g->p),
		.seed = rng_derive(g->job->seed, SEED_STREAMS + DIR_COUNT * number + d),
	};
	if (stream_check_frames(g->p, wish->frame_bytes, err) < 0)
		return err->code;
	choose_size(&s->opts, g->p, wish->frame_bytes);
	if (choose_times(s, g, wish, err) < 0)
		return err->code;
	s->receiver = bound_socket(to, SOCK_DGRAM, port, err);
	if (s->receiver < 0)
		return s->receiver;
	s->sender = bound_socket(from, SOCK_DGRAM, (uint16_t)(PORT_STREAM_SENDER + number), err);
	if (s->sender < 0 || connect_to(s->sender, to, port, err) < 0)
		return err->code;
	if (!wish->counted_only) {
		s->rec = calloc(s->opts.n, sizeof(*s->rec));
		if (!s->rec)
			return err_sys(err, -ENOMEM, "records of %llu packets",
				       (unsigned long long)s->opts.n);
	}
	s->opts.sender = s->sender;
	s->opts.receiver = s->receiver;

	return train_start(&s->opts, s->rec, &s->run, err);
}

void stream_stop(struct stream *s)
{
	if (s->run)
		train_stop(s->run);
}

int stream_finish(struct stream *s, struct err *err)
{
	struct train_run *run = s->run;

	s->run = NULL;

	return run ? train_finish_totals(run, &s->totals, err) : 0;
}

void stream_close(struct stream *s)
{
	struct err ignored;

	if (!s->rec)
		stream_stop(s);
	(void)stream_finish(s, &ignored);
	if (s->sender >= 0)
		(void)close(s->sender);
	if (s->receiver >= 0)
		(void)close(s->receiver);
	free(s->rec);
	*s = STREAM_NONE;
}

unsigned stream_frame_bytes(const struct stream *s, unsigned payload_bytes)
{
	return payload_bytes + s->opts.overhead_bytes;
}
