// SPDX-License-Identifier: ISC
#include "traffic/train_schedule.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/util.h"
#include "traffic/train_stats.h"

#define GBIT UINT64_C(1000000000)
#define WINDOW_NS (100 * NSEC_PER_MSEC)

/* When each packet leaves. The caller frees. */
static int64_t *times(const struct train_opts *opts)
{
	int64_t *at = calloc(opts->n + 1, sizeof(*at));
	struct train_schedule s;
	struct train_group g;
	uint64_t n = 0;
	struct err err;

	cr_assert_not_null(at);
	cr_assert_eq(train_check(opts, true, &err), 0, "%s", err.msg);
	train_schedule_begin(&s, opts);
	while (train_schedule_next(&s, &g)) {
		cr_assert_eq(g.first, n);
		cr_assert(g.count > 0 && g.count <= opts->n - n);
		for (uint64_t i = 0; i < g.count; i++)
			at[n++] = g.at_ns;
	}
	cr_assert_eq(n, opts->n);

	return at;
}

/* Bytes that the rate lets pass in a window: its share of 100 ms. */
static double window_bytes(const struct train_opts *opts)
{
	if (opts->rate_bps)
		return (double)opts->rate_bps / 80;

	return (double)opts->rate_pps / 10 * (opts->payload_bytes + opts->overhead_bytes);
}

/*
 * What leaves in each window of 100 ms, those that begin with a packet and those just after one, is off the rate by no
 * more than 0.1 %; or by one packet, the largest, where that is more.
 */
Test(train_schedule, rate_in_every_window)
{
	static const unsigned falling[] = { 8954, 1472, 548, 18 };
	static const struct train_opts rows[] = {
		{ .payload_bytes = 18, .overhead_bytes = 66, .rate_bps = 8000 },
		{ .payload_bytes = 8954, .overhead_bytes = 28, .rate_bps = 8000 },
		{ .pattern = train_imix,
		  .pattern_len = 12,
		  .overhead_bytes = 66,
		  .rate_bps = 64000 },
		{ .payload_bytes = 1472, .overhead_bytes = 28, .rate_bps = 2048000 },
		{ .payload_bytes = 160, .overhead_bytes = 28, .rate_bps = 9999991 },
		{ .payload_bytes = 1472, .overhead_bytes = 66, .rate_bps = 99999989 },
		{ .pattern = train_imix, .pattern_len = 12, .overhead_bytes = 66, .rate_bps = GBIT },
		{ .pattern = falling, .pattern_len = 4, .overhead_bytes = 28, .rate_bps = GBIT },
		{ .payload_bytes = 18, .overhead_bytes = 66, .rate_bps = 1344000000 },
		{ .pattern = train_imix, .pattern_len = 12, .rate_bps = 5 * GBIT },
		{ .payload_bytes = 1472, .overhead_bytes = 66, .rate_bps = 10 * GBIT },
		{ .payload_bytes = 8954, .overhead_bytes = 66, .rate_bps = 10 * GBIT },
		{ .payload_bytes = 18, .rate_pps = 1 },
		{ .payload_bytes = 18, .rate_pps = 33333 },
		{ .payload_bytes = 548, .rate_pps = 1000000 },
		/* 501.998 ns: cut to 501, it would be 0.2 % off; rounded, the next would be 0.1 % */
		{ .payload_bytes = 18, .rate_pps = 1992040 },
		{ .payload_bytes = 18, .rate_pps = 1994010 },
		{ .payload_bytes = 18, .rate_pps = 2000000 },
	};

	for (size_t r = 0; r < ARRAY_SIZE(rows); r++) {
		struct train_opts opts = rows[r];
		const double wanted = window_bytes(&opts);
		const double packet = train_payload_max(&opts) + opts.overhead_bytes;
		const int64_t end = MAX(3 * WINDOW_NS, 50 * train_interval_ns(&opts));
		double most = 0;
		auto_free int64_t *at = NULL;

		opts.n = train_packets_within(&opts, end);
		at = times(&opts);
		for (int64_t after = 0; after <= 1; after++) {
			uint64_t bytes = 0, to = 0;

			for (uint64_t i = 0; i < opts.n && at[i] + WINDOW_NS + after <= end; i++) {
				uint64_t before = 0;

				for (; to < opts.n && at[to] < at[i] + WINDOW_NS + after; to++)
					bytes += train_payload(&opts, to) + opts.overhead_bytes;
				/* Those of this very time, whatever group they are in. */
				for (uint64_t k = i; after && k < to && at[k] == at[i]; k++)
					before += train_payload(&opts, k) + opts.overhead_bytes;
				if (i == 0 || at[i] != at[i - 1])
					most = fmax(most, fabs((double)(bytes - before) - wanted));
				bytes -= train_payload(&opts, i) + opts.overhead_bytes;
			}
		}
		cr_expect_leq(most, fmax(wanted / 1000, packet), "row %zu: %g of %g bytes", r, most,
			      wanted);
	}
}

/* One by one, whatever the rate is. */
static struct train_opts poisson(uint64_t n, uint64_t seed)
{
	return (struct train_opts){
		.n = n,
		.payload_bytes = 100,
		.pacing = TRAIN_POISSON,
		.group = 1,
		.seed = seed,
	};
}

static double exponential_cdf(double x, const void *arg)
{
	const double mean = *(const double *)arg;

	return x <= 0 ? 0 : -expm1(-x / mean);
}

/*
 * Gaps: their distribution, and their mean within 3 standard errors, which are mean / sqrt(n). And how many there are in
 * 5 means' time: a variance of as much as their mean, 5, to 3 of its standard errors, or gaps would not be independent.
 */
Test(train_schedule, poisson_gaps)
{
	enum { N = 1000000 };
	static const unsigned two[] = { 100, 300 };
	static const struct {
		struct train_opts opts;
		double mean;
		bool coarse; /* whole nanoseconds show */
	} rows[] = {
		{ { .interval_ns = 1000000 }, 1e6, false },
		{ { .interval_ns = 20 }, 20, true },
		{ { .rate_pps = 3000000 }, 1000 / 3.0, true },
		{ { .rate_bps = 3000000, .overhead_bytes = 28 }, 128 * 8e9 / 3e6, false },
		/* 200 bytes in the mean, whichever comes */
		{ { .pattern = two, .pattern_len = 2, .rate_bps = 8000000 }, 200000, false },
	};

	for (size_t r = 0; r < ARRAY_SIZE(rows); r++) {
		struct train_opts opts = poisson(N, 7 + r);
		auto_free double *gaps = calloc(N, sizeof(*gaps));
		auto_free int64_t *at = NULL;
		double squares = 0, windows, distance, mean;
		uint64_t w = 0;
		int64_t last = 0;
		struct err err;

		opts.interval_ns = rows[r].opts.interval_ns;
		opts.rate_pps = rows[r].opts.rate_pps;
		opts.rate_bps = rows[r].opts.rate_bps;
		opts.overhead_bytes = rows[r].opts.overhead_bytes;
		opts.pattern = rows[r].opts.pattern;
		opts.pattern_len = rows[r].opts.pattern_len;
		at = times(&opts);
		for (size_t i = 0; i < N; i++) {
			gaps[i] = (double)(at[i] - last);
			last = at[i];
		}
		mean = (double)last / N;
		cr_expect_lt(fabs(mean - rows[r].mean), 3 * rows[r].mean / sqrt(N), "row %zu: %g",
			     r, mean);
		cr_assert_eq(ks_distance(gaps, N, exponential_cdf, &rows[r].mean, &distance, &err),
			     0);
		if (!rows[r].coarse)
			cr_expect_lt(distance, ks_critical(N, 1e-3), "row %zu: %g", r, distance);

		for (size_t i = 0; i < N; w++) {
			const double until = 5 * rows[r].mean * (double)(w + 1);
			double count = 0;

			for (; i < N && (double)at[i] < until; i++)
				count++;
			squares += (count - 5) * (count - 5);
		}
		windows = (double)w;
		/* Of (count - 5)^2, the variance is 5 + 2 * 25: by the fourth moment of Poisson counts. */
		cr_expect_lt(fabs(squares / windows - 5), 3 * sqrt(55 / windows), "row %zu: %g", r,
			     squares / windows);
	}
}

/* Of a seed, always the same: these are the sums of von Neumann's draws from SplitMix64, reckoned by a program of its own. */
Test(train_schedule, poisson_by_seed)
{
	static const struct {
		uint64_t seed;
		int64_t at[4];
	} rows[] = {
		{ 1, { 566561, 1537564, 2414913, 2819055 } },
		{ 2, { 591189, 1186827, 1498416, 2224770 } },
	};

	for (size_t r = 0; r < ARRAY_SIZE(rows); r++) {
		struct train_opts opts = poisson(4, rows[r].seed);
		auto_free int64_t *at = NULL;

		opts.interval_ns = 1000000;
		at = times(&opts);
		for (size_t i = 0; i < ARRAY_SIZE(rows[r].at); i++)
			cr_expect_eq(at[i], rows[r].at[i], "seed %ju: %jd", (uintmax_t)rows[r].seed,
				     (intmax_t)at[i]);
	}
}

/* Wake-ups are 10 us apart or more, and packets less than that early. */
Test(train_schedule, poisson_in_groups)
{
	enum { N = 100000 };
	struct train_opts opts = poisson(N, 3);
	auto_free int64_t *exact = NULL, *grouped = NULL, *by_four = NULL;
	uint64_t groups = 1;

	opts.rate_pps = 1000000;
	exact = times(&opts);
	opts.group = 0;
	grouped = times(&opts);

	cr_expect_eq(grouped[0], exact[0]);
	for (size_t i = 0; i < N; i++) {
		cr_expect(exact[i] >= grouped[i] && exact[i] < grouped[i] + TRAIN_GROUP_NS, "%zu",
			  i);
		if (i > 0 && grouped[i] != grouped[i - 1]) {
			cr_expect_eq(grouped[i], exact[i], "%zu", i);
			cr_expect_geq(grouped[i], grouped[i - 1] + TRAIN_GROUP_NS, "%zu", i);
			groups++;
		}
	}
	/* From a group's first packet to the next one's: 10 us and a gap of 1 us in the mean. */
	cr_expect_float_eq((double)N / (double)groups, 11, 0.2);

	opts.group = 4;
	by_four = times(&opts);
	for (size_t i = 0; i < N; i++)
		cr_expect_eq(by_four[i], exact[i / 4 * 4], "%zu", i);
}

/* How long a train takes, and how many packets take so long. */
Test(train_schedule, lengths)
{
	static const struct {
		const char *name;
		struct train_opts opts;
		int64_t length_ns; /* of n packets */
		int64_t within_ns;
		uint64_t packets; /* within that */
	} rows[] = {
		{ "none", { .payload_bytes = 16, .interval_ns = 10 }, 0, 0, 0 },
		{ "at the start", { .payload_bytes = 16, .n = 1, .interval_ns = 10 }, 10, 1, 1 },
		{ "before it", { .payload_bytes = 16, .n = 1, .interval_ns = 10 }, 10, -5, 0 },
		{ "all at once", { .payload_bytes = 16, .n = 5 }, 0, 1, UINT64_MAX },
		{ "thirds",
		  { .payload_bytes = 16, .n = 4, .rate_pps = 3 },
		  1333333333,
		  NSEC_PER_SEC,
		  3 },
		{ "thirds",
		  { .payload_bytes = 16, .n = 4, .rate_pps = 3 },
		  1333333333,
		  NSEC_PER_SEC + 1,
		  4 },
		/* 10^9 / 67.2 = 14880952.4 */
		{ "frames",
		  { .payload_bytes = 18, .n = 10, .overhead_bytes = 66, .rate_bps = 10 * GBIT },
		  672,
		  NSEC_PER_SEC,
		  14880953 },
		{ "bursts",
		  { .payload_bytes = 16, .n = 5, .interval_ns = 10, .burst = 2, .period_ns = 100 },
		  210,
		  100,
		  2 },
		{ "bursts",
		  { .payload_bytes = 16, .n = 4, .interval_ns = 10, .burst = 2, .period_ns = 100 },
		  200,
		  101,
		  3 },
		{ "spread",
		  { .payload_bytes = 16, .n = 4, .interval_ns = 10, .pacing = TRAIN_SPREAD },
		  40,
		  95,
		  10 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct train_opts opts = rows[i].opts;

		opts.start_ns = 123456;
		cr_expect_eq(train_length_ns(&opts), rows[i].length_ns, "%s: %jd", rows[i].name,
			     (intmax_t)train_length_ns(&opts));
		cr_expect_eq(train_packets_within(&opts, rows[i].within_ns), rows[i].packets,
			     "%s: %ju", rows[i].name,
			     (uintmax_t)train_packets_within(&opts, rows[i].within_ns));
	}
}

/* About 1000, of which the last is in time, and the next one's time the length of the train. */
Test(train_schedule, lengths_of_poisson)
{
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct train_opts opts = poisson(0, seed);
		auto_free int64_t *at = NULL;

		opts.start_ns = 5000;
		opts.rate_pps = 1000;
		opts.n = train_packets_within(&opts, NSEC_PER_SEC) + 1;
		/* 5 standard deviations */
		cr_expect(opts.n > 840 && opts.n < 1160, "%ju", (uintmax_t)opts.n);
		at = times(&opts);
		cr_expect_lt(at[opts.n - 2], 5000 + NSEC_PER_SEC);
		cr_expect_geq(at[opts.n - 1], 5000 + NSEC_PER_SEC);
		opts.n--;
		cr_expect_eq(5000 + train_length_ns(&opts), at[opts.n]);
	}
}
