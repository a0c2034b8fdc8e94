// SPDX-License-Identifier: ISC
#include "cli/testing.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/rng.h"
#include "cli/document.h"
#include "cli/pool.h"
#include "cli/verification.h"
#include "emul/job.h"
#include "emul/stream.h"
#include "emul/test_answer.h"
#include "report/report.h"
#include "report/tables.h"
#include "report/verdict.h"

/* After those of phases, of the user's command, and of exercises. */
#define SEED_TESTS 64

struct row_stream {
	const char *profile;
	struct err err;
};

static int on_row(void *ctx, enum table_id id, const double *row)
{
	struct row_stream *s = ctx;

	return tables_stream(s->profile, id, row, stdout, &s->err);
}

static char *write_job(const struct options *o, const struct profile *p, const struct test *t)
{
	struct job job = {
		.kind = JOB_TEST,
		.profile = *p,
		.seed = rng_derive(o->seed, SEED_TESTS + (uint64_t)t->kind) >> 1,
		.test = *t,
	};

	return job_write(&job);
}

/* Everything that is asked for, before anything is measured for it. */
static int check_csv(const struct options *o, struct err *err)
{
	auto_close int dir = -1;

	if (!o->csv_dir)
		return 0;
	if (mkdir(o->csv_dir, 0777) < 0 && errno != EEXIST)
		return err_input(err, "--csv '%s': %s", o->csv_dir, strerror(errno));
	dir = open(o->csv_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || faccessat(dir, ".", W_OK | X_OK, 0) < 0)
		return err_input(err, "--csv '%s': %s", o->csv_dir, strerror(errno));

	return 0;
}

static int save_csv(const struct options *o, const char *name, enum table_id id,
		    const struct test_result *t, struct err *err)
{
	auto_free char *path = NULL;
	FILE *out;
	int r = 0;

	if (asprintf(&path, "%s/%s.csv", o->csv_dir, name) < 0)
		return err_sys(err, -ENOMEM, "--csv");
	out = fopen(path, "we");
	if (!out)
		return err_sys(err, -errno, "--csv '%s'", path);
	if (id < TABLE_COUNT)
		tables_csv(id, &t->tables[id], out);
	else
		tables_csv_probes(t, out);
	if (ferror(out))
		r = -EIO;
	if (fclose(out) != 0)
		r = -errno;

	return r < 0 ? err_sys(err, r, "--csv '%s'", path) : 0;
}

static int save_csvs(const struct options *o, const struct test_result *t, struct err *err)
{
	for (enum table_id id = 0; id < TABLE_COUNT && o->csv_dir; id++)
		if (t->tables[id].n_rows && save_csv(o, table_kinds[id].name, id, t, err) < 0)
			return err->code;
	if (o->csv_dir && t->n_probes)
		return save_csv(o, "probe_records", TABLE_COUNT, t, err);

	return 0;
}

/* The test, and the exercises of the short check of its link: each a world, in the same pool. */
static int run(const struct options *o, const struct profile *p, const struct test *t,
	       struct result *result, struct err *err)
{
	auto_free char *text = write_job(o, p, t);
	auto_free struct pool_job *jobs = NULL;
	struct row_stream stream = { .profile = p->name };
	struct exams exams = { 0 };
	struct test_reader reader = { .on_row = t->stream ? on_row : NULL, .ctx = &stream };
	int r = 0;

	reader.result = result->links[0].test = calloc(1, sizeof(struct test_result));
	if (!text || !reader.result)
		return err_sys(err, -ENOMEM, "job");
	reader.result->test = *t;
	if (verification_wanted(o))
		r = exams_make(o, p, 1, VERIFY_SHORT, &exams, err);
	jobs = calloc(exams.n + 1, sizeof(*jobs));
	if (!jobs)
		r = err_sys(err, -ENOMEM, "jobs");
	if (r == 0 && jobs) {
		jobs[0] = (struct pool_job){
			.link = p->name,
			.part = test_names[t->kind],
			.cost_s = INFINITY,
			.text = text,
			.on_frame = test_on_frame,
			.ctx = &reader,
		};
		exams_enter(&exams, jobs + 1);
		r = pool_run(o, jobs, exams.n + 1, err);
	}
	if (r < 0 && stream.err.code)
		*err = stream.err;
	if (r == 0 && !reader.complete)
		r = err_set(err, -EPROTO, "%s: the world sent no complete result", p->name);
	if (r == 0) {
		result_add_stay(result, &reader.stay);
		r = exams_collect(&exams, result, err);
	}
	exams_free(&exams);

	return r;
}

int testing_run(const struct options *o, const struct profile *p, const struct test *t,
		struct err *err)
{
	const double started = clock_s(CLOCK_MONOTONIC);
	struct result result = { 0 };
	int status, r;

	if (stream_check_frames(p, t->frame_bytes, err) < 0 || document_check_output(o, err) < 0 ||
	    check_csv(o, err) < 0)
		return err->code;
	r = document_begin(o, p, 1, &result, err);
	if (r == 0)
		r = run(o, p, t, &result, err);
	result.wall_s = round((clock_s(CLOCK_MONOTONIC) - started) * 1e3) / 1e3;
	if (r == 0)
		r = save_csvs(o, result.links[0].test, err);
	/* A stream has its rows already. */
	if (r == 0 && t->stream)
		verification_warn(&result.links[0]);
	if (r == 0 && (!t->stream || o->json || o->output))
		r = document_show(o, &result, report_test, err);
	status = EXIT_YES;
	if (r == 0 && (verdict_of(&result.links[0]) == VERDICT_FAIL ||
		       verdict_test_fails(result.links[0].test)))
		status = EXIT_NO;
	document_free(&result);

	return r < 0 ? r : status;
}
