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
#include "emul/curve.h"
#include "emul/stages.h"
#include "emul/topology.h"
#include "emul/watch.h"
#include "netns/qdisc.h"

/* Ticks without a packet after which the jitter rests, and so many that the curve has forgotten where it was. */
#define REST_AFTER 8
#define AGES (INT64_C(4) * CONDUCTOR_STEPS)

#define NEVER INT64_MAX

/* Beside those of the stages. */
#define SEED_CURVE 64

struct direction {
	struct qdisc *qdisc[STAGE_COUNT]; /* NULL where there is no such stage */
	struct netem latency;
	struct jitter_dist dist;
	struct curve curve;
	bool jitters;
};

struct conductor {
	struct profile base, now;
	uint64_t seed;
	struct direction dir[DIR_COUNT];
	int64_t start_ns, period_ns;
	int64_t step_ns;      /* between ticks; 0 = nothing jitters */
	int64_t ticked_ns;    /* when the curves were last moved on */
	uint64_t packets;     /* that had come then */
	unsigned silent;      /* ticks since */
	unsigned next_change; /* of the schedule */
	int64_t lap_ns;	      /* when its period began */
	int stop;	      /* eventfd */
	pthread_t thread;
	int r;
	struct err err; /* of the thread */
};

static int set_latency(struct conductor *c, enum dir d, uint64_t latency_ns)
{
	struct direction *dir = &c->dir[d];

	if (dir->latency.delay_ns == latency_ns)
		return 0;
	dir->latency.delay_ns = latency_ns;

	return qdisc_change(dir->qdisc[STAGE_LATENCY], &dir->latency, &c->err);
}

/* Where the profile and the curve say that the latency is, but never falling faster than time runs. */
static int move_latency(struct conductor *c, enum dir d, int64_t passed_ns)
{
	const struct profile_dir *now = &c->now.dir[d];
	struct direction *dir = &c->dir[d];
	int64_t base = (int64_t)(now->delay_ns - now->reorder_depth_ns);
	int64_t least = (int64_t)dir->latency.delay_ns - passed_ns;
	int64_t wanted = base;

	if (dir->jitters)
		wanted += (int64_t)(curve_value(&dir->curve, &dir->dist) * (double)now->jitter_ns);

	return set_latency(c, d, (uint64_t)MAX(MAX(wanted, least), (int64_t)0));
}

static int tick(struct conductor *c, int64_t now_ns)
{
	int64_t passed_ns = now_ns - c->ticked_ns;
	int r = 0;

	c->ticked_ns = now_ns;
	for (enum dir d = 0; d < DIR_COUNT && r == 0; d++) {
		if (!c->dir[d].jitters)
			continue;
		(void)curve_advance(&c->dir[d].curve, passed_ns);
		r = move_latency(c, d, passed_ns);
	}

	return r;
}

/* Every stage as it is from now on. What a netem holds keeps its order and the time it was given. */
static int change(struct conductor *c)
{
	int r = 0;

	for (enum dir d = 0; d < DIR_COUNT && r == 0; d++) {
		struct direction *dir = &c->dir[d];

		for (enum stage i = 0; i < STAGE_COUNT && r == 0; i++) {
			struct netem netem;

			if (i == STAGE_LATENCY || !dir->qdisc[i])
				continue;
			(void)stage_netem(&c->now, d, i, c->seed, &netem);
			r = qdisc_change(dir->qdisc[i], &netem, &c->err);
		}
		if (r == 0)
			r = move_latency(c, d, INT64_MAX / 2);
	}

	return r;
}

/* When the next change of the schedule is due. */
static int64_t next_change_ns(const struct conductor *c)
{
	const struct profile *p = &c->base;

	if (c->next_change < p->n_steps)
		return c->lap_ns + (int64_t)p->step[c->next_change].at_ns;

	return p->n_steps && c->period_ns ? c->lap_ns + c->period_ns : NEVER;
}

/* To what the schedule says next: a step, or, at the end of its period, how it began. */
static void take_change(struct conductor *c)
{
	if (c->next_change < c->base.n_steps) {
		stage_at(&c->base, c->next_change++, &c->now);
		return;
	}
	c->now = c->base;
	c->next_change = 0;
	c->lap_ns += c->period_ns;
}

/* A period may have begun long before the run does. */
static int catch_up(struct conductor *c)
{
	c->lap_ns = c->start_ns - (int64_t)c->base.schedule_start_ns;
	while (next_change_ns(c) <= c->start_ns)
		take_change(c);

	return change(c);
}

/* Waits for @until_ns, the end, or what @p holds beside that (n entries; the first is for the end). */
static int wait_for(struct conductor *c, int64_t until_ns, struct pollfd *p, nfds_t n)
{
	struct timespec left = { 0 };

	if (until_ns != NEVER) {
		int64_t ns = MAX(until_ns - clock_ns(CLOCK_MONOTONIC), (int64_t)0);

		left = (struct timespec){ ns / NSEC_PER_SEC, ns % NSEC_PER_SEC };
	}
	p[0] = (struct pollfd){ .fd = c->stop, .events = POLLIN };
	while (ppoll(p, n, until_ns == NEVER ? NULL : &left, NULL) < 0)
		if (errno != EINTR)
			return err_sys(&c->err, -errno, "watch the link");

	return 0;
}

/*
 * To a place on the curve that has nothing to do with this one, before there is anybody to see the way: what comes
 * after a rest would else have to queue for what the latency fell meanwhile.
 */
static int go_elsewhere(struct conductor *c)
{
	int r = 0;

	for (enum dir d = 0; d < DIR_COUNT && r == 0; d++) {
		if (!c->dir[d].jitters)
			continue;
		(void)curve_advance(&c->dir[d].curve, AGES * c->step_ns);
		r = move_latency(c, d, INT64_MAX / 2);
	}

	return r;
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

	int r = to_onprem < 0 ? c->err.code : go_elsewhere(c);

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

		if (qdisc_packets(c->dir[d].qdisc[STAGE_LATENCY], &packets, &c->err) < 0)
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
		int64_t change_ns = next_change_ns(c), tick_ns = c->ticked_ns + c->step_ns;

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
			take_change(c);
			c->r = change(c);
		} else if (c->r == 0 && c->step_ns) {
			c->r = tick(c, tick_ns);
			if (c->r == 0 && ++ticks % REST_AFTER == 0)
				c->r = look_for_packets(c);
		}
	}

	return NULL;
}

/* Of the schedule; 0 where it never jitters. A step may have no jitter, but not one of another kind. */
static uint64_t longest_correlation_ns(const struct profile *p, enum dir d)
{
	uint64_t longest = profile_correlation_ns(&p->dir[d]);

	for (unsigned i = 0; i < p->n_steps; i++)
		longest = MAX(longest, profile_correlation_ns(&p->step[i].dir[d]));

	return longest;
}

static int open_direction(struct conductor *c, enum dir d, struct err *err)
{
	const struct profile_dir *base = &c->base.dir[d];
	struct direction *dir = &c->dir[d];
	uint64_t correlation_ns;
	int64_t step_ns;

	for (enum stage i = 0; i < STAGE_COUNT; i++) {
		struct op op = { .kind = OP_NETEM };

		if (!stage_netem(&c->base, d, i, c->seed, &op.netem))
			continue;
		(void)snprintf(op.ns, sizeof(op.ns), "%s",
			       i == STAGE_RATE ? ways[d].enter : ways[d].leave);
		(void)snprintf(op.dev, sizeof(op.dev), "%s", ways[d].out);
		if (i == STAGE_LATENCY)
			dir->latency = op.netem;
		if (qdisc_open(&op, &dir->qdisc[i], err) < 0)
			return err->code;
	}

	correlation_ns = longest_correlation_ns(&c->base, d);
	dir->jitters = correlation_ns > 0;
	if (!dir->jitters)
		return 0;
	if (jitter_dist_read(base, &dir->dist, err) < 0 || jitter_fits(&dir->dist, base, err) < 0)
		return err_wrap(err, "%s.jitter", dir_names[d]);
	curve_init(&dir->curve, correlation_ns, rng_derive(c->seed, SEED_CURVE + d));
	step_ns = (int64_t)correlation_ns / CONDUCTOR_STEPS;
	c->step_ns = c->step_ns ? MIN(c->step_ns, step_ns) : step_ns;

	return 0;
}

static void conductor_free(struct conductor *c)
{
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		for (enum stage i = 0; i < STAGE_COUNT; i++)
			qdisc_close(c->dir[d].qdisc[i]);
		jitter_dist_free(&c->dir[d].dist);
	}
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
	c->base = c->now = *p;
	c->seed = seed;
	c->start_ns = c->ticked_ns = start_ns;
	c->period_ns = (int64_t)p->schedule_period_ns;
	c->stop = eventfd(0, EFD_CLOEXEC);
	if (c->stop < 0)
		r = err_sys(err, -errno, "eventfd");

	for (enum dir d = 0; d < DIR_COUNT && r == 0; d++)
		r = open_direction(c, d, err);
	if (r == 0) {
		r = catch_up(c);
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
