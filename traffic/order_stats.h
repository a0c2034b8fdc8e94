/* SPDX-License-Identifier: ISC */
/*
 * What a train says about the order and the pace of arrivals: one direction. Pure: records in, figures out.
 *
 * Only first copies count, as everywhere in these statistics; packets that did not arrive are in no order.
 * Sequence numbers tell what was sent before what, also among packets of a group, whose sent_ns are equal.
 */
#ifndef DXEMU_TRAFFIC_ORDER_STATS_H
#define DXEMU_TRAFFIC_ORDER_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "traffic/bins.h"
#include "traffic/train.h"

/* A packet with so many later ones right before it: to TCP, three duplicate ACKs, so a loss (RFC 5681, 3.2). */
#define REORDERING_N 3

/*
 * RFC 4737. A packet is reordered if it arrives after one that was sent later (3.3). Its extent (4.2) is how many
 * places it arrives behind the first of those, its late time offset (4.3) how long after it.
 */
struct reordering {
	uint64_t reordered;
	double ratio; /* of the packets that arrived (4.1); 0 if none did */
	uint64_t extent_max;
	struct bins extent;
	int64_t late_time_max_ns;
};

/* One pass, no memory. */
void order_reordering(const struct train_record *rec, size_t n, struct reordering *out);

struct order_stats {
	struct reordering reordering;
	/* n-reordered packets (RFC 4737, 5.3) for n = REORDERING_N: all of the n arrivals before it were sent later. */
	uint64_t n_reordered;
	/*
	 * Interarrival jitter (RFC 3550, 6.4.1) at the last arrival, in order of arrival; 0 with fewer than two. It is
	 * smoothed, a sixteenth of each change: mostly of the last few dozen packets, and no quantile of anything.
	 * To be compared with what iperf3 says, and with nothing else.
	 */
	double jitter_ns;
};

/* -EINVAL: the orders of @rec are not the ranks of what arrived; -ENOMEM. @out is written on success only. */
int order_stats(const struct train_record *rec, size_t n, struct order_stats *out, struct err *err);

/*
 * How long a direction was away, by both of the methods of RFC 6412 and 6413. Zeros where there is nothing to tell:
 * fewer than two arrivals, or no losses.
 *
 * Rate-derived: the longest time between an arrival and the next, less the time between packets, but not below 0.
 * Each arrival has its stamp, so there is no sampling interval. What the link did before the first arrival and
 * after the last one, it cannot see.
 *
 * Loss-derived: the longest run of lost packets, times the time between packets. RFC 6412 counts all losses; here
 * those elsewhere are not the gap's. It sees a gap at either end of the train, as far as the train goes.
 *
 * They differ where packets were held back and came late: then the first is longer. Of several that are equally
 * long, it is the first.
 */
struct convergence_gap {
	int64_t rate_derived_ns;
	int64_t last_arrival_ns, next_arrival_ns; /* receive stamps before it and after it */

	int64_t loss_derived_ns;
	uint64_t lost;	       /* packets of that run */
	int64_t first_lost_ns; /* sent_ns */
	int64_t recovered_ns; /* sent_ns of the packet after the run, which arrived; 0 if there was none */
	/* The run reaches that end of the train: it is a lower bound. */
	bool lost_from_start, lost_to_end;
};

/*
 * order_gap() - @interval_ns: between packets, in a train without groups and pauses; there, the time between
 * groups, and a pause, would be a gap. One interval is the resolution. -ENOMEM.
 */
int order_gap(const struct train_record *rec, size_t n, int64_t interval_ns,
	      struct convergence_gap *out, struct err *err);

#endif
