/* SPDX-License-Identifier: ISC */
/* From a lab to an ordered list of operations: its network without what daemons add to it. Pure. */
#ifndef DXEMU_HYBRID_LAB_PLAN_H
#define DXEMU_HYBRID_LAB_PLAN_H

#include "hybrid/lab.h"
#include "netns/plan.h"

/*
 * lab_plan() - namespaces, wires, tags, addresses and links, and the default routes of hosts and VPCs. What routers and
 * gateways know of each other's prefixes is for BGP, or for static routes of theirs, to say.
 * @seed: each link has its own from it
 *
 * Returns 0, -ENOMEM, or err_input() where the lab has what cannot be built yet (a VPN over Direct Connect); the caller frees *ret with plan_free().
 */
int lab_plan(const struct lab *lab, uint64_t seed, struct plan *ret, struct err *err);

/*
 * MTU of a tunnel's inside, bytes: the least of those of the ESP proposals that AWS's side accepts (Site-to-Site VPN User
 * Guide, your-cgw, has a table of them).
 */
unsigned lab_tunnel_mtu(const struct lab_tunnel *tunnel, bool nat_t);

/* A shell script of ip, tc and ethtool commands that builds it by hand (all but seeds). */
void lab_plan_print(const struct plan *plan, const struct lab *lab, FILE *out);

#endif
