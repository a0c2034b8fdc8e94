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

/* Policers in front of the link: the hosted connection's CIR. Returns how many (0 or 1). */
unsigned stage_policers(const struct profile *p, enum dir dir, struct police ret[OP_POLICE_MAX]);

/* Policers of the VPN tunnel's end: bits and packets per second. Returns how many (0 to 2). */
unsigned stage_tunnel_caps(const struct profile *p, enum dir dir, struct police ret[OP_POLICE_MAX]);

/* The shaper with its queue; false if this link has none. */
bool stage_rate(const struct profile *p, enum dir dir, struct netem *ret);

/* Delay and loss. Its limit holds all that can be in flight, so that it never drops for lack of room. */
struct netem stage_delay(const struct profile *p, enum dir dir, uint64_t seed);

#endif
