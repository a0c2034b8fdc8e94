// SPDX-License-Identifier: ISC
/*
 * The service configuration test of ITU-T Y.1564: does the committed rate pass without loss, and is what exceeds it
 * policed? Rates are of frames with FCS and tag, as hosted connections are policed.
 */
#include <math.h>

#include "base/util.h"
#include "emul/ceiling.h"
#include "emul/ends.h"
#include "emul/odds.h"
#include "emul/stream.h"
#include "emul/verify.h"
#include "traffic/train_stats.h"

/* In the order of the table's names. There is no EIR on Direct Connect: CIR + EIR is the CIR once more. */
static const struct step {
	double of_cir;
	bool overshoot;
} steps[] = {
	{ 0.25, false }, { 0.5, false }, { 0.75, false }, { 1, false }, { 1.25, true },
};
#define STEP_OVERSHOOT 5

/* Of what a stage passes beyond its rate: the kernel's own rounding of buckets, beside that of a frame's time. */
#define RATE_TOLERANCE 0.001

/*
 * Y.1564 leaves the acceptance criteria to the service's contract, which is the profile: the frame loss ratio is no
 * worse than its loss model can make it, and of an overshoot no more passes than the CIR and, once, what queues and
 * buckets hold. It never fails for being better. FTD and FDV are told, and not judged: no profile promises any.
 */
static enum verdict judge(const struct testing *g, enum dir d, const struct step *step,
			  const struct ceiling *c, double cir, double received_bits,
			  const struct loss_stats *loss)
{
	const double cut = c->pps_cut / c->pps * (1 + RATE_TOLERANCE);
	double most;

	if (step->overshoot) {
		most = cir * cut * testing_duration_s(g) + (c->hold + 1) * c->frame_bits;
		return received_bits <= most ? VERDICT_PASS : VERDICT_FAIL;
	}
	most = odds_most_lost(&g->p->dir[d], c->payload_bytes, loss->sent, VERIFY_ALPHA);

	return (double)loss->lost <= most ? VERDICT_PASS : VERDICT_FAIL;
}

static int measure(struct testing *g, enum dir d, unsigned number, const struct ceiling *c,
		   struct err *err)
{
	const struct step *step = &steps[number];
	const double seconds = testing_duration_s(g);
	/* By frames with FCS and tag, as streams have it: a port's rate counts preamble and gap, too. */
	const double cir = g->t->rate_bps ? (double)g->t->rate_bps : c->pps * c->frame_bits;
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
			judge(g, d, step, c, cir, received * seconds, &counts.loss));
	}
	stream_close(&s);

	return r;
}

int test_policing(struct testing *g, struct err *err)
{
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		const struct ceiling c = ceiling_of(g->p, d, g->t->frame_bytes);

		for (unsigned i = 0; g->t->dir[d] && i < ARRAY_SIZE(steps); i++)
			if (measure(g, d, i, &c, err) < 0)
				return err_wrap(err, "%s", dir_names[d]);
	}

	return 0;
}
