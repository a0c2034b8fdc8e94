// SPDX-License-Identifier: ISC
#include "traffic/train_stats.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/rng.h"
#include "base/util.h"
#include "tests/unit/traces.h"

static bool near(double x, double expected, double relative)
{
	return fabs(x - expected) <= relative * fabs(expected);
}

Test(train_stats, counts)
{
	static const struct {
		const char *letters;
		uint64_t lost, episodes, longest, duplicated, reordered, gaps;
		double burst, burst_sd, gap, gap_sd;
	} rows[] = {
		{ "", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
		{ "abc", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
		{ "...", 3, 1, 3, 0, 0, 0, 3, 0, 0, 0 },
		{ ".ab", 1, 1, 1, 0, 0, 0, 1, 0, 0, 0 },
		{ "ab.", 1, 1, 1, 0, 0, 0, 1, 0, 0, 0 },
		/* A gap has an episode on either side. */
		{ "a.bcd..e...f", 6, 3, 3, 0, 0, 2, 2, 1, 2, M_SQRT2 },
		{ ".a.bc.", 3, 3, 1, 0, 0, 2, 1, 0, 1.5, M_SQRT1_2 },
		{ "aBcD", 0, 0, 0, 2, 0, 0, 0, 0, 0, 0 },
		/* RFC 4737: one overtaken by three counts once, three by one thrice. */
		{ "dabc", 0, 0, 0, 0, 1, 0, 0, 0, 0, 0 },
		{ "bcda", 0, 0, 0, 0, 3, 0, 0, 0, 0, 0 },
		{ "ba", 0, 0, 0, 0, 1, 0, 0, 0, 0, 0 },
		{ "a.Cb", 1, 1, 1, 1, 1, 0, 1, 0, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *name = rows[i].letters;
		struct train_record rec[TRACE_MAX];
		size_t n = trace(name, rec);
		struct train_counts c;

		train_count(rec, n, &c);
		cr_expect_eq(c.loss.sent, n, "%s", name);
		cr_expect_eq(c.loss.lost, rows[i].lost, "%s", name);
		cr_expect_eq(c.received, n - rows[i].lost, "%s", name);
		cr_expect_eq(c.loss.episodes, rows[i].episodes, "%s", name);
		cr_expect_eq(c.loss.longest_burst, rows[i].longest, "%s", name);
		cr_expect_eq(c.duplicated, rows[i].duplicated, "%s", name);
		cr_expect_eq(c.reordered, rows[i].reordered, "%s: %ju", name,
			     (uintmax_t)c.reordered);
		cr_expect_eq(c.burst.n, rows[i].episodes, "%s", name);
		cr_expect_float_eq(c.burst.mean, rows[i].burst, 1e-12, "%s", name);
		cr_expect_float_eq(c.burst.sd, rows[i].burst_sd, 1e-12, "%s", name);
		cr_expect_eq(c.gap.n, rows[i].gaps, "%s", name);
		cr_expect_float_eq(c.gap.mean, rows[i].gap, 1e-12, "%s", name);
		cr_expect_float_eq(c.gap.sd, rows[i].gap_sd, 1e-12, "%s", name);
	}
}

/* Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3: 1 of 29. */
Test(train_stats, loss_interval)
{
	struct train_record rec[29] = { 0 };
	struct train_counts c;

	for (uint32_t i = 1; i < ARRAY_SIZE(rec); i++)
		rec[i] = (struct train_record){ .received_ns = i, .copies = 1, .order = i };
	train_count(rec, ARRAY_SIZE(rec), &c);
	cr_expect_float_eq(c.loss.ratio, 1 / 29.0, 1e-15);
	cr_expect_float_eq(c.loss.ci95_low, 0.0061, 5e-5);
	cr_expect_float_eq(c.loss.ci95_high, 0.1718, 5e-5);
}

/* The last row's is NIST's StRD set NumAcc4, certified mean 10000000.2 and sd 0.1, in units of 0.1. */
Test(train_stats, moments)
{
	static int64_t nist[1001] = { 100000002 };
	static const int64_t one[] = { 7 }, eight[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
	const struct {
		const int64_t *samples;
		size_t n;
		double mean, sd;
	} rows[] = {
		{ NULL, 0, 0, 0 },
		{ one, 1, 7, 0 },
		{ eight, 8, 5, 2.1380899352993950 }, /* sqrt(32 / 7) */
		{ nist, 1001, 100000002, 1 },
	};

	for (size_t i = 1; i < ARRAY_SIZE(nist); i++)
		nist[i] = i % 2 ? 100000001 : 100000003;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct train_moments m;

		train_moments(rows[i].samples, rows[i].n, &m);
		cr_expect_eq(m.n, rows[i].n);
		cr_expect(near(m.mean, rows[i].mean, 1e-15), "row %zu: mean %.17g", i, m.mean);
		cr_expect(near(m.sd, rows[i].sd, 1e-14), "row %zu: sd %.17g", i, m.sd);
		cr_expect(near(m.se, rows[i].n ? rows[i].sd / sqrt((double)rows[i].n) : 0, 1e-14),
			  "row %zu: se %.17g", i, m.se);
	}
}

Test(train_stats, delays)
{
	struct train_record rec[TRACE_MAX];
	const size_t n = trace("cb.A", rec);
	static const int64_t expected_ms[] = { 1003, 1001, 998 };
	int64_t ns[TRACE_MAX];
	struct train_delay d;
	struct err err;

	cr_assert_eq(train_delay_samples(rec, n, ns), 3);
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(ns[i], expected_ms[i] * NSEC_PER_MSEC, "%zu", i);

	cr_assert_eq(train_delay(rec, n, &d, &err), 0);
	cr_expect_eq(d.quantiles.n, 3);
	cr_expect_eq(d.quantiles.ns[Q_MIN], 998 * NSEC_PER_MSEC);
	cr_expect_eq(d.quantiles.ns[Q_MAX], 1003 * NSEC_PER_MSEC);
	cr_expect_neq(d.quantiles.lost & 1U << Q_P99, 0, "one of four was lost");
	cr_expect_eq(d.moments.n, 3);
	cr_expect(near(d.moments.mean, 3002e6 / 3, 1e-15), "%.17g", d.moments.mean);
	cr_expect(near(d.moments.sd, sqrt(19 / 3.0) * 1e6, 1e-12), "%.17g", d.moments.sd);

	cr_assert_eq(train_delay(rec, 0, &d, &err), 0);
	cr_expect_eq(d.quantiles.n + d.moments.n, 0);
}

#define ARRIVED(ns)                                           \
	{                                                     \
		.received_ns = (ns), .copies = 1, .order = 1, \
	}

Test(train_stats, rate)
{
	/* Out of order, one lost, one of them twice. */
	static const struct train_record rec[] = {
		ARRIVED(1000), ARRIVED(4000), { 0 },
		ARRIVED(3000), ARRIVED(9500), { .received_ns = 7000, .copies = 2, .order = 1 },
	};
	static const struct {
		int64_t from, to;
		unsigned bytes;
		double bps;
	} rows[] = {
		{ 0, 10000, 1250, 4 * 1250 * 8e9 / 8500 },
		/* The beginning counts, the end does not. */
		{ 3000, 9500, 1250, 2 * 1250 * 8e9 / 4000 },
		{ 3001, 9501, 1000, 2 * 1000 * 8e9 / 5500 },
		{ 1000, 1001, 1250, 0 },
		{ 9501, 20000, 1250, 0 },
	};
	static const struct train_record together[] = { ARRIVED(5), ARRIVED(5) };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double bps =
			train_rate(rec, ARRAY_SIZE(rec), rows[i].from, rows[i].to, rows[i].bytes);

		cr_expect_eq(bps, rows[i].bps, "row %zu: %.17g", i, bps);
	}
	cr_expect_eq(train_rate(together, 2, 0, 10, 100), 0);
}

Test(train_stats, burst)
{
	/* At 8 Mbit/s a byte takes 1 us. */
	static const struct {
		const char *name;
		size_t n;
		struct train_record rec[5];
		uint64_t cir_bps, bytes;
	} rows[] = {
		{ "nothing", 0, { { 0 } }, 8000000, 0 },
		{ "one", 1, { ARRIVED(1000) }, 8000000, 100 },
		{ "at once", 3, { ARRIVED(1000), ARRIVED(1000), ARRIVED(1000) }, 8000000, 300 },
		{ "at the rate", 3, { ARRIVED(0), ARRIVED(100000), ARRIVED(200000) }, 8000000, 100 },
		{ "a lost one", 3, { ARRIVED(0), { 0 }, ARRIVED(50000) }, 8000000, 150 },
		{ "1 ns early rounds up", 2, { ARRIVED(0), ARRIVED(99999) }, 8000000, 101 },
		{ "1 ns late", 2, { ARRIVED(0), ARRIVED(100001) }, 8000000, 100 },
		{ "out of order", 3, { ARRIVED(90000), ARRIVED(0), ARRIVED(50000) }, 8000000, 210 },
		{ "idle saves nothing",
		  4,
		  { ARRIVED(0), ARRIVED(0), ARRIVED(900000), ARRIVED(900000) },
		  8000000,
		  200 },
		{ "over several, the first window",
		  5,
		  { ARRIVED(0), ARRIVED(10000), ARRIVED(20000), ARRIVED(900000), ARRIVED(999000) },
		  8000000,
		  280 },
		{ "over several, the last",
		  5,
		  { ARRIVED(0), ARRIVED(99000), ARRIVED(900000), ARRIVED(910000), ARRIVED(920000) },
		  8000000,
		  280 },
		{ "no rate at all", 2, { ARRIVED(0), ARRIVED(INT64_MAX) }, 0, 200 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t bytes;
		struct err err;

		cr_assert_eq(
			train_burst(rows[i].rec, rows[i].n, rows[i].cir_bps, 100, &bytes, &err), 0);
		cr_expect_eq(bytes, rows[i].bytes, "%s: %ju", rows[i].name, (uintmax_t)bytes);
	}
}

/* By the definition: the most that any window holds above the rate. */
static uint64_t burst_of_all_windows(const int64_t *at, size_t n, uint64_t cir_bps, unsigned bytes)
{
	const __int128 unit = (__int128)8 * NSEC_PER_SEC;
	__int128 most = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			most = MAX(most, unit * bytes * (j - i + 1) -
						 (__int128)cir_bps * (at[j] - at[i]));

	return (uint64_t)((most + unit - 1) / unit);
}

Test(train_stats, burst_is_that_of_the_worst_window)
{
	uint64_t rng = 1;

	for (unsigned round = 0; round < 200; round++) {
		struct train_record rec[100];
		int64_t at[ARRAY_SIZE(rec)], now = 1700000000 * NSEC_PER_SEC;
		uint64_t cir_bps = 5000000 + rng_next(&rng) % 10000000, bytes, expected;
		struct err err;

		for (size_t i = 0; i < ARRAY_SIZE(rec); i++) {
			now += (int64_t)(rng_next(&rng) % 2000000);
			at[i] = now;
			rec[i] = (struct train_record)ARRIVED(now);
		}
		expected = burst_of_all_windows(at, ARRAY_SIZE(at), cir_bps, 1251);
		cr_assert_eq(train_burst(rec, ARRAY_SIZE(rec), cir_bps, 1251, &bytes, &err), 0);
		cr_expect_eq(bytes, expected, "round %u: %ju, not %ju", round, (uintmax_t)bytes,
			     (uintmax_t)expected);
	}
}
