/* SPDX-License-Identifier: ISC */
/* Counters of the kernel, read back over netlink. */
#ifndef DXEMU_NETNS_STATS_H
#define DXEMU_NETNS_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct qdisc_stats {
	uint64_t bytes, packets;
	uint32_t drops, backlog_packets;
};

/* Of the root qdisc of @dev, or of that below it; zero if there is none, or one without counters. */
int qdisc_stats_read(const char *ns, const char *dev, bool child, struct qdisc_stats *ret,
		     struct err *err);

/* The same on a socket that is open, by the parent's handle (TC_H_ROOT). */
struct nl;
int qdisc_stats_of(struct nl *nl, int ifindex, uint32_t parent, struct qdisc_stats *ret,
		   struct err *err);

/*
 * Drops of the policers (OP_FORWARD) on @dev's ingress, in their order; *ret_n says how many there
 * are.
 */
int police_drops_read(const char *ns, const char *dev, uint64_t ret_drops[2], unsigned *ret_n,
		      struct err *err);

/*
 * Frames that the kernel dropped before any qdisc saw them (/proc/net/softnet_stat, second
 * column).
 */
int backlog_drops_read(uint64_t *ret_drops, struct err *err);

#endif
