// SPDX-License-Identifier: ISC
/* More than a link lets pass: what limits it, and what to send to see that. */
#include <math.h>

#include "base/util.h"
#include "emul/exercise.h"
#include "emul/stages.h"

#define FRAME_BITS 8.0

/* Packets at the rate once the queue is full or the bucket empty. */
#define STEADY_FULL 3000
#define STEADY_SHORT 300

/* The largest queue that is filled and bucket that is emptied: by the world's memory, and by the time. */
#define HELD_MAX_FULL 60000
#define HELD_MAX_SHORT 9000

/* More than a stage lets pass. */
#define OVERLOAD 3.0
#define OVERLOAD_GROUP 16 /* system calls are what a train costs */
/* Of a cap on packets; what cannot come at least so much faster does not reach it. */
#define CAP_OVERLOAD 1.2
#define CAP_OVERLOAD_MIN 1.05
/* What the stage in front may be filled to, and the smallest packets, so that as many as can be pass it. */
#define CAP_UTILISATION 0.95
#define CAP_PAYLOAD TRAIN_PAYLOAD_MIN

static unsigned counted_bytes(const struct profile *p, enum accounting accounting)
{
	unsigned frame = ETH_HEADER + ETH_FCS + VLAN_TAG;

	switch (accounting) {
	case ACCOUNT_L1:
		return p->mtu + frame + ETH_PREAMBLE_AND_GAP;
	case ACCOUNT_L2:
		return p->mtu + frame;
	case ACCOUNT_L3:
	case ACCOUNTING_COUNT:
		break;
	}

	return p->mtu;
}

double limit_pps(const struct limit *l)
{
	return l->pps ? (double)l->pps : (double)l->rate_bps / (FRAME_BITS * l->bytes);
}

struct bucket {
	uint64_t rate_bps, burst;
};

/* Of two in series the slower one rules, or of equals that with the smaller bucket: whether that is @b. */
static bool rules(const struct bucket *b, const struct bucket *other)
{
	return !other->rate_bps || b->rate_bps < other->rate_bps ||
	       (b->rate_bps == other->rate_bps && b->burst <= other->burst);
}

struct limit exercise_cir(const struct profile *p, enum dir d)
{
	const struct profile_dir *dir = &p->dir[d];
	struct bucket b = { dir->cir_bps, dir->burst_bytes };
	struct bucket other = { dir->partner_cir_bps, dir->partner_burst_bytes };
	struct limit l = { .bytes = counted_bytes(p, dir->accounting) };

	if (!rules(&b, &other)) {
		struct bucket swap = b;

		b = other;
		other = swap;
	}
	l.rate_bps = b.rate_bps;
	l.burst = l.burst_least = b.burst;
	l.hold = b.burst / l.bytes;
	if (other.rate_bps && other.burst < b.burst) {
		/* The other one runs out first, and what it then lets pass drains this one slowly, or never. */
		double excess = (double)(other.rate_bps - b.rate_bps);
		double seconds = FRAME_BITS * (double)(b.burst - other.burst) / excess;

		l.burst_least = other.burst;
		l.hold = MAX(l.hold, (uint64_t)fmin(seconds * limit_pps(&l) * (OVERLOAD - 1), 1e9));
	}

	return l;
}

/* The tunnel's policer for bits or for packets; its bucket is what emul/stages.c assumes, since no profile says. */
static struct limit tunnel_limit(const struct profile *p, enum dir d, bool packets)
{
	const struct profile_dir *dir = &p->dir[d];
	struct police police[OP_POLICE_MAX];
	unsigned n = stage_tunnel_caps(p, d, police);
	struct limit l = { .rate_bps = packets ? 0 : dir->cap_bps,
			   .pps = packets ? dir->cap_pps : 0,
			   .bytes = p->mtu + p->encap_bytes };

	for (unsigned i = 0; i < n; i++) {
		if (packets != (police[i].pps > 0))
			continue;
		l.burst = l.burst_least = packets ? police[i].pps_burst : police[i].burst_bytes;
		l.hold = packets ? l.burst : l.burst / l.bytes;
	}

	return l;
}

/* How many packets of this size a second the rate stage lets pass; INFINITY where there is none. */
static double stage_pps(const struct profile *p, enum dir d, unsigned payload_bytes)
{
	if (!p->dir[d].rate_bps)
		return INFINITY;

	return (double)p->dir[d].rate_bps / (FRAME_BITS * exercise_wire_bytes(p, payload_bytes));
}

struct limit exercise_cap_bits(const struct profile *p, enum dir d)
{
	struct limit l = tunnel_limit(p, d, false);
	double pps = limit_pps(&l);
	double most = CAP_UTILISATION * stage_pps(p, d, exercise_full_payload(p));

	/* Full packets must not meet the other cap. */
	if (pps * CAP_OVERLOAD_MIN > most ||
	    (p->dir[d].cap_pps && pps * CAP_OVERLOAD_MIN > (double)p->dir[d].cap_pps))
		return (struct limit){ 0 };

	return l;
}

struct limit exercise_cap_packets(const struct profile *p, enum dir d)
{
	struct limit l = tunnel_limit(p, d, true);
	double most = CAP_UTILISATION * stage_pps(p, d, CAP_PAYLOAD);
	double outer_bits = FRAME_BITS * (CAP_PAYLOAD + IP_AND_UDP + p->encap_bytes);

	if ((double)l.pps * CAP_OVERLOAD_MIN > most ||
	    (p->dir[d].cap_bps &&
	     (double)l.pps * CAP_OVERLOAD * outer_bits > (double)p->dir[d].cap_bps))
		return (struct limit){ 0 };

	return l;
}

/*
 * Offers a stage more than it lets pass: until it holds @hold packets, or those have gone beyond its rate, and then for
 * a while at that rate. @group is how many may leave at a time; closer than TRAIN_DENSE_NS they do so in any case.
 */
static struct train_opts overload_train(const struct exercise *e, unsigned payload_bytes,
					double pps, double offered_pps, uint64_t hold,
					uint64_t group)
{
	const bool brief = e->scope == VERIFY_SHORT;
	const uint64_t steady = brief ? STEADY_SHORT : STEADY_FULL;
	struct train_opts t = { .payload_bytes = payload_bytes,
				.interval_ns = MAX((int64_t)(1e9 / offered_pps), 1) };
	double factor = 1e9 / (double)t.interval_ns / pps;

	/* What holds few, holds few of a group. */
	t.group = MAX(MIN(group, hold / 4), train_group_size(&t));
	/* The rate shows without. */
	if (hold > (brief ? HELD_MAX_SHORT : HELD_MAX_FULL))
		hold = 0;
	t.n = (uint64_t)(factor * ((double)hold / (factor - 1) + (double)steady));

	return t;
}

struct train_opts exercise_rate_train(const struct exercise *e, const struct profile *p, enum dir d)
{
	const struct limit cir = exercise_cir(p, d);
	const unsigned payload = exercise_full_payload(p);
	double pps = cir.rate_bps ? limit_pps(&cir) : stage_pps(p, d, payload);
	uint64_t hold = cir.rate_bps ? cir.hold : exercise_queue_frames(p, d);

	return overload_train(e, payload, pps, OVERLOAD * pps, hold, OVERLOAD_GROUP);
}

unsigned exercise_cap_trains(const struct exercise *e, const struct profile *p, enum dir d,
			     struct train_opts ret[EXERCISE_TRAINS_MAX])
{
	const struct limit bits = exercise_cap_bits(p, d), packets = exercise_cap_packets(p, d);
	const unsigned full = exercise_full_payload(p);
	unsigned n = 0;

	if (bits.rate_bps) {
		double pps = limit_pps(&bits);
		double most = CAP_UTILISATION * stage_pps(p, d, full);

		if (p->dir[d].cap_pps)
			most = fmin(most, (double)p->dir[d].cap_pps);
		/* One by one, since groups would spread in the rate stage behind it, and their burst with them. */
		ret[n++] = overload_train(e, full, pps, fmin(OVERLOAD * pps, most), bits.hold, 1);
	}
	if (packets.pps) {
		double pps = limit_pps(&packets);
		double most = CAP_UTILISATION * stage_pps(p, d, CAP_PAYLOAD);

		ret[n++] = overload_train(e, CAP_PAYLOAD, pps, fmin(CAP_OVERLOAD * pps, most),
					  packets.hold, OVERLOAD_GROUP);
	}

	return n;
}
