/* SPDX-License-Identifier: ISC */
/* A lab's plan while it is made: namespaces, wires between them, subnets on those. Internal to hybrid/. */
#ifndef DXEMU_HYBRID_LAB_BUILDER_H
#define DXEMU_HYBRID_LAB_BUILDER_H

#include "hybrid/network.h"
#include "netns/plan.h"

#define ETH_MTU 1500

struct builder {
	const struct lab *lab;
	struct plan *plan;
	uint64_t seed;
	unsigned n_wires;
};

/* An end of a wire. */
struct end {
	const char *ns, *dev;
	struct mac mac;
};

/* Of the ends of wires, from 1 on, and @wire 0: of switches. */
struct mac build_mac(unsigned wire, unsigned end);

void build_node(struct builder *b, const char *name, bool forwards);

/* Between two namespaces that are there; fills in both addresses. */
void build_wire(struct builder *b, struct end *from, struct end *to, unsigned mtu);

/* Both ends of a subnet know each other, so that nobody asks in mid-measurement. */
void build_subnet(struct builder *b, const struct end *a, const struct ipv4_net *at_a,
		  const struct end *z, const struct ipv4_net *at_z);

/*
 * A link as @p asks for, in two namespaces of its own, "NAME.a" and "NAME.z", between both ends; each direction enters
 * one and leaves the other.
 */
void build_link(struct builder *b, struct lab_ref ref, const struct profile *p, unsigned mtu,
		struct end *near, struct end *far);

/* Direct Connect: connections, LAGs and virtual interfaces. The internet, and tunnels through it. */
void build_direct_connect(struct builder *b);
void build_vpns(struct builder *b);

#endif
