// SPDX-License-Identifier: ISC
/*
 * The service configuration test of ITU-T Y.1564: does the committed rate pass without loss, and is what exceeds it
 * policed? Rates are of frames with FCS and tag, as hosted connections are policed.
 */
#include <math.h>

#include "base/util.h"
#include "emul/ends.h"
#include "emul/exercise.h"
#include "emul/phases.h"
#include "emul/stages.h"
#include "emul/stream.h"
#include "traffic/order_stats.h"
#include "traffic/train_stats.h"

/* In the order of the table's names. There is no EIR on Direct Connect: CIR + EIR is the CIR once more. */
static const struct step {
	double of_cir;
	bool overshoot;
} steps[] = {
	{ 0.25, false }, { 0.5, false }, { 0.75, false }, { 1, false }, { 1.25, true },
};
#define STEP_OVERSHOOT 5

/*
 * What is accepted: frames lost by the link's own chance, and to an overshoot no more than the CIR and, once, what
 * bucket or queue hold. Y.1564 leaves the objectives to the service's contract; these are the profile's own.
 */
#define RATE_TOLERANCE 0.001

/* The committed rate by frames with FCS and tag: a port's rate counts preamble and gap, too. */
static double cir_of(const struct testing *g, enum dir d)
{
	const struct profile_dir *dir = &g->p->dir[d];
	const double l2 = (double)stage_l2_bytes(g->p) + g->p->mtu, wire = stage_wire_bytes(g->p);

	if (g->t->rate_bps)
		return (double)g->t->rate_bps;
	if (dir->cir_bps && link_rate_bps(g->p, d) == dir->cir_bps && dir->accounting == ACCOUNT_L2)
		return (double)dir->cir_bps;

	return (double)link_rate_bps(g->p, d) * l2 / wire;
}

/* What an overshoot gets through beyond the rate: bucket, queue, and a frame. */
static double held_bytes(const struct testing *g, enum dir d)
{
	const struct profile_dir *dir = &g->p->dir[d];
	struct limit cap = exercise_cap_bits(g->p, d);

	return (double)dir->burst_bytes + (double)cap.burst +
	       (double)dir->queue_ns / 8e9 * (double)dir->rate_bps +
	       (double)dir->queue_frames * stage_wire_bytes(g->p) + stage_wire_bytes(g->p);
}

static enum verdict judge(const struct testing *g, enum dir d, const struct step *step,
			  double offered, double received, const struct train_counts *c, double cir)
{
	const double chance = profile_loss_ratio(&g->p->dir[d]);
	const double seconds = testing_duration_s(g);

	if (step->overshoot)
		return received <= cir * (1 + RATE_TOLERANCE) + 8 * held_bytes(g, d) / seconds
			       ? VERDICT_PASS
			       : VERDICT_FAIL;
	if (received < offered * (1 - RATE_TOLERANCE - 2 * chance))
		return VERDICT_FAIL;

	return binomial_plausible(c->loss.lost, c->loss.sent, chance, 1e-6) ? VERDICT_PASS
									    : VERDICT_FAIL;
}

static int measure(struct testing *g, enum dir d, unsigned number, double cir, struct err *err)
{
	const struct step *step = &steps[number];
	const double seconds = testing_duration_s(g);
	const struct stream_wish wish = {
		.rate_bps = (uint64_t)llround(step->of_cir * cir),
		.frame_bytes = g->t->frame_bytes,
		.length_ns = (int64_t)(seconds * 1e9),
	};
	const int64_t start = begin_at_round_time() + TESTING_SETTLE_NS;
	struct stream s = STREAM_NONE;
	struct train_counts counts;
	struct train_delay delay;
	double offered, received;
	int r = stream_start(&s, g, d, &wish, 0, start, err);

	if (r == 0) {
		testing_wait(g, start + wish.length_ns);
		r = stream_finish(&s, err);
	}
	if (r == 0)
		r = train_delay(s.rec, s.opts.n, &delay, err);
	if (r == 0) {
		const struct quantiles *q = &delay.quantiles;
		const double overhead = s.opts.overhead_bytes;

		train_count(s.rec, s.opts.n, &counts);
		offered = 8 * ((double)s.totals.sent_bytes + (double)s.totals.sent * overhead) /
			  seconds;
		received =
			8 *
			((double)s.totals.received_bytes + (double)s.totals.received * overhead) /
			seconds;
		r = ROW(g, TABLE_POLICING, err, d,
			step->overshoot ? STEP_OVERSHOOT : (double)number, offered, received,
			counts.loss.ratio, q->n ? (double)q->ns[Q_MIN] / 1e3 : NAN,
			q->n ? delay.moments.mean / 1e3 : NAN,
			q->n ? (double)q->ns[Q_MAX] / 1e3 : NAN,
			q->n ? (double)(q->ns[Q_MAX] - q->ns[Q_MIN]) / 1e3 : NAN,
			(double)counts.reordered,
			judge(g, d, step, offered, received, &counts, cir));
	}
	stream_close(&s);

	return r;
}

int test_policing(struct testing *g, struct err *err)
{
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		const double cir = cir_of(g, d);

		for (unsigned i = 0; g->t->dir[d] && i < ARRAY_SIZE(steps); i++)
			if (measure(g, d, i, cir, err) < 0)
				return err_wrap(err, "%s", dir_names[d]);
	}

	return 0;
}
