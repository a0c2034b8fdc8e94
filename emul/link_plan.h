/* SPDX-License-Identifier: ISC */
/* The link itself as operations: what makes two namespaces in series a link as a profile asks for. Pure. */
#ifndef DXEMU_EMUL_LINK_PLAN_H
#define DXEMU_EMUL_LINK_PLAN_H

#include "emul/topology.h"
#include "netns/plan.h"

/*
 * plan_link() - policers, rate, delay and loss of both directions, and forwarding.
 * @seed: each stage derives its own from it
 * @link: the link's namespaces and devices; they are in the plan already, with their wires
 */
void plan_link(struct plan *plan, const struct profile *p, uint64_t seed,
	       const struct way link[DIR_COUNT]);

#endif
