// SPDX-License-Identifier: ISC
#include "emul/phases.h"

#include <math.h>

#include "base/util.h"
#include "emul/moving.h"
#include "emul/stages.h"

/* What a world needs of a CPU like those of today: a frame over the whole path, a probe and back (bench/). */
#define FRAME_COST_S 3.2e-6
#define PROBE_COST_S 130e-6
#define TICK_COST_S 60e-6 /* of jitter, in one direction */

#define PROBES_WANTED 10000
#define PROBES_MAX 1000000
#define EPISODES_WANTED 20
#define PROBE_INTERVAL_US 1000U
#define PROBE_INTERVAL_MIN_US 100U
#define LOADED_MIN_S 3.0
#define RAMP_MIN_S 0.5
/* Or as long as so many frames of a load take, where that is shorter: beyond 10 Gbit/s. */
#define LOADED_MIN_FRAMES 2.5e6
#define RAMP_MIN_FRAMES 4.2e5
#define RAMP_ROUND_TRIPS 20
#define PHASE_MAX_S 3600.0

/*
 * Probes must not make what they measure. Each finds the link free of the one before; and of a full queue, which
 * counts frames, they take one place in so many, or it would be shallower in time than the profile says.
 */
#define PROBE_TIMES 4
#define FRAMES_PER_PROBE 50

enum dir phase_load_dir(enum phase phase)
{
	return phase == PHASE_LOADED_TO_ONPREM ? TO_ONPREM : TO_VPC;
}

uint64_t link_rtt_ns(const struct profile *p)
{
	return p->dir[TO_VPC].delay_ns + p->dir[TO_ONPREM].delay_ns;
}

uint64_t link_full_rtt_ns(const struct profile *p)
{
	return link_rtt_ns(p) + p->dir[TO_VPC].queue_ns + p->dir[TO_ONPREM].queue_ns;
}

uint64_t link_rate_bps(const struct profile *p, enum dir dir)
{
	const struct profile_dir *d = &p->dir[dir];
	uint64_t rate = d->rate_bps ? d->rate_bps : UINT64_MAX;

	if (d->cir_bps)
		rate = MIN(rate, d->cir_bps);
	if (d->cap_bps)
		rate = MIN(rate, d->cap_bps);

	return rate;
}

/* Probes that hold EPISODES_WANTED loss episodes in the direction that has fewer of them; 0 = lossless. */
static double probes_for_episodes(const struct profile *p)
{
	double probes = 0;

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		double per_packet = profile_loss_episodes(&p->dir[d]);

		if (per_packet > 0)
			probes = fmax(probes, EPISODES_WANTED / per_packet);
	}

	return probes;
}

/* How close probes may come in this phase. */
static unsigned probe_interval_min_us(const struct profile *p, enum phase phase)
{
	const struct profile_dir *loaded = &p->dir[phase_load_dir(phase)];
	double interval_s = PROBE_INTERVAL_MIN_US / 1e6;

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		interval_s = fmax(interval_s, PROBE_TIMES * 8.0 * stage_probe_wire_bytes(p) /
						      (double)link_rate_bps(p, d));
		if (p->dir[d].cap_pps)
			interval_s = fmax(interval_s, PROBE_TIMES / (double)p->dir[d].cap_pps);
	}
	if (phase != PHASE_IDLE && loaded->rate_bps)
		interval_s = fmax(interval_s, FRAMES_PER_PROBE * 8.0 * stage_wire_bytes(p) /
						      (double)loaded->rate_bps);

	return (unsigned)ceil(interval_s * 1e6);
}

/* Wall time per second. */
static double jitter_cost(const struct profile *p)
{
	double cost = 0;

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		double correlation_s = (double)profile_correlation_ns(&p->dir[d]) / 1e9;

		if (correlation_s > 0)
			cost += TICK_COST_S * MOVING_STEPS / correlation_s;
	}

	return cost;
}

struct phase_plan phase_plan(const struct profile *p, enum phase phase, double budget_s,
			     double duration_s)
{
	const unsigned least_us = probe_interval_min_us(p, phase);
	struct phase_plan plan = { .phase = phase,
				   .probe_interval_us = MAX(PROBE_INTERVAL_US, least_us) };
	double interval_s = plan.probe_interval_us / 1e6;
	double cost_per_s = PROBE_COST_S / interval_s + jitter_cost(p), least_s = 1, wanted_s;

	if (phase != PHASE_IDLE) {
		double frames_per_s = (double)link_rate_bps(p, phase_load_dir(phase)) /
				      (8.0 * stage_wire_bytes(p));

		cost_per_s += frames_per_s * FRAME_COST_S;
		plan.ramp_s = fmax(fmin(RAMP_MIN_S, RAMP_MIN_FRAMES / frames_per_s),
				   RAMP_ROUND_TRIPS * (double)link_full_rtt_ns(p) / 1e9);
		least_s = fmin(LOADED_MIN_S, LOADED_MIN_FRAMES / frames_per_s);
	}

	wanted_s = ceil(fmax(PROBES_WANTED, probes_for_episodes(p)) * interval_s);
	plan.duration_s = fmax(least_s, fmin(wanted_s, budget_s / cost_per_s));
	/* In whole seconds, which read better, and not for ever. */
	plan.duration_s = fmin(fmax(fmin(least_s, 1), floor(plan.duration_s)), PHASE_MAX_S);
	if (duration_s > 0)
		plan.duration_s = duration_s;

	if (plan.duration_s < PROBES_WANTED * interval_s)
		plan.probe_interval_us =
			MAX(least_us, (unsigned)(plan.duration_s * 1e6 / PROBES_WANTED));
	if (plan.duration_s > PROBES_MAX * interval_s)
		plan.probe_interval_us = (unsigned)ceil(plan.duration_s * 1e6 / PROBES_MAX);
	plan.n_probes = (uint64_t)(plan.duration_s * 1e6 / plan.probe_interval_us);
	plan.cost_s = cost_per_s * (plan.ramp_s + plan.duration_s);
	plan.linger_s = fmax(1, 3 * (double)link_full_rtt_ns(p) / 1e9);

	return plan;
}
