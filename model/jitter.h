/* SPDX-License-Identifier: ISC */
/*
 * The latency that varies, as a distribution: quantiles and cumulated probability of a shape, in units of its scale.
 * Pure but for reading a table.
 *
 * uniform is on [-1, 1] and normal has standard deviation 1, as with tc-netem(8); half-normal is the absolute value
 * of a normal one, so that it only adds; pareto and pareto-normal are iproute2's tables, whose moments are not what
 * their names suggest (they are cut at +4), and table is the user's own. No shape reaches farther than JITTER_REACH:
 * what a normal one would put beyond lies there. Between the entries of a table values are interpolated.
 */
#ifndef DXEMU_MODEL_JITTER_H
#define DXEMU_MODEL_JITTER_H

#include "base/err.h"
#include "model/profile.h"

#define JITTER_REACH 4.0
#define JITTER_TABLE_MAX 65536

struct jitter_dist {
	enum jitter_shape shape;
	double *table; /* sorted; NULL for shapes in closed form */
	size_t n;
};

/*
 * jitter_dist_read() - what the profile's jitter is drawn from; reads the .dist file that pareto, pareto-normal (of
 * iproute2, as installed, or from $TC_LIB_DIR as for tc) and table need: numbers in units of 1/8192, blank-separated,
 * lines that begin with # are comments. err_input() for a table that is not one; err_env() where a table of
 * iproute2's is not installed. Free with jitter_dist_free().
 */
int jitter_dist_read(const struct profile_dir *d, struct jitter_dist *ret, struct err *err);
void jitter_dist_free(struct jitter_dist *dist);

/*
 * Whether the latency stays above zero: the delay is at least what the distribution reaches below it. err_input() says
 * what the least delay is. profile_check() has done so for every shape but table.
 */
int jitter_fits(const struct jitter_dist *dist, const struct profile_dir *d, struct err *err);

/* The value that a share @u (0 to 1) of the distribution is below. */
double jitter_quantile(const struct jitter_dist *dist, double u);

/*
 * The share of the distribution that is at or below @x; undoes jitter_quantile() to 1e-9, but where many shares have
 * one value (equal entries of a table, the ends of normal): there it is the largest of them.
 */
double jitter_cdf(const struct jitter_dist *dist, double x);

/* Mean and standard deviation. */
void jitter_moments(const struct jitter_dist *dist, double *ret_mean, double *ret_sd);

/* The lowest value: how much less than the delay the latency may get. */
double jitter_lowest(const struct jitter_dist *dist);

#endif
