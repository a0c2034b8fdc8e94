// SPDX-License-Identifier: ISC
#include "cli/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "cli/progress.h"

struct pool {
	struct pool_job **jobs; /* the costliest first */
	struct world_task *tasks;
	size_t n;
};

static int by_cost(const void *a, const void *b)
{
	const struct pool_job *x = *(struct pool_job *const *)a, *y = *(struct pool_job *const *)b;

	if (x->cost_s != y->cost_s)
		return x->cost_s < y->cost_s ? 1 : -1;

	return x < y ? -1 : x > y;
}

static void tick(void *ctx)
{
	const struct pool *p = ctx;
	struct progress_item items[PROGRESS_ITEMS_MAX];
	size_t n = 0, done = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct world_task *t = &p->tasks[i];

		done += t->state == TASK_DONE;
		if (t->state != TASK_RUNNING || n == PROGRESS_ITEMS_MAX)
			continue;
		items[n++] = (struct progress_item){
			.name = p->jobs[i]->link,
			.phase = p->jobs[i]->part,
			.virtual_s = t->virtual_s,
			.of_s = p->jobs[i]->of_s,
			.wall_s = t->wall_s,
		};
	}
	progress_show(done, p->n, items, n);
}

int pool_run(const struct options *o, struct pool_job *jobs, size_t n, struct err *err)
{
	auto_free struct pool_job **order = calloc(n + 1, sizeof(struct pool_job *));
	auto_free struct world_task *tasks = calloc(n + 1, sizeof(*tasks));
	struct pool pool = { .jobs = order, .tasks = tasks, .n = n };
	struct world_opts world;
	int r;

	if (!order || !tasks)
		return err_sys(err, -ENOMEM, "worlds");
	if (options_world(o, &world, err) < 0)
		return err->code;
	for (size_t i = 0; i < n; i++)
		order[i] = &jobs[i];
	qsort(order, n, sizeof(struct pool_job *), by_cost);
	for (size_t i = 0; i < n; i++)
		tasks[i] = (struct world_task){
			.job = order[i]->text,
			.job_len = strlen(order[i]->text),
			.on_frame = order[i]->on_frame,
			.ctx = order[i]->ctx,
		};

	r = world_run_all(&world, tasks, n, -1, progress_wanted(o->quiet) ? tick : NULL, &pool,
			  err);
	progress_clear();
	for (size_t i = 0; i < n; i++) {
		order[i]->wall_s = tasks[i].wall_s;
		if (r < 0 && tasks[i].state == TASK_FAILED)
			err_wrap(err, "%s, %s", order[i]->link, order[i]->part);
	}

	return r;
}
