// SPDX-License-Identifier: ISC
/* What train_stats.h has to say about chance: Kolmogorov-Smirnov and the binomial test. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/util.h"
#include "traffic/train_stats.h"

static bool near(double x, double expected, double relative)
{
	return fabs(x - expected) <= relative * fabs(expected);
}

static double uniform(double x, const void *arg)
{
	(void)arg;

	return fmin(fmax(x, 0), 1);
}

static double die(double x, const void *arg)
{
	const double *sides = arg;

	return fmin(fmax(floor(x), 0), *sides) / *sides;
}

static double always_half(double x, const void *arg)
{
	(void)arg;

	return x >= 0.5;
}

Test(train_chance, ks)
{
	static const double six = 6;
	static const struct {
		const char *name;
		size_t n;
		double x[6];
		cdf_fn cdf;
		double distance;
	} rows[] = {
		{ "none", 0, { 0 }, uniform, 0 },
		{ "in the middle", 1, { 0.5 }, uniform, 0.5 },
		{ "the best five", 5, { 0.1, 0.3, 0.5, 0.7, 0.9 }, uniform, 0.1 },
		{ "in any order", 5, { 0.7, 0.1, 0.9, 0.3, 0.5 }, uniform, 0.1 },
		{ "far below a step", 2, { 0.9, 0.95 }, uniform, 0.9 },
		{ "far above a step", 2, { 0.05, 0.1 }, uniform, 0.9 },
		{ "equal ones are one step", 4, { 0.5, 0.5, 0.5, 0.5 }, uniform, 0.5 },
		{ "two steps of two", 4, { 0.25, 0.75, 0.25, 0.75 }, uniform, 0.25 },
		{ "a perfect die", 6, { 1, 2, 3, 4, 5, 6 }, die, 0 },
		{ "a die without 6", 6, { 1, 2, 3, 4, 5, 5 }, die, 1 / 6.0 },
		{ "a die that shows 1 and 6", 4, { 1, 6, 1, 6 }, die, 1 / 3.0 },
		{ "no spread, as it should be", 3, { 0.5, 0.5, 0.5 }, always_half, 0 },
		{ "no spread, elsewhere", 3, { 0.6, 0.6, 0.6 }, always_half, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double x[ARRAY_SIZE(rows[i].x)], distance;
		struct err err;

		memcpy(x, rows[i].x, sizeof(x));
		cr_assert_eq(ks_distance(x, rows[i].n, rows[i].cdf, &six, &distance, &err), 0);
		cr_expect_float_eq(distance, rows[i].distance, 1e-12, "%s: %.17g", rows[i].name,
				   distance);
		cr_expect_arr_eq(x, rows[i].x, sizeof(x), "%s: samples were moved", rows[i].name);
	}
}

/* From Python: sqrt(-log(a / 2) / 2) / sqrt(n). 1.36 / sqrt(n) and 1.63 / sqrt(n) are the tables' figures. */
Test(train_chance, ks_critical)
{
	static const struct {
		size_t n;
		double alpha, distance;
	} rows[] = {
		{ 20000, 1e-6, 0.019045116000253333 },
		{ 100, 0.05, 0.13581015157406195 },
		{ 1, 0.01, 1.6276236307187293 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect(near(ks_critical(rows[i].n, rows[i].alpha), rows[i].distance, 1e-14),
			  "row %zu", i);
}

/*
 * Known from Python's decimal at 50 digits: the terms comb(n, j) p^j (1 - p)^(n - j), summed from k outwards,
 * of both tails; twice the smaller.
 */
static const struct {
	uint64_t k, n;
	double p, p_value;
} binomial_rows[] = {
	{ 0, 10, 0.5, 0.001953125 },
	{ 2, 10, 0.5, 0.109375 },
	{ 5, 10, 0.5, 1 },
	{ 9, 10, 0.5, 0.021484375 },
	{ 7, 20, 0.2, 0.17338502713480053 },
	{ 0, 100, 0.05, 0.01184105844066805 },
	{ 12, 100, 0.05, 0.0085483649327318268 },
	{ 3, 1000, 0.0001, 0.00030844696949450928 },
	{ 20, 1000000, 1e-5, 0.0069083480609896638 },
	{ 0, 10000000, 1e-7, 0.73575884555493898 },
	{ 6, 10000000, 1e-7, 0.0011883684088989143 },
	{ 1200, 100000, 0.01, 7.6250662024291764e-10 },
	{ 101000, 1000000, 0.1, 0.00087723995259001634 },
	{ 98600, 1000000, 0.1, 2.9497890977855662e-06 },
	{ 9999995, 10000000, 0.9999999, 0.0073196890561948828 },
	{ 5007000, 10000000, 0.5, 9.5608904201836662e-06 },
	{ 2003000, 10000000, 0.2, 0.01774253886106433 },
	{ 35, 1000000, 0.0001, 1.0966900136202502e-13 },
	{ 0, 0, 0.3, 1 },
	{ 0, 100, 0, 1 },
	{ 1, 100, 0, 0 },
	{ 100, 100, 1, 1 },
	{ 99, 100, 1, 0 },
	{ 11, 10, 0.5, 0 },
};

Test(train_chance, binomial)
{
	for (size_t i = 0; i < ARRAY_SIZE(binomial_rows); i++) {
		uint64_t k = binomial_rows[i].k, n = binomial_rows[i].n;
		double p = binomial_rows[i].p, expected = binomial_rows[i].p_value;
		double found = binomial_p_value(k, n, p);

		cr_expect(near(found, expected, 1e-6), "%ju of %ju at %g: %.17g", (uintmax_t)k,
			  (uintmax_t)n, p, found);
		cr_expect_eq(binomial_plausible(k, n, p, 0.005), expected >= 0.005,
			     "%ju of %ju at %g", (uintmax_t)k, (uintmax_t)n, p);
	}
}

/* The Clopper-Pearson interval of 5 of 100 at 95 %, as R's binom.test(5, 100) prints it: 0.01643 to 0.11283. */
Test(train_chance, binomial_interval)
{
	static const struct {
		double p;
		bool plausible;
	} rows[] = {
		{ 0.01642, false },
		{ 0.01645, true },
		{ 0.11282, true },
		{ 0.11285, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_eq(binomial_plausible(5, 100, rows[i].p, 0.05), rows[i].plausible, "%g",
			     rows[i].p);
}
