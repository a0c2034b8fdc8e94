// SPDX-License-Identifier: ISC
#include "emul/conductor.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/rng.h"
#include "base/thread.h"
#include "base/util.h"
#include "emul/moving.h"
#include "emul/stages.h"
#include "emul/timetable.h"
#include "emul/watch.h"

/* Ticks without a packet after which the jitter rests. */
#define REST_AFTER 8

struct conductor {
	struct timetable table;
	struct moving *dir[DIR_COUNT];
	int64_t start_ns;
	int64_t step_ns;   /* between ticks; 0 = nothing jitters */
	int64_t ticked_ns; /* when the curves were last moved on */
	uint64_t packets;  /* that had come then */
	unsigned silent;   /* ticks since */
	int stop;	   /* eventfd */
	pthread_t thread;
	int r;
	struct err err; /* of the thread */
};

static int tick(struct conductor *c, int64_t now_ns)
{
	int64_t passed_ns = now_ns - c->ticked_ns;
	int r = 0;

	c->ticked_ns = now_ns;
	for (enum dir d = 0; d < DIR_COUNT && r == 0; d++)
		r = moving_tick(c->dir[d], &c->table.now, passed_ns, &c->err);

	return r;
}

static int change(struct conductor *c)
{
	int r = 0;

	for (enum dir d = 0; d < DIR_COUNT && r == 0; d++)
		r = moving_change(c->dir[d], &c->table.now, &c->err);

	return r;
}

/* Waits for @until_ns, the end, or what @p holds beside that (n entries; the first is for the end). */
static int wait_for(struct conductor *c, int64_t until_ns, struct pollfd *p, nfds_t n)
{
	struct timespec left = { 0 };

	if (until_ns != TIMETABLE_NEVER) {
		int64_t ns = MAX(until_ns - clock_ns(CLOCK_MONOTONIC), (int64_t)0);

		left = (struct timespec){ ns / NSEC_PER_SEC, ns % NSEC_PER_SEC };
	}
	p[0] = (struct pollfd){ .fd = c->stop, .events = POLLIN };
	while (ppoll(p, n, until_ns == TIMETABLE_NEVER ? NULL : &left, NULL) < 0)
		if (errno != EINTR)
			return err_sys(&c->err, -errno, "watch the link");

	return 0;
}

/* Waits until a packet comes, @until_ns, or the end. */
static int rest(struct conductor *c, int64_t until_ns)
{
	auto_close int to_vpc = watch_open(TO_VPC, &c->err);
	auto_close int to_onprem = to_vpc < 0 ? -1 : watch_open(TO_ONPREM, &c->err);
	struct pollfd p[] = {
		{ .fd = -1 },
		{ .fd = to_vpc, .events = POLLIN },
		{ .fd = to_onprem, .events = POLLIN },
	};
	int r = to_onprem < 0 ? c->err.code : 0;

	for (enum dir d = 0; d < DIR_COUNT && r == 0; d++)
		r = moving_go_elsewhere(c->dir[d], &c->table.now, &c->err);
	if (r == 0)
		r = wait_for(c, until_ns, p, ARRAY_SIZE(p));
	c->silent = 0;

	return r;
}

/* Whether nothing has come since the last time, both ways. */
static int look_for_packets(struct conductor *c)
{
	uint64_t sum = 0;

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		uint64_t packets;

		if (moving_packets(c->dir[d], &packets, &c->err) < 0)
			return c->err.code;
		sum += packets;
	}
	c->silent = sum == c->packets ? REST_AFTER : 0;
	c->packets = sum;

	return 0;
}

static bool stopped(const struct conductor *c)
{
	struct pollfd p = { .fd = c->stop, .events = POLLIN };

	return poll(&p, 1, 0) != 0;
}

static void *conduct(void *arg)
{
	struct conductor *c = arg;
	unsigned ticks = 0;

	clock_sleep_until(CLOCK_MONOTONIC, c->start_ns);
	while (c->r == 0 && !stopped(c)) {
		int64_t change_ns = timetable_next_ns(&c->table),
			tick_ns = c->ticked_ns + c->step_ns;

		if (!c->step_ns) {
			struct pollfd end;

			c->r = wait_for(c, change_ns, &end, 1);
			tick_ns = clock_ns(CLOCK_MONOTONIC);
		} else if (c->silent >= REST_AFTER) {
			c->r = rest(c, change_ns);
			c->ticked_ns = tick_ns = clock_ns(CLOCK_MONOTONIC);
		} else {
			clock_sleep_until(CLOCK_MONOTONIC, MIN(change_ns, tick_ns));
		}
		if (c->r == 0 && change_ns <= tick_ns) {
			timetable_take(&c->table);
			c->r = change(c);
		} else if (c->r == 0 && c->step_ns) {
			c->r = tick(c, tick_ns);
			if (c->r == 0 && ++ticks % REST_AFTER == 0)
				c->r = look_for_packets(c);
		}
	}

	return NULL;
}

static int open_direction(struct conductor *c, const struct profile *p, enum dir d, uint64_t seed,
			  struct err *err)
{
	int64_t step_ns;

	if (moving_open(p, d, seed, &c->dir[d], err) < 0)
		return err->code;
	step_ns = moving_step_ns(c->dir[d]);
	if (step_ns)
		c->step_ns = c->step_ns ? MIN(c->step_ns, step_ns) : step_ns;

	return 0;
}

static void conductor_free(struct conductor *c)
{
	for (enum dir d = 0; d < DIR_COUNT; d++)
		moving_close(c->dir[d]);
	if (c->stop >= 0)
		(void)close(c->stop);
	free(c);
}

int conductor_start(const struct profile *p, uint64_t seed, int64_t start_ns,
		    struct conductor **ret, struct err *err)
{
	struct conductor *c;
	int r = 0;

	*ret = NULL;
	if (!stage_moves(p, TO_VPC) && !stage_moves(p, TO_ONPREM))
		return 0;
	c = calloc(1, sizeof(*c));
	if (!c)
		return err_sys(err, -ENOMEM, "moving link");
	timetable_begin(&c->table, p, start_ns);
	c->start_ns = c->ticked_ns = start_ns;
	c->stop = eventfd(0, EFD_CLOEXEC);
	if (c->stop < 0)
		r = err_sys(err, -errno, "eventfd");

	for (enum dir d = 0; d < DIR_COUNT && r == 0; d++)
		r = open_direction(c, p, d, seed, err);
	if (r == 0) {
		r = change(c);
		if (r < 0)
			*err = c->err;
	}
	if (r == 0) {
		r = thread_start(&c->thread, PRIORITY_LINK, conduct, c);
		if (r < 0)
			(void)err_sys(err, r, "thread for a moving link");
	}
	if (r < 0) {
		conductor_free(c);
		return r;
	}
	*ret = c;

	return 0;
}

int conductor_stop(struct conductor *c, struct err *err)
{
	const uint64_t one = 1;
	int r;

	if (!c)
		return 0;
	(void)!write(c->stop, &one, sizeof(one));
	(void)pthread_join(c->thread, NULL);
	r = c->r;
	if (r < 0) {
		*err = c->err;
		(void)err_wrap(err, "moving link");
	}
	conductor_free(c);

	return r;
}
