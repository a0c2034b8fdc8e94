/* SPDX-License-Identifier: ISC */
/* A list of operations, in the order in which they are done: made without touching anything, then printed or applied. */
#ifndef DXEMU_NETNS_PLAN_H
#define DXEMU_NETNS_PLAN_H

#include "netns/op.h"

/* Starts as all zeros; freed with plan_free(). */
struct plan {
	struct op *ops;
	size_t n, room;
	bool failed; /* there was no memory for one: plan_check() */
};

/*
 * plan_add() - one more operation, to be filled in; it stays in place until the next is added. Never NULL: without
 * memory it is one that counts for nothing, and plan_check() says so.
 */
struct op *plan_add(struct plan *plan, enum op_kind kind, const char *ns, const char *dev);

/* Whole operations, as op.h describes them. Addresses are IPv4. */
void plan_sysctl(struct plan *plan, const char *ns, const char *key, const char *value);
void plan_vlan(struct plan *plan, const char *ns, const char *link, const char *dev, unsigned tpid,
	       unsigned id, unsigned mtu);
void plan_bridge(struct plan *plan, const char *ns, const char *dev, struct mac mac, unsigned mtu);
void plan_port(struct plan *plan, const char *ns, const char *bridge, const char *dev);
void plan_bond(struct plan *plan, const char *ns, const char *dev, struct mac mac, unsigned mtu);
void plan_member(struct plan *plan, const char *ns, const char *bond, const char *dev);
void plan_address(struct plan *plan, const char *ns, const char *dev, struct in_addr address,
		  unsigned prefix_len);
void plan_neighbour(struct plan *plan, const char *ns, const char *dev, struct in_addr address,
		    struct mac mac);

/* @mtu: 0 = the device's */
void plan_route(struct plan *plan, const char *ns, struct in_addr dst, unsigned prefix_len,
		struct in_addr via, unsigned mtu);

/* -ENOMEM if an operation found no room. */
int plan_check(const struct plan *plan, struct err *err);

void plan_free(struct plan *plan);

/* Commands of ip, tc and ethtool that do the same, all but seeds. */
void plan_print_ops(const struct plan *plan, FILE *out);

/* Does it in the kernel at hand, and waits until all devices carry frames. */
int plan_apply(const struct plan *plan, struct err *err);

#endif
