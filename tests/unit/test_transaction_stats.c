// SPDX-License-Identifier: ISC
#include "traffic/transaction_stats.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/util.h"

/* Two that are complete, one that was cut off while connected, and one while connecting. */
static const struct transaction_record records[] = {
	{ 1000, 1300, 2000 },
	{ 2000, 2000, 2700 },
	{ 3000, 3500, 0 },
	{ 4000, 0, 0 },
};

Test(transaction_stats, durations)
{
	static const struct {
		const char *name;
		enum transaction_part part;
		size_t n, completed;
		int64_t ns[2];
	} rows[] = {
		{ "none", TRANSACTION_ALL, 0, 0, { -1, -1 } },
		{ "one", TRANSACTION_ALL, 1, 1, { 1000, -1 } },
		{ "all", TRANSACTION_ALL, 4, 2, { 1000, 700 } },
		{ "connect", TRANSACTION_CONNECT, 4, 2, { 300, 0 } },
		{ "exchange", TRANSACTION_EXCHANGE, 4, 2, { 700, 700 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t ns[ARRAY_SIZE(records)] = { -1, -1, -1, -1 };

		cr_expect_eq(transaction_durations(records, rows[i].n, rows[i].part, ns),
			     rows[i].completed, "%s", rows[i].name);
		cr_expect_arr_eq(ns, rows[i].ns, sizeof(rows[i].ns), "%s: %jd, %jd", rows[i].name,
				 (intmax_t)ns[0], (intmax_t)ns[1]);
		cr_expect_eq(ns[2], -1, "%s: of one that was cut off", rows[i].name);
	}
}

Test(transaction_stats, rate)
{
	static const struct {
		int64_t from_ns, to_ns;
		double rate; /* what is done within / (to - from) */
	} rows[] = {
		{ 1000, 3000, 1e6 },	    /* both, in 2 us */
		{ 2000, 2700, 1 / 700e-9 }, /* from is within, to is not */
		{ 2001, 2701, 1 / 700e-9 }, /* and so only the second */
		{ 2000, 2701, 2 / 701e-9 },
		{ 0, 2000, 0 },
		{ -1000, 1, 0 }, /* a done_ns of 0 is no time */
		{ 2000, 2000, 0 },
		{ 3000, 1000, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_float_eq(transaction_rate(records, ARRAY_SIZE(records), rows[i].from_ns,
						    rows[i].to_ns),
				   rows[i].rate, 1e-3, "row %zu", i);
}
