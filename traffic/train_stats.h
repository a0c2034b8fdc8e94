/* SPDX-License-Identifier: ISC */
/* What a train says about a link. Pure: records in, figures out; no clock, no sockets. */
#ifndef DXEMU_TRAFFIC_TRAIN_STATS_H
#define DXEMU_TRAFFIC_TRAIN_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/result.h"
#include "traffic/train.h"

/* Mean of @n samples, their standard deviation (n - 1) and the standard error of the mean; 0 where undefined. */
struct train_moments {
	uint64_t n;
	double mean, sd, se;
};

struct train_counts {
	struct loss_stats loss;	    /* with its Wilson interval; few is the caller's to know */
	uint64_t received;	    /* packets that arrived, each counted once */
	uint64_t duplicated;	    /* packets of which more than one copy arrived */
	uint64_t reordered;	    /* as order_reordering() has them (traffic/order_stats.h) */
	struct train_moments burst; /* packets lost in a row, per episode */
	struct train_moments gap;   /* packets received between an episode and the next */
};

void train_count(const struct train_record *rec, size_t n, struct train_counts *out);

/* One past the run that begins at @from, below @n: of packets that all arrived, or were all lost. */
size_t train_run_end(const struct train_record *rec, size_t n, size_t from);

/* One-way delay of the packets that arrived, nanoseconds. */
struct train_delay {
	struct quantiles quantiles; /* as stats_quantiles() has them */
	struct train_moments moments;
};

/* -ENOMEM */
int train_delay(const struct train_record *rec, size_t n, struct train_delay *out, struct err *err);

/* The delays one by one, in the order of sequence numbers, into room for @n; returns how many arrived. */
size_t train_delay_samples(const struct train_record *rec, size_t n, int64_t *ns);

/* The receive stamps, earliest first, into room for @n; returns how many arrived. */
size_t train_arrivals(const struct train_record *rec, size_t n, int64_t *at);

void train_moments(const int64_t *samples, size_t n, struct train_moments *out);

/*
 * train_rate() - bits per second of what arrived from @from_ns on and before @to_ns, counting
 * @bytes_each per packet: k packets take k - 1 packets' time from the first to the last.
 * 0 if fewer than two arrived, or all at once. Second copies do not count.
 */
double train_rate(const struct train_record *rec, size_t n, int64_t from_ns, int64_t to_ns,
		  unsigned bytes_each);

/*
 * train_burst() - the smallest burst, in whole bytes, of a token bucket of @cir_bps that would have
 * let everything pass: in no window of time, however long, did more arrive than @cir_bps for its
 * length and this. Exact. Second copies do not count. -ENOMEM.
 */
int train_burst(const struct train_record *rec, size_t n, uint64_t cir_bps, unsigned bytes_each,
		uint64_t *ret_bytes, struct err *err);

/* P(X <= x); must not fall. @arg is what the caller of ks_distance() gave. */
typedef double (*cdf_fn)(double x, const void *arg);

/*
 * ks_distance() - Kolmogorov-Smirnov: the largest difference between the share of samples up to x
 * and cdf(x), over all x, so on both sides of every step. Equal samples are one step, and the cdf
 * may have steps too. Samples may be in any order and stay as they are. 0 without any. -ENOMEM.
 */
int ks_distance(const double *samples, size_t n, cdf_fn cdf, const void *arg, double *ret_distance,
		struct err *err);

/*
 * ks_critical() - the distance that @n independent samples of the distribution exceed with probability @alpha
 * or less: sqrt(-ln(alpha / 2) / 2) / sqrt(n). Kolmogorov's limit, first term; by the inequality of Dvoretzky,
 * Kiefer and Wolfowitz with Massart's constant (Annals of Probability 18, 1990) it holds for every n and for
 * distributions with steps.
 */
double ks_critical(size_t n, double alpha);

/*
 * binomial_p_value() - how often @n independent draws of probability @p stray from n p as far as @k, or further:
 * twice the exact tail, at most 1. For n up to 1e7 the error is below 1e-6 of the value.
 *
 * binomial_plausible() - whether that is @alpha or more; the same as: whether the interval of Clopper and Pearson
 * (Biometrika 26, 1934) at confidence 1 - alpha around k / n holds @p. False for k > n.
 */
double binomial_p_value(uint64_t k, uint64_t n, double p);
bool binomial_plausible(uint64_t k, uint64_t n, double p, double alpha);

#endif
