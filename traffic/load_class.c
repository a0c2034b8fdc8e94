// SPDX-License-Identifier: ISC
#include "traffic/load_class.h"

#include <stdbool.h>

#include "base/util.h"

/* Sums of durations are equal within this part of them. */
#define ROUNDING 1e-9

/* Seconds of trials at one load, by length and loss (Appendix A). */
struct sums {
	double full_low, full_high, short_low, short_high;
};

static bool is_full_length(const struct search_goal *goal, const struct search_trial *t)
{
	return t->trial_s >= goal->final_trial_s;
}

static struct sums sum_up(const struct search_goal *goal, double load,
			  const struct search_trial *trials, size_t n)
{
	struct sums sums = { 0 };

	for (const struct search_trial *t = trials; t < trials + n; t++) {
		bool high = t->loss_ratio > goal->loss_ratio;

		if (t->load != load)
			continue;
		if (is_full_length(goal, t))
			*(high ? &sums.full_high : &sums.full_low) += t->trial_s;
		else
			*(high ? &sums.short_high : &sums.short_low) += t->trial_s;
	}

	return sums;
}

enum load_class search_classify(const struct search_goal *goal, double load,
				const struct search_trial *trials, size_t n)
{
	struct sums sums = sum_up(goal, load, trials, n);
	/* Short trials are no proof of low loss: they only make up for short ones with high loss. */
	double balancing = sums.short_low * goal->exceed_ratio / (1 - goal->exceed_ratio);
	double high = sums.full_high + MAX(0, sums.short_high - balancing);
	double whole = MAX(high + sums.full_low, goal->duration_sum_s);
	double tolerated = whole * goal->exceed_ratio + whole * ROUNDING;

	if (high > tolerated)
		return LOAD_UPPER_BOUND;

	return whole - sums.full_low <= tolerated ? LOAD_LOWER_BOUND : LOAD_UNDECIDED;
}

double search_throughput(const struct search_goal *goal, double load,
			 const struct search_trial *trials, size_t n)
{
	struct sums sums = sum_up(goal, load, trials, n);
	double whole = MAX(sums.full_low + sums.full_high, goal->duration_sum_s);
	double needed = whole * (1 - goal->exceed_ratio) - whole * ROUNDING;
	double quantile = 1;

	/* The smallest loss ratio that trials of so much time do not exceed. */
	for (const struct search_trial *t = trials; t < trials + n; t++) {
		const struct search_goal as_good = { .loss_ratio = t->loss_ratio,
						     .final_trial_s = goal->final_trial_s };

		if (t->load == load && is_full_length(goal, t) && t->loss_ratio < quantile &&
		    sum_up(&as_good, load, trials, n).full_low >= needed)
			quantile = t->loss_ratio;
	}

	return load * (1 - quantile);
}
