// SPDX-License-Identifier: ISC
#include "emul/chance.h"

#include <math.h>
#include <stdlib.h>

#include "base/util.h"
#include "traffic/train_stats.h"

/* Bisections: to the last bit of a double, or of a count. */
#define HALVINGS 64

double chance_z(double alpha)
{
	double low = 0, high = 40;

	for (int i = 0; i < HALVINGS; i++) {
		double z = (low + high) / 2;

		if (erfc(z * M_SQRT1_2) > alpha)
			low = z;
		else
			high = z;
	}

	return high;
}

/* The probability, between @plausible and @beyond, from which on @k of @n are no longer plausible. */
static double share_where(uint64_t k, uint64_t n, double plausible, double beyond, double alpha)
{
	for (int i = 0; i < HALVINGS; i++) {
		double p = (plausible + beyond) / 2;

		if (binomial_plausible(k, n, p, alpha))
			plausible = p;
		else
			beyond = p;
	}

	return beyond;
}

struct range chance_quantile(uint64_t n, double q, double alpha)
{
	uint64_t rank = MIN(MAX((uint64_t)ceil(q * (double)n), 1U), n);

	/*
	 * The value of that rank is below a share u if at least so many are, and above it if fewer than that are:
	 * the least u at which @rank is not too many, and the greatest at which rank - 1 is not too few.
	 */
	return (struct range){
		share_where(rank, n, (double)rank / (double)n, 0, alpha),
		rank == n ? 1 : share_where(rank - 1, n, (double)(rank - 1) / (double)n, 1, alpha),
	};
}

/* The count, between @plausible and @beyond, that is the last plausible one. */
static uint64_t count_where(uint64_t n, double p, uint64_t plausible, int64_t beyond, double alpha)
{
	while (llabs((int64_t)plausible - beyond) > 1) {
		int64_t k = ((int64_t)plausible + beyond) / 2;

		if (binomial_plausible((uint64_t)k, n, p, alpha))
			plausible = (uint64_t)k;
		else
			beyond = k;
	}

	return plausible;
}

/*
 * Counts that come in clusters are skewed, between a Poisson number of clusters, which the square root makes normal,
 * and a gamma distribution, which the cube root does; low by the one, high by the other, errs to the wide side.
 */
static struct range clustered(double mean, double variance, double alpha)
{
	double half = chance_z(alpha) * sqrt(variance) / mean; /* relative */
	double ninth = variance / (mean * mean) / 9;

	double low = fmax(1 - half / 2, 0), high = 1 - ninth + half / 3;

	return (struct range){ mean * low * low, mean * high * high * high };
}

struct range chance_count(uint64_t n, double p, double variance, double alpha)
{
	double mean = (double)n * p;

	if (p <= 0 || p >= 1)
		return (struct range){ mean, mean };
	if (variance > mean * (1 - p) * 1.01) {
		struct range r = clustered(mean, variance, alpha);

		return (struct range){ r.low, fmin(r.high, (double)n) };
	}

	return (struct range){
		(double)count_where(n, p, (uint64_t)mean, -1, alpha),
		(double)count_where(n, p, (uint64_t)ceil(mean), (int64_t)n + 1, alpha),
	};
}

struct range chance_deviation(double n, double kurtosis, double alpha)
{
	double freedom = 2 * n / fmax(kurtosis - 1, 0.1);
	double ninth = 2 / (9 * freedom), half = chance_z(alpha) * sqrt(ninth);

	double low = pow(fmax(1 - ninth - half, 0), 1.5), high = pow(1 - ninth + half, 1.5);

	return (struct range){ low, high };
}
