// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>
#include <math.h>

#include "base/auto.h"
#include "base/util.h"
#include "model/profile.h"
#include "tests/unit/traces.h"
#include "traffic/loss_stats.h"

/* sqrt((k + 1) (n - k + 1) / ((n + 2)^2 (n + 3))) for k of n */
Test(loss_fit, transitions)
{
	static const struct {
		const char *letters;
		struct gilbert_fit f;
	} rows[] = {
		{ "", { .fit = LOSS_FIT_FEW } },
		{ "a", { .fit = LOSS_FIT_FEW } },
		{ ".", { .fit = LOSS_FIT_FEW } },
		{ "abc", { .fit = LOSS_FIT_FEW } },
		{ "...", { .fit = LOSS_FIT_FEW } },
		{ "ab.", { .fit = LOSS_FIT_FEW } },
		{ ".a", { .fit = LOSS_FIT_FEW } },
		/* One to the good of one that was bad, and none the other way of one: sqrt(2 / (9 * 4)). */
		{ ".ab", { LOSS_FIT_OK, 0, M_SQRT2 / 6, 1, M_SQRT2 / 6 } },
		/* Both of two; two of three: sqrt(3 / (16 * 5)), sqrt(6 / (25 * 6)). */
		{ "a.b..c", { LOSS_FIT_OK, 1, 0.193649167310371, 2 / 3.0, 0.2 } },
		/* 1 of 4; 0 of 3: sqrt(8 / (36 * 7)), sqrt(4 / (25 * 6)). */
		{ "abcd....", { LOSS_FIT_OK, 0.25, 0.178174161274950, 0, 0.163299316185545 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *name = rows[i].letters;
		struct train_record rec[TRACE_MAX];
		struct gilbert_fit f;

		loss_fit_gilbert(rec, trace(name, rec), &f);
		cr_expect_eq(f.fit, rows[i].f.fit, "%s: %d", name, f.fit);
		cr_expect_float_eq(f.p, rows[i].f.p, 1e-14, "%s: %g", name, f.p);
		cr_expect_float_eq(f.p_se, rows[i].f.p_se, 1e-14, "%s: %.15g", name, f.p_se);
		cr_expect_float_eq(f.r, rows[i].f.r, 1e-14, "%s: %g", name, f.r);
		cr_expect_float_eq(f.r_se, rows[i].f.r_se, 1e-14, "%s: %.15g", name, f.r_se);
	}
}

/*
 * Periods of 50, of which 111101 are lost: a = 5 / 50; of five that are lost three have a lost next, b = 3 / 5; of
 * three outer pairs two have a lost middle, c = 2 / 3. Then 1 - r = 44 / 49, bad = b 49 / 44 = 147 / 220 and
 * p = (1 / 10) (5 / 49) / (125 / 220) = 44 / 2450. Forty periods: each twentieth of the train has two, so that it
 * does not matter which of them is left out.
 */
Test(loss_fit, three_parameters_by_hand)
{
	struct train_record rec[50 * 40];
	struct gilbert_bad_fit f;

	for (size_t i = 0; i < ARRAY_SIZE(rec); i++)
		rec[i] = at_once(i, i % 50 < 6 && i % 50 != 4);
	loss_fit_gilbert_bad(rec, ARRAY_SIZE(rec), &f);
	cr_assert_eq(f.fit, LOSS_FIT_OK, "%d", f.fit);
	cr_expect_float_eq(f.r, 5 / 49.0, 1e-13, "%.15g", f.r);
	cr_expect_float_eq(f.bad, 147 / 220.0, 1e-13, "%.15g", f.bad);
	cr_expect_float_eq(f.p, 44 / 2450.0, 1e-13, "%.15g", f.p);
	cr_expect_lt(f.p_se + f.r_se + f.bad_se, 1e-12);
}

/*
 * The same, but in the second half only every other period has losses: ten parts with 10 lost of 100, ten with 5.
 * Without one of the former a = 140 / 1900, without one of the latter 145 / 1900; b and c are as before. Half of the
 * twenty estimates are one number and half another, x and y: the error is sqrt(19) |x - y| / 2.
 */
Test(loss_fit, jackknife_by_hand)
{
	struct train_record rec[2000];
	struct gilbert_bad_fit f;

	for (size_t i = 0; i < ARRAY_SIZE(rec); i++)
		rec[i] = at_once(i, i % 50 < 6 && i % 50 != 4 && (i < 1000 || i % 100 < 50));
	loss_fit_gilbert_bad(rec, ARRAY_SIZE(rec), &f);
	cr_assert_eq(f.fit, LOSS_FIT_OK, "%d", f.fit);
	cr_expect_float_eq(f.p, 0.0128364389233954, 1e-13, "%.15g", f.p);
	cr_expect_float_eq(f.p_se, 0.00112003061252569, 1e-13, "%.15g", f.p_se);
	cr_expect_float_eq(f.r, 0.101449275362319, 1e-13, "%.15g", f.r);
	cr_expect_float_eq(f.r_se, 0.000128498230599023, 1e-13, "%.15g", f.r_se);
	cr_expect_float_eq(f.bad, 0.667741935483871, 1e-13, "%.15g", f.bad);
	cr_expect_float_eq(f.bad_se, 9.54911845180875e-05, 1e-13, "%.15g", f.bad_se);
}

/* What makes no fit is said, and makes no figure. */
Test(loss_fit, three_parameters_undefined)
{
	static const struct {
		const char *name;
		unsigned period, from,
			to; /* lost: of each period those from @from on, before @to */
		enum loss_fit fit;
	} rows[] = {
		{ "nothing lost", 100, 0, 0, LOSS_FIT_FEW },
		{ "all lost", 100, 0, 100, LOSS_FIT_FEW },
		{ "all but the last lost", 10000, 0, 9999, LOSS_FIT_FEW },
		{ "one burst", 10000, 300, 400, LOSS_FIT_FEW },
		/* c = 0 of none */
		{ "pairs", 100, 0, 2, LOSS_FIT_FEW },
		/* 1 - r = 1 - 1/100 = P(1|0) or so */
		{ "single losses", 100, 50, 51, LOSS_FIT_NO_MEMORY },
		/* c = 1 and b = 4 / 5: bad = 1.05 */
		{ "bursts of five", 100, 50, 55, LOSS_FIT_OUT_OF_RANGE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct train_record rec[10000];
		struct gilbert_bad_fit f;

		for (size_t k = 0; k < ARRAY_SIZE(rec); k++)
			rec[k] = at_once(k, k % rows[i].period >= rows[i].from &&
						    k % rows[i].period < rows[i].to);
		loss_fit_gilbert_bad(rec, ARRAY_SIZE(rec), &f);
		cr_expect_eq(f.fit, rows[i].fit, "%s: %d", rows[i].name, f.fit);
		cr_expect(f.p == 0 && f.r == 0 && f.bad == 0 && f.p_se == 0 && f.r_se == 0 &&
				  f.bad_se == 0,
			  "%s", rows[i].name);
	}
}

/* Without the twentieth that has the one burst, b = c = 0: what would fit is no number. */
Test(loss_fit, three_parameters_of_one_burst)
{
	struct train_record rec[10000];
	struct gilbert_bad_fit f;

	for (size_t i = 0; i < ARRAY_SIZE(rec); i++)
		rec[i] = at_once(i, i % 250 == 100 || i % 250 == 102 || (i >= 1500 && i < 1600));
	loss_fit_gilbert_bad(rec, ARRAY_SIZE(rec), &f);
	cr_expect_eq(f.fit, LOSS_FIT_FEW, "%d: %g", f.fit, f.bad_se);
}

/* Whatever was lost: all finite, and within range where it is said to be. */
Test(loss_fit, fits_are_finite)
{
	struct train_record rec[TRACE_MAX];

	for (unsigned n = 0; n <= 14; n++)
		for (unsigned lost = 0; lost < 1U << n; lost++) {
			struct gilbert_bad_fit b;
			struct gilbert_fit g;

			for (unsigned i = 0; i < n; i++)
				rec[i] = at_once(i, lost >> i & 1);
			loss_fit_gilbert(rec, n, &g);
			loss_fit_gilbert_bad(rec, n, &b);
			cr_assert(isfinite(g.p + g.p_se + g.r + g.r_se), "%u of %u", lost, n);
			cr_assert(isfinite(b.p + b.p_se + b.r + b.r_se + b.bad + b.bad_se),
				  "%u of %u", lost, n);
			cr_assert(g.p >= 0 && g.p <= 1 && g.r >= 0 && g.r <= 1, "%u of %u", lost,
				  n);
			cr_assert(b.p >= 0 && b.p <= 1 && b.r >= 0 && b.r <= 1 && b.bad <= 1,
				  "%u of %u", lost, n);
		}
}

struct spread {
	double n, sum, squares, se;
};

static void spread_add(struct spread *s, double x, double se)
{
	s->n++;
	s->sum += x;
	s->squares += x * x;
	s->se += se;
}

/*
 * The estimates of many trains scatter around @expected, and as far as their standard errors say: within 15 %,
 * where the deviation of 400 has an error of 3.5 %.
 */
static void expect_spread(const char *name, const struct spread *s, double expected, double bias)
{
	double mean = s->sum / s->n, sd = sqrt(s->squares / s->n - mean * mean), se = s->se / s->n;

	cr_expect_float_eq(mean, expected, 4 * sd / sqrt(s->n) + bias * sd, "%s: %g, not %g", name,
			   mean, expected);
	cr_expect_float_eq(se / sd, 1, 0.15, "%s: %g, not %g", name, se, sd);
}

/* Not biased by more than a fifth of their error. */
Test(loss_fit, gilbert_simulated)
{
	static const struct profile_dir d = { .loss_model = LOSS_GILBERT,
					      .loss_p = 0.01,
					      .loss_r = 0.3 };
	struct spread p = { 0 }, r = { 0 };
	unsigned fits = 0;

	for (uint64_t seed = 1; seed <= 400; seed++) {
		const size_t n = 20000;
		auto_free struct train_record *rec = drawn_train(&d, n, seed);
		struct gilbert_bad_fit b;
		struct gilbert_fit f;

		loss_fit_gilbert(rec, n, &f);
		cr_assert_eq(f.fit, LOSS_FIT_OK);
		spread_add(&p, f.p, f.p_se);
		spread_add(&r, f.r, f.r_se);

		/* With three, the bad state that loses everything is at the border. */
		loss_fit_gilbert_bad(rec, n, &b);
		cr_expect(b.fit == LOSS_FIT_OUT_OF_RANGE ||
				  (b.fit == LOSS_FIT_OK && b.bad > 1 - 5 * b.bad_se),
			  "seed %ju: %d, %g", (uintmax_t)seed, b.fit, b.bad);
		fits += b.fit == LOSS_FIT_OK;
	}
	expect_spread("p", &p, d.loss_p, 0.2);
	expect_spread("r", &r, d.loss_r, 0.2);
	cr_expect(fits > 100 && fits < 300, "%u", fits);
}

Test(loss_fit, three_parameters_simulated)
{
	static const struct profile_dir d = {
		.loss_model = LOSS_GILBERT_ELLIOTT, .loss_p = 0.01, .loss_r = 0.1, .loss_bad = 0.5
	};
	struct spread p = { 0 }, r = { 0 }, bad = { 0 };

	for (uint64_t seed = 1; seed <= 400; seed++) {
		const size_t n = 50000;
		auto_free struct train_record *rec = drawn_train(&d, n, seed);
		struct gilbert_bad_fit f;

		loss_fit_gilbert_bad(rec, n, &f);
		cr_assert_eq(f.fit, LOSS_FIT_OK, "seed %ju: %d", (uintmax_t)seed, f.fit);
		spread_add(&p, f.p, f.p_se);
		spread_add(&r, f.r, f.r_se);
		spread_add(&bad, f.bad, f.bad_se);
	}
	expect_spread("p", &p, d.loss_p, 0.2);
	expect_spread("r", &r, d.loss_r, 0.2);
	expect_spread("bad", &bad, d.loss_bad, 0.2);
}

/* Of 300 links that lose by plain chance, 0.3 % look otherwise; of them no more than 6 with five nines. */
Test(loss_fit, chance_has_no_memory)
{
	static const struct profile_dir d = { .loss_ratio = 0.05 };
	unsigned others = 0;

	for (uint64_t seed = 1; seed <= 300; seed++) {
		const size_t n = 20000;
		auto_free struct train_record *rec = drawn_train(&d, n, seed);
		struct gilbert_bad_fit f;

		loss_fit_gilbert_bad(rec, n, &f);
		others += f.fit != LOSS_FIT_NO_MEMORY;
	}
	cr_expect_leq(others, 6, "%u", others);
}
