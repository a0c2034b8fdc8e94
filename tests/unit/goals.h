/* SPDX-License-Identifier: ISC */
/* Goals of a load search in tests, and what every search keeps to, whatever it is told. */
#ifndef DXEMU_TESTS_UNIT_GOALS_H
#define DXEMU_TESTS_UNIT_GOALS_H

#include <criterion/criterion.h>
#include <math.h>

#include "base/util.h"
#include "traffic/load_search.h"

#define MIN_LOAD 100.0
#define MAX_LOAD 1e6

/* A quick test: final trials of 1 s, of which two are needed to refuse a load. */
#define NDR                         \
	{                           \
		0, 0.5, 1, 2, 0.005 \
	}
#define PDR                             \
	{                               \
		0.005, 0.5, 1, 2, 0.005 \
	}
#define NDR_PDR .goals = { NDR, PDR }, .n_goals = 2

#define INPUT(...)                                                                               \
	{                                                                                        \
		.min_load = MIN_LOAD, .max_load = MAX_LOAD, .initial_trial_s = 0.25, __VA_ARGS__ \
	}

/* Loads in one stage of a search. */
struct tally {
	size_t stage, loads;
	double load;
};

/*
 * load_search_next(), and what is promised of it: the same trial when asked again, in range, repair by
 * full-length trials alone, and before it no more loads in a stage than 2 log2(ln(max / min) / -ln(1 - width)) + 8.
 */
static inline bool next_trial(struct load_search *s, struct tally *tally, double *load,
			      double *trial_s)
{
	double again, again_s, longest = 0;

	if (!load_search_next(s, load, trial_s))
		return false;
	cr_assert(load_search_next(s, &again, &again_s));
	cr_assert(again == *load && again_s == *trial_s);
	cr_assert(*load >= s->in.min_load && *load <= s->in.max_load, "load %g", *load);

	for (size_t i = 0; i < s->in.n_goals; i++)
		longest = MAX(longest, s->in.goals[i].final_trial_s);
	cr_assert(*trial_s >= MIN(s->in.initial_trial_s, longest) && *trial_s <= longest);

	cr_assert(!s->repair || *trial_s == s->in.goals[s->stage / 3].final_trial_s);

	if (tally->stage != s->stage)
		*tally = (struct tally){ .stage = s->stage };
	tally->loads += *load != tally->load;
	tally->load = *load;

	double widths =
		log(s->in.max_load / s->in.min_load) / -log1p(-s->in.goals[s->stage / 3].width);

	cr_assert(s->repair || tally->loads <= 2 * MAX(0, log2(widths)) + 8,
		  "%zu loads in stage %zu", tally->loads, s->stage);

	return true;
}

/* What 4.8.4.1 of RFC 9971 wants of a regular result. */
static inline bool is_narrow(const struct search_goal *goal, struct search_bounds b)
{
	return b.lower > 0 && b.lower < b.upper && b.upper - b.lower <= goal->width * b.upper;
}

#endif
