// SPDX-License-Identifier: ISC
#include "traffic/loss_stats.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/auto.h"
#include "base/util.h"
#include "model/profile.h"
#include "tests/unit/traces.h"

#define MANY 2000000

static struct loss_shape shape_of(const struct train_record *rec, size_t n,
				  const struct loss_shape_opts *opts)
{
	struct loss_shape s;
	struct err err;

	cr_assert_eq(loss_shape(rec, n, opts, &s, &err), 0, "%s", err.msg);

	return s;
}

Test(loss_stats, bins)
{
	static const struct {
		uint64_t length;
		unsigned bin;
	} rows[] = {
		{ 1, 0 },	    { 2, 1 },
		{ 3, 2 },	    { 4, 2 },
		{ 5, 3 },	    { 8, 3 },
		{ 9, 4 },	    { 16, 4 },
		{ 17, 5 },	    { UINT64_C(1) << 31, 31 },
		{ UINT32_MAX, 32 }, { UINT64_C(1) << 32, 32 },
		{ UINT64_MAX, 32 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_eq(bin_of(rows[i].length), rows[i].bin, "%ju: %u",
			     (uintmax_t)rows[i].length, bin_of(rows[i].length));
	for (unsigned b = 0; b < BIN_COUNT; b++) {
		cr_expect_eq(bin_of(bin_low(b)), b, "%u", b);
		cr_expect_eq(bin_of(bin_high(b)), b, "%u", b);
		if (b)
			cr_expect_eq(bin_low(b), bin_high(b - 1) + 1, "%u", b);
	}
	cr_expect_eq(bin_high(BIN_COUNT - 1), UINT64_C(1) << 32);
}

Test(loss_stats, shape)
{
	static const struct {
		const char *letters;
		uint64_t lost, bins[4]; /* bursts of 1, 2, 3-4, 5-8 */
		struct loss_distance d; /* of delta 2 */
		double burst_ratio;
	} rows[] = {
		{ "", 0, { 0 }, { 0 }, 0 },
		{ "a", 0, { 0 }, { 0 }, 0 },
		{ ".", 1, { 1 }, { 0 }, 0 },
		{ "abc", 0, { 0 }, { 0 }, 0 },
		{ "....", 4, { 0, 0, 1 }, { 3, 1, 1, 1, 1, 3, 0.75 }, 0 },
		/* One burst of 1 of four: 1 (1 - 1/4). */
		{ "a.bc", 1, { 1 }, { 0 }, 0.75 },
		/* Copies take nothing off. */
		{ "A.BC", 1, { 1 }, { 0 }, 0.75 },
		/* Distances 3, 1, 3, 2, of 5 lost in 3 bursts: ratio 5/4 (1 - 5/10). */
		{ "a.bc..de.f.", 5, { 3, 1 }, { 4, 2.25, 1, 2, 3, 2, 0.4 }, 1.25 * 6 / 11 },
		/* The next to be lost is not in the same burst, and not near. */
		{ ".....abcde.", 6, { 1, 0, 0, 1 }, { 5, 2, 1, 1, 6, 4, 4 / 6.0 }, 3 * 5 / 11.0 },
		{ ".a.b.c", 3, { 3 }, { 2, 2, 2, 2, 2, 2, 2 / 3.0 }, 0.5 },
	};
	static const struct loss_shape_opts opts = { .delta = 2 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *name = rows[i].letters;
		const struct loss_distance *d = &rows[i].d;
		struct train_record rec[TRACE_MAX];
		struct loss_shape s = shape_of(rec, trace(name, rec), &opts);

		cr_expect_eq(s.counts.loss.lost, rows[i].lost, "%s", name);
		cr_expect_eq(s.counts.received + s.counts.loss.lost, strlen(name), "%s", name);
		for (unsigned b = 0; b < BIN_COUNT; b++)
			cr_expect_eq(s.bursts.n[b], b < 4 ? rows[i].bins[b] : 0, "%s: bin %u", name,
				     b);
		cr_expect_eq(s.distance.n, d->n, "%s", name);
		cr_expect_float_eq(s.distance.mean, d->mean, 1e-12, "%s", name);
		cr_expect_eq(s.distance.min, d->min, "%s", name);
		cr_expect_eq(s.distance.p50, d->p50, "%s: %ju", name, (uintmax_t)s.distance.p50);
		cr_expect_eq(s.distance.max, d->max, "%s", name);
		cr_expect_eq(s.distance.noticeable, d->noticeable, "%s: %ju", name,
			     (uintmax_t)s.distance.noticeable);
		cr_expect_float_eq(s.distance.noticeable_ratio, d->noticeable_ratio, 1e-12, "%s",
				   name);
		cr_expect_float_eq(s.burst_ratio, rows[i].burst_ratio, 1e-12, "%s: %g", name,
				   s.burst_ratio);
	}
}

/* RFC 3357, 6.1: of delta 99, packet 50 is lost, then three from 125 on; those three are noticeable. */
Test(loss_stats, noticeable)
{
	static const struct {
		uint64_t delta, noticeable;
	} rows[] = { { 0, 0 }, { 1, 2 }, { 74, 2 }, { 75, 3 }, { 99, 3 }, { UINT64_MAX, 3 } };
	struct train_record rec[200];

	for (size_t i = 0; i < ARRAY_SIZE(rec); i++)
		rec[i] = at_once(i, i == 50 || (i >= 125 && i < 128));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct loss_shape_opts opts = { .delta = rows[i].delta };
		struct loss_shape s = shape_of(rec, ARRAY_SIZE(rec), &opts);

		cr_expect_eq(s.distance.noticeable, rows[i].noticeable, "%ju",
			     (uintmax_t)rows[i].delta);
		cr_expect_float_eq(s.distance.noticeable_ratio, (double)rows[i].noticeable / 4,
				   1e-15);
	}
}

/* Delays are 1001, 998, 1001 and 997 ms (of two copies the first), and one packet never came. */
Test(loss_stats, late_is_not_lost)
{
	static const struct {
		int64_t tmax_ms;
		uint64_t late;
	} rows[] = { { 0, 0 },	 { 1, 4 },    { 996, 4 },  { 997, 3 },
		     { 998, 2 }, { 1000, 2 }, { 1001, 0 }, { 3000, 0 } };
	struct train_record rec[TRACE_MAX];
	size_t n = trace("a.dCb", rec);

	rec[2].received_ns = 1003 * NSEC_PER_MSEC;
	rec[3].received_ns = 1001 * NSEC_PER_MSEC;
	rec[4].received_ns = 1001 * NSEC_PER_MSEC;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct loss_shape_opts opts = { .tmax_ns = rows[i].tmax_ms * NSEC_PER_MSEC };
		struct loss_shape s = shape_of(rec, n, &opts);

		cr_expect_eq(s.late, rows[i].late, "%jd ms: %ju", (intmax_t)rows[i].tmax_ms,
			     (uintmax_t)s.late);
		cr_expect_eq(s.counts.loss.lost, 1);
		cr_expect_eq(s.counts.received, 4);
		cr_expect_eq(s.counts.duplicated, 1);
		cr_expect_eq(s.counts.loss.episodes, 1);
		cr_expect_eq(s.bursts.n[0], 1);
	}
}

/* As long as trains get. Bursts of a Gilbert link are geometric: (1 - r)^(k - 1) are of k or more. */
Test(loss_stats, a_long_train)
{
	static const struct profile_dir d = { .loss_model = LOSS_GILBERT,
					      .loss_p = 0.01,
					      .loss_r = 0.25 };
	static const struct loss_shape_opts opts = { .tmax_ns = 1, .delta = 10 };
	auto_free struct train_record *rec = drawn_train(&d, MANY, 1);
	struct loss_shape s = shape_of(rec, MANY, &opts);
	const double episodes = (double)s.counts.loss.episodes;

	cr_expect_eq(s.late, 0);
	cr_expect_eq(s.distance.n, s.counts.loss.lost - 1);
	for (unsigned b = 0; b < 5; b++) {
		double expected =
			pow(0.75, (double)bin_low(b) - 1) - pow(0.75, (double)bin_high(b));

		cr_expect_float_eq((double)s.bursts.n[b] / episodes, expected,
				   4 * sqrt(expected * (1 - expected) / episodes), "%u: %g, not %g",
				   b, (double)s.bursts.n[b] / episodes, expected);
	}
	/* Mean burst 1 / r = 4, of a share r / (p + r) that arrives. */
	cr_expect_float_eq(s.burst_ratio, 4 * 0.25 / 0.26, 0.05, "%g", s.burst_ratio);
}
