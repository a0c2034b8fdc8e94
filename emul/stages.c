// SPDX-License-Identifier: ISC
#include "emul/stages.h"

#include <math.h>

#include "base/rng.h"
#include "base/util.h"
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

/* At ingress the kernel counts a frame without its MAC header, so without anything below IP. */
static uint16_t accounting_overhead(const struct profile *p, enum accounting a)
{
	switch (a) {
	case ACCOUNT_L1:
		return (uint16_t)(ETH_HEADER + beyond_mac_header(p));
	case ACCOUNT_L2:
		return (uint16_t)(ETH_HEADER + ETH_FCS + tag_bytes(p) + p->encap_bytes);
	case ACCOUNT_L3:
	case ACCOUNTING_COUNT:
		break;
	}

	return (uint16_t)p->encap_bytes;
}

unsigned stage_policers(const struct profile *p, enum dir dir, struct police ret[OP_POLICE_MAX])
{
	const struct profile_dir *d = &p->dir[dir];

	if (!d->cir_bps)
		return 0;
	ret[0] = (struct police){
		.rate_bps = d->cir_bps,
		.burst_bytes = d->burst_bytes,
		.overhead = accounting_overhead(p, d->accounting),
	};

	return 1;
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

bool stage_rate(const struct profile *p, enum dir dir, struct netem *ret)
{
	const struct profile_dir *d = &p->dir[dir];
	double frame_bits = 8.0 * stage_wire_bytes(p);

	if (!d->rate_bps)
		return false;
	*ret = (struct netem){
		.rate_bps = d->rate_bps,
		.overhead = (int32_t)beyond_mac_header(p),
		/* Counts the frame on the wire too. */
		.limit = (uint32_t)ceil((double)d->queue_ns / 1e9 * (double)d->rate_bps /
					frame_bits),
	};

	return true;
}

/* Packets that can be under way: the smallest frames at the rate of the stage before, and its burst. */
static uint32_t in_flight_limit(const struct profile *p, const struct profile_dir *d)
{
	double frames_per_s, burst = 0;

	if (d->rate_bps) {
		frames_per_s = (double)d->rate_bps / (8.0 * (MIN_WIRE + p->encap_bytes));
	} else {
		frames_per_s = (double)d->cir_bps / (8.0 * MIN_FRAME);
		burst = (double)d->burst_bytes / MIN_FRAME;
	}

	return (uint32_t)MIN(frames_per_s * (double)d->delay_ns / 1e9 * 1.01 + burst + 1000,
			     (double)INT32_MAX);
}

struct netem stage_delay(const struct profile *p, enum dir dir, uint64_t seed)
{
	const struct profile_dir *d = &p->dir[dir];
	struct netem n = {
		.limit = in_flight_limit(p, d),
		.delay_ns = d->delay_ns,
		.seeded = true,
		.seed = rng_derive(seed, dir),
	};

	switch (d->loss_model) {
	case LOSS_RANDOM:
		n.loss_ratio = d->loss_ratio;
		break;
	case LOSS_GILBERT:
		n.loss = NETEM_LOSS_GEMODEL;
		n.p = d->loss_p;
		n.r = d->loss_r;
		n.h = 1;
		break;
	case LOSS_GILBERT_ELLIOTT:
		n.loss = NETEM_LOSS_GEMODEL;
		n.p = d->loss_p;
		n.r = d->loss_r;
		n.h = d->loss_bad;
		n.k1 = d->loss_good;
		break;
	case LOSS_MODEL_COUNT:
		break;
	}

	return n;
}
