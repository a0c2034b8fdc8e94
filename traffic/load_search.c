// SPDX-License-Identifier: ISC
#include "traffic/load_search.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/util.h"

#define STAGES 3 /* of a goal */

/* Differences of logarithms are equal within this part of them. */
#define ROUNDING 1e-9
/* What is aimed for, so that a width that is met within ROUNDING is met by subtraction too. */
#define WIDTH_AIMED_AT (1 - 1e-6)
#define WIDTH_MIN 1e-6

static bool is_undecided(const struct load_search *s, const struct search_goal *goal, double load)
{
	return search_classify(goal, load, s->trials, s->n_trials) == LOAD_UNDECIDED;
}

/* The outermost load of a class below a limit: the largest lower bound, the smallest upper one. */
static double find_bound(const struct load_search *s, const struct search_goal *goal,
			 enum load_class class, double below)
{
	double found = 0;

	for (size_t i = 0; i < s->n_trials; i++) {
		double load = s->trials[i].load;
		bool nearer = class == LOAD_LOWER_BOUND ? load > found : !found || load < found;
		bool seen = i > 0 && s->trials[i - 1].load == load;

		if (nearer && !seen && load < below &&
		    search_classify(goal, load, s->trials, s->n_trials) == class)
			found = load;
	}

	return found;
}

/* 4.8.1, 4.8.2: where a larger load passes and a smaller one does not, the smaller one is right. */
static struct search_bounds relevant_bounds(const struct load_search *s,
					    const struct search_goal *goal)
{
	struct search_bounds b = { .upper = find_bound(s, goal, LOAD_UPPER_BOUND, INFINITY) };

	b.lower = find_bound(s, goal, LOAD_LOWER_BOUND, b.upper > 0 ? b.upper : INFINITY);

	return b;
}

static double log_width(const struct search_goal *goal)
{
	return -log1p(-goal->width) * WIDTH_AIMED_AT;
}

static bool is_close(const struct search_goal *goal, struct search_bounds b)
{
	return log(b.upper / b.lower) <= log_width(goal) * (1 + ROUNDING);
}

static enum search_outcome outcome_of(const struct load_search *s, const struct search_goal *goal,
				      struct search_bounds b)
{
	if (b.lower > 0 && b.upper > 0 && is_close(goal, b))
		return SEARCH_REGULAR;
	if (b.upper > 0 && b.upper <= s->in.min_load)
		return SEARCH_MIN_LOSES;
	if (!b.upper && b.lower >= s->in.max_load)
		return SEARCH_MAX_PASSES;

	return SEARCH_UNSETTLED;
}

static bool is_settled(const struct load_search *s, const struct search_goal *goal)
{
	return outcome_of(s, goal, relevant_bounds(s, goal)) != SEARCH_UNSETTLED;
}

void load_search_result(const struct load_search *s, size_t goal, struct search_result *out)
{
	const struct search_goal *g = &s->in.goals[goal];

	*out = (struct search_result){ .relevant = relevant_bounds(s, g) };
	out->outcome = outcome_of(s, g, out->relevant);
	if (out->relevant.lower > 0)
		out->conditional_throughput =
			search_throughput(g, out->relevant.lower, s->trials, s->n_trials);
}

/* --- Stages ------------------------------------------------------------------------------------ */

/* What a stage seeks is a goal too; that of a goal's last stage is the goal itself. */
static struct search_goal stage_goal(const struct load_search *s, size_t stage)
{
	struct search_goal goal = s->in.goals[stage / STAGES];
	unsigned ahead = STAGES - 1 - stage % STAGES;
	double initial = MIN(s->in.initial_trial_s, goal.final_trial_s);

	if (!ahead)
		return goal;

	goal.final_trial_s *= pow(initial / goal.final_trial_s, (double)ahead / (STAGES - 1));
	goal.duration_sum_s = goal.final_trial_s;
	goal.width = 1 - pow(1 - goal.width, 1U << ahead);

	return goal;
}

static void enter_stage(struct load_search *s, size_t stage, struct search_bounds tentative)
{
	s->stage = stage;
	s->tentative = tentative;
	s->focus = 0;
	if (stage < s->in.n_goals * STAGES)
		s->step = log_width(&(struct search_goal){ .width = stage_goal(s, stage).width });
}

/* Goes to the next stage that has something left to do, if there is one. */
static bool find_stage(struct load_search *s)
{
	size_t end = s->in.n_goals * STAGES;

	while (s->stage < end) {
		struct search_goal goal = stage_goal(s, s->stage);

		if (!is_settled(s, &goal))
			return true;
		enter_stage(s, s->repair ? end : s->stage + 1, relevant_bounds(s, &goal));
	}

	for (size_t i = 0; i < s->in.n_goals; i++) {
		if (!is_settled(s, &s->in.goals[i])) {
			s->repair = true;
			enter_stage(s, i * STAGES + STAGES - 1, (struct search_bounds){ 0 });
			return true;
		}
	}

	return false;
}

/* Would a decision on this load move one of the bounds? */
static bool is_open(const struct load_search *s, const struct search_goal *goal,
		    struct search_bounds b, double load)
{
	return load > b.lower && (!b.upper || load < b.upper) && is_undecided(s, goal, load);
}

/* The length of a step outward, no longer than half the gap; the next is twice as long. */
static double take_step(struct load_search *s, double half_gap)
{
	double step = s->step;

	if (step >= half_gap)
		return half_gap;
	s->step *= 2;

	return step;
}

static double choose_between(struct load_search *s, struct search_bounds b)
{
	double gap = log(b.upper / b.lower), step = take_step(s, gap / 2);
	double last = s->trials[s->n_trials - 1].load;

	/* The bound that the last trial found or left is where the other one is expected. */
	return last > b.lower * exp(gap / 2) ? b.upper * exp(-step) : b.lower * exp(step);
}

static double choose_load(struct load_search *s, const struct search_goal *goal)
{
	struct search_bounds b = relevant_bounds(s, goal);

	if (s->focus > 0 && is_undecided(s, goal, s->focus))
		return s->focus;
	if (is_open(s, goal, b, s->tentative.lower))
		return s->tentative.lower;
	if (is_open(s, goal, b, s->tentative.upper)) {
		b.upper = s->tentative.upper;
		if (b.lower > 0 && is_close(goal, b))
			return b.upper;
	}

	if (b.lower > 0 && b.upper > 0)
		return choose_between(s, b);

	/* Only the limits of the search are on the other side. */
	double factor = exp(take_step(s, INFINITY));

	if (b.lower > 0)
		return MIN(s->in.max_load, b.lower * factor);
	if (b.upper > 0)
		return MAX(s->in.min_load, b.upper / factor);

	return s->in.max_load;
}

bool load_search_next(struct load_search *s, double *ret_load, double *ret_trial_s)
{
	if (s->n_trials == LOAD_SEARCH_TRIALS_MAX || !find_stage(s))
		return false;

	struct search_goal goal = stage_goal(s, s->stage);

	s->focus = choose_load(s, &goal);
	*ret_load = s->focus;
	*ret_trial_s = goal.final_trial_s;

	return true;
}

/* The first stage opens half its width below what is expected: its first step leads as far above. */
static void expect(struct load_search *s, double load)
{
	s->tentative.lower = MAX(s->in.min_load, load * exp(-s->step / 2));
}

int load_search_add(struct load_search *s, double load, double trial_s, double loss_ratio,
		    struct err *err)
{
	if (!isfinite(load) || load <= 0)
		return err_set(err, -EINVAL, "a load of %g packets/s", load);
	if (!isfinite(trial_s) || trial_s <= 0)
		return err_set(err, -EINVAL, "a trial of %g s", trial_s);
	if (!(loss_ratio >= 0 && loss_ratio <= 1))
		return err_set(err, -EINVAL, "a loss ratio of %g", loss_ratio);
	if (s->n_trials == LOAD_SEARCH_TRIALS_MAX)
		return err_set(err, -ENOSPC, "more than %d trials", LOAD_SEARCH_TRIALS_MAX);

	s->trials[s->n_trials++] = (struct search_trial){ load, trial_s, loss_ratio };
	s->total_s += trial_s;
	/* RFC 2285, 3.6.2: what comes through at the maximum is a first guess of what all does. */
	if (s->n_trials == 1 && load >= s->in.max_load)
		expect(s, load * (1 - loss_ratio));

	return 0;
}

/* --- Input ------------------------------------------------------------------------------------- */

static int check_goal(const struct search_goal *g, struct err *err)
{
	if (!(g->loss_ratio >= 0 && g->loss_ratio < 1))
		return err_input(err, "a loss ratio of %g, not of 0 to 1", g->loss_ratio);
	if (!(g->exceed_ratio >= 0 && g->exceed_ratio < 1))
		return err_input(err, "an exceed ratio of %g, not of 0 to 1", g->exceed_ratio);
	if (!isfinite(g->final_trial_s) || g->final_trial_s <= 0)
		return err_input(err, "a final trial of %g s", g->final_trial_s);
	if (!isfinite(g->duration_sum_s) || g->duration_sum_s <= 0)
		return err_input(err, "a duration sum of %g s", g->duration_sum_s);
	if (!(g->width >= WIDTH_MIN && g->width < 1))
		return err_input(err, "a width of %g, not of %g to 1", g->width, WIDTH_MIN);

	return 0;
}

int load_search_init(struct load_search *s, const struct search_input *in, struct err *err)
{
	if (!isfinite(in->max_load) || !(in->min_load > 0 && in->min_load <= in->max_load))
		return err_input(err, "loads of %g to %g packets/s", in->min_load, in->max_load);
	if (!isfinite(in->hint_load) || in->hint_load < 0)
		return err_input(err, "a hint of %g packets/s", in->hint_load);
	if (!isfinite(in->initial_trial_s) || in->initial_trial_s <= 0)
		return err_input(err, "an initial trial of %g s", in->initial_trial_s);
	if (in->n_goals < 1 || in->n_goals > LOAD_SEARCH_GOALS_MAX)
		return err_input(err, "%zu goals, not 1 to %d", in->n_goals, LOAD_SEARCH_GOALS_MAX);
	for (size_t i = 0; i < in->n_goals; i++) {
		if (check_goal(&in->goals[i], err))
			return err_wrap(err, "goal %zu", i + 1);
	}

	memset(s, 0, sizeof(*s));
	s->in = *in;
	enter_stage(s, 0, (struct search_bounds){ .lower = in->max_load });
	if (in->hint_load > 0 && in->hint_load < in->max_load)
		expect(s, in->hint_load);

	return 0;
}
