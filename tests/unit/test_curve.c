// SPDX-License-Identifier: ISC
/*
 * The curve against what its header promises. Bounds are five standard errors or more, and seeds are fixed: what
 * passes, passes always.
 */
#include "emul/curve.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/util.h"
#include "traffic/train_stats.h"

#define CORRELATION_NS 1000000
#define N 200000

/* What is left of it after a time, in correlation times. */
static double correlation_after(double times)
{
	return (1 + 5 * times) * exp(-5 * times);
}

/* Steps of this length: mean, variance, and the correlation of neighbours, for a process of long memory. */
Test(curve, stationary)
{
	static const double steps[] = { 0.02, 0.1, 0.5, 1, 3, 1e6 };

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		/* How many are as good as so many independent ones: 1 + 2 * the sum of all correlations. */
		double memory = fmax(1, 4 / (5 * steps[i])), se = sqrt(memory / N);
		double expected = correlation_after(steps[i]);
		double sum = 0, squares = 0, products = 0, before = 0;
		struct curve c;

		curve_init(&c, CORRELATION_NS, 11 + i);
		for (int k = 0; k < N; k++) {
			double x = curve_advance(&c, (int64_t)(steps[i] * CORRELATION_NS));

			sum += x;
			squares += x * x;
			products += k ? x * before : 0;
			before = x;
		}
		cr_expect_float_eq(sum / N, 0, 5 * se, "%g: mean %g", steps[i], sum / N);
		cr_expect_float_eq(squares / N, 1, 5 * sqrt(2) * se, "%g: variance %g", steps[i],
				   squares / N);
		cr_expect_float_eq(products / (N - 1) / (squares / N), expected,
				   5 * fmin(sqrt(1.0 / N) + 0.01 * (1 - expected), se),
				   "%g: correlation %g, not %g", steps[i],
				   products / (N - 1) / (squares / N), expected);
	}
}

/* The 4 % of the header. */
Test(curve, correlation_time)
{
	cr_expect_float_eq(correlation_after(1), 0.0404, 5e-5);
}

/* However a time is cut into steps, the process after it is the same: its correlation with what it was, and its slope. */
Test(curve, steps)
{
	static const unsigned cuts[] = { 1, 2, 5, 50 };
	const double times = 0.4, t = 5 * times, expected = exp(-t) * (1 + t);

	for (size_t i = 0; i < ARRAY_SIZE(cuts); i++) {
		double products = 0, slopes = 0, squares = 0, slope_squares = 0;
		enum { RUNS = 20000 };
		double se = 1 / sqrt(RUNS);

		for (unsigned k = 0; k < RUNS; k++) {
			struct curve c;
			double x;

			curve_init(&c, CORRELATION_NS, 100000 * i + k);
			x = c.x;
			for (unsigned s = 0; s < cuts[i]; s++)
				(void)curve_advance(&c,
						    (int64_t)(times * CORRELATION_NS / cuts[i]));
			products += x * c.x;
			slopes += x * c.slope;
			squares += c.x * c.x;
			slope_squares += c.slope * c.slope;
		}
		cr_expect_float_eq(squares / RUNS, 1, 5 * sqrt(2) * se, "%u: variance %g", cuts[i],
				   squares / RUNS);
		cr_expect_float_eq(slope_squares / RUNS, 1, 5 * sqrt(2) * se,
				   "%u: variance of the slope %g", cuts[i], slope_squares / RUNS);
		cr_expect_float_eq(products / RUNS, expected, 5 * 1.3 * se,
				   "%u: correlation %g, not %g", cuts[i], products / RUNS,
				   expected);
		/* d/dt of the correlation, in units of a. */
		cr_expect_float_eq(slopes / RUNS, -exp(-t) * t, 5 * 1.3 * se,
				   "%u: slope goes with %g, not %g", cuts[i], slopes / RUNS,
				   -exp(-t) * t);
	}
}

/* A curve with a slope: in a hundredth of the time it moves by a hundredth, and not by a tenth. */
Test(curve, smooth)
{
	double mean[2] = { 0 };

	for (unsigned i = 0; i < 2; i++) {
		int64_t step = i ? CORRELATION_NS / 100000 : CORRELATION_NS / 1000;
		struct curve c;

		curve_init(&c, CORRELATION_NS, 5);
		for (int k = 0; k < 10000; k++) {
			double x = c.x;

			/* From one place to another, of which each is as good. */
			mean[i] += fabs(curve_advance(&c, step) - x) / 10000;
			(void)curve_advance(&c, CORRELATION_NS);
		}
	}
	cr_expect_float_eq(mean[0] / mean[1], 100, 5, "%g and %g", mean[0], mean[1]);
}

static double cdf(double x, const void *dist)
{
	return jitter_cdf(dist, x);
}

/* Values are distributed as the shape, whatever shape it is. */
Test(curve, shapes)
{
	static const struct {
		enum jitter_shape shape;
	} rows[] = { { JITTER_UNIFORM }, { JITTER_NORMAL }, { JITTER_HALF_NORMAL } };
	enum { SAMPLES = 100000 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct jitter_dist dist = { .shape = rows[i].shape };
		static double x[SAMPLES];
		double distance;
		struct curve c;
		struct err err;

		curve_init(&c, CORRELATION_NS, 31 + i);
		for (size_t k = 0; k < SAMPLES; k++) {
			(void)curve_advance(&c, CORRELATION_NS);
			x[k] = curve_value(&c, &dist);
		}
		cr_assert_eq(ks_distance(x, SAMPLES, cdf, &dist, &distance, &err), 0);
		cr_expect_lt(distance, ks_critical(SAMPLES, 1e-6), "%s: %g",
			     jitter_shape_names[rows[i].shape], distance);
	}
}

/* The seed, and nothing else, decides. */
Test(curve, seeds)
{
	struct curve a, b, other;

	curve_init(&a, CORRELATION_NS, 1);
	curve_init(&b, CORRELATION_NS, 1);
	curve_init(&other, CORRELATION_NS, 2);
	for (int i = 0; i < 100; i++) {
		double x = curve_advance(&a, 20000);

		cr_expect_eq(x, curve_advance(&b, 20000));
		cr_expect_neq(x, curve_advance(&other, 20000));
	}
}
