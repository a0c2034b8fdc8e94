// SPDX-License-Identifier: ISC
#include "traffic/load_class.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>

#include "base/util.h"

#define LOAD 1e6
#define KINDS_MAX 4
#define TRIALS_MAX 160

/* So many equal trials. */
struct kind {
	size_t n;
	double trial_s, loss_ratio;
};

static size_t expand(const struct kind kinds[KINDS_MAX], struct search_trial trials[TRIALS_MAX])
{
	size_t n = 0;

	for (size_t k = 0; k < KINDS_MAX; k++) {
		for (size_t i = 0; i < kinds[k].n; i++) {
			cr_assert_lt(n, TRIALS_MAX);
			trials[n++] = (struct search_trial){ LOAD, kinds[k].trial_s,
							     kinds[k].loss_ratio };
		}
	}

	return n;
}

/* RFC 9971, C.1; the width has no part in a load's class. */
enum { RFC2544, TST009, FINAL_1S, EXCEED_20, GOALS };
static const struct search_goal example_goals[GOALS] = {
	[RFC2544] = { 0, 0, 60, 60, 0.01 },
	[TST009] = { 0, 0.5, 60, 120, 0.01 },
	[FINAL_1S] = { 0.005, 0.5, 1, 120, 0.01 },
	[EXCEED_20] = { 0.005, 0.2, 60, 60, 0.01 },
};

/* RFC 9971, C.2: all trials up to each point in time. */
static const struct kind example_points[][KINDS_MAX] = {
	{ { 59, 1, 0 } },
	{ { 59, 1, 0 }, { 1, 1, 0.01 } },
	{ { 59, 1, 0 }, { 60, 1, 0.01 } },
	{ { 60, 1, 0 }, { 60, 1, 0.01 } },
	{ { 60, 1, 0 }, { 60, 1, 0.01 }, { 1, 60, 0.001 } },
	{ { 60, 1, 0 }, { 60, 1, 0.01 }, { 1, 60, 0.001 }, { 1, 60, 0 } },
};

/*
 * RFC 9971, C.3: the last line of each point's table, but for the fourth goal at points 5 and 6. There the
 * tables say lower bound beside exceed ratios of 45/105 and 45/165, which are more than the goal's 20 %:
 * upper bound, by 6.1 and by Appendix A.
 */
static const char example_classes[][GOALS + 1] = { "????", "U???", "U??U", "U?LU", "U?LU", "ULLU" };

static char letter(enum load_class class)
{
	static const char letters[] = {
		[LOAD_UNDECIDED] = '?',
		[LOAD_LOWER_BOUND] = 'L',
		[LOAD_UPPER_BOUND] = 'U',
	};

	return letters[class];
}

Test(load_class, example_search)
{
	for (size_t p = 0; p < ARRAY_SIZE(example_points); p++) {
		struct search_trial trials[TRIALS_MAX];
		size_t n = expand(example_points[p], trials);

		for (size_t g = 0; g < GOALS; g++) {
			char c = letter(search_classify(&example_goals[g], LOAD, trials, n));

			cr_expect_eq(c, example_classes[p][g], "point %zu, goal %zu: %c", p + 1,
				     g + 1, c);
		}
	}
}

/* The sums are in the comments: high-loss seconds that count, of the whole, and what is tolerated. */
Test(load_class, by_hand)
{
	static const struct {
		const char *name;
		struct search_goal goal; /* loss ratio, exceed ratio, final trial, duration sum */
		struct kind trials[KINDS_MAX];
		char class;
	} rows[] = {
		{ "no trial", { 0, 0.5, 1, 2, 0.01 }, { { 0 } }, '?' },
		{ "as much loss as the goal's is low",
		  { 0.01, 0, 1, 1, 0.01 },
		  { { 1, 1, 0.01 } },
		  'L' },
		{ "a little more is high", { 0.01, 0, 1, 1, 0.01 }, { { 1, 1, 0.0101 } }, 'U' },
		{ "a full trial is not a short one", { 0, 0, 1, 1, 0.01 }, { { 1, 1, 0 } }, 'L' },
		{ "a short one is no proof", { 0, 0, 1, 1, 0.01 }, { { 9, 0.999, 0 } }, '?' },
		/* 1 missing + 0 high of 2, 1 tolerated. */
		{ "one good of two is enough", { 0, 0.5, 1, 2, 0.01 }, { { 1, 1, 0 } }, 'L' },
		/* 1 of 2, 1 tolerated: the second decides. */
		{ "one bad of two is not", { 0, 0.5, 1, 2, 0.01 }, { { 1, 1, 0.1 } }, '?' },
		{ "bad, good", { 0, 0.5, 1, 2, 0.01 }, { { 1, 1, 0.1 }, { 1, 1, 0 } }, 'L' },
		{ "bad, bad", { 0, 0.5, 1, 2, 0.01 }, { { 2, 1, 0.1 } }, 'U' },
		/* 1 + (0.5 - 0) of 2, 1 tolerated. */
		{ "a short bad one adds up",
		  { 0, 0.5, 1, 2, 0.01 },
		  { { 1, 0.5, 0.1 }, { 1, 1, 0.1 } },
		  'U' },
		/* 1 + (0.5 - 0.5 x 1) of 2: a short good one makes up for it. */
		{ "and is balanced",
		  { 0, 0.5, 1, 2, 0.01 },
		  { { 1, 0.5, 0.1 }, { 1, 0.5, 0 }, { 1, 1, 0.1 } },
		  '?' },
		/* Balancing 4 x 1/3, 3 - 4/3 = 1.67 of 4, 1 tolerated. */
		{ "by the coefficient",
		  { 0, 0.25, 2, 4, 0.01 },
		  { { 3, 1, 0.1 }, { 4, 1, 0 } },
		  'U' },
		/* Balancing 8/3: 1/3 of 4, 1 tolerated; no full-length trial. */
		{ "more of them", { 0, 0.25, 2, 4, 0.01 }, { { 3, 1, 0.1 }, { 8, 1, 0 } }, '?' },
		/* Short good ones beyond balance prove nothing: 0 of 4, but 2 missing, 1 tolerated. */
		{ "too much of them", { 0, 0.25, 2, 4, 0.01 }, { { 99, 1, 0 }, { 1, 2, 0 } }, '?' },
		/* 1 of 4, 1 tolerated, but 1 is missing; then none is. */
		{ "three quarters, not all in",
		  { 0, 0.25, 1, 4, 0.01 },
		  { { 2, 1, 0 }, { 1, 1, 0.1 } },
		  '?' },
		{ "three quarters", { 0, 0.25, 1, 4, 0.01 }, { { 3, 1, 0 }, { 1, 1, 0.1 } }, 'L' },
		/* Beyond the sum the whole is what there is: 2 of 5, 1.25 tolerated. */
		{ "beyond the sum", { 0, 0.25, 1, 4, 0.01 }, { { 3, 1, 0 }, { 2, 1, 0.1 } }, 'U' },
		/* A long trial counts with all of it: 3 of 4, 2 tolerated. */
		{ "a long trial", { 0, 0.5, 1, 2, 0.01 }, { { 1, 1, 0 }, { 1, 3, 0.1 } }, 'U' },
		/* 0.1 + ... ten times is less than 1 in binary, and (1 - 0.1 x 9) is more than 0.1. */
		{ "ten tenths", { 0, 0, 0.1, 1, 0.01 }, { { 10, 0.1, 0 } }, 'L' },
		{ "nine tenths", { 0, 0.1, 0.1, 1, 0.01 }, { { 9, 0.1, 0 } }, 'L' },
		{ "eight tenths", { 0, 0.1, 0.1, 1, 0.01 }, { { 8, 0.1, 0 } }, '?' },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct search_trial trials[TRIALS_MAX];
		size_t n = expand(rows[i].trials, trials);
		char c = letter(search_classify(&rows[i].goal, LOAD, trials, n));

		cr_expect_eq(c, rows[i].class, "%s: %c", rows[i].name, c);
	}
}

Test(load_class, other_loads_do_not_count)
{
	const struct search_trial trials[] = { { LOAD, 1, 0 },
					       { nextafter(LOAD, 0), 1, 0.1 },
					       { 2 * LOAD, 1, 0.1 } };
	static const struct search_goal goal = { 0, 0, 1, 1, 0.01 };

	cr_expect_eq(search_classify(&goal, LOAD, trials, 3), LOAD_LOWER_BOUND);
	cr_expect_eq(search_classify(&goal, 2 * LOAD, trials, 3), LOAD_UPPER_BOUND);
	cr_expect_eq(search_classify(&goal, 3 * LOAD, trials, 3), LOAD_UNDECIDED);
	cr_expect_eq(search_throughput(&goal, LOAD, trials, 3), LOAD);
	cr_expect_eq(search_throughput(&goal, 2 * LOAD, trials, 3), 0.9 * 2 * LOAD);
}

/* The loss ratio at the quantile, in the order in which the trials are sorted: time needed, quantile. */
Test(load_class, throughput)
{
	static const struct {
		const char *name;
		struct search_goal goal;
		struct kind trials[KINDS_MAX];
		double quantile;
	} rows[] = {
		/* RFC 9971, C.4, the goals 2, 3 and 4 at point 6. */
		{ "TST009",
		  { 0, 0.5, 60, 120, 0.01 },
		  { { 60, 1, 0 }, { 60, 1, 0.01 }, { 1, 60, 0.001 }, { 1, 60, 0 } },
		  0 },
		{ "1s final",
		  { 0.005, 0.5, 1, 120, 0.01 },
		  { { 60, 1, 0 }, { 60, 1, 0.01 }, { 1, 60, 0.001 }, { 1, 60, 0 } },
		  0 },
		{ "20% exceed",
		  { 0.005, 0.2, 60, 60, 0.01 },
		  { { 60, 1, 0 }, { 60, 1, 0.01 }, { 1, 60, 0.001 }, { 1, 60, 0 } },
		  0.001 },
		/* Without exceedance the worst one counts, wherever it stands. */
		{ "worst last",
		  { 0.005, 0, 1, 2, 0.01 },
		  { { 1, 1, 0.001 }, { 1, 1, 0.003 } },
		  0.003 },
		{ "worst first",
		  { 0.005, 0, 1, 2, 0.01 },
		  { { 1, 1, 0.003 }, { 1, 1, 0.001 } },
		  0.003 },
		/* Appendix B: 1.5 of 3 are needed, the first has 1; half of the 2 measured would do. */
		{ "the sum counts, not what was measured",
		  { 0.005, 0.5, 1, 3, 0.01 },
		  { { 1, 1, 0 }, { 1, 1, 0.004 } },
		  0.004 },
		/* 2 of 4. */
		{ "just enough",
		  { 0.005, 0.5, 1, 4, 0.01 },
		  { { 2, 1, 0.002 }, { 2, 1, 0.004 } },
		  0.002 },
		/* 0.9 of 1, and nine tenths are that. */
		{ "rounding", { 0, 0.1, 0.1, 1, 0.01 }, { { 9, 0.1, 0 }, { 1, 0.1, 0.7 } }, 0 },
		{ "not enough time", { 0.005, 0.5, 1, 4, 0.01 }, { { 1, 1, 0 } }, 1 },
		{ "short ones say nothing", { 0.005, 0.5, 1, 2, 0.01 }, { { 9, 0.5, 0 } }, 1 },
		{ "none", { 0.005, 0.5, 1, 2, 0.01 }, { { 0 } }, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct search_trial trials[TRIALS_MAX];
		size_t n = expand(rows[i].trials, trials);
		double pps = search_throughput(&rows[i].goal, LOAD, trials, n);

		cr_expect_lt(fabs(pps - LOAD * (1 - rows[i].quantile)), 1e-6, "%s: %g",
			     rows[i].name, pps);
	}
}
