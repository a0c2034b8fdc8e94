// SPDX-License-Identifier: ISC
#include "emul/ceiling.h"

#include <math.h>

#include "base/clock.h"
#include "base/util.h"
#include "emul/exercise.h"
#include "emul/stages.h"
#include "model/test.h"
#include "traffic/train_slots.h"

#define FRAME_BITS 8.0

/* A stage so little faster than the tightest is as tight. */
#define NEARLY 1.05

struct sizes {
	unsigned payload[TRAIN_IMIX_LEN];
	unsigned n;
};

static struct sizes sizes_of(const struct profile *p, unsigned frame_bytes)
{
	struct sizes s = { .n = 1 };

	if (frame_bytes == FRAME_IMIX) {
		s.n = TRAIN_IMIX_LEN;
		for (unsigned i = 0; i < s.n; i++)
			s.payload[i] = train_imix[i];
	} else {
		s.payload[0] = frame_bytes == FRAME_FULL ? exercise_full_payload(p)
							 : frame_bytes - TRAIN_FRAME_BYTES;
	}

	return s;
}

/* What a stage takes for a packet. */
struct slot {
	double ns, cut_ns;
};

/* @around: bytes that the stage counts beside the payload */
static struct slot slot_of_rate(const struct sizes *s, unsigned around, uint64_t rate_bps)
{
	struct slot slot = { 0 };

	for (unsigned i = 0; i < s->n; i++) {
		double ns = FRAME_BITS * (s->payload[i] + around) * 1e9 / (double)rate_bps;

		slot.ns += ns / s->n;
		slot.cut_ns += floor(ns) / s->n;
	}

	return slot;
}

static double mean_bytes(const struct sizes *s, unsigned around)
{
	double sum = 0;

	for (unsigned i = 0; i < s->n; i++)
		sum += s->payload[i] + around;

	return sum / s->n;
}

struct stage_limit {
	double pps, cut_pps, hold; /* packets */
};

/* Policers where a direction enters and leaves, and the rate. */
#define LIMITS_MAX (2 * OP_POLICE_MAX + 1)

struct limits {
	struct stage_limit stage[LIMITS_MAX];
	unsigned n;
};

static void add_stage(struct limits *l, struct slot slot, double hold)
{
	l->stage[l->n++] = (struct stage_limit){ 1e9 / slot.ns, 1e9 / fmax(slot.cut_ns, 1), hold };
}

static void add_policer(struct limits *l, const struct sizes *s, const struct police *police)
{
	const unsigned around = IP_AND_UDP + police->overhead;
	const double packet_ns = 1e9 / (double)police->pps;

	if (police->rate_bps)
		add_stage(l, slot_of_rate(s, around, police->rate_bps),
			  (double)police->burst_bytes / mean_bytes(s, around));
	else if (police->pps)
		add_stage(l, (struct slot){ packet_ns, floor(packet_ns) },
			  (double)police->pps_burst);
}

static struct limits limits_of(const struct profile *p, enum dir d, const struct sizes *s)
{
	struct limits l = { .n = 0 };

	for (int leaving = 0; leaving < 2; leaving++) {
		struct police police[OP_POLICE_MAX];
		unsigned n = stage_policers_at(p, d, leaving, police);

		for (unsigned i = 0; i < n; i++)
			add_policer(&l, s, &police[i]);
	}
	/* A queue has room for so many packets, whatever their size. */
	if (p->dir[d].rate_bps)
		add_stage(&l, slot_of_rate(s, exercise_wire_bytes(p, 0), p->dir[d].rate_bps),
			  (double)exercise_queue_frames(p, d));

	return l;
}

struct ceiling ceiling_of(const struct profile *p, enum dir d, unsigned frame_bytes)
{
	const struct sizes s = sizes_of(p, frame_bytes);
	const struct limits l = limits_of(p, d, &s);
	struct ceiling c = {
		.pps = INFINITY,
		.pps_cut = INFINITY,
		.next_pps = INFINITY,
		.frame_bits = FRAME_BITS * mean_bytes(&s, IP_AND_UDP + stage_l2_bytes(p)),
		.wire_bits = FRAME_BITS * mean_bytes(&s, exercise_wire_bytes(p, 0)),
	};

	for (unsigned i = 0; i < s.n; i++)
		c.payload_bytes = MAX(c.payload_bytes, s.payload[i]);
	for (unsigned i = 0; i < l.n; i++) {
		c.pps = fmin(c.pps, l.stage[i].pps);
		c.pps_cut = fmin(c.pps_cut, l.stage[i].cut_pps);
		c.hold += l.stage[i].hold;
	}
	for (unsigned i = 0; i < l.n; i++) {
		if (l.stage[i].pps <= c.pps * NEARLY)
			c.tight_hold = fmax(c.tight_hold, l.stage[i].hold);
		else
			c.next_pps = fmin(c.next_pps, l.stage[i].pps);
	}

	return c;
}
