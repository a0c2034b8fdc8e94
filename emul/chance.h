/* SPDX-License-Identifier: ISC */
/*
 * How far figures of a correct link stray by chance: the range that each is in but with probability alpha, half of it
 * on either side. Pure. Independent samples, unless a variance says otherwise.
 */
#ifndef DXEMU_EMUL_CHANCE_H
#define DXEMU_EMUL_CHANCE_H

#include <stdint.h>

struct range {
	double low, high;
};

/* How many standard deviations a normal value strays. */
double chance_z(double alpha);

/*
 * chance_quantile() - the shares of a distribution between which the nearest-rank percentile @q (in (0, 1], 1 = the
 * largest) of @n samples falls: that percentile's rank is binomial, whatever the distribution is.
 */
struct range chance_quantile(uint64_t n, double q, double alpha);

/*
 * chance_count() - how many of @n trials succeed with probability @p. @variance is that of the number where trials
 * depend on each other; what is no more than theirs without that counts as independent, for which the range is exact.
 */
struct range chance_count(uint64_t n, double p, double variance, double alpha);

/*
 * chance_deviation() - the standard deviation of @n samples, as a multiple of the distribution's; @kurtosis is its
 * fourth moment in units of the squared variance (normal: 3). Wilson and Hilferty (PNAS 17, 1931), for as many
 * degrees of freedom as give the right variance.
 */
struct range chance_deviation(double n, double kurtosis, double alpha);

#endif
