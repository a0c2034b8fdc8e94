// SPDX-License-Identifier: ISC
#include "cli/comparison.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/rng.h"
#include "base/util.h"
#include "cli/progress.h"
#include "emul/answer.h"
#include "emul/job.h"
#include "report/report.h"
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

struct comparison {
	const struct options *o;
	struct unit *units;
	struct world_task *tasks;
	size_t n;
};

static struct method method_of(const struct options *o)
{
	struct method m = { .flows = o->flows, .frame_by_frame = true, .probe_bytes = PROBE_BYTES };

	(void)strlcpy(m.congestion_control, o->congestion_control, sizeof(m.congestion_control));

	return m;
}

static int by_cost(const void *a, const void *b)
{
	double x = ((const struct unit *)a)->plan.cost_s, y = ((const struct unit *)b)->plan.cost_s;

	return x < y ? 1 : x > y ? -1 : 0;
}

static int prepare(struct comparison *c, const struct profile *profiles, size_t n, struct err *err)
{
	c->units = calloc(n * PHASE_COUNT, sizeof(*c->units));
	c->tasks = calloc(n * PHASE_COUNT, sizeof(*c->tasks));
	if (!c->units || !c->tasks)
		return err_sys(err, -ENOMEM, "comparison");

	for (size_t i = 0; i < n; i++)
		for (enum phase ph = 0; ph < PHASE_COUNT; ph++)
			c->units[c->n++] = (struct unit){
				.profile = &profiles[i],
				.link = i,
				.plan = phase_plan(&profiles[i], ph, c->o->budget_s,
						   c->o->duration_s),
			};
	/* The longest first, so that the CPUs end together. */
	qsort(c->units, c->n, sizeof(*c->units), by_cost);

	for (size_t i = 0; i < c->n; i++) {
		struct unit *u = &c->units[i];
		struct job job = {
			.kind = JOB_MEASURE,
			.profile = *u->profile,
			/* The same for every link: they differ by what they are, not by luck. */
			.seed = rng_derive(c->o->seed, u->plan.phase) >> 1,
			.phase = u->plan,
			.method = method_of(c->o),
		};

		u->job = job_write(&job);
		if (!u->job)
			return err_sys(err, -ENOMEM, "job");
		if (answer_reader_init(&u->reader, u->plan.n_probes, err) < 0)
			return err->code;
		c->tasks[i] = (struct world_task){
			.job = u->job,
			.job_len = strlen(u->job),
			.on_frame = answer_on_frame,
			.ctx = &u->reader,
		};
	}

	return 0;
}

static void release(struct comparison *c)
{
	for (size_t i = 0; c->units && i < c->n; i++) {
		answer_reader_free(&c->units[i].reader);
		free(c->units[i].job);
	}
	free(c->units);
	free(c->tasks);
}

static int take_unit(const struct unit *u, const struct world_task *t, struct result *result,
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
	ph->virtual_s = a->virtual_s;
	ph->wall_s = t->wall_s;
	ph->tcp = a->tcp;
	if (stats_phase(u->reader.rec, u->reader.n, a->duplicated, ph, err) < 0)
		return err_wrap(err, "%s, %s", u->profile->name, phase_names[u->plan.phase]);
	ph->done = true;

	if (a->mss)
		link->mss = a->mss;
	result->virtual_s += a->virtual_s;
	(void)strlcpy(result->kernel, a->kernel, sizeof(result->kernel));

	return 0;
}

static int collect(const struct comparison *c, const struct profile *profiles, size_t n,
		   struct result *result, struct err *err)
{
	result->links = calloc(n, sizeof(*result->links));
	if (!result->links)
		return err_sys(err, -ENOMEM, "result");
	result->n_links = n;
	(void)strlcpy(result->version, DXEMU_VERSION, sizeof(result->version));
	(void)strlcpy(result->world_kind, world_kind_names[c->o->world],
		      sizeof(result->world_kind));
	result->seed = c->o->seed;
	result->deterministic = c->o->world == WORLD_VIRTUAL;
	result->method = method_of(c->o);
	for (size_t i = 0; i < n; i++) {
		result->links[i].profile = profiles[i];
		(void)strlcpy(result->links[i].title, profiles[i].title,
			      sizeof(result->links[i].title));
	}
	/* In a fixed order, whichever finished first: sums of floating point depend on it. */
	for (size_t i = 0; i < c->n; i++)
		if (take_unit(&c->units[i], &c->tasks[i], result, err) < 0)
			return err->code;
	for (size_t i = 0; i < n; i++)
		stats_link(&result->links[i], &result->method);

	return 0;
}

static void tick(void *ctx)
{
	const struct comparison *c = ctx;
	struct progress_item items[PROGRESS_ITEMS_MAX];
	size_t n = 0, done = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct unit *u = &c->units[i];

		done += c->tasks[i].state == TASK_DONE;
		if (c->tasks[i].state != TASK_RUNNING || n == PROGRESS_ITEMS_MAX)
			continue;
		items[n++] = (struct progress_item){
			.name = u->profile->name,
			.phase = phase_names[u->plan.phase],
			.virtual_s = c->tasks[i].virtual_s,
			.of_s = JOB_START_S + u->plan.ramp_s + u->plan.duration_s,
			.wall_s = c->tasks[i].wall_s,
		};
	}
	progress_show(done, c->n, items, n);
}

int comparison_run(const struct options *o, const struct profile *profiles, size_t n,
		   struct result *ret, struct err *err)
{
	struct comparison c = { .o = o };
	struct world_opts world;
	struct result result = { 0 };
	double started = clock_s(CLOCK_MONOTONIC);
	int r = options_world(o, &world, err);

	if (r == 0)
		r = prepare(&c, profiles, n, err);
	if (r == 0)
		r = world_run_all(&world, c.tasks, c.n, -1, progress_wanted(o->quiet) ? tick : NULL,
				  &c, err);
	progress_clear();
	for (size_t i = 0; r < 0 && i < c.n; i++)
		if (c.tasks[i].state == TASK_FAILED)
			err_wrap(err, "%s, %s", c.units[i].profile->name,
				 phase_names[c.units[i].plan.phase]);
	if (r == 0)
		r = collect(&c, profiles, n, &result, err);
	release(&c);
	if (r < 0) {
		comparison_free(&result);
		return r;
	}
	result.wall_s = round((clock_s(CLOCK_MONOTONIC) - started) * 1e3) / 1e3;
	*ret = result;

	return 0;
}

void comparison_free(struct result *result)
{
	free(result->links);
	*result = (struct result){ 0 };
}

/* A pipe, a terminal, /dev/full: what is there already and cannot be replaced by a file. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

int comparison_check_output(const struct options *o, struct err *err)
{
	char copy[PATH_MAX];
	struct stat st;
	const char *dir;

	if (!o->output)
		return 0;
	if (!o->output[0])
		return err_input(err, "-o '': name a file");
	if (strlcpy(copy, o->output, sizeof(copy)) >= sizeof(copy) - 16)
		return err_input(err, "-o '%.32s...': the path is too long", o->output);
	if (stat(o->output, &st) == 0 && S_ISDIR(st.st_mode))
		return err_input(err, "-o '%s': it is a directory; name a file", o->output);
	if (is_special(o->output))
		return access(o->output, W_OK) < 0
			       ? err_input(err, "-o '%s': %s", o->output, strerror(errno))
			       : 0;
	dir = dirname(copy);
	if (stat(dir, &st) < 0 || access(dir, W_OK) < 0)
		return err_input(err, "-o '%s': %s", o->output, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_input(err, "-o '%s': '%s' is no directory", o->output, dir);

	return 0;
}

static int write_document(int fd, const struct result *result, struct err *err)
{
	FILE *out = fdopen(fd, "w");
	int r;

	if (!out) {
		(void)close(fd);
		return err_sys(err, -ENOMEM, "result document");
	}
	r = report_json(result, out, err);
	if (fclose(out) != 0 && r == 0)
		r = err_sys(err, -errno, "result document");

	return r;
}

/* Of a file that is replaced, as if it had been written to; of a new one, what the user's umask leaves. */
static mode_t mode_for(const char *path)
{
	struct stat st;
	mode_t mask;

	if (stat(path, &st) == 0)
		return st.st_mode & 0777;
	mask = umask(0);
	(void)umask(mask);

	return 0666 & ~mask;
}

/* Under another name first: a full disk leaves the old file, or none. */
static int save(const char *path, const struct result *result, struct err *err)
{
	char temporary[PATH_MAX];
	int fd, r;

	if (is_special(path)) {
		fd = open(path, O_WRONLY | O_CLOEXEC);
		return fd < 0 ? err_sys(err, -errno, "open") : write_document(fd, result, err);
	}
	(void)snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, -errno, "create");
	(void)fchmod(fd, mode_for(path));
	r = write_document(fd, result, err);
	if (r == 0 && rename(temporary, path) < 0)
		r = err_sys(err, -errno, "rename");
	if (r < 0)
		(void)unlink(temporary);

	return r;
}

int comparison_show(const struct options *o, const struct result *result, struct err *err)
{
	struct err save_err;
	int saved = 0, printed;

	/* Each whether or not the other works: what was measured took its time. */
	if (o->output && save(o->output, result, &save_err) < 0)
		saved = err_wrap(&save_err, "-o '%s'", o->output);
	printed = o->json ? report_json(result, stdout, err) : report_text(result, stdout, err);
	if (saved < 0)
		*err = save_err;

	return saved < 0 ? saved : printed;
}
