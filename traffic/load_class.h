/* SPDX-License-Identifier: ISC */
/*
 * What trials at a load say of it: the part of RFC 9971 (MLRsearch) that every search has to do alike.
 * Pure. Sections below are of RFC 9971; loads are packets per second, intended (4.5.2), and a trial's
 * effective duration (4.5.8) is its intended one.
 */
#ifndef DXEMU_TRAFFIC_LOAD_CLASS_H
#define DXEMU_TRAFFIC_LOAD_CLASS_H

#include <stddef.h>

/* 4.6.1 to 4.6.7. Of RFC 2544: 0, 0, 60, 60 (4.10.2); of TST 009: 0, 0.5, 60, 120 (4.10.3). */
struct search_goal {
	double loss_ratio;     /* 0 <= x < 1: more is a high-loss trial */
	double exceed_ratio;   /* 0 <= x < 1: so much of the time may be high-loss trials */
	double final_trial_s;  /* > 0: shorter is a short trial; best one for all goals (4.6.1) */
	double duration_sum_s; /* > 0: full-length trials of that sum decide a load */
	double width; /* 1e-6 <= x < 1: (upper - lower) / upper at most; best not below loss_ratio */
};

struct search_trial {
	double load;
	double trial_s;
	double loss_ratio;
};

enum load_class {
	LOAD_UNDECIDED,
	LOAD_LOWER_BOUND,
	LOAD_UPPER_BOUND,
};

/*
 * search_classify() - what all trials at one load say of it (4.7.2, Appendix A). Where the tables of C.3
 * differ, for the fourth goal at points 5 and 6, they contradict their own ratios.
 * @trials, @n: of any loads; those at exactly @load count
 *
 * Sums of durations are compared with a tolerance of 1e-9 of the whole, so that ten trials of 0.1 s
 * are one second.
 */
enum load_class search_classify(const struct search_goal *goal, double load,
				const struct search_trial *trials, size_t n);

/*
 * search_throughput() - Conditional Throughput of a load (4.8.3): the forwarding rate of the
 * full-length trial at the quantile 1 - exceed_ratio of the time, the best first. By Appendix B, in
 * which time up to the duration sum that was not measured counts as lost; the prose of 6.2 leaves
 * that time out, but 4.8.3 names the appendix.
 */
double search_throughput(const struct search_goal *goal, double load,
			 const struct search_trial *trials, size_t n);

#endif
