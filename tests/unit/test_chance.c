// SPDX-License-Identifier: ISC
#include "emul/chance.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "base/util.h"

/* In (0, 1). */
static double uniform(uint64_t *rng)
{
	return ((double)(rng_next(rng) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *rng)
{
	return sqrt(-2 * log(uniform(rng))) * cos(2 * M_PI * uniform(rng));
}

/* From tables. */
Test(chance, z)
{
	static const struct {
		double alpha, z;
	} rows[] = {
		{ 0.05, 1.959963984540054 },
		{ 0.01, 2.5758293035489004 },
		{ 1e-6, 4.891638475698587 },
		{ 1, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_float_eq(chance_z(rows[i].alpha), rows[i].z, 1e-9, "%g", rows[i].alpha);
}

/*
 * Intervals of Clopper and Pearson from their quantiles of the beta distribution, and what is known in closed form: the
 * largest of n is below u with probability u^n.
 */
Test(chance, quantile)
{
	static const struct {
		uint64_t n;
		double q, alpha, low, high;
	} rows[] = {
		{ 10, 1, 0.05, 0.6915028921812392, 1 },
		{ 2000, 1, 1e-6, 0.9927719202627779, 1 },
		{ 1, 0.5, 0.1, 0.05, 1 },
		/* Beta(5, 6) and its 2.5 % and 97.5 % quantiles. */
		{ 10, 0.5, 0.05, 0.1870860284474045, 0.7376219 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct range r = chance_quantile(rows[i].n, rows[i].q, rows[i].alpha);

		cr_expect_float_eq(r.low, rows[i].low, 1e-7, "%zu: %.16g", i, r.low);
		cr_expect_float_eq(r.high, rows[i].high, 1e-7, "%zu: %.16g", i, r.high);
	}
}

/* Exact for independent trials: the last count whose tail, doubled, is no less than alpha. */
Test(chance, independent_counts)
{
	static const struct {
		uint64_t n;
		double p, alpha, low, high;
	} rows[] = {
		{ 10, 0, 0.05, 0, 0 },	  { 10, 1, 0.05, 10, 10 },    { 10, 0.5, 0.05, 2, 8 },
		{ 10, 0.5, 1e-9, 0, 10 }, { 100, 0.5, 0.05, 40, 60 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double p = rows[i].p, variance = (double)rows[i].n * p * (1 - p);
		struct range r = chance_count(rows[i].n, p, variance, rows[i].alpha);

		cr_expect_eq(r.low, rows[i].low, "%zu: %g", i, r.low);
		cr_expect_eq(r.high, rows[i].high, "%zu: %g", i, r.high);
		/* Less variance than that is not believed. */
		r = chance_count(rows[i].n, p, variance / 2, rows[i].alpha);
		cr_expect_eq(r.low, rows[i].low, "%zu: %g", i, r.low);
		cr_expect_eq(r.high, rows[i].high, "%zu: %g", i, r.high);
	}
}

enum { RUNS = 20000 };

/* So many of RUNS outside a range that holds all but a share @alpha are plausible. */
static bool plausible(unsigned outside, double alpha)
{
	return outside <= RUNS * alpha + 5 * sqrt(RUNS * alpha);
}

/* Clusters of a geometric number of successes each, of which there are a Poisson number; the worst case is few. */
Test(chance, clustered_counts)
{
	static const struct {
		double clusters, size;
	} rows[] = { { 20, 2 }, { 20, 100 }, { 40, 10 }, { 1000, 3 } };
	const double alpha = 0.001;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double size = rows[i].size, mean = rows[i].clusters * size;
		double variance = rows[i].clusters * (2 * size * size - size);
		struct range r = chance_count(10000000, mean / 1e7, variance, alpha);
		unsigned below = 0, above = 0;
		uint64_t rng = 17 + i;

		for (unsigned k = 0; k < RUNS; k++) {
			double count = 0, time = -log(uniform(&rng));

			for (; time < rows[i].clusters; time -= log(uniform(&rng)))
				count += 1 + floor(log(uniform(&rng)) / log1p(-1 / size));
			below += count < r.low;
			above += count > r.high;
		}
		cr_expect(plausible(below, alpha / 2), "%zu: %u below %g", i, below, r.low);
		cr_expect(plausible(above, alpha / 2), "%zu: %u above %g", i, above, r.high);
		/* Wide enough is easy; so is half of the mean, with enough clusters. */
		if (rows[i].clusters >= 1000)
			cr_expect(r.low > 0.8 * mean && r.high < 1.25 * mean, "%zu: %g to %g", i,
				  r.low, r.high);
	}
}

Test(chance, deviation)
{
	static const unsigned counts[] = { 30, 100, 1000 };
	const double alpha = 0.001;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		const unsigned n = counts[i];
		struct range r = chance_deviation(n, 3, alpha);
		unsigned outside = 0;
		uint64_t rng = 23 + i;

		for (unsigned k = 0; k < RUNS / 10; k++) {
			double sum = 0, squares = 0, sd;

			for (unsigned s = 0; s < n; s++) {
				double x = normal(&rng);

				sum += x;
				squares += x * x;
			}
			sd = sqrt((squares - sum * sum / n) / (n - 1));
			outside += sd < r.low || sd > r.high;
		}
		cr_expect_leq(outside, RUNS / 10 * alpha + 5 * sqrt(RUNS / 10 * alpha),
			      "%u: %u outside of %g to %g", n, outside, r.low, r.high);
		/* As wide as the normal approximation, roughly. */
		cr_expect_float_eq(r.high - r.low, 2 * chance_z(alpha) / sqrt(2 * n),
				   0.1 * (r.high - r.low), "%u: %g to %g", n, r.low, r.high);
	}
	cr_expect_lt(chance_deviation(100, 1.8, 1e-6).high, chance_deviation(100, 3, 1e-6).high);
}
