/* SPDX-License-Identifier: ISC */
/* How long to measure what: pure arithmetic on a profile, so that two runs measure the same. */
#ifndef DXEMU_EMUL_PHASES_H
#define DXEMU_EMUL_PHASES_H

#include <stdbool.h>
#include <stdint.h>

#include "model/profile.h"
#include "model/result.h"

struct phase_plan {
	enum phase phase;
	double ramp_s;	   /* load runs, nothing is counted */
	double duration_s; /* measured */
	unsigned probe_interval_us;
	uint64_t n_probes;
	double linger_s; /* how long the last probe may take to come back */
	double cost_s;	 /* estimated wall time on one CPU, to start the longest first */
};

/*
 * What a phase may cost, in estimated seconds of wall time on one CPU. The estimate comes from the profile
 * alone (packets times a fixed cost), never from a clock: a slow machine takes longer, but measures the same.
 */
#define PHASE_BUDGET_DEFAULT_S 5.0

/*
 * Long enough for 10,000 probes (p99.9) and for 20 loss episodes among them, as far as @budget_s goes; a
 * phase with load lasts 3 s at least, after a ramp of 20 round trips through a full queue (0.5 s at least); less
 * beyond 10 Gbit/s, where frames are what costs.
 * @duration_s sets the length instead, whatever it costs (0 = by this rule). Probes are 1 ms apart, closer
 * (100 us at least) where the phase is too short for 10,000 of them, and farther apart where it is so long that
 * there would be more than a million, or the link so slow that they would be a load of their own.
 */
struct phase_plan phase_plan(const struct profile *p, enum phase phase, double budget_s,
			     double duration_s);

/* The direction that carries load in this phase; meaningless for PHASE_IDLE. */
enum dir phase_load_dir(enum phase phase);

/* Twice the one-way delay, and with a queue or bucket that is full, in nanoseconds. */
uint64_t link_rtt_ns(const struct profile *p);
uint64_t link_full_rtt_ns(const struct profile *p);

/* The rate that limits this direction, bits per second. */
uint64_t link_rate_bps(const struct profile *p, enum dir dir);

#endif
