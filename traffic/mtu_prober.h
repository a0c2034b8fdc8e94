/* SPDX-License-Identifier: ISC */
/* The sending end of path MTU discovery: one packet with DF set, and what becomes of it. */
#ifndef DXEMU_TRAFFIC_MTU_PROBER_H
#define DXEMU_TRAFFIC_MTU_PROBER_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum mtu_fate {
	MTU_ARRIVED,
	MTU_LOST, /* no reply in time, or the host refused it */
	MTU_TOO_BIG, /* by what the host or a router says, which is in ->told; only if that is heeded */
};

#define MTU_NOT_TOLD UINT_MAX

struct mtu_prober {
	int fd;		    /* connected to the receiver; the caller's */
	int64_t timeout_ns; /* for a reply */
	bool heeds;	    /* what it is told */
	bool icmp;	    /* a router said "fragmentation needed" (RFC 1191 section 4) */
	unsigned told; /* the least MTU since mtu_prober_mode(), PLPMTUD_MIN or more; or MTU_NOT_TOLD */
	unsigned size;	      /* in hand */
	uint64_t first, next; /* numbers: of the first probe of that size, and of the next one */
	unsigned sent, lost;
};

/* @heed: the path MTU that host and routers tell, as RFC 1191 has it; else no other than the device's. */
int mtu_prober_mode(struct mtu_prober *p, bool heed, struct err *err);

/*
 * Sends an IP packet of @size bytes, PLPMTUD_MIN to 65535, and waits for its fate. A reply to an earlier one of
 * the same size counts too.
 */
int mtu_probe(struct mtu_prober *p, unsigned size, enum mtu_fate *ret, struct err *err);

/*
 * The MTU of the device that packets leave by. getsockopt(IP_MTU) has less where the route has an MTU of its own
 * or ICMP was heard before. Leaves the prober heeding nothing.
 */
int mtu_prober_device(struct mtu_prober *p, unsigned *ret, struct err *err);

#endif
