// SPDX-License-Identifier: ISC
#include "traffic/transaction_stats.h"

#include "base/util.h"

static int64_t duration(const struct transaction_record *rec, enum transaction_part part)
{
	switch (part) {
	case TRANSACTION_CONNECT:
		return rec->connected_ns - rec->start_ns;
	case TRANSACTION_EXCHANGE:
		return rec->done_ns - rec->connected_ns;
	case TRANSACTION_ALL:
	case TRANSACTION_PART_COUNT:
		break;
	}

	return rec->done_ns - rec->start_ns;
}

size_t transaction_durations(const struct transaction_record *rec, size_t n,
			     enum transaction_part part, int64_t *ns)
{
	size_t completed = 0;

	for (size_t i = 0; i < n; i++)
		if (rec[i].done_ns)
			ns[completed++] = duration(&rec[i], part);

	return completed;
}

double transaction_rate(const struct transaction_record *rec, size_t n, int64_t from_ns,
			int64_t to_ns)
{
	uint64_t completed = 0;

	if (to_ns <= from_ns)
		return 0;
	for (size_t i = 0; i < n; i++)
		completed += rec[i].done_ns && rec[i].done_ns >= from_ns && rec[i].done_ns < to_ns;

	return (double)completed * (double)NSEC_PER_SEC / (double)(to_ns - from_ns);
}
