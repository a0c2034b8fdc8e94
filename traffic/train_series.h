/* SPDX-License-Identifier: ISC */
/* A train interval by interval, for tables and plots. Pure: records in, figures out. */
#ifndef DXEMU_TRAFFIC_TRAIN_SERIES_H
#define DXEMU_TRAFFIC_TRAIN_SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "traffic/train.h"

/* An interval includes its first nanosecond, and not the one that the next begins with. */
struct train_interval {
	/* By sent_ns. Lost is what never arrived; what is late is received, in a later interval. */
	uint64_t sent, sent_bytes, lost;
	/* By received_ns, first copies: of what was sent in this interval or before. */
	uint64_t received, received_bytes;
};

/*
 * train_series() - fills in @count intervals, of @interval_ns each (above 0), the first from @from_ns on.
 * @opts: n, sizes, and overhead_bytes, which the bytes here include; the rates are 8e9 bytes / interval_ns
 * @rec: opts->n records. What was sent or received outside of all intervals is in none.
 */
void train_series(const struct train_opts *opts, const struct train_record *rec, int64_t from_ns,
		  int64_t interval_ns, struct train_interval *out, size_t count);

#endif
