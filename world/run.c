// SPDX-License-Identifier: ISC
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/util.h"
#include "world/boot.h"
#include "world/console.h"
#include "world/cpu.h"
#include "world/input.h"
#include "world/inside.h"
#include "world/world.h"

#define TICK_MS 100

/* A running world: its task, its process and what is still to be written to it. */
struct slot {
	struct world_task *task;
	struct booted world;
	struct frame_reader reader;
	int cpu_lock;
	double started;
	bool ended;   /* result or error seen */
	uint8_t *out; /* frames for it: the job, then standard input */
	size_t out_len, out_sent;
};

struct runner {
	const struct world_opts *opts;
	struct slot *slots;
	size_t n_slots;
	uint8_t *input; /* frames of standard input, to follow the job of the only task */
	size_t input_len;
	int live_input; /* standard input to pass on as it comes, or -1 */
};

/* Result and error are the last frames of a job: a world that sends more is not listened to. */
static int on_frame(void *ctx, enum frame_type type, const uint8_t *data, size_t len)
{
	struct slot *s = ctx;
	int r;

	if (type == FRAME_PROGRESS) {
		s->task->virtual_s = inside_parse_progress(data, len);
		return 0;
	}
	if (type == FRAME_ERROR) {
		inside_parse_error(data, len, &s->task->err);
		s->task->state = TASK_FAILED;
		s->ended = true;
		return 1;
	}
	r = s->task->on_frame(s->task->ctx, type, data, len);
	if (type != FRAME_RESULT || r < 0)
		return r;
	s->task->has_result = true;
	s->ended = true;

	return 1;
}

/* A stream that makes up what is written to the world next; ended by fclose(). */
static FILE *open_output(struct slot *s)
{
	free(take_ptr(s->out));
	s->out_len = s->out_sent = 0;

	return open_memstream((char **)&s->out, &s->out_len);
}

/* What the world will be told. */
static int prepare_output(const struct runner *run, const struct world_task *task, struct slot *s)
{
	FILE *mem;

	if (task->job_len > FRAME_MAX)
		return -E2BIG;
	mem = open_output(s);
	if (!mem)
		return -ENOMEM;
	frame_write(mem, FRAME_JOB, task->job, task->job_len);
	if (run->input_len)
		(void)fwrite(run->input, 1, run->input_len, mem);

	return fclose(mem) == 0 ? 0 : -ENOMEM;
}

/* Returns 1, or 0 while others have every CPU, or -errno. */
static int start(struct runner *run, struct slot *s, struct world_task *task, struct err *err)
{
	int cpu = -1, lock = -1, r;

	if (run->opts->kind == WORLD_VIRTUAL) {
		lock = cpu_take(&cpu, err);
		if (lock < 0)
			return lock == -EAGAIN ? 0 : lock;
	}
	r = prepare_output(run, task, s);
	if (r < 0)
		err_sys(err, r, "job");
	else
		r = world_boot(run->opts, cpu, s->out, s->out_len, &s->world, &s->out_sent, err);
	if (r < 0) {
		free(take_ptr(s->out));
		if (lock >= 0)
			(void)close(lock);
		return err_wrap(err, "start a world");
	}
	s->task = task;
	s->cpu_lock = lock;
	s->started = clock_s(CLOCK_MONOTONIC);
	task->state = TASK_RUNNING;

	return 1;
}

static void stop(struct runner *run, struct slot *s)
{
	if (!s->task)
		return;
	if (run->opts->verbose)
		console_dump(s->world.console);
	world_end(&s->world);
	if (s->cpu_lock >= 0)
		(void)close(s->cpu_lock);
	frame_reader_free(&s->reader);
	free(s->out);
	*s = (struct slot){ 0 };
}

/* The world went without a result: what did it say last? */
static void died(const struct runner *run, struct slot *s)
{
	char words[400];

	console_last_words(s->world.console, words, sizeof(words));
	s->task->state = TASK_FAILED;
	err_set(&s->task->err, -EIO, "the world ended without a result; its kernel, %s, %s%s",
		run->opts->kernel, *words ? "said last: " : "said nothing", words);
}

/* One read, so that a world that never stops talking keeps nobody from his turn, nor from its limit. */
static void pump(const struct runner *run, struct slot *s)
{
	int r = frame_read(&s->reader, s->world.channel, on_frame, s);

	if (s->ended) {
		if (s->task->state == TASK_RUNNING)
			s->task->state = TASK_DONE;
	} else if (r == 0 || r == -ECONNRESET) {
		died(run, s);
	} else if (r < 0 && r != -EAGAIN) {
		s->task->state = TASK_FAILED;
		err_sys(&s->task->err, r, "line to the world");
	}
}

static void check_limit(const struct runner *run, struct slot *s)
{
	double limit = run->opts->wall_limit_s;

	s->task->wall_s = clock_s(CLOCK_MONOTONIC) - s->started;
	if (s->task->state == TASK_RUNNING && limit > 0 && s->task->wall_s > limit) {
		s->task->state = TASK_FAILED;
		err_set(&s->task->err, -ETIMEDOUT,
			"not done after %.10g s of wall time (%.1f s of the world's); allow more "
			"with --wall-limit",
			limit, s->task->virtual_s);
	}
}

static bool has_output(const struct slot *s)
{
	return s->task && s->out_sent < s->out_len;
}

/* The line takes what it has room for; a world that went is noticed when reading. */
static void feed(struct slot *s)
{
	while (has_output(s)) {
		ssize_t n = send(s->world.channel, s->out + s->out_sent, s->out_len - s->out_sent,
				 MSG_NOSIGNAL);

		if (n < 0)
			return;
		s->out_sent += (size_t)n;
	}
}

/*
 * A keyboard's input for a world in real time; the end of input is an empty frame. It waits for room on the line as
 * the rest does: a world that is to take it may itself be waiting until somebody reads what it says.
 */
static void feed_live(struct runner *run, struct slot *s)
{
	char chunk[FRAME_STDIN_CHUNK];
	ssize_t n = read(run->live_input, chunk, sizeof(chunk));
	FILE *mem;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0)
		run->live_input = -1;
	mem = open_output(s);
	if (mem)
		frame_write(mem, FRAME_STDIN, chunk, n > 0 ? (size_t)n : 0);
	if (!mem || fclose(mem) != 0) {
		s->task->state = TASK_FAILED;
		err_sys(&s->task->err, -ENOMEM, "standard input");
	}
	feed(s);
}

static void wait_for_events(struct runner *run)
{
	struct pollfd fds[CPU_SETSIZE + 1];
	nfds_t n = 0, n_worlds;

	for (size_t i = 0; i < run->n_slots; i++)
		if (run->slots[i].task)
			fds[n++] = (struct pollfd){
				.fd = run->slots[i].world.channel,
				.events = (short)(POLLIN |
						  (has_output(&run->slots[i]) ? POLLOUT : 0)),
			};
	n_worlds = n;
	if (run->live_input >= 0 && !has_output(&run->slots[0]))
		fds[n++] = (struct pollfd){ .fd = run->live_input, .events = POLLIN };
	if (poll(fds, n, TICK_MS) <= 0)
		return;

	for (size_t i = 0; i < run->n_slots; i++)
		if (run->slots[i].task) {
			feed(&run->slots[i]);
			if (n > n_worlds && fds[n_worlds].revents)
				feed_live(run, &run->slots[i]);
		}
}

/* Starts what can be started; returns how many run, or an error. */
static int fill_slots(struct runner *run, struct world_task *tasks, size_t n, struct err *err)
{
	int running = 0;

	for (size_t i = 0; i < run->n_slots; i++) {
		struct world_task *next = NULL;

		for (size_t t = 0; t < n && !next; t++)
			if (tasks[t].state == TASK_WAITING)
				next = &tasks[t];
		if (!run->slots[i].task && next) {
			int r = start(run, &run->slots[i], next, err);

			if (r < 0)
				return r;
		}
		running += run->slots[i].task != NULL;
	}

	return running;
}

static bool waiting(const struct world_task *tasks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tasks[i].state == TASK_WAITING)
			return true;

	return false;
}

static int loop(struct runner *run, struct world_task *tasks, size_t n, void (*tick)(void *),
		void *tick_ctx, struct err *err)
{
	double ticked = 0;

	for (;;) {
		int running = fill_slots(run, tasks, n, err);

		if (running < 0)
			return running;
		if (running == 0 && !waiting(tasks, n))
			return 0;
		wait_for_events(run);
		for (size_t i = 0; i < run->n_slots; i++) {
			struct slot *s = &run->slots[i];

			if (!s->task)
				continue;
			pump(run, s);
			check_limit(run, s);
			if (s->task->state == TASK_FAILED) {
				*err = s->task->err;
				return err->code;
			}
			if (s->task->state == TASK_DONE)
				stop(run, s);
		}
		if (tick && clock_s(CLOCK_MONOTONIC) - ticked >= TICK_MS / 1e3) {
			ticked = clock_s(CLOCK_MONOTONIC);
			tick(tick_ctx);
		}
	}
}

int world_run_all(const struct world_opts *opts, struct world_task *tasks, size_t n_tasks,
		  int stdin_fd, void (*tick)(void *ctx), void *tick_ctx, struct err *err)
{
	struct runner run = { .opts = opts, .live_input = -1 };
	int r = 0;

	run.n_slots = MIN((size_t)cpu_count(), n_tasks);
	/* One at a time in real time: they would disturb each other. */
	if (opts->kind != WORLD_VIRTUAL)
		run.n_slots = 1;
	run.slots = calloc(run.n_slots, sizeof(*run.slots));
	if (!run.slots)
		return err_sys(err, -ENOMEM, "worlds");

	if (stdin_fd >= 0 && opts->kind == WORLD_VIRTUAL)
		r = input_slurp(stdin_fd, &run.input, &run.input_len, err);
	else
		run.live_input = stdin_fd;
	if (r == 0)
		r = loop(&run, tasks, n_tasks, tick, tick_ctx, err);

	for (size_t i = 0; i < run.n_slots; i++)
		stop(&run, &run.slots[i]);
	free(run.slots);
	free(run.input);

	return r;
}
