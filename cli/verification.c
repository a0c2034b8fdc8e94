// SPDX-License-Identifier: ISC
#include "cli/verification.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/rng.h"
#include "cli/document.h"
#include "emul/job.h"
#include "report/verdict.h"

/* Seeds of exercises come after those of phases and of the user's command. */
#define SEED_EXERCISES (PHASE_COUNT + 1)

static int on_frame(void *ctx, enum frame_type type, const uint8_t *data, size_t len)
{
	struct exam *e = ctx;
	struct err err;

	if (type != FRAME_RESULT)
		return 0;

	return verify_read((const char *)data, len, &e->rows, &e->n_rows, &e->stay, &err);
}

static char *write_job(const struct options *o, const struct exam *e)
{
	struct job job = {
		.kind = JOB_VERIFY,
		.profile = *e->profile,
		.seed = rng_derive(o->seed, SEED_EXERCISES + e->exercise.kind) >> 1,
		.exercise = e->exercise,
	};

	return job_write(&job);
}

int exams_make(const struct options *o, const struct profile *profiles, size_t n,
	       enum verify_scope scope, struct exams *ret, struct err *err)
{
	struct exams exams = { .list = calloc(n * EXERCISE_KIND_COUNT, sizeof(*exams.list)) };

	if (!exams.list)
		return err_sys(err, -ENOMEM, "exercises");
	for (size_t i = 0; i < n; i++) {
		struct exercise exercises[EXERCISE_KIND_COUNT];
		unsigned n_exercises = verify_exercises(&profiles[i], scope, o->samples, exercises);

		for (unsigned k = 0; k < n_exercises; k++) {
			struct exam *e = &exams.list[exams.n++];

			*e = (struct exam){ .profile = &profiles[i],
					    .link = i,
					    .exercise = exercises[k] };
			e->job = write_job(o, e);
			if (!e->job) {
				exams_free(&exams);
				return err_sys(err, -ENOMEM, "job");
			}
		}
	}
	*ret = exams;

	return 0;
}

void exams_free(struct exams *exams)
{
	for (size_t i = 0; i < exams->n; i++) {
		free(exams->list[i].job);
		free(exams->list[i].rows);
	}
	free(exams->list);
	*exams = (struct exams){ 0 };
}

void exams_enter(struct exams *exams, struct pool_job *jobs)
{
	for (size_t i = 0; i < exams->n; i++) {
		struct exam *e = &exams->list[i];

		jobs[i] = (struct pool_job){
			.link = e->profile->name,
			.part = exercise_kind_names[e->exercise.kind],
			.cost_s = e->exercise.cost_s,
			.text = e->job,
			.on_frame = on_frame,
			.ctx = e,
		};
	}
}

int exams_collect(struct exams *exams, struct result *result, struct err *err)
{
	for (size_t i = 0; i < exams->n; i++) {
		struct exam *e = &exams->list[i];
		struct link_result *l = &result->links[e->link];
		size_t n = l->n_verification + e->n_rows;
		struct verification *rows;

		if (!e->n_rows)
			return err_set(err, -EPROTO, "%s, %s: the world found nothing",
				       e->profile->name, exercise_kind_names[e->exercise.kind]);
		rows = reallocarray(l->verification, n, sizeof(*rows));
		if (!rows)
			return err_sys(err, -ENOMEM, "certificate");
		memcpy(rows + l->n_verification, e->rows, e->n_rows * sizeof(*rows));
		l->verification = rows;
		l->n_verification = n;
		result_add_stay(result, &e->stay);
	}

	return 0;
}

static int run_exams(const struct options *o, struct exams *exams, struct err *err)
{
	auto_free struct pool_job *jobs = calloc(exams->n + 1, sizeof(*jobs));

	if (!jobs)
		return err_sys(err, -ENOMEM, "worlds");
	exams_enter(exams, jobs);

	return pool_run(o, jobs, exams->n, err);
}

int verification_run(const struct options *o, const struct profile *profiles, size_t n,
		     enum verify_scope scope, struct result *ret, struct err *err)
{
	double started = clock_s(CLOCK_MONOTONIC);
	struct result result = { 0 };
	struct exams exams = { 0 };
	int r = exams_make(o, profiles, n, scope, &exams, err);

	if (r == 0)
		r = run_exams(o, &exams, err);
	if (r == 0)
		r = document_begin(o, profiles, n, &result, err);
	if (r == 0)
		r = exams_collect(&exams, &result, err);
	exams_free(&exams);
	if (r < 0) {
		document_free(&result);
		return r;
	}
	result.wall_s = round((clock_s(CLOCK_MONOTONIC) - started) * 1e3) / 1e3;
	*ret = result;

	return 0;
}

bool verification_wanted(const struct options *o)
{
	return !o->no_verify && o->world == WORLD_VIRTUAL;
}

void verification_warn(const struct link_result *l)
{
	char failure[256];

	if (*verdict_failure(l, failure, sizeof(failure)))
		(void)fprintf(stderr, "dxemu: %s is not what it asks for: %s\n", l->profile.name,
			      failure);
}
