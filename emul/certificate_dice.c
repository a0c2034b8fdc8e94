// SPDX-License-Identifier: ISC
/* Rows on what happens to single packets: lost, corrupted, duplicated, reordered. */
#include <math.h>

#include "base/util.h"
#include "emul/certificate.h"
#include "emul/loss_chain.h"
#include "emul/odds.h"
#include "traffic/stats.h"
#include "traffic/train_stats.h"

#define NS_PER_US 1e3

/* A row of a share of the train's packets, to be expected between both; the verdict needs enough of them. */
static void share_row(struct certificate *c, const struct evidence *ev, const char *quantity,
		      double configured, double count, struct range expected, double variance,
		      double scale)
{
	const double n = (double)ev->train->n;
	struct range low = chance_count(ev->train->n, expected.low, variance, ev->alpha);
	struct range high = chance_count(ev->train->n, expected.high, variance, ev->alpha);

	certificate_row(c, ev, quantity, "ratio", configured, count / n * scale,
			(struct range){ low.low / n * scale, high.high / n * scale });
}

/* What is plausible but rests on too few says nothing. */
static void judge_few(struct certificate *c, size_t from, double expected)
{
	if (expected <= 0 || expected >= STATS_LOSS_EPISODES)
		return;
	for (size_t i = from; i < c->n; i++)
		if (c->row[i].verdict == VERDICT_PASS)
			c->row[i].verdict = VERDICT_INCONCLUSIVE;
}

static void loss_row(struct certificate *c, const struct evidence *ev, const struct odds *o,
		     const struct train_counts *counts)
{
	/* A packet of which there are two is lost with both; they fare alike or not. */
	struct range share = { (1 - o->duplicated) * o->spoiled +
				       o->duplicated * o->spoiled * o->spoiled,
			       o->spoiled };
	double lost = (double)counts->loss.lost;

	if (o->corrupted <= 0)
		share_row(c, ev, "loss ratio", o->loss.lost, lost, share, o->variance, 1);
	else if (o->loss.lost <= 0)
		share_row(c, ev, "corrupted ratio", o->corrupted / o->noticed, lost, share,
			  o->variance, 1 / o->noticed);
	else
		share_row(c, ev, "loss and corruption ratio", o->spoiled, lost, share, o->variance,
			  1);
}

/* How losses gather: runs of them, and how long they are. */
static void burst_rows(struct certificate *c, const struct evidence *ev, const struct odds *o,
		       const struct train_counts *counts)
{
	const struct profile_dir *d = &ev->profile->dir[ev->dir];
	const uint64_t n = ev->train->n, lost = counts->loss.lost;
	double episodes = (double)counts->loss.episodes;
	/* That the packet after a lost one is lost, too: so many are, given how many are lost. */
	double goes_on = 1 - o->loss.episodes / o->loss.lost, variance;
	struct range r;

	variance = loss_variance(d, (struct loss_weights){ 1, 0 }, n);
	r = chance_count(n, o->loss.episodes, variance, ev->alpha);
	certificate_row(c, ev, "loss episodes", "", o->n * o->loss.episodes, episodes, r);

	if (!lost)
		return;
	variance = loss_variance(d, (struct loss_weights){ -goes_on, 1 - goes_on }, n) *
		   (double)lost / (o->n * o->loss.lost);
	r = chance_count(lost, goes_on, variance, ev->alpha);
	certificate_row(c, ev, "mean loss burst", "packets", o->loss.lost / o->loss.episodes,
			(double)lost / episodes,
			(struct range){ (double)lost / ((double)lost - r.low),
					(double)lost / fmax((double)lost - r.high, 1) });
}

static void duplicate_row(struct certificate *c, const struct evidence *ev, const struct odds *o,
			  const struct train_counts *counts)
{
	double arrives = 1 - o->spoiled, p = o->duplicated;
	/* The second arrives with the first one, or by itself. */
	struct range share = { p * arrives * arrives, p * arrives };

	share_row(c, ev, "duplicated ratio", p, (double)counts->duplicated, share, 0, 1);
}

static void reorder_rows(struct certificate *c, const struct evidence *ev, const struct odds *o)
{
	const struct profile_dir *d = &ev->profile->dir[ev->dir];
	const double depth = (double)d->reorder_depth_ns, arrives = 1 - o->spoiled;
	const double usual =
		(double)d->delay_ns + CALLS_TYPICAL_NS +
		(double)exercise_frame_ns(ev->profile, ev->dir, ev->train->payload_bytes);
	double early = 0, sum = 0;

	for (uint64_t i = 0; i < ev->train->n; i++) {
		const struct train_record *r = &ev->rec[i];
		double ahead = usual - (double)(r->received_ns - r->sent_ns);

		if (!r->copies || ahead < depth / 2)
			continue;
		early++;
		sum += ahead;
	}
	share_row(c, ev, "reordered ratio", d->reorder_ratio, early,
		  (struct range){ d->reorder_ratio * arrives, d->reorder_ratio * arrives }, 0,
		  1 / arrives);
	if (early > 0)
		certificate_row(c, ev, "reordering depth", "us", depth / NS_PER_US,
				sum / early / NS_PER_US,
				(struct range){ (depth - CALLS_NS) / NS_PER_US,
						(depth + CALLS_NS) / NS_PER_US });
}

void certify_dice(struct certificate *c, const struct evidence *ev)
{
	const struct profile_dir *d = &ev->profile->dir[ev->dir];
	const struct odds o = odds_of(d, ev->train->payload_bytes, ev->train->n);
	struct train_counts counts;
	size_t from = c->n;

	train_count(ev->rec, ev->train->n, &counts);
	loss_row(c, ev, &o, &counts);
	/* What is corrupted or has a copy is lost by other rules, which the runs do not tell from the model's. */
	if (o.loss.lost > 0 && o.corrupted <= 0 && o.duplicated <= 0)
		burst_rows(c, ev, &o, &counts);
	if (o.loss.lost > 0)
		judge_few(c, from, o.n * loss_events(d));
	else
		judge_few(c, from, o.n * o.corrupted);

	from = c->n;
	if (o.duplicated > 0)
		duplicate_row(c, ev, &o, &counts);
	judge_few(c, from, o.n * o.duplicated);

	from = c->n;
	if (d->reorder_ratio > 0)
		reorder_rows(c, ev, &o);
	judge_few(c, from, o.n * d->reorder_ratio);
}
