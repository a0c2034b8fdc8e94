/* SPDX-License-Identifier: ISC */
/* What transactions say about a link. Pure: records in, figures out; no clock, no sockets. */
#ifndef DXEMU_TRAFFIC_TRANSACTION_STATS_H
#define DXEMU_TRAFFIC_TRANSACTION_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "traffic/transactions.h"

enum transaction_part {
	TRANSACTION_ALL,      /* done - start: with connect_each, the flow's completion time */
	TRANSACTION_CONNECT,  /* connected - start; 0 over a kept connection */
	TRANSACTION_EXCHANGE, /* done - connected */
	TRANSACTION_PART_COUNT,
};

/* Of the completed ones among @n, in their order, into room for @n; returns how many they are. For stats_quantiles(). */
size_t transaction_durations(const struct transaction_record *rec, size_t n,
			     enum transaction_part part, int64_t *ns);

/*
 * Transactions per second, of those completed from @from_ns on and before @to_ns; of the one that is under way at
 * either end all or nothing counts, so it is exact to one transaction. 0 if there is no time between. Where
 * count_max came before end_ns, @to_ns is just after the last one's done_ns.
 */
double transaction_rate(const struct transaction_record *rec, size_t n, int64_t from_ns,
			int64_t to_ns);

#endif
