// SPDX-License-Identifier: ISC
#include "emul/phases.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/util.h"
#include "emul/stages.h"
#include "tests/unit/shipped.h"

/* Also such as a reader would refuse: this is arithmetic. */
static struct profile set(const char *name, const char *setting)
{
	struct profile p = load(name);
	struct err err;

	cr_assert_eq(profile_set(&p, setting, &err), 0, "%s", err.msg);

	return p;
}

/*
 * Idle: 10,000 probes or 20 loss episodes' worth of them, 1 ms apart, at 130 us of CPU each, and 60 us for each tick
 * of jitter either way. Loaded: the same, but 3 s at least, with 3.2 us for each frame of the load; the ramp
 * is 20 round trips through full queues.
 */
Test(phases, lengths)
{
	static const struct {
		const char *profile, *setting;
		enum phase phase;
		double budget_s, ramp_s, duration_s;
		unsigned interval_us;
		uint64_t n_probes;
		double linger_s;
	} rows[] = {
		/* Lossless: as many probes as a p99.9 needs. */
		{ "dx-dedicated-1g", "loss.ratio=0", PHASE_IDLE, 5, 0, 10, 1000, 10000, 1 },
		/* 20 episodes at 1e-5 would take 2000 s; 5 s of CPU are 26 s at 0.13, and 0.06 for jitter. */
		{ "dx-hosted-200m", "title=x", PHASE_IDLE, 5, 0, 26, 1000, 26000, 1 },
		{ "dx-hosted-200m", "title=x", PHASE_IDLE, 1000, 0, 2000, 2000, 1000000, 1 },
		/* 20 episodes at 1e-3 are 20,000 probes, which fit. */
		{ "dx-hosted-200m", "loss.ratio=1e-3", PHASE_IDLE, 5, 0, 20, 1000, 20000, 1 },
		/* Never longer than an hour, nor more than a million probes. */
		{ "dx-dedicated-1g", "loss.ratio=1e-9", PHASE_IDLE, 1e6, 0, 3600, 3600, 1000000,
		  1 },
		/* Short: probes come closer, but not closer than 100 us. */
		{ "dx-dedicated-1g", "title=x", PHASE_IDLE, 0.5, 0, 2, 200, 10000, 1 },
		{ "dx-dedicated-1g", "title=x", PHASE_IDLE, 0.001, 0, 1, 100, 10000, 1 },
		/* 81063 frames a second are 0.26 s of CPU a second, 0.13 for probes, 0.06 for jitter. */
		{ "dx-dedicated-1g", "title=x", PHASE_LOADED_TO_VPC, 5, 0.5, 11, 1000, 11000, 1 },
		/* 810635 frames a second: 3 s although they cost 8. */
		{ "dx-dedicated-10g", "title=x", PHASE_LOADED_TO_VPC, 5, 0.5, 3, 300, 10000, 1 },
		{ "dx-dedicated-10g", "title=x", PHASE_LOADED_TO_ONPREM, 0.1, 0.5, 3, 300, 10000,
		  1 },
		/*
		 * 2 * (45 + 50) ms, twenty times. 50 frames of 1538 bytes take 3.1 ms: 13,354 probes, which hold 20
		 * episodes, as many times that.
		 */
		{ "vpn-intercontinental", "title=x", PHASE_LOADED_TO_VPC, 5, 3.8, 40, 3076, 13003,
		  1 },
		/* To an idle link a probe is nothing, unless it is slow: 4 times 114 bytes at 100 kbit/s. */
		{ "dx-dedicated-1g", "rate=100kbit", PHASE_IDLE, 5, 0, 78, 36480, 2138, 1 },
		{ "vpn-metro", "cap.pps=100pps", PHASE_IDLE, 5, 0, 79, 40000, 1975, 1 },
		/* A long way: the last probe has three round trips through full queues to come back. */
		{ "dx-dedicated-1g", "delay=2s", PHASE_IDLE, 0.001, 0, 1, 100, 10000, 12.06 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = set(rows[i].profile, rows[i].setting);
		struct phase_plan plan = phase_plan(&p, rows[i].phase, rows[i].budget_s, 0);

		cr_expect_eq(plan.phase, rows[i].phase, "row %zu", i);
		cr_expect_float_eq(plan.ramp_s, rows[i].ramp_s, 1e-9, "row %zu: %g", i,
				   plan.ramp_s);
		cr_expect_float_eq(plan.duration_s, rows[i].duration_s, 1e-9, "row %zu: %g", i,
				   plan.duration_s);
		cr_expect_eq(plan.probe_interval_us, rows[i].interval_us, "row %zu: %u", i,
			     plan.probe_interval_us);
		cr_expect_eq(plan.n_probes, rows[i].n_probes, "row %zu: %lu", i, plan.n_probes);
		cr_expect_float_eq(plan.linger_s, rows[i].linger_s, 1e-9, "row %zu: %g", i,
				   plan.linger_s);
	}
}

/* A length that the user sets holds, whatever it costs. */
Test(phases, length_given)
{
	static const struct {
		double duration_s;
		unsigned interval_us;
		uint64_t n_probes;
	} rows[] = {
		{ 0.5, 100, 5000 },    { 1, 100, 10000 },	    { 10, 1000, 10000 },
		{ 100, 1000, 100000 }, { 100000, 100000, 1000000 },
	};
	static const char *const profiles[] = { "dx-dedicated-10g", "dx-hosted-50m" };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t k = 0; k < ARRAY_SIZE(profiles); k++)
			for (enum phase ph = 0; ph < PHASE_COUNT; ph++) {
				struct profile p = load(profiles[k]);
				struct phase_plan plan =
					phase_plan(&p, ph, 0.001, rows[i].duration_s);

				cr_expect_eq(plan.duration_s, rows[i].duration_s, "%s, %g s",
					     profiles[k], rows[i].duration_s);
				cr_expect_eq(plan.probe_interval_us, rows[i].interval_us,
					     "%s, %g s: %u", profiles[k], rows[i].duration_s,
					     plan.probe_interval_us);
				cr_expect_eq(plan.n_probes, rows[i].n_probes, "%s, %g s: %lu",
					     profiles[k], rows[i].duration_s, plan.n_probes);
			}
}

/*
 * What probes may be at most: one for every 50 full-size frames of a load that fills a queue, and a quarter of what the
 * link carries of them either way; to 0.2 % (whole microseconds).
 */
static double most_probes(const struct profile *p, const struct phase_plan *plan)
{
	enum dir loaded = phase_load_dir(plan->phase);
	double most = 10000; /* 100 us apart */

	for (enum dir d = 0; d < DIR_COUNT; d++)
		most = fmin(most,
			    (double)link_rate_bps(p, d) / (4 * 8.0 * stage_probe_wire_bytes(p)));
	if (plan->phase != PHASE_IDLE && p->dir[loaded].rate_bps)
		most = fmin(most,
			    (double)p->dir[loaded].rate_bps / (50 * 8.0 * stage_wire_bytes(p)));

	return most * plan->duration_s * 0.998;
}

/* Three seconds of load, but of 2.5 million frames where that is shorter. */
static double least_s(const struct profile *p, enum phase phase)
{
	if (phase == PHASE_IDLE)
		return 1;

	double s = fmin(3, 2.5e6 * 8 * stage_wire_bytes(p) /
				   (double)link_rate_bps(p, phase_load_dir(phase)));

	return s < 1 ? s : floor(s);
}

/* Of every link: a larger budget never measures less, and the plan keeps to what phases.h promises. */
Test(phases, budget)
{
	static const double budgets[] = { 1e-3, 0.1, 0.5, 1, 2, 5, 10, 50, 1000, 1e7 };
	char **names;
	struct err err;
	size_t n;

	cr_assert_eq(profile_names("profiles", &names, &n, &err), 0, "%s", err.msg);
	for (size_t i = 0; i < n; i++)
		for (enum phase ph = 0; ph < PHASE_COUNT; ph++) {
			struct profile p = load(names[i]);
			struct phase_plan last = { 0 };

			for (size_t b = 0; b < ARRAY_SIZE(budgets); b++) {
				struct phase_plan plan = phase_plan(&p, ph, budgets[b], 0);

				cr_expect_geq(plan.duration_s, last.duration_s, "%s", names[i]);
				cr_expect_geq(plan.n_probes, last.n_probes, "%s", names[i]);
				cr_expect_geq(plan.cost_s, last.cost_s, "%s", names[i]);
				cr_expect_geq(plan.duration_s, least_s(&p, ph), "%s", names[i]);
				cr_expect_geq(plan.n_probes,
					      fmin(10000, floor(most_probes(&p, &plan))), "%s",
					      names[i]);
				cr_expect_leq(plan.n_probes, 1000000, "%s", names[i]);
				cr_expect_geq(plan.probe_interval_us, 100, "%s", names[i]);
				cr_expect_geq(plan.linger_s, 1, "%s", names[i]);
				/* Probes fill the phase. */
				cr_expect_float_eq(
					(double)plan.n_probes * plan.probe_interval_us / 1e6,
					plan.duration_s, plan.probe_interval_us / 1e6 * 1.001, "%s",
					names[i]);
				last = plan;
			}
		}
	profile_names_free(names, n);
}

Test(phases, rate_that_limits)
{
	static const struct {
		const char *profile, *setting;
		uint64_t rate_bps;
	} rows[] = {
		{ "dx-dedicated-10g", "title=x", 10000000000 },
		{ "dx-hosted-200m", "title=x", 200000000 },
		{ "vpn-metro", "title=x", 500000000 },
		{ "vpn-metro", "cap.rate=100mbit", 100000000 },
		{ "vpn-metro", "rate=2gbit", 1250000000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = set(rows[i].profile, rows[i].setting);

		cr_expect_eq(link_rate_bps(&p, TO_VPC), rows[i].rate_bps, "%s %s", rows[i].profile,
			     rows[i].setting);
	}
}

Test(phases, round_trips)
{
	struct profile p = load("vpn-metro");
	struct err err;

	cr_assert_eq(profile_set(&p, "to_vpc.delay=7ms", &err), 0);
	cr_assert_eq(profile_set(&p, "to_onprem.queue=20ms", &err), 0);
	cr_expect_eq(link_rtt_ns(&p), 11000000);
	cr_expect_eq(link_full_rtt_ns(&p), 81000000);
	cr_expect_eq(phase_load_dir(PHASE_LOADED_TO_VPC), TO_VPC);
	cr_expect_eq(phase_load_dir(PHASE_LOADED_TO_ONPREM), TO_ONPREM);
}
