/* SPDX-License-Identifier: ISC */
/* One direction of a link as stages of the kernel, in hardware order: policer or rate and queue, then delay and loss. */
#ifndef DXEMU_EMUL_STAGES_H
#define DXEMU_EMUL_STAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "model/profile.h"
#include "netns/op.h"

/*
 * Bytes of a frame on the wire beyond what the kernel counts. What a qdisc sees of a frame includes its
 * MAC header (14 bytes); the outermost tag is never in it (it is accelerated: kept beside the packet).
 */
#define ETH_HEADER 14
#define ETH_FCS 4
#define ETH_PREAMBLE_AND_GAP 20
#define VLAN_TAG 4

/* Frame of a full-size packet with everything that takes time on the wire, as the rate stage counts it. */
unsigned stage_wire_bytes(const struct profile *p);

/* The same of a probe. */
unsigned stage_probe_wire_bytes(const struct profile *p);

/* Bytes around an IP packet as l2 accounting counts them: Ethernet header and FCS, tag, encapsulation. */
unsigned stage_l2_bytes(const struct profile *p);

/* Policers in front of the link: the partner's, and the hosted connection's CIR. Returns how many (0 to 2). */
unsigned stage_policers(const struct profile *p, enum dir dir, struct police ret[OP_POLICE_MAX]);

/* Policers of the VPN tunnel's end: bits and packets per second. Returns how many (0 to 2). */
unsigned stage_tunnel_caps(const struct profile *p, enum dir dir, struct police ret[OP_POLICE_MAX]);

/*
 * Those that stand where a direction enters the link, or (@leaving) where it leaves it. The tunnel's end is at AWS:
 * behind the customer's access on the way there, in front of it on the way back. In front of all of them, where a
 * direction enters, is what drops too large packets of PMTUD_NONE.
 */
unsigned stage_policers_at(const struct profile *p, enum dir dir, bool leaving,
			   struct police ret[OP_POLICE_MAX]);

/*
 * The stages of a direction that are netems, in the order in which a frame passes them. All of a profile's schedule
 * decides whether a stage exists and how much room it has; its first values come from p->dir. stage_at() gives the
 * profile as it is at a later time.
 */
enum stage {
	STAGE_RATE,    /* the shaper with its queue; what is duplicated, is so in front of it */
	STAGE_LATENCY, /* delay; with room for all that can be in flight, so that it never drops */
	STAGE_DICE,    /* below that: loss, corruption, reordering */
	STAGE_COUNT,
};

/* False if this link has no such stage. */
bool stage_netem(const struct profile *p, enum dir dir, enum stage stage, uint64_t seed,
		 struct netem *ret);

/* Whether a direction makes copies, or turns bits, now or in a step. */
bool stage_duplicates(const struct profile *p, enum dir dir);
bool stage_corrupts(const struct profile *p, enum dir dir);

/* Whether the latency of a direction is not always the same, so that order has to be kept. */
bool stage_moves(const struct profile *p, enum dir dir);

/* The customer's router's own shaper, which feeds the rate stage no faster than that; false if it has none. */
bool stage_shaper(const struct profile *p, enum dir dir, struct op *ret);

/* Writes to @ret what the profile asks for from its step @step on: p->dir replaced, the rest as it is. */
void stage_at(const struct profile *p, unsigned step, struct profile *ret);

#endif
