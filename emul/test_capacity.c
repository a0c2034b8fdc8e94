// SPDX-License-Identifier: ISC
/*
 * How many packets a second a direction takes without loss (NDR), and with 0.5 % (PDR): a search over trials, each a
 * stream of its own (RFC 9971; traffic/load_search.h).
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/util.h"
#include "emul/ends.h"
#include "emul/phases.h"
#include "emul/stages.h"
#include "emul/stream.h"
#include "traffic/load_search.h"
#include "traffic/train_slots.h"

/* RFC 9971 leaves goals to who searches; FD.io's NDR and PDR, but for the durations, which are the test's. */
#define NDR_LOSS 0.0
#define PDR_LOSS 0.005
#define EXCEED_RATIO 0.5
#define WIDTH 0.005
#define TRIALS_PER_SUM 2
#define SHORT_TRIALS 4

/* From nothing to speak of to more than any stage lets pass. */
#define LEAST_PPS 10.0
#define MOST_OF_RATE 1.25

static int trial(struct testing *g, enum dir d, double load, double trial_s, double *ret_loss,
		 struct err *err)
{
	const struct stream_wish wish = {
		.pps = (uint64_t)llround(load),
		.frame_bytes = g->t->frame_bytes,
		.length_ns = (int64_t)(trial_s * 1e9),
	};
	const int64_t start = begin_at_round_time() + TESTING_SETTLE_NS;
	struct stream s = STREAM_NONE;
	uint64_t lost = 0;
	int r = stream_start(&s, g, d, &wish, 0, start, err);

	if (r == 0) {
		testing_wait(g, start + wish.length_ns);
		r = stream_finish(&s, err);
	}
	for (uint64_t i = 0; i < s.opts.n && r == 0; i++)
		lost += s.rec[i].received_ns == 0;
	if (r == 0) {
		*ret_loss = (double)lost / (double)s.opts.n;
		r = ROW(g, TABLE_TRIALS, err, d, trial_s, (double)wish.pps, (double)s.opts.n,
			(double)lost, *ret_loss);
	}
	stream_close(&s);

	return r;
}

/* Bytes of a frame on the wire, and how many of them the slowest stage passes in a second, as a hint. */
static double wire_bits(const struct testing *g)
{
	switch (g->t->frame_bytes) {
	case FRAME_FULL:
		return 8.0 * stage_wire_bytes(g->p);
	case FRAME_IMIX: {
		double sum = 0;

		for (size_t i = 0; i < TRAIN_IMIX_LEN; i++)
			sum += train_imix[i];
		return 8.0 * (sum / TRAIN_IMIX_LEN + stage_wire_bytes(g->p) - (g->p->mtu - 28.0));
	}
	default:
		return 8.0 * (g->t->frame_bytes - TRAIN_FRAME_BYTES + stage_wire_bytes(g->p) -
			      (g->p->mtu - 28.0));
	}
}

static int search(struct testing *g, enum dir d, struct load_search *s, struct err *err)
{
	const struct profile_dir *dir = &g->p->dir[d];
	double most = MOST_OF_RATE * (double)link_rate_bps(g->p, d) / wire_bits(g);
	struct search_goal goal = {
		.loss_ratio = NDR_LOSS,
		.exceed_ratio = EXCEED_RATIO,
		.final_trial_s = testing_duration_s(g),
		.duration_sum_s = TRIALS_PER_SUM * testing_duration_s(g),
		.width = WIDTH,
	};
	struct search_input in = { .initial_trial_s = testing_duration_s(g) / SHORT_TRIALS,
				   .n_goals = 2 };
	double load, trial_s, loss = 0;

	if (dir->cap_pps)
		most = fmin(most, MOST_OF_RATE * (double)dir->cap_pps);
	in.max_load = fmax(ceil(most), LEAST_PPS);
	in.min_load = LEAST_PPS;
	in.goals[0] = goal;
	goal.loss_ratio = PDR_LOSS;
	in.goals[1] = goal;
	if (load_search_init(s, &in, err) < 0)
		return err->code;
	while (load_search_next(s, &load, &trial_s))
		if (trial(g, d, load, trial_s, &loss, err) < 0 ||
		    load_search_add(s, load, trial_s, loss, err) < 0)
			return err->code;

	return 0;
}

static int tell(struct testing *g, enum dir d, const struct load_search *s, struct err *err)
{
	static const double losses[] = { NDR_LOSS, PDR_LOSS };

	for (size_t i = 0; i < ARRAY_SIZE(losses); i++) {
		struct search_result r;
		double pps;

		load_search_result(s, i, &r);
		pps = r.conditional_throughput > 0 ? r.conditional_throughput : NAN;
		if (ROW(g, TABLE_CAPACITY, err, d, (double)i, losses[i], r.outcome,
			r.relevant.lower > 0 ? r.relevant.lower : NAN,
			r.relevant.upper > 0 ? r.relevant.upper : NAN, pps, pps * wire_bits(g),
			(double)s->n_trials) < 0)
			return err->code;
	}

	return 0;
}

int test_capacity(struct testing *g, struct err *err)
{
	auto_free struct load_search *s = calloc(1, sizeof(*s));

	if (!s)
		return err_sys(err, -ENOMEM, "search");
	for (enum dir d = 0; d < DIR_COUNT; d++)
		if (g->t->dir[d] && (search(g, d, s, err) < 0 || tell(g, d, s, err) < 0))
			return err_wrap(err, "%s", dir_names[d]);

	return 0;
}
