// SPDX-License-Identifier: ISC
/*
 * How many packets a second a direction takes without loss (NDR), and with 0.5 % (PDR): a search over trials, each a
 * stream of its own (RFC 9971; traffic/load_search.h).
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/util.h"
#include "emul/ceiling.h"
#include "emul/ends.h"
#include "emul/stream.h"
#include "traffic/load_search.h"
#include "traffic/train_slots.h"

/* RFC 9971 leaves goals to who searches; FD.io's NDR and PDR, but for the durations. */
#define NDR_LOSS 0.0
#define PDR_LOSS 0.005
#define EXCEED_RATIO 0.5
#define WIDTH 0.005
#define TRIALS_PER_SUM 2
#define SHORT_TRIALS 4

/*
 * From less than any stage lets pass, below which loss is not for want of capacity, to more. A link that loses by chance
 * has no NDR, and the search ends there soon.
 */
#define LEAST_OF_CEILING 0.1
#define MOST_OF_CEILING 1.25

/*
 * Packets of a trial that is as long as a goal wants: enough that what may still pass beyond the rate (struct plan) is
 * half of the width. Trials go by packets, and not by seconds, for these are what costs; but a latency that moves costs by
 * the second, so that slow links have to do with fewer.
 */
#define TRIAL_S_MAX 10.0
#define TRIAL_PACKETS_MIN 20000
#define TRIAL_PACKETS_MAX 60000
#define PACKETS_PER_SLACK (2 / WIDTH)

/* Of all trials of a direction, some 20 s of CPU: a link that loses at random may have no NDR to be found. */
#define SEARCH_PACKETS_MAX 800000.0

/* What fills queues and empties buckets, in front of each trial; and the most that a world has the memory for. */
#define FILL_OVERLOAD 3.0
#define FILL_MAX 60000.0

/*
 * What a queue or a bucket holds passes beyond the rate, and a trial would have to be 1 / WIDTH times as long as that is
 * for the rate to be seen. So each begins with an overload of its own packets, which are not counted, and a pause that
 * makes room for as many as the trial sends at a time: what is found is what passes for ever.
 */
struct plan {
	struct ceiling ceiling;
	double trial_s;
	bool by_packets; /* a trial of less load takes longer, for as many packets: else chance finds some without loss */
	double fill_pps, fill_s, pause_s;
	double fill; /* packets */
};

static double group_size(double pps)
{
	return pps * TRAIN_DENSE_NS > 1e9 ? ceil(pps * TRAIN_GROUP_NS / 1e9) : 1;
}

static struct plan plan_trials(const struct testing *g, enum dir d)
{
	const bool fills = g->p->dir[d].aqm == AQM_NONE; /* else that would be managed, too */
	const struct ceiling c = ceiling_of(g->p, d, g->t->frame_bytes);
	double slack = fills ? group_size(c.pps_cut) + 2 : c.tight_hold;
	struct plan plan = {
		.ceiling = c,
		.trial_s = g->t->duration_s,
		.by_packets = g->t->duration_s <= 0,
	};

	/* Of a mix, large ones may come first. */
	if (g->t->frame_bytes == FRAME_IMIX)
		slack += TRAIN_IMIX_LEN;
	if (plan.by_packets)
		plan.trial_s = fmin(fmin(fmax(TRIAL_PACKETS_MIN, slack * PACKETS_PER_SLACK),
					 TRIAL_PACKETS_MAX) /
					    c.pps,
				    TRIAL_S_MAX);
	if (!fills)
		return plan;
	plan.fill_pps = fmin(FILL_OVERLOAD * c.pps_cut, c.next_pps);
	plan.fill_s = c.tight_hold / (plan.fill_pps - c.pps_cut);
	plan.fill = plan.fill_pps * plan.fill_s;
	plan.pause_s = slack / c.pps_cut;

	return plan;
}

static int check_plan(const struct plan *plan, struct err *err)
{
	const double packets = plan->ceiling.pps_cut * MOST_OF_CEILING * plan->trial_s;

	if (plan->fill > FILL_MAX)
		return err_input(err,
				 "what its queue or its policer's bucket holds takes %.0f packets "
				 "to "
				 "fill, %.0f at most are possible: --set a shorter queue or burst",
				 plan->fill, FILL_MAX);
	if (packets + plan->fill > SEARCH_PACKETS_MAX)
		return err_input(err,
				 "a trial of %.3g s may be of %.0f packets, the whole search is of "
				 "%.0f at most: ask for a shorter --duration, or for none",
				 plan->trial_s, packets, SEARCH_PACKETS_MAX);

	return 0;
}

static int64_t ns_of(double s)
{
	return (int64_t)(s * 1e9);
}

/* @start: of the trial itself */
static int start_trial(struct testing *g, enum dir d, const struct plan *plan,
		       const struct stream_wish *wish, struct stream *fill, struct stream *s,
		       int64_t *ret_start, struct err *err)
{
	const struct stream_wish fill_wish = {
		.pps = (uint64_t)llround(plan->fill_pps),
		.frame_bytes = g->t->frame_bytes,
		.length_ns = ns_of(plan->fill_s),
	};
	const int64_t start = begin_at_round_time() + TESTING_SETTLE_NS;
	const int64_t begin = start + ns_of(plan->fill_s + plan->pause_s);

	if (plan->fill_s > 0 && stream_start(fill, g, d, &fill_wish, 1, start, err) < 0)
		return err->code;
	*ret_start = begin;

	return stream_start(s, g, d, wish, 0, begin, err);
}

static int trial(struct testing *g, enum dir d, const struct plan *plan, double load,
		 double trial_s, double *ret_loss, struct err *err)
{
	const struct stream_wish wish = {
		.pps = (uint64_t)llround(load),
		.frame_bytes = g->t->frame_bytes,
		.length_ns = ns_of(trial_s),
	};
	struct stream s = STREAM_NONE, fill = STREAM_NONE;
	uint64_t lost = 0;
	int64_t start = 0;
	int r = start_trial(g, d, plan, &wish, &fill, &s, &start, err);

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
	stream_close(&fill);

	return r;
}

static int begin_search(const struct plan *plan, struct load_search *s, struct err *err)
{
	const double ceiling = plan->ceiling.pps_cut;
	struct search_goal goal = {
		.loss_ratio = NDR_LOSS,
		.exceed_ratio = EXCEED_RATIO,
		.final_trial_s = plan->trial_s,
		.duration_sum_s = TRIALS_PER_SUM * plan->trial_s,
		.width = WIDTH,
	};
	struct search_input in = {
		.min_load = fmax(ceiling * LEAST_OF_CEILING, 1),
		.max_load = ceil(ceiling * MOST_OF_CEILING),
		.hint_load = ceiling,
		.initial_trial_s = plan->trial_s / SHORT_TRIALS,
		.n_goals = 2,
	};

	in.goals[0] = goal;
	goal.loss_ratio = PDR_LOSS;
	in.goals[1] = goal;

	return load_search_init(s, &in, err);
}

/* How long a trial is that the search wants to take @trial_s. */
static double length_of(const struct plan *plan, double load, double trial_s)
{
	double by_packets = fmin(trial_s * plan->ceiling.pps / load, TRIAL_S_MAX);

	return plan->by_packets ? fmax(by_packets, trial_s) : trial_s;
}

/* Ends with what was found so far when the next trial would be beyond the limit. */
static int search(struct testing *g, enum dir d, const struct plan *plan, struct load_search *s,
		  struct err *err)
{
	double load, trial_s, loss = 0, packets = 0;

	if (check_plan(plan, err) < 0 || begin_search(plan, s, err) < 0)
		return err->code;
	while (load_search_next(s, &load, &trial_s)) {
		double lasts = length_of(plan, load, trial_s);

		packets += load * lasts + plan->fill;
		if (packets > SEARCH_PACKETS_MAX)
			break;
		/* RFC 9971, 4.6.1: longer than the goal asks for is full length, too. */
		if (trial(g, d, plan, load, lasts, &loss, err) < 0 ||
		    load_search_add(s, load, trial_s, loss, err) < 0)
			return err->code;
	}

	return 0;
}

static int tell(struct testing *g, enum dir d, const struct plan *plan, const struct load_search *s,
		struct err *err)
{
	static const double losses[] = { NDR_LOSS, PDR_LOSS };

	for (size_t i = 0; i < ARRAY_SIZE(losses); i++) {
		struct search_result r;
		double pps;

		load_search_result(s, i, &r);
		pps = r.conditional_throughput > 0 ? r.conditional_throughput : NAN;
		if (ROW(g, TABLE_CAPACITY, err, d, (double)i, losses[i], r.outcome,
			r.relevant.lower > 0 ? r.relevant.lower : NAN,
			r.relevant.upper > 0 ? r.relevant.upper : NAN, pps,
			pps * plan->ceiling.wire_bits, (double)s->n_trials) < 0)
			return err->code;
	}

	return 0;
}

int test_capacity(struct testing *g, struct err *err)
{
	auto_free struct load_search *s = calloc(1, sizeof(*s));

	if (!s)
		return err_sys(err, -ENOMEM, "search");
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		const struct plan plan = plan_trials(g, d);

		if (g->t->dir[d] &&
		    (search(g, d, &plan, s, err) < 0 || tell(g, d, &plan, s, err) < 0))
			return err_wrap(err, "%s", dir_names[d]);
	}

	return 0;
}
