/* SPDX-License-Identifier: ISC */
/*
 * How much load a link takes at each of several loss ratios, in few and short trials: the search of
 * RFC 9971 (MLRsearch), of which this is the Controller (4.9.2). Pure: no clock, no sockets; the same
 * answers give the same questions. Sections below are of RFC 9971.
 *
 *	load_search_init(&s, &input, err);
 *	while (load_search_next(&s, &load, &trial_s))
 *		load_search_add(&s, load, trial_s, measured_loss_ratio, err);
 *	load_search_result(&s, i, &result);
 *
 * Loads are packets per second and greater than 0; 0 says that there is none.
 */
#ifndef DXEMU_TRAFFIC_LOAD_SEARCH_H
#define DXEMU_TRAFFIC_LOAD_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "traffic/load_class.h"

#define LOAD_SEARCH_GOALS_MAX 8
#define LOAD_SEARCH_TRIALS_MAX 1000

/* Controller Input (4.6.8). */
struct search_input {
	double min_load, max_load; /* 0 < min <= max; min: a packet or more in the shortest trial */
	double hint_load;	   /* what is expected; 0: nothing, and max_load comes first */
	double initial_trial_s;	   /* > 0 (4.6.6); a goal whose final trial is shorter uses that */
	struct search_goal goals[LOAD_SEARCH_GOALS_MAX]; /* best by rising loss ratio (5.3.4) */
	size_t n_goals;
};

/* A pair of loads; 0: none. */
struct search_bounds {
	double lower, upper;
};

/* The first three members may be read; the others are load_search.c's. */
struct load_search {
	struct search_trial trials[LOAD_SEARCH_TRIALS_MAX];
	size_t n_trials;
	double total_s; /* of all trials */

	struct search_input in;
	size_t stage; /* goal * stages of a goal + stage */
	bool repair; /* all stages are done; a goal's bounds were spoilt by another goal's trials */
	struct search_bounds tentative; /* the last stage's bounds, for this one to confirm */
	double focus;			/* the load in question; 0: none chosen in this stage */
	double step; /* how far the next step outward goes, as difference of logarithms */
};

/* Copies @in. -EINVAL: a value of @in out of its range, named in @err. */
int load_search_init(struct load_search *s, const struct search_input *in, struct err *err);

/*
 * load_search_next() - the next trial, the same until load_search_add() is told of it.
 *
 * Returns false when every goal is settled, or after LOAD_SEARCH_TRIALS_MAX trials. A caller may give
 * up sooner.
 *
 * Each goal is sought in three stages: trials from initial_trial_s to final_trial_s long, in geometric
 * steps, to four times, twice and once its width; one trial decides a load in the first two. A stage
 * starts from the bounds of the stage before, the first at the hint, or else at max_load and then near
 * what came through of it. It confirms the lower bound first, because what short trials get wrong is
 * loss that a queue hides, and the upper one last. From a bound that stands alone or was refuted it
 * steps outward, each step twice the last; between two bounds it halves the difference of logarithms.
 *
 * So a stage asks for ceil(duration_sum / trial) trials of a load at most, and for no more than
 * 2 log2(ln(max / min) / -ln(1 - width)) + 8 loads: a step doubles until half the gap is less, and
 * halving ends at the width. Trials for one goal may spoil bounds of another, though; for repairing
 * that there is no such limit, hence LOAD_SEARCH_TRIALS_MAX.
 */
bool load_search_next(struct load_search *s, double *ret_load, double *ret_trial_s);

/*
 * load_search_add() - a trial's result. @load and @trial_s are those of load_search_next(); trials of
 * the caller's own choice count too.
 *
 * -EINVAL: not a load, a duration or a loss ratio; -ENOSPC: LOAD_SEARCH_TRIALS_MAX are in.
 */
int load_search_add(struct load_search *s, double load, double trial_s, double loss_ratio,
		    struct err *err);

enum search_outcome {
	SEARCH_REGULAR,	   /* both bounds, no further apart than the width (4.8.4.1) */
	SEARCH_MIN_LOSES,  /* irregular (4.8.4.2): min_load is an upper bound, there is no lower */
	SEARCH_MAX_PASSES, /* irregular: max_load is a lower bound, there is no upper */
	SEARCH_UNSETTLED,  /* irregular: the search was ended before; bounds are what there is */
};

/* Without an upper bound, lower is the largest lower bound (4.8.4.2); throughput is that of lower. */
struct search_result {
	enum search_outcome outcome;
	struct search_bounds relevant; /* 4.8.1, 4.8.2 */
	double conditional_throughput; /* packets per second; 0: there is no lower bound */
};

/* Of in.goals[@goal], at any time. */
void load_search_result(const struct load_search *s, size_t goal, struct search_result *out);

#endif
