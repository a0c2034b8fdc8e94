// SPDX-License-Identifier: ISC
#include "traffic/train_stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"
#include "traffic/order_stats.h"
#include "traffic/stats.h"

#define BITS_PER_BYTE 8

/* Sums that moments come from, taken about @origin: squares of large numbers would swallow the deviations. */
struct sums {
	uint64_t n;
	double origin, sum, squares;
};

static void sums_add(struct sums *s, double x)
{
	if (s->n++ == 0)
		s->origin = x;
	s->sum += x - s->origin;
	s->squares += (x - s->origin) * (x - s->origin);
}

static struct train_moments sums_moments(const struct sums *s)
{
	const double n = (double)s->n;
	struct train_moments m = { .n = s->n };

	if (s->n >= 1)
		m.mean = s->origin + s->sum / n;
	if (s->n >= 2) {
		m.sd = sqrt(MAX(s->squares - s->sum * s->sum / n, 0) / (n - 1));
		m.se = m.sd / sqrt(n);
	}

	return m;
}

void train_moments(const int64_t *samples, size_t n, struct train_moments *out)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < n; i++)
		sums_add(&sums, (double)samples[i]);
	*out = sums_moments(&sums);
}

size_t train_run_end(const struct train_record *rec, size_t n, size_t from)
{
	const bool lost = rec[from].copies == 0;
	size_t end = from + 1;

	while (end < n && (rec[end].copies == 0) == lost)
		end++;

	return end;
}

/* Runs of losses, and of arrivals between two of them. */
static void count_runs(const struct train_record *rec, size_t n, struct train_counts *out)
{
	struct sums bursts = { 0 }, gaps = { 0 };

	for (size_t i = 0, end; i < n; i = end) {
		end = train_run_end(rec, n, i);
		if (rec[i].copies == 0) {
			out->loss.lost += end - i;
			out->loss.longest_burst = MAX(out->loss.longest_burst, end - i);
			sums_add(&bursts, (double)(end - i));
		} else if (i > 0 && end < n) {
			sums_add(&gaps, (double)(end - i));
		}
	}
	out->loss.episodes = bursts.n;
	out->burst = sums_moments(&bursts);
	out->gap = sums_moments(&gaps);
}

void train_count(const struct train_record *rec, size_t n, struct train_counts *out)
{
	struct reordering order;

	*out = (struct train_counts){ .loss.sent = n };
	count_runs(rec, n, out);
	stats_loss_rate(&out->loss);
	out->received = n - out->loss.lost;
	order_reordering(rec, n, &order);
	out->reordered = order.reordered;
	for (size_t i = 0; i < n; i++)
		out->duplicated += rec[i].copies > 1;
}

size_t train_delay_samples(const struct train_record *rec, size_t n, int64_t *ns)
{
	size_t arrived = 0;

	for (size_t i = 0; i < n; i++)
		if (rec[i].copies)
			ns[arrived++] = rec[i].received_ns - rec[i].sent_ns;

	return arrived;
}

int train_delay(const struct train_record *rec, size_t n, struct train_delay *out, struct err *err)
{
	auto_free int64_t *ns = calloc(MAX(n, 1U), sizeof(*ns));
	size_t arrived;

	if (!ns)
		return err_sys(err, -ENOMEM, "delays of %zu packets", n);

	arrived = train_delay_samples(rec, n, ns);
	train_moments(ns, arrived, &out->moments);
	stats_quantiles(ns, arrived, n - arrived, &out->quantiles);

	return 0;
}

double train_rate(const struct train_record *rec, size_t n, int64_t from_ns, int64_t to_ns,
		  unsigned bytes_each)
{
	int64_t first = INT64_MAX, last = INT64_MIN;
	uint64_t k = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t at = rec[i].received_ns;

		if (rec[i].copies == 0 || at < from_ns || at >= to_ns)
			continue;
		first = MIN(first, at);
		last = MAX(last, at);
		k++;
	}
	if (k < 2 || first == last)
		return 0;

	return (double)((k - 1) * bytes_each * BITS_PER_BYTE) * (double)NSEC_PER_SEC /
	       (double)(last - first);
}

static int compare_ns(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

size_t train_arrivals(const struct train_record *rec, size_t n, int64_t *at)
{
	size_t arrived = 0;

	for (size_t i = 0; i < n; i++)
		if (rec[i].copies)
			at[arrived++] = rec[i].received_ns;
	qsort(at, arrived, sizeof(*at), compare_ns);

	return arrived;
}

/*
 * One pass over the arrivals: the fill of a bucket that is as deep as it needs to be, in billionths of a bit,
 * which are whole at any rate in bit/s. It runs out at the rate, never below empty.
 */
int train_burst(const struct train_record *rec, size_t n, uint64_t cir_bps, unsigned bytes_each,
		uint64_t *ret_bytes, struct err *err)
{
	auto_free int64_t *at = calloc(MAX(n, 1U), sizeof(*at));
	const __int128 byte = (__int128)BITS_PER_BYTE * NSEC_PER_SEC;
	__int128 fill = 0, most = 0;
	size_t arrived;

	if (!at)
		return err_sys(err, -ENOMEM, "arrivals of %zu packets", n);

	arrived = train_arrivals(rec, n, at);
	for (size_t i = 0; i < arrived; i++) {
		if (i > 0)
			fill -= (__int128)cir_bps * (at[i] - at[i - 1]);
		fill = MAX(fill, 0) + byte * bytes_each;
		most = MAX(most, fill);
	}

	*ret_bytes = (uint64_t)((most + byte - 1) / byte);
	return 0;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int ks_distance(const double *samples, size_t n, cdf_fn cdf, const void *arg, double *ret_distance,
		struct err *err)
{
	auto_free double *x = calloc(MAX(n, 1U), sizeof(*x));
	double most = 0;

	if (!x)
		return err_sys(err, -ENOMEM, "distribution of %zu samples", n);

	memcpy(x, samples, n * sizeof(*x));
	qsort(x, n, sizeof(*x), compare_doubles);

	/* Between two values the share stays and the cdf grows: the extremes are just below and at a value. */
	for (size_t i = 0, end; i < n; i = end) {
		double below = (double)i / (double)n, at;

		for (end = i + 1; end < n && x[end] == x[i];)
			end++;
		at = (double)end / (double)n;
		most = fmax(most, fabs(cdf(nextafter(x[i], -INFINITY), arg) - below));
		most = fmax(most, fabs(cdf(x[i], arg) - at));
	}

	*ret_distance = most;
	return 0;
}

double ks_critical(size_t n, double alpha)
{
	return sqrt(-log(alpha / 2) / 2 / (double)n);
}

static double log_factorial(uint64_t n)
{
	int sign;

	return lgamma_r((double)n + 1, &sign);
}

/* P(X >= k) where that is the smaller tail, k > n p: from there on each term is smaller than the one before. */
static double upper_tail(uint64_t k, uint64_t n, double p)
{
	double term = exp(log_factorial(n) - log_factorial(k) - log_factorial(n - k) +
			  (double)k * log(p) + (double)(n - k) * log1p(-p));
	double tail = term;

	for (; k < n && term > tail * 1e-17; k++) {
		term *= (double)(n - k) / (double)(k + 1) * (p / (1 - p));
		tail += term;
	}

	return tail;
}

double binomial_p_value(uint64_t k, uint64_t n, double p)
{
	const double expected = (double)n * p;
	double tail;

	if (k > n)
		return 0;

	/* The median is n p, rounded up or down: only the tail away from it can be below one half. */
	if ((double)k > expected)
		tail = upper_tail(k, n, p);
	else if ((double)k < expected)
		tail = upper_tail(n - k, n, 1 - p);
	else
		return 1;

	return fmin(2 * tail, 1);
}

bool binomial_plausible(uint64_t k, uint64_t n, double p, double alpha)
{
	return binomial_p_value(k, n, p) >= alpha;
}
