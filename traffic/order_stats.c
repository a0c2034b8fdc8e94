// SPDX-License-Identifier: ISC
#include "traffic/order_stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/util.h"
#include "traffic/train_stats.h"

/* RFC 3550, 6.4.1 */
#define JITTER_GAIN 16

void order_reordering(const struct train_record *rec, size_t n, struct reordering *out)
{
	const struct train_record *first = NULL;
	uint64_t received = 0;

	*out = (struct reordering){ 0 };

	/* Backwards: @first is the first arrival among all that were sent later. */
	for (size_t i = n; i-- > 0;) {
		const struct train_record *r = &rec[i];

		if (r->copies == 0)
			continue;
		received++;
		if (first && r->order > first->order) {
			uint64_t extent = r->order - first->order;

			out->reordered++;
			out->extent.n[bin_of(extent)]++;
			out->extent_max = MAX(out->extent_max, extent);
			out->late_time_max_ns =
				MAX(out->late_time_max_ns, r->received_ns - first->received_ns);
		} else {
			first = r;
		}
	}
	if (received)
		out->ratio = (double)out->reordered / (double)received;
}

/*
 * The sequence numbers in order of arrival, each plus one, into room for @n zeros. Ranks are checked here, for
 * records may come from a world.
 */
static int by_arrival(const struct train_record *rec, size_t n, uint32_t *seq, size_t *ret_arrived,
		      struct err *err)
{
	size_t arrived = 0;

	for (size_t i = 0; i < n; i++)
		arrived += rec[i].copies != 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t place = rec[i].order;

		if (rec[i].copies == 0)
			continue;
		if (place == 0 || place > arrived || seq[place - 1])
			return err_set(err, -EINVAL, "packet %zu arrived as number %u of %zu", i,
				       place, arrived);
		seq[place - 1] = (uint32_t)i + 1;
	}

	*ret_arrived = arrived;
	return 0;
}

static uint64_t count_n_reordered(const uint32_t *seq, size_t arrived)
{
	uint64_t count = 0;
	unsigned later;

	for (size_t i = REORDERING_N; i < arrived; i++) {
		for (later = 0; later < REORDERING_N && seq[i - 1 - later] > seq[i];)
			later++;
		count += later == REORDERING_N;
	}

	return count;
}

static double interarrival_jitter(const struct train_record *rec, const uint32_t *seq,
				  size_t arrived)
{
	double jitter = 0;

	for (size_t i = 1; i < arrived; i++) {
		const struct train_record *before = &rec[seq[i - 1] - 1], *r = &rec[seq[i] - 1];
		int64_t change =
			(r->received_ns - before->received_ns) - (r->sent_ns - before->sent_ns);

		jitter += (fabs((double)change) - jitter) / JITTER_GAIN;
	}

	return jitter;
}

int order_stats(const struct train_record *rec, size_t n, struct order_stats *out, struct err *err)
{
	auto_free uint32_t *seq = calloc(MAX(n, 1U), sizeof(*seq));
	size_t arrived = 0;

	if (!seq)
		return err_sys(err, -ENOMEM, "order of %zu packets", n);
	if (by_arrival(rec, n, seq, &arrived, err) < 0)
		return err->code;

	order_reordering(rec, n, &out->reordering);
	out->n_reordered = count_n_reordered(seq, arrived);
	out->jitter_ns = interarrival_jitter(rec, seq, arrived);

	return 0;
}

/* The longest run of losses. */
static void loss_derived(const struct train_record *rec, size_t n, int64_t interval_ns,
			 struct convergence_gap *out)
{
	for (size_t i = 0, end; i < n; i = end) {
		end = train_run_end(rec, n, i);
		if (rec[i].copies || end - i <= out->lost)
			continue;
		out->lost = end - i;
		out->first_lost_ns = rec[i].sent_ns;
		out->recovered_ns = end < n ? rec[end].sent_ns : 0;
		out->lost_from_start = i == 0;
		out->lost_to_end = end == n;
	}
	out->loss_derived_ns = (int64_t)out->lost * interval_ns;
}

int order_gap(const struct train_record *rec, size_t n, int64_t interval_ns,
	      struct convergence_gap *out, struct err *err)
{
	auto_free int64_t *at = calloc(MAX(n, 1U), sizeof(*at));
	size_t arrived;

	if (!at)
		return err_sys(err, -ENOMEM, "arrivals of %zu packets", n);

	*out = (struct convergence_gap){ 0 };
	arrived = train_arrivals(rec, n, at);
	for (size_t i = 1; i < arrived; i++) {
		if (i > 1 && at[i] - at[i - 1] <= out->next_arrival_ns - out->last_arrival_ns)
			continue;
		out->last_arrival_ns = at[i - 1];
		out->next_arrival_ns = at[i];
	}
	out->rate_derived_ns = MAX(out->next_arrival_ns - out->last_arrival_ns - interval_ns, 0);
	loss_derived(rec, n, interval_ns, out);

	return 0;
}
