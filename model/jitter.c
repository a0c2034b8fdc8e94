// SPDX-License-Identifier: ISC
#include "model/jitter.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/units.h"
#include "base/util.h"
#include "model/jitter_table.h"

/* Jitter without a correlation time of its own: long beside what packets of one flow are apart. */
#define CORRELATION_MIN_NS (100 * NSEC_PER_MSEC)
#define CORRELATION_SCALES 25

uint64_t profile_correlation_ns(const struct profile_dir *d)
{
	if (d->jitter_shape == JITTER_NONE || !d->jitter_ns)
		return 0;
	if (d->jitter_correlation_ns)
		return d->jitter_correlation_ns;

	return MAX((uint64_t)CORRELATION_MIN_NS, CORRELATION_SCALES * d->jitter_ns);
}

int jitter_dist_read(const struct profile_dir *d, struct jitter_dist *ret, struct err *err)
{
	struct jitter_dist dist = { .shape = d->jitter_shape };
	int r = 0;

	switch (d->jitter_shape) {
	case JITTER_PARETO:
		r = jitter_table_read_installed("pareto", &dist.table, &dist.n, err);
		break;
	case JITTER_PARETO_NORMAL:
		r = jitter_table_read_installed("paretonormal", &dist.table, &dist.n, err);
		break;
	case JITTER_TABLE:
		r = jitter_table_read(d->jitter_table, &dist.table, &dist.n, err);
		break;
	case JITTER_NONE:
	case JITTER_UNIFORM:
	case JITTER_NORMAL:
	case JITTER_HALF_NORMAL:
	case JITTER_SHAPE_COUNT:
		break;
	}
	if (r < 0)
		return err_wrap(err, "jitter");

	*ret = dist;
	return 0;
}

void jitter_dist_free(struct jitter_dist *dist)
{
	free(dist->table);
	*dist = (struct jitter_dist){ 0 };
}

int jitter_fits(const struct jitter_dist *dist, const struct profile_dir *d, struct err *err)
{
	double below = -jitter_lowest(dist) * (double)d->jitter_ns;
	char delay[32];

	if (below <= (double)d->delay_ns)
		return 0;

	return err_input(err,
			 "delay: %s is less than what the jitter reaches below it; allowed: %.0fns "
			 "or more with this shape and scale",
			 unit_format(UNIT_TIME, d->delay_ns, delay, sizeof(delay)), ceil(below));
}

/* The standard normal distribution: its density, and the share above @x. */
static double density(double x)
{
	return exp(-x * x / 2) / sqrt(2 * M_PI);
}

static double above(double x)
{
	return erfc(x * M_SQRT1_2) / 2;
}

/*
 * Where a share @p (0 to 0.5) is above: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23
 * (error up to 4.5e-4), made exact by Halley's method, which each time leaves the third power of the error
 * and about that factor: 1e-15 after two.
 */
static double normal_above(double p)
{
	double t = sqrt(-2 * log(p));
	double x = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
			       (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));

	for (int i = 0; i < 2; i++) {
		double newton = (p - above(x)) / density(x);

		x -= newton / (1 + x * newton / 2);
	}

	return x;
}

static double normal_quantile(double u)
{
	if (u <= above(JITTER_REACH))
		return -JITTER_REACH;
	if (u >= 1 - above(JITTER_REACH))
		return JITTER_REACH;

	return u < 0.5 ? -normal_above(u) : normal_above(1 - u);
}

static double half_normal_quantile(double u)
{
	double p = (1 - u) / 2;

	return p <= above(JITTER_REACH) ? JITTER_REACH : normal_above(p);
}

static double table_quantile(const struct jitter_dist *dist, double u)
{
	double at = u * (double)(dist->n - 1);
	size_t i = MIN((size_t)at, dist->n - 2);

	return dist->table[i] + (at - (double)i) * (dist->table[i + 1] - dist->table[i]);
}

double jitter_quantile(const struct jitter_dist *dist, double u)
{
	u = fmin(fmax(u, 0), 1);

	switch (dist->shape) {
	case JITTER_UNIFORM:
		return 2 * u - 1;
	case JITTER_NORMAL:
		return normal_quantile(u);
	case JITTER_HALF_NORMAL:
		return half_normal_quantile(u);
	case JITTER_PARETO:
	case JITTER_PARETO_NORMAL:
	case JITTER_TABLE:
		return table_quantile(dist, u);
	case JITTER_NONE:
	case JITTER_SHAPE_COUNT:
		break;
	}

	return 0;
}

static double table_cdf(const struct jitter_dist *dist, double x)
{
	size_t low = 0, high = dist->n - 1;
	double left, right;

	if (x < dist->table[low])
		return 0;
	if (x >= dist->table[high])
		return 1;

	/* To the last entry that is not above @x, so that of equal ones the last counts. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (dist->table[middle] <= x)
			low = middle;
		else
			high = middle;
	}
	left = dist->table[low];
	right = dist->table[high];

	return ((double)low + (x - left) / (right - left)) / (double)(dist->n - 1);
}

double jitter_cdf(const struct jitter_dist *dist, double x)
{
	switch (dist->shape) {
	case JITTER_UNIFORM:
		return fmin(fmax((x + 1) / 2, 0), 1);
	case JITTER_NORMAL:
		return x >= JITTER_REACH ? 1 : x < -JITTER_REACH ? 0 : above(-x);
	case JITTER_HALF_NORMAL:
		return x >= JITTER_REACH ? 1 : x < 0 ? 0 : 1 - 2 * above(x);
	case JITTER_PARETO:
	case JITTER_PARETO_NORMAL:
	case JITTER_TABLE:
		return table_cdf(dist, x);
	case JITTER_NONE:
	case JITTER_SHAPE_COUNT:
		break;
	}

	return x >= 0;
}

/* Integrals over the straight lines between entries. */
static void table_moments(const struct jitter_dist *dist, double *ret_mean, double *ret_square)
{
	double mean = 0, square = 0, n = (double)(dist->n - 1);

	for (size_t i = 0; i + 1 < dist->n; i++) {
		double a = dist->table[i], b = dist->table[i + 1];

		mean += (a + b) / 2;
		square += (a * a + a * b + b * b) / 3;
	}

	*ret_mean = mean / n;
	*ret_square = square / n;
}

void jitter_moments(const struct jitter_dist *dist, double *ret_mean, double *ret_sd)
{
	const double reach = JITTER_REACH, tail = above(reach);
	double mean = 0, square = 0;

	switch (dist->shape) {
	case JITTER_UNIFORM:
		square = 1.0 / 3;
		break;
	case JITTER_HALF_NORMAL:
		mean = 2 * (density(0) - density(reach) + reach * tail);
		/* Fallthrough: squares know no sign. */
		__attribute__((fallthrough));
	case JITTER_NORMAL:
		/* Of what is within reach, and of both ends. */
		square = 1 - 2 * tail - 2 * reach * density(reach) + 2 * reach * reach * tail;
		break;
	case JITTER_PARETO:
	case JITTER_PARETO_NORMAL:
	case JITTER_TABLE:
		table_moments(dist, &mean, &square);
		break;
	case JITTER_NONE:
	case JITTER_SHAPE_COUNT:
		break;
	}

	*ret_mean = mean;
	*ret_sd = sqrt(fmax(square - mean * mean, 0));
}

double jitter_lowest(const struct jitter_dist *dist)
{
	return jitter_quantile(dist, 0);
}
