// SPDX-License-Identifier: ISC
#include "traffic/train_series.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/util.h"

/* Sent, and received: once, twice; or lost. */
#define GOT(sent, received)                                               \
	{                                                                 \
		.sent_ns = (sent), .received_ns = (received), .copies = 1 \
	}
#define TWICE(sent, received)                                             \
	{                                                                 \
		.sent_ns = (sent), .received_ns = (received), .copies = 2 \
	}
#define LOST(sent)                \
	{                         \
		.sent_ns = (sent) \
	}

static void expect_series(const char *name, const struct train_interval *got,
			  const struct train_interval *expected, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cr_expect_eq(got[i].sent, expected[i].sent, "%s, %zu: %ju sent", name, i,
			     (uintmax_t)got[i].sent);
		cr_expect_eq(got[i].sent_bytes, expected[i].sent_bytes, "%s, %zu: %ju bytes sent",
			     name, i, (uintmax_t)got[i].sent_bytes);
		cr_expect_eq(got[i].lost, expected[i].lost, "%s, %zu: %ju lost", name, i,
			     (uintmax_t)got[i].lost);
		cr_expect_eq(got[i].received, expected[i].received, "%s, %zu: %ju received", name,
			     i, (uintmax_t)got[i].received);
		cr_expect_eq(got[i].received_bytes, expected[i].received_bytes,
			     "%s, %zu: %ju bytes received", name, i,
			     (uintmax_t)got[i].received_bytes);
	}
}

/* Packets of 100 bytes, with 28 around them. */
Test(train_series, intervals)
{
	static const struct {
		const char *name;
		size_t n;
		struct train_record rec[5];
		int64_t from_ns, interval_ns;
		size_t count;
		struct train_interval out[3];
	} rows[] = {
		{ "nothing", 0, { LOST(0) }, 0, 10, 3, { { 0 } } },
		{ "borders are the next one's",
		  3,
		  { GOT(100, 109), GOT(109, 110), GOT(110, 119) },
		  100,
		  10,
		  2,
		  { { 2, 256, 0, 1, 128 }, { 1, 128, 0, 2, 256 } } },
		{ "lost where sent",
		  4,
		  { LOST(100), GOT(105, 115), LOST(119), LOST(125) },
		  100,
		  10,
		  3,
		  { { 2, 256, 1, 0, 0 }, { 1, 128, 1, 1, 128 }, { 1, 128, 1, 0, 0 } } },
		{ "second copies do not count",
		  2,
		  { TWICE(100, 101), TWICE(101, 112) },
		  100,
		  10,
		  2,
		  { { 2, 256, 0, 1, 128 }, { 0, 0, 0, 1, 128 } } },
		{ "outside, on either side",
		  5,
		  { LOST(98), GOT(99, 100), GOT(105, 120), GOT(119, 121), LOST(120) },
		  100,
		  20,
		  1,
		  { { 2, 256, 0, 1, 128 } } },
		{ "arrived late, and out of order",
		  3,
		  { GOT(100, 129), GOT(101, 111), GOT(102, 103) },
		  100,
		  10,
		  3,
		  { { 3, 384, 0, 1, 128 }, { 0, 0, 0, 1, 128 }, { 0, 0, 0, 1, 128 } } },
		{ "the extremes of time",
		  2,
		  { GOT(INT64_MIN, INT64_MAX), LOST(0) },
		  INT64_MIN,
		  INT64_MAX,
		  3,
		  { { 1, 128, 0, 0, 0 }, { 1, 128, 1, 0, 0 }, { 0, 0, 0, 1, 128 } } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct train_opts opts = { .n = rows[i].n,
						 .payload_bytes = 100,
						 .overhead_bytes = 28 };
		struct train_interval out[4];

		memset(out, 0xff, sizeof(out));

		train_series(&opts, rows[i].rec, rows[i].from_ns, rows[i].interval_ns, out,
			     rows[i].count);
		expect_series(rows[i].name, out, rows[i].out, rows[i].count);
		cr_expect_eq(out[rows[i].count].sent, UINT64_MAX, "%s: one too many", rows[i].name);
		cr_expect_eq(out[rows[i].count].received, UINT64_MAX, "%s: one too many",
			     rows[i].name);
	}
}

/* Bytes by each packet's own size; what is not lost is in as many intervals as it takes to get there. */
Test(train_series, sizes)
{
	static const unsigned pattern[] = { 10, 200, 3000 };
	static const struct train_record rec[] = { GOT(0, 15), LOST(1), GOT(2, 3), GOT(11, 12) };
	static const struct train_interval expected[] = { { 3, 3210, 1, 1, 3000 },
							  { 1, 10, 0, 2, 20 } };
	const struct train_opts opts = { .n = ARRAY_SIZE(rec),
					 .pattern = pattern,
					 .pattern_len = 3 };
	struct train_interval out[2];

	train_series(&opts, rec, 0, 10, out, ARRAY_SIZE(out));
	expect_series("sizes", out, expected, ARRAY_SIZE(out));
}
