// SPDX-License-Identifier: ISC
#include "traffic/stats.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <math.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"

/* 97.5 % quantile of the normal distribution: 95 % between its two sides. */
#define Z95 1.959963984540054

#define PER_MILLE UINT64_C(1000)

static const unsigned per_mille[] = {
	[Q_P50] = 500,
	[Q_P90] = 900,
	[Q_P99] = 990,
	[Q_P999] = 999,
};
static_assert(ARRAY_SIZE(per_mille) == Q_P999 + 1, "a share for each percentile");

/* What one direction saw of a probe. */
struct leg {
	bool sent, arrived;
	int64_t sent_ns, arrived_ns;
};

static struct leg leg_of(const struct probe_record *r, enum dir d)
{
	if (d == TO_VPC)
		return (struct leg){ true, r->at_vpc_ns != 0, r->sent_ns, r->at_vpc_ns };

	return (struct leg){ r->reflected_ns != 0, r->received_ns != 0, r->reflected_ns,
			     r->received_ns };
}

static int check(const struct probe_record *r, size_t seq, struct err *err)
{
	if ((r->reflected_ns && !r->at_vpc_ns) || (r->received_ns && !r->reflected_ns))
		return err_set(err, -EINVAL, "probe %zu arrived without having been sent", seq);

	if ((r->at_vpc_ns && r->at_vpc_ns < r->sent_ns) ||
	    (r->reflected_ns && r->reflected_ns < r->at_vpc_ns) ||
	    (r->received_ns && r->received_ns < r->reflected_ns))
		return err_set(err, -EINVAL,
			       "probe %zu arrived before it was sent: stamps of different clocks",
			       seq);

	return 0;
}

static int compare_ns(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Position, from 1, of a percentile among @n sorted samples. */
static uint64_t nearest_rank(enum quantile q, uint64_t n)
{
	return (n * per_mille[q] + PER_MILLE - 1) / PER_MILLE;
}

void stats_quantiles(int64_t *ns, size_t n, uint64_t lost, struct quantiles *out)
{
	*out = (struct quantiles){ .n = n };

	qsort(ns, n, sizeof(*ns), compare_ns);

	if (n) {
		out->ns[Q_MIN] = ns[0];
		out->ns[Q_MAX] = ns[n - 1];
		out->have |= 1U << Q_MIN | 1U << Q_MAX;
	}

	for (enum quantile q = Q_P50; q <= Q_P999; q++) {
		if (nearest_rank(q, n + lost) > n)
			out->lost |= 1U << q;
		if (n * (PER_MILLE - per_mille[q]) < STATS_SAMPLES_BEYOND * PER_MILLE)
			continue;
		out->ns[q] = ns[nearest_rank(q, n) - 1];
		out->have |= 1U << q;
	}
}

void stats_wilson(uint64_t lost, uint64_t sent, double *low, double *high)
{
	double n = (double)sent, p, centre, half;

	*low = 0;
	*high = 1;
	if (!sent)
		return;

	p = (double)lost / n;
	centre = p + Z95 * Z95 / (2 * n);
	half = Z95 * sqrt(p * (1 - p) / n + Z95 * Z95 / (4 * n * n));

	/* At the ends the bound is 0 or 1 by algebra, but not in floating point. */
	if (lost)
		*low = (centre - half) / (1 + Z95 * Z95 / n);
	if (lost < sent)
		*high = (centre + half) / (1 + Z95 * Z95 / n);
}

void stats_loss_rate(struct loss_stats *loss)
{
	loss->ratio = loss->sent ? (double)loss->lost / (double)loss->sent : 0;
	stats_wilson(loss->lost, loss->sent, &loss->ci95_low, &loss->ci95_high);
}

void stats_loss(const struct probe_record *rec, size_t n, enum dir d, struct loss_stats *out)
{
	uint64_t burst = 0;

	*out = (struct loss_stats){ 0 };

	for (size_t i = 0; i < n; i++) {
		struct leg leg = leg_of(&rec[i], d);

		if (!leg.sent)
			continue;
		out->sent++;
		if (leg.arrived) {
			burst = 0;
			continue;
		}
		out->lost++;
		if (++burst == 1)
			out->episodes++;
		out->longest_burst = MAX(out->longest_burst, burst);
	}

	stats_loss_rate(out);
}

/* Ordered by sending; arrival last, so that equal stamps lie as if nothing had been reordered. */
struct passage {
	int64_t sent[2], arrived;
};

static int compare_passages(const void *a, const void *b)
{
	const struct passage *x = a, *y = b;
	int c = compare_ns(&x->sent[0], &y->sent[0]);

	if (!c)
		c = compare_ns(&x->sent[1], &y->sent[1]);

	return c ? c : compare_ns(&x->arrived, &y->arrived);
}

int stats_reordered(const struct probe_record *rec, size_t n, enum dir d, uint64_t *ret_count,
		    struct err *err)
{
	auto_free struct passage *p = calloc(MAX(n, 1U), sizeof(*p));
	int64_t earliest = INT64_MAX;
	uint64_t count = 0;
	size_t arrived = 0;

	if (!p)
		return err_sys(err, -ENOMEM, "reordering of %zu probes", n);

	for (size_t i = 0; i < n; i++) {
		struct leg leg = leg_of(&rec[i], d);
		struct passage passage = { { (int64_t)i, 0 }, leg.arrived_ns };

		if (!leg.arrived)
			continue;
		if (d == TO_ONPREM) {
			passage.sent[0] = leg.sent_ns;
			passage.sent[1] = rec[i].at_vpc_ns;
		}
		p[arrived++] = passage;
	}
	qsort(p, arrived, sizeof(*p), compare_passages);

	/* Backwards: a packet is late if any packet sent after it was there before it. */
	for (size_t i = arrived; i-- > 0;) {
		count += p[i].arrived > earliest;
		earliest = MIN(earliest, p[i].arrived);
	}

	*ret_count = count;
	return 0;
}

void stats_sha256(const struct probe_record *rec, size_t n, uint8_t out[32])
{
	SHA2_CTX ctx;

	SHA256Init(&ctx);
	for (size_t i = 0; i < n; i++) {
		const struct probe_record *r = &rec[i];
		uint64_t le[] = { htole64((uint64_t)r->sent_ns), htole64((uint64_t)r->at_vpc_ns),
				  htole64((uint64_t)r->reflected_ns),
				  htole64((uint64_t)r->received_ns) };

		SHA256Update(&ctx, (const uint8_t *)le, sizeof(le));
	}
	SHA256Final(out, &ctx);
}

static void round_trips(const struct probe_record *rec, size_t n, int64_t *samples,
			struct phase_result *out)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		if (rec[i].received_ns)
			samples[m++] = rec[i].received_ns - rec[i].sent_ns;

	stats_quantiles(samples, m, n - m, &out->rtt);
}

static void one_way(const struct probe_record *rec, size_t n, enum dir d, int64_t *samples,
		    struct phase_result *out)
{
	struct leg before = { 0 };
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		struct leg leg = leg_of(&rec[i], d);

		if (leg.arrived)
			samples[m++] = leg.arrived_ns - leg.sent_ns;
	}
	stats_quantiles(samples, m, out->loss[d].lost, &out->owd[d]);

	/* The smallest delay is the same for all, so percentiles shift by it. */
	out->pdv[d] = out->owd[d];
	for (enum quantile q = 0; q < QUANTILE_COUNT; q++)
		if (out->pdv[d].have & 1U << q)
			out->pdv[d].ns[q] -= out->owd[d].ns[Q_MIN];

	m = 0;
	for (size_t i = 0; i < n; i++) {
		struct leg leg = leg_of(&rec[i], d);

		if (before.arrived && leg.arrived)
			samples[m++] = llabs((leg.arrived_ns - leg.sent_ns) -
					     (before.arrived_ns - before.sent_ns));
		before = leg;
	}
	stats_quantiles(samples, m, 0, &out->ipdv[d]);
}

int stats_phase(const struct probe_record *rec, size_t n, const uint64_t duplicated[DIR_COUNT],
		struct phase_result *out, struct err *err)
{
	auto_free int64_t *samples = calloc(MAX(n, 1U), sizeof(*samples));
	struct phase_result found = *out; /* what is not ours to find stays */
	int r;

	if (!samples)
		return err_sys(err, -ENOMEM, "statistics of %zu probes", n);

	for (size_t i = 0; i < n; i++) {
		r = check(&rec[i], i, err);
		if (r < 0)
			return r;
	}

	round_trips(rec, n, samples, &found);
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		stats_loss(rec, n, d, &found.loss[d]);
		one_way(rec, n, d, samples, &found);
		found.duplicated[d] = duplicated[d];
		r = stats_reordered(rec, n, d, &found.reordered[d], err);
		if (r < 0)
			return r;
	}
	stats_sha256(rec, n, found.samples_sha256);

	*out = found;
	return 0;
}
