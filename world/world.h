/* SPDX-License-Identifier: ISC */
/*
 * A world: one Linux kernel with a lab inside. The launcher's half: boot, hand a job over, hear of its
 * progress, take its result, end it. The half inside is world/inside.h.
 */
#ifndef DXEMU_WORLD_WORLD_H
#define DXEMU_WORLD_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "world/channel.h"

enum world_kind {
	WORLD_VIRTUAL,	/* a User-Mode Linux whose clock moves only when everything in it waits */
	WORLD_REALTIME, /* the same kernel with the machine's clock */
	WORLD_HOST,	/* the machine's own kernel, in namespaces of its own; needs root */
	WORLD_KIND_COUNT,
};

extern const char *const world_kind_names[WORLD_KIND_COUNT];

/* What the inside of a world does with a job; it sends the frames that make up the result. */
struct inside;
typedef int (*world_job_fn)(struct inside *in, const char *job, size_t len, struct err *err);

struct world_opts {
	enum world_kind kind;
	const char *kernel; /* path of the User-Mode Linux executable */
	const char *init;   /* path of the program that runs the job inside: dxemu itself */
	unsigned memory_mb;
	double wall_limit_s; /* 0 = none; a world that takes longer is ended */
	bool verbose; /* the kernel's own messages, to standard error, when a world has ended */
	world_job_fn job_fn; /* for WORLD_HOST, which has no init */
};

/* One job and what became of it. The caller owns everything that is pointed to. */
struct world_task {
	const char *job; /* JSON */
	size_t job_len;
	/* Called for each frame but FRAME_PROGRESS and FRAME_ERROR; a negative return ends the world. */
	frame_fn on_frame;
	void *ctx;

	/* written by world_run_all() */
	enum { TASK_WAITING, TASK_RUNNING, TASK_DONE, TASK_FAILED } state;
	double virtual_s; /* as of the last progress frame */
	double wall_s;	  /* so far, or in all */
	bool has_result;
	struct err err;
};

/*
 * world_run_all() - one world per task, as many at once as there are CPUs that no other dxemu uses.
 * @stdin_fd: read to its end and sent to the (only) task; -1 = none. In a virtual world all of it is read
 *            before the world boots, since virtual time does not wait for a keyboard.
 * @tick: called about ten times a second; may be NULL.
 *
 * Stops at the first task that fails and returns its error. When this process dies, however it dies, so do
 * its worlds, and they leave nothing behind.
 */
int world_run_all(const struct world_opts *opts, struct world_task *tasks, size_t n_tasks,
		  int stdin_fd, void (*tick)(void *ctx), void *tick_ctx, struct err *err);

#endif
