// SPDX-License-Identifier: ISC
#include "cli/comparison.h"

#include <bsd/string.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/rng.h"
#include "cli/document.h"
#include "cli/pool.h"
#include "cli/verification.h"
#include "emul/answer.h"
#include "emul/job.h"
#include "report/report.h"
#include "report/verdict.h"
#include "traffic/packet.h"
#include "traffic/stats.h"

/* One link in one phase, which is one world. */
struct unit {
	const struct profile *profile;
	size_t link;
	struct phase_plan plan;
	struct answer_reader reader;
	char *job;
};

/* Links in all phases, and in the exercises of their short checks: each a world, in the same pool. */
struct comparison {
	const struct options *o;
	struct unit *units;
	size_t n_units;
	struct exams exams;
	struct pool_job *jobs; /* of the units, then of the exercises */
};

static struct method method_of(const struct options *o)
{
	struct method m = { .flows = o->flows, .frame_by_frame = true, .probe_bytes = PROBE_BYTES };

	(void)strlcpy(m.congestion_control, o->congestion_control, sizeof(m.congestion_control));

	return m;
}

static int prepare_unit(const struct options *o, struct unit *u, struct pool_job *ret,
			struct err *err)
{
	struct job job = {
		.kind = JOB_MEASURE,
		.profile = *u->profile,
		/* The same for every link: they differ by what they are, not by luck. */
		.seed = rng_derive(o->seed, u->plan.phase) >> 1,
		.phase = u->plan,
		.method = method_of(o),
	};

	u->job = job_write(&job);
	if (!u->job)
		return err_sys(err, -ENOMEM, "job");
	if (answer_reader_init(&u->reader, u->plan.n_probes, err) < 0)
		return err->code;
	*ret = (struct pool_job){
		.link = u->profile->name,
		.part = phase_names[u->plan.phase],
		.cost_s = u->plan.cost_s,
		.of_s = JOB_START_S + u->plan.ramp_s + u->plan.duration_s,
		.text = u->job,
		.on_frame = answer_on_frame,
		.ctx = &u->reader,
	};

	return 0;
}

static int prepare(struct comparison *c, const struct profile *profiles, size_t n, struct err *err)
{
	if (verification_wanted(c->o) &&
	    exams_make(c->o, profiles, n, VERIFY_SHORT, &c->exams, err) < 0)
		return err->code;
	c->units = calloc(n * PHASE_COUNT, sizeof(*c->units));
	c->jobs = calloc(n * PHASE_COUNT + c->exams.n, sizeof(*c->jobs));
	if (!c->units || !c->jobs)
		return err_sys(err, -ENOMEM, "comparison");

	for (size_t i = 0; i < n; i++)
		for (enum phase ph = 0; ph < PHASE_COUNT; ph++) {
			struct unit *u = &c->units[c->n_units++];

			*u = (struct unit){
				.profile = &profiles[i],
				.link = i,
				.plan = phase_plan(&profiles[i], ph, c->o->budget_s,
						   c->o->duration_s),
			};
			if (prepare_unit(c->o, u, &c->jobs[u - c->units], err) < 0)
				return err->code;
		}
	exams_enter(&c->exams, c->jobs + c->n_units);

	return 0;
}

static void release(struct comparison *c)
{
	for (size_t i = 0; i < c->n_units; i++) {
		answer_reader_free(&c->units[i].reader);
		free(c->units[i].job);
	}
	free(c->units);
	free(c->jobs);
	exams_free(&c->exams);
}

static int take_unit(const struct unit *u, const struct pool_job *job, struct result *result,
		     struct err *err)
{
	struct link_result *link = &result->links[u->link];
	struct phase_result *ph = &link->phase[u->plan.phase];
	const struct answer *a = &u->reader.answer;

	if (!u->reader.complete)
		return err_set(err, -EPROTO, "%s, %s: the world sent no complete result",
			       u->profile->name, phase_names[u->plan.phase]);
	ph->duration_s = u->plan.duration_s;
	ph->ramp_s = u->plan.ramp_s;
	ph->probe_interval_us = u->plan.probe_interval_us;
	ph->virtual_s = a->stay.virtual_s;
	ph->wall_s = job->wall_s;
	ph->tcp = a->tcp;
	memcpy(ph->account, a->account, sizeof(ph->account));
	if (stats_phase(u->reader.rec, u->reader.n, a->duplicated, ph, err) < 0)
		return err_wrap(err, "%s, %s", u->profile->name, phase_names[u->plan.phase]);
	ph->done = true;

	if (a->mss)
		link->mss = a->mss;
	result_add_stay(result, &a->stay);

	return 0;
}

static int collect(struct comparison *c, struct result *result, struct err *err)
{
	result->method = method_of(c->o);
	for (size_t i = 0; i < c->n_units; i++)
		if (take_unit(&c->units[i], &c->jobs[i], result, err) < 0)
			return err->code;
	for (size_t i = 0; i < result->n_links; i++)
		stats_link(&result->links[i], &result->method);

	return exams_collect(&c->exams, result, err);
}

static int measure(const struct options *o, const struct profile *profiles, size_t n,
		   struct result *ret, struct err *err)
{
	struct comparison c = { .o = o };
	struct result result = { 0 };
	double started = clock_s(CLOCK_MONOTONIC);
	int r = prepare(&c, profiles, n, err);

	if (r == 0)
		r = pool_run(o, c.jobs, c.n_units + c.exams.n, err);
	if (r == 0)
		r = document_begin(o, profiles, n, &result, err);
	if (r == 0)
		r = collect(&c, &result, err);
	release(&c);
	if (r < 0) {
		document_free(&result);
		return r;
	}
	result.wall_s = round((clock_s(CLOCK_MONOTONIC) - started) * 1e3) / 1e3;
	*ret = result;

	return 0;
}

int comparison_run(const struct options *o, const struct profile *profiles, size_t n,
		   struct err *err)
{
	struct result result = { 0 };
	int status = EXIT_YES, r;

	if (document_check_output(o, err) < 0)
		return err->code;
	r = measure(o, profiles, n, &result, err);
	if (r == 0)
		r = document_show(o, &result, report_text, err);
	for (size_t i = 0; i < result.n_links; i++)
		if (verdict_of(&result.links[i]) == VERDICT_FAIL)
			status = EXIT_NO;
	document_free(&result);

	return r < 0 ? r : status;
}
