// SPDX-License-Identifier: ISC
#include "traffic/loss_stats.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/util.h"
#include "traffic/stats.h"

#define PARTS 20

/* As many standard errors apart are different numbers. */
#define DIFFERENT 3

/* Distances of lost packets into room for @n; returns how many. */
static size_t loss_distances(const struct train_record *rec, size_t n, int64_t *distance)
{
	size_t count = 0, before = n;

	for (size_t i = 0; i < n; i++) {
		if (rec[i].copies)
			continue;
		if (before < n)
			distance[count++] = (int64_t)(i - before);
		before = i;
	}

	return count;
}

/* Sorts @distance. */
static struct loss_distance summarize(int64_t *distance, size_t n, uint64_t delta)
{
	struct loss_distance d = { .n = n };
	struct train_moments moments;
	struct quantiles sorted;

	if (n == 0)
		return d;

	train_moments(distance, n, &moments);
	stats_quantiles(distance, n, 0, &sorted);
	d.mean = moments.mean;
	d.min = (uint64_t)distance[0];
	d.p50 = (uint64_t)distance[(n - 1) / 2];
	d.max = (uint64_t)distance[n - 1];
	while (d.noticeable < n && (uint64_t)distance[d.noticeable] <= delta)
		d.noticeable++;
	/* The first of the lost ones has no distance. */
	d.noticeable_ratio = (double)d.noticeable / (double)(n + 1);

	return d;
}

int loss_shape(const struct train_record *rec, size_t n, const struct loss_shape_opts *opts,
	       struct loss_shape *out, struct err *err)
{
	auto_free int64_t *distance = calloc(MAX(n, 1U), sizeof(*distance));

	if (!distance)
		return err_sys(err, -ENOMEM, "distances of losses among %zu packets", n);

	*out = (struct loss_shape){ 0 };
	train_count(rec, n, &out->counts);
	out->burst_ratio = out->counts.burst.mean * (1 - out->counts.loss.ratio);
	out->distance = summarize(distance, loss_distances(rec, n, distance), opts->delta);

	for (size_t i = 0, end; i < n; i = end) {
		end = train_run_end(rec, n, i);
		if (rec[i].copies == 0)
			out->bursts.n[bin_of(end - i)]++;
	}
	for (size_t i = 0; opts->tmax_ns && i < n; i++)
		out->late += rec[i].copies && rec[i].received_ns - rec[i].sent_ns > opts->tmax_ns;

	return 0;
}

/* Packets by what became of them and of those before them; true, and 1, is lost. */
struct tally {
	uint64_t sent, lost;
	uint64_t next[2][2]; /* the one before, this one */
	uint64_t between[2]; /* the middle one of three, of which the outer two are lost */
};

static void tally_packet(struct tally *t, const struct train_record *rec, size_t i)
{
	const bool lost = rec[i].copies == 0;

	t->sent++;
	t->lost += lost;
	if (i >= 1)
		t->next[rec[i - 1].copies == 0][lost]++;
	if (i >= 2 && lost && rec[i - 2].copies == 0)
		t->between[rec[i - 1].copies == 0]++;
}

/* What @all has beyond @part. */
static struct tally without(const struct tally *all, const struct tally *part)
{
	struct tally rest = *all;

	rest.sent -= part->sent;
	rest.lost -= part->lost;
	for (int i = 0; i < 2; i++) {
		rest.next[i][0] -= part->next[i][0];
		rest.next[i][1] -= part->next[i][1];
		rest.between[i] -= part->between[i];
	}

	return rest;
}

/* The chance of what happened @k times and did not @others times, and its error. */
static double share(uint64_t k, uint64_t others, double *ret_se)
{
	const double yes = (double)k + 1, no = (double)others + 1, all = yes + no;

	*ret_se = sqrt(yes * no / (all + 1)) / all;

	return (double)k / (double)(k + others);
}

static struct gilbert_fit fit_transitions(const struct tally *t)
{
	const uint64_t *good = t->next[0], *bad = t->next[1];
	struct gilbert_fit f = { .fit = LOSS_FIT_OK };

	if (good[0] + good[1] == 0 || bad[0] + bad[1] == 0)
		return (struct gilbert_fit){ .fit = LOSS_FIT_FEW };

	f.p = share(good[1], good[0], &f.p_se);
	f.r = share(bad[0], bad[1], &f.r_se);

	return f;
}

void loss_fit_gilbert(const struct train_record *rec, size_t n, struct gilbert_fit *out)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < n; i++)
		tally_packet(&t, rec, i);
	*out = fit_transitions(&t);
}

enum parameter {
	P,
	R,
	BAD,
	PARAMETERS,
};

/* Gilbert's estimator, in range or not, or not a number; false where a, b or c is none. */
static bool estimate(const struct tally *t, double out[PARAMETERS])
{
	const uint64_t after_lost = t->next[1][0] + t->next[1][1];
	const uint64_t outer_lost = t->between[0] + t->between[1];
	double a, b, c, stays;

	if (after_lost == 0 || outer_lost == 0)
		return false;

	a = (double)t->lost / (double)t->sent;
	b = (double)t->next[1][1] / (double)after_lost;
	c = (double)t->between[1] / (double)outer_lost;
	stays = (a * c - b * b) / (2 * a * c - b * (a + c));
	out[R] = 1 - stays;
	out[BAD] = b / stays;
	out[P] = a * out[R] / (out[BAD] - a);

	return true;
}

static bool jackknife(const struct tally *all, const struct tally part[PARTS],
		      double se[PARAMETERS])
{
	double left_out[PARTS][PARAMETERS], mean[PARAMETERS] = { 0 };

	for (unsigned k = 0; k < PARTS; k++) {
		struct tally rest = without(all, &part[k]);

		if (!estimate(&rest, left_out[k]))
			return false;
		for (enum parameter i = P; i < PARAMETERS; i++)
			mean[i] += left_out[k][i] / PARTS;
	}

	for (enum parameter i = P; i < PARAMETERS; i++) {
		double squares = 0;

		for (unsigned k = 0; k < PARTS; k++)
			squares += (left_out[k][i] - mean[i]) * (left_out[k][i] - mean[i]);
		se[i] = sqrt(squares * (PARTS - 1) / PARTS);
	}

	return isfinite(se[P]) && isfinite(se[R]) && isfinite(se[BAD]);
}

static bool is_probability(double x)
{
	return x > 0 && x <= 1;
}

static enum loss_fit fit_bad(const struct tally *all, const struct tally part[PARTS],
			     double x[PARAMETERS], double se[PARAMETERS])
{
	const struct gilbert_fit simple = fit_transitions(all);

	if (simple.fit != LOSS_FIT_OK)
		return simple.fit;
	if (fabs(1 - simple.r - simple.p) <= DIFFERENT * hypot(simple.p_se, simple.r_se))
		return LOSS_FIT_NO_MEMORY;
	if (!estimate(all, x) || !jackknife(all, part, se))
		return LOSS_FIT_FEW;
	if (!is_probability(x[P]) || !is_probability(x[R]) || !is_probability(x[BAD]))
		return LOSS_FIT_OUT_OF_RANGE;

	return LOSS_FIT_OK;
}

void loss_fit_gilbert_bad(const struct train_record *rec, size_t n, struct gilbert_bad_fit *out)
{
	struct tally part[PARTS] = { 0 }, all = { 0 };
	double x[PARAMETERS], se[PARAMETERS];

	for (size_t k = 0, i = 0; k < PARTS; k++)
		for (; i < n * (k + 1) / PARTS; i++) {
			tally_packet(&part[k], rec, i);
			tally_packet(&all, rec, i);
		}

	*out = (struct gilbert_bad_fit){ .fit = fit_bad(&all, part, x, se) };
	if (out->fit != LOSS_FIT_OK)
		return;

	out->p = x[P];
	out->p_se = se[P];
	out->r = x[R];
	out->r_se = se[R];
	out->bad = x[BAD];
	out->bad_se = se[BAD];
}
