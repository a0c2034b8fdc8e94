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

struct police_stats {
	uint32_t index; /* of the action, in its namespace */
	uint32_t drops;
};

/* Of the policers (OP_FORWARD) on a device's ingress, in their order: at most OP_POLICE_MAX; *ret_n says how many. */
int police_stats_of(struct nl *nl, int ifindex, struct police_stats *ret, unsigned *ret_n,
		    struct err *err);

int police_stats_read(const char *ns, const char *dev, struct police_stats *ret, unsigned *ret_n,
		      struct err *err);

/*
 * Frames that the kernel dropped before any qdisc saw them (/proc/net/softnet_stat, second
 * column).
 */
int backlog_drops_read(uint64_t *ret_drops, struct err *err);

#endif
