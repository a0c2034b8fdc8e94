// SPDX-License-Identifier: ISC
/* What a search does with answers that make no sense, with too many, and with input that makes none. */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "base/util.h"
#include "tests/unit/goals.h"
#include "traffic/load_search.h"

/* Whatever the answers are, there is an end, and what is called regular is. */
Test(load_search_limits, random_answers)
{
	static const double losses[] = { 0, 0.001, 0.01, 0.1 };
	static const struct search_input in =
		INPUT(.goals = { NDR, PDR, { 0.02, 0.2, 2, 4, 0.02 } }, .n_goals = 3, );
	size_t repaired = 0;

	for (uint64_t seed = 0; seed < 200; seed++) {
		struct tally tally = { 0 };
		struct search_result r;
		struct load_search s;
		struct err err;
		uint64_t rng = seed;
		double load, trial_s;

		cr_assert_eq(load_search_init(&s, &in, &err), 0);
		while (next_trial(&s, &tally, &load, &trial_s)) {
			double loss = losses[rng_next(&rng) % ARRAY_SIZE(losses)];

			cr_assert_eq(load_search_add(&s, load, trial_s, loss, &err), 0);
		}
		repaired += s.repair;
		for (size_t g = 0; g < in.n_goals; g++) {
			load_search_result(&s, g, &r);
			cr_expect(r.outcome != SEARCH_UNSETTLED);
			cr_expect(r.outcome != SEARCH_REGULAR ||
				  is_narrow(&in.goals[g], r.relevant));
		}
	}
	cr_expect_gt(repaired, 0, "nothing to repair");
}

/* Trials of 1 s, of which 2000 without loss make a lower bound. */
Test(load_search_limits, too_many_trials)
{
	static const struct search_input in =
		INPUT(.goals = { { 0, 0.5, 1, 4000, 0.005 } }, .n_goals = 1);
	struct tally tally = { 0 };
	struct search_result r;
	struct load_search s;
	struct err err;
	double load, trial_s;

	cr_assert_eq(load_search_init(&s, &in, &err), 0);
	while (next_trial(&s, &tally, &load, &trial_s))
		cr_assert_eq(load_search_add(&s, load, trial_s, load > 1e5 ? 0.5 : 0, &err), 0);
	load_search_result(&s, 0, &r);
	cr_expect_eq(r.outcome, SEARCH_UNSETTLED);
	cr_expect_eq(s.n_trials, LOAD_SEARCH_TRIALS_MAX);
	cr_expect_eq(load_search_add(&s, 1e5, 1, 0, &err), -ENOSPC);
	cr_expect_eq(s.n_trials, LOAD_SEARCH_TRIALS_MAX);
}

/* RFC 9971, 5.3.3: the smaller load is right. Trials of the caller's own count, and results at any time. */
Test(load_search_limits, relevant_bounds)
{
	static const struct search_input in = INPUT(.goals = { NDR }, .n_goals = 1);
	static const struct {
		struct search_trial trial;
		struct search_bounds relevant;
	} rows[] = {
		{ { 300, 1, 0 }, { 300, 0 } },	   { { 500, 2, 0.1 }, { 300, 500 } },
		{ { 600, 1, 0 }, { 300, 500 } },   { { 350, 0.9, 0 }, { 300, 500 } },
		{ { 400, 1, 0 }, { 400, 500 } },   { { 450, 1, 0.1 }, { 400, 500 } },
		{ { 450, 1, 0.1 }, { 400, 450 } }, { { 200, 3, 0.1 }, { 0, 200 } },
		{ { 200, 3, 0 }, { 400, 450 } },
	};
	struct search_result r;
	struct load_search s;
	struct err err;

	cr_assert_eq(load_search_init(&s, &in, &err), 0);
	load_search_result(&s, 0, &r);
	cr_expect(!r.relevant.lower && !r.relevant.upper && !r.conditional_throughput);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct search_trial *t = &rows[i].trial;

		cr_assert_eq(load_search_add(&s, t->load, t->trial_s, t->loss_ratio, &err), 0);
		load_search_result(&s, 0, &r);
		cr_expect_eq(r.outcome, SEARCH_UNSETTLED);
		cr_expect(r.relevant.lower == rows[i].relevant.lower &&
				  r.relevant.upper == rows[i].relevant.upper,
			  "after trial %zu: %g to %g", i + 1, r.relevant.lower, r.relevant.upper);
		cr_expect_eq(r.conditional_throughput, r.relevant.lower);
	}
	cr_expect_lt(fabs(s.total_s - 13.9), 1e-9, "%g s", s.total_s);
}

Test(load_search_limits, refused_input)
{
	static const struct {
		struct search_input in;
		const char *named;
	} rows[] = {
		{ { 0, MAX_LOAD, 0, 0.25, { NDR }, 1 }, "loads of 0" },
		{ { NAN, MAX_LOAD, 0, 0.25, { NDR }, 1 }, "loads of nan" },
		{ { 2 * MAX_LOAD, MAX_LOAD, 0, 0.25, { NDR }, 1 }, "loads of 2e+06 to 1e+06" },
		{ { MIN_LOAD, INFINITY, 0, 0.25, { NDR }, 1 }, "loads of 100 to inf" },
		{ { MIN_LOAD, MAX_LOAD, 0, 0, { NDR }, 1 }, "initial trial" },
		{ INPUT(.hint_load = -1, NDR_PDR), "hint" },
		{ INPUT(.n_goals = 0), "0 goals" },
		{ INPUT(.n_goals = LOAD_SEARCH_GOALS_MAX + 1), "9 goals" },
		{ INPUT(.goals = { NDR, { 1, 0.5, 1, 2, 0.01 } }, .n_goals = 2), "goal 2: a loss "
										 "ratio" },
		{ INPUT(.goals = { { -0.1, 0.5, 1, 2, 0.01 } }, .n_goals = 1), "goal 1: a loss "
									       "ratio" },
		{ INPUT(.goals = { { 0, 1, 1, 2, 0.01 } }, .n_goals = 1), "an exceed ratio" },
		{ INPUT(.goals = { { 0, 0.5, 0, 2, 0.01 } }, .n_goals = 1), "final trial" },
		{ INPUT(.goals = { { 0, 0.5, 1, NAN, 0.01 } }, .n_goals = 1), "duration sum" },
		{ INPUT(.goals = { { 0, 0.5, 1, 2, 0 } }, .n_goals = 1), "width" },
		{ INPUT(.goals = { { 0, 0.5, 1, 2, 1 } }, .n_goals = 1), "width" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err err = { 0 };
		struct load_search s;

		cr_expect_eq(load_search_init(&s, &rows[i].in, &err), -EINVAL, "row %zu", i);
		cr_expect(strstr(err.msg, rows[i].named), "%s: %s", rows[i].named, err.msg);
	}
}

Test(load_search_limits, refused_trials)
{
	static const struct search_input in = INPUT(NDR_PDR);
	static const struct search_trial trials[] = {
		{ 0, 1, 0 },	 { NAN, 1, 0 },	 { 1000, 0, 0 },
		{ 1000, 1, -1 }, { 1000, 1, 2 }, { 1000, 1, NAN },
	};
	struct load_search s;
	struct err err;

	cr_assert_eq(load_search_init(&s, &in, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++)
		cr_expect_eq(load_search_add(&s, trials[i].load, trials[i].trial_s,
					     trials[i].loss_ratio, &err),
			     -EINVAL, "trial %zu", i);
	cr_expect_eq(s.n_trials, 0);
}
