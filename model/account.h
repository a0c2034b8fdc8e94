/* SPDX-License-Identifier: ISC */
/* Where packets were lost: each column from its own counters of the kernel, none of them as what is left over. */
#ifndef DXEMU_MODEL_ACCOUNT_H
#define DXEMU_MODEL_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/link.h"

enum loss_place {
	LOST_IMPAIRMENT, /* by the link's loss model */
	LOST_QUEUE, /* the bottleneck's, or that of the customer's router: no room, or its AQM */
	LOST_POLICER, /* beyond a rate in bits: hosted connection, partner, tunnel; or too large (PMTUD_NONE) */
	LOST_PACKET_CAP, /* beyond a tunnel's packets per second */
	LOST_ENDPOINT, /* a router or host threw it away: full socket, wrong checksum, too large (PMTUD_ICMP) */
	LOSS_PLACE_COUNT,
};

/* "impairment", "queue", "policer", "packet_cap", "endpoint" */
extern const char *const loss_place_names[LOSS_PLACE_COUNT];

/* IP packets of one direction, of every kind, from when the link was built until nothing was on its way any more. */
struct loss_account {
	uint64_t sent; /* frames that left the sending host, and what routers told its receiver by ICMP */
	uint64_t duplicated; /* copies that the link made */
	uint64_t received;   /* handed to UDP's and TCP's users, and ICMP */
	uint64_t lost[LOSS_PLACE_COUNT];
};

uint64_t account_lost(const struct loss_account *a);

/*
 * account_check() - sent + duplicated = received + lost, to the packet.
 * @duplicates: whether the link is asked to make copies; else there must be none
 * @corrupts: whether it is asked to turn bits. The kernel does not count every frame that makes no sense to it (one to a
 *            multicast address, one whose type became a length), so that columns may then add up to less, not to more.
 *
 * -EIO with all the figures if they do not add up.
 */
int account_check(const struct loss_account *a, enum dir d, bool duplicates, bool corrupts,
		  struct err *err);

#endif
