// SPDX-License-Identifier: ISC
#include "emul/stages.h"

#include <math.h>

#include "base/rng.h"
#include "base/util.h"
#include "model/jitter.h"
#include "traffic/packet.h"

#define IPV4_HEADER 20
#define UDP_HEADER 8

/* Ethernet's smallest frame with FCS, and the time it takes with preamble and gap (IEEE 802.3). */
#define MIN_FRAME 64
#define MIN_WIRE (MIN_FRAME + ETH_PREAMBLE_AND_GAP)

/* Of the tunnel's caps AWS publishes the rates only; the bucket is assumed as for hosted connections. */
#define CAP_BURST_MIN_BYTES (64U << 10)
#define CAP_BURST_MS 10

static unsigned tag_bytes(const struct profile *p)
{
	return p->kind == LINK_VPN ? 0 : VLAN_TAG;
}

static unsigned beyond_mac_header(const struct profile *p)
{
	return ETH_FCS + ETH_PREAMBLE_AND_GAP + tag_bytes(p) + p->encap_bytes;
}

unsigned stage_wire_bytes(const struct profile *p)
{
	return p->mtu + ETH_HEADER + beyond_mac_header(p);
}

unsigned stage_probe_wire_bytes(const struct profile *p)
{
	return PROBE_BYTES + UDP_HEADER + IPV4_HEADER + ETH_HEADER + beyond_mac_header(p);
}

unsigned stage_l2_bytes(const struct profile *p)
{
	return ETH_HEADER + ETH_FCS + tag_bytes(p) + p->encap_bytes;
}

/* At ingress the kernel counts a frame without its MAC header, so without anything below IP. */
static uint16_t accounting_overhead(const struct profile *p, enum accounting a)
{
	switch (a) {
	case ACCOUNT_L1:
		return (uint16_t)(ETH_HEADER + beyond_mac_header(p));
	case ACCOUNT_L2:
		return (uint16_t)stage_l2_bytes(p);
	case ACCOUNT_L3:
	case ACCOUNTING_COUNT:
		break;
	}

	return (uint16_t)p->encap_bytes;
}

unsigned stage_policers(const struct profile *p, enum dir dir, struct police ret[OP_POLICE_MAX])
{
	const struct profile_dir *d = &p->dir[dir];
	unsigned n = 0;

	if (d->partner_cir_bps)
		ret[n++] = (struct police){
			.rate_bps = d->partner_cir_bps,
			.burst_bytes = d->partner_burst_bytes,
			.overhead = accounting_overhead(p, d->accounting),
		};
	if (d->cir_bps)
		ret[n++] = (struct police){
			.rate_bps = d->cir_bps,
			.burst_bytes = d->burst_bytes,
			.overhead = accounting_overhead(p, d->accounting),
		};

	return n;
}

unsigned stage_tunnel_caps(const struct profile *p, enum dir dir, struct police ret[OP_POLICE_MAX])
{
	const struct profile_dir *d = &p->dir[dir];
	unsigned n = 0;

	if (d->cap_bps)
		ret[n++] = (struct police){
			.rate_bps = d->cap_bps,
			.burst_bytes =
				MAX(CAP_BURST_MIN_BYTES, d->cap_bps / 8 * CAP_BURST_MS / 1000),
			.overhead = (uint16_t)p->encap_bytes,
		};
	if (d->cap_pps)
		ret[n++] = (struct police){
			.pps = d->cap_pps,
			.pps_burst = MAX(1, d->cap_pps * CAP_BURST_MS / 1000),
		};

	return n;
}

unsigned stage_policers_at(const struct profile *p, enum dir dir, bool leaving,
			   struct police ret[OP_POLICE_MAX])
{
	unsigned n = 0;

	if (p->kind != LINK_VPN)
		return leaving ? 0 : stage_policers(p, dir, ret);
	if (p->pmtud == PMTUD_NONE && !leaving)
		ret[n++] = (struct police){ .mtu = p->mtu + ETH_HEADER };
	if (leaving == (dir == TO_VPC))
		n += stage_tunnel_caps(p, dir, ret + n);

	return n;
}

/* Bytes of full-size frames that the bucket of a router's own shaper holds: one, and one that follows. */
#define SHAPER_FRAMES 2

/*
 * Keeps order where latency moves: a netem with a rate sends nothing before what came earlier. So fast that it takes
 * a nanosecond per frame.
 */
#define ORDER_RATE_BPS UINT64_C(8000000000000)

bool stage_shaper(const struct profile *p, enum dir dir, struct op *ret)
{
	const struct profile_dir *d = &p->dir[dir];

	if (d->aqm == AQM_NONE)
		return false;
	ret->shaper.rate_bps = d->rate_bps;
	ret->shaper.burst_bytes = SHAPER_FRAMES * stage_wire_bytes(p);
	ret->shaper.overhead = (uint16_t)beyond_mac_header(p);
	ret->shaper.per_flow = d->aqm == AQM_FQ_CODEL;

	return true;
}

/* As of the start, and from each step on. */
static const struct profile_dir *when(const struct profile *p, enum dir dir, unsigned i)
{
	return i == 0 ? &p->dir[dir] : &p->step[i - 1].dir[dir];
}

static bool ever(const struct profile *p, enum dir dir, bool (*is)(const struct profile_dir *d))
{
	bool found = false;

	for (unsigned i = 0; i <= p->n_steps; i++)
		found = found || is(when(p, dir, i));

	return found;
}

static bool duplicates(const struct profile_dir *d)
{
	return d->duplicate_ratio > 0;
}

bool stage_duplicates(const struct profile *p, enum dir dir)
{
	return ever(p, dir, duplicates);
}

static bool corrupts(const struct profile_dir *d)
{
	return d->corrupt_ratio > 0;
}

bool stage_corrupts(const struct profile *p, enum dir dir)
{
	return ever(p, dir, corrupts);
}

static bool has_rate(const struct profile_dir *d)
{
	return d->rate_bps || duplicates(d);
}

static bool has_dice(const struct profile_dir *d)
{
	return profile_loss_ratio(d) > 0 || corrupts(d) || d->reorder_ratio > 0;
}

static bool jitters(const struct profile_dir *d)
{
	return d->jitter_ns > 0;
}

bool stage_moves(const struct profile *p, enum dir dir)
{
	return p->n_steps || ever(p, dir, jitters);
}

void stage_at(const struct profile *p, unsigned step, struct profile *ret)
{
	*ret = *p;
	for (enum dir d = 0; d < DIR_COUNT; d++)
		ret->dir[d] = p->step[step].dir[d];
}

/* Frames in a queue; what is on the wire counts too. */
static uint32_t queue_frames(const struct profile *p, const struct profile_dir *d)
{
	double frame_bits = 8.0 * stage_wire_bytes(p);

	if (d->queue_frames)
		return d->queue_frames;

	return (uint32_t)ceil((double)d->queue_ns / 1e9 * (double)d->rate_bps / frame_bits);
}

/* Packets that a stage can hold at a time: the smallest frames at the rate of the one before, and its burst. */
static uint32_t in_flight_limit(const struct profile *p, enum dir dir)
{
	double most = 0;

	for (unsigned i = 0; i <= p->n_steps; i++) {
		const struct profile_dir *d = when(p, dir, i);
		double frames_per_s, burst = 0;

		if (d->rate_bps) {
			frames_per_s = (double)d->rate_bps / (8.0 * (MIN_WIRE + p->encap_bytes));
		} else {
			frames_per_s = (double)d->cir_bps / (8.0 * MIN_FRAME);
			burst = (double)d->burst_bytes / MIN_FRAME;
		}
		most = fmax(
			most,
			frames_per_s * ((double)d->delay_ns + JITTER_REACH * (double)d->jitter_ns) /
					1e9 * 1.01 +
				burst + 1000);
	}

	return (uint32_t)MIN(most, (double)INT32_MAX);
}

static struct netem rate_stage(const struct profile *p, enum dir dir)
{
	const struct profile_dir *d = &p->dir[dir];

	return (struct netem){
		.rate_bps = d->rate_bps,
		.overhead = (int32_t)beyond_mac_header(p),
		.limit = d->rate_bps ? queue_frames(p, d) : in_flight_limit(p, dir),
		.duplicate_ratio = d->duplicate_ratio,
	};
}

static struct netem latency_stage(const struct profile *p, enum dir dir)
{
	const struct profile_dir *d = &p->dir[dir];

	return (struct netem){
		.limit = in_flight_limit(p, dir),
		.rate_bps = stage_moves(p, dir) ? ORDER_RATE_BPS : 0,
		/* What is reordered comes by the depth earlier than what waits for it below. */
		.delay_ns = d->delay_ns - d->reorder_depth_ns,
	};
}

static void set_loss(struct netem *n, const struct profile_dir *d)
{
	switch (d->loss_model) {
	case LOSS_RANDOM:
		n->loss_ratio = d->loss_ratio;
		break;
	case LOSS_GILBERT:
	case LOSS_GILBERT_ELLIOTT:
		n->loss = NETEM_LOSS_GEMODEL;
		n->p = d->loss_p;
		n->r = d->loss_r;
		n->h = d->loss_model == LOSS_GILBERT ? 1 : d->loss_bad;
		n->k1 = d->loss_model == LOSS_GILBERT ? 0 : d->loss_good;
		break;
	case LOSS_FOUR_STATE:
		n->loss = NETEM_LOSS_STATES;
		n->p13 = d->loss_p13;
		n->p31 = d->loss_p31;
		n->p32 = d->loss_p32;
		n->p23 = d->loss_p23;
		n->p14 = d->loss_p14;
		break;
	case LOSS_MODEL_COUNT:
		break;
	}
}

static struct netem dice_stage(const struct profile *p, enum dir dir)
{
	const struct profile_dir *d = &p->dir[dir];
	struct netem n = {
		.child = true,
		.limit = in_flight_limit(p, dir),
		.delay_ns = d->reorder_depth_ns,
		.reorder_ratio = d->reorder_ratio,
		.corrupt_ratio = d->corrupt_ratio,
	};

	set_loss(&n, d);

	return n;
}

bool stage_netem(const struct profile *p, enum dir dir, enum stage stage, uint64_t seed,
		 struct netem *ret)
{
	switch (stage) {
	case STAGE_RATE:
		if (!ever(p, dir, has_rate))
			return false;
		*ret = rate_stage(p, dir);
		break;
	case STAGE_LATENCY:
		*ret = latency_stage(p, dir);
		break;
	case STAGE_DICE:
		if (!ever(p, dir, has_dice))
			return false;
		*ret = dice_stage(p, dir);
		break;
	case STAGE_COUNT:
		return false;
	}
	ret->seeded = true;
	ret->seed = rng_derive(seed, (uint64_t)stage * DIR_COUNT + dir);

	return true;
}
