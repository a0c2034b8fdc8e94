// SPDX-License-Identifier: ISC
#include "emul/moving.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "base/util.h"
#include "emul/curve.h"
#include "emul/stages.h"
#include "emul/topology.h"
#include "netns/policers.h"
#include "netns/qdisc.h"

/* So many steps that the curve has forgotten where it was. */
#define AGES (INT64_C(4) * MOVING_STEPS)

/* For a change that comes at once, however far. */
#define LONG_NS (INT64_MAX / 2)

/* Beside those of the stages. */
#define SEED_CURVE 64

/* The policers where the direction enters the link, or where it leaves it. */
struct checkpoint {
	struct policers *policers; /* NULL = there are none */
	struct police police[OP_POLICE_MAX];
	unsigned n;
};

struct moving {
	enum dir dir;
	uint64_t seed;
	struct qdisc *qdisc[STAGE_COUNT]; /* NULL where there is no such stage */
	struct checkpoint checkpoint[2];  /* entering, leaving */
	struct netem latency;
	struct jitter_dist dist;
	struct curve curve;
	uint64_t correlation_ns; /* 0 = it never jitters */
};

static int set_latency(struct moving *m, uint64_t latency_ns, struct err *err)
{
	if (m->latency.delay_ns == latency_ns)
		return 0;
	m->latency.delay_ns = latency_ns;

	return qdisc_change(m->qdisc[STAGE_LATENCY], &m->latency, err);
}

/* Where the profile and the curve say that the latency is, but never falling faster than time runs. */
static int move_latency(struct moving *m, const struct profile *now, int64_t passed_ns,
			struct err *err)
{
	const struct profile_dir *d = &now->dir[m->dir];
	int64_t least = (int64_t)m->latency.delay_ns - passed_ns;
	int64_t wanted = (int64_t)(d->delay_ns - d->reorder_depth_ns);

	if (m->correlation_ns)
		wanted += (int64_t)(curve_value(&m->curve, &m->dist) * (double)d->jitter_ns);

	return set_latency(m, (uint64_t)MAX(MAX(wanted, least), (int64_t)0), err);
}

int moving_tick(struct moving *m, const struct profile *now, int64_t passed_ns, struct err *err)
{
	if (!m->correlation_ns)
		return 0;
	(void)curve_advance(&m->curve, passed_ns);

	return move_latency(m, now, passed_ns, err);
}

int moving_go_elsewhere(struct moving *m, const struct profile *now, struct err *err)
{
	if (!m->correlation_ns)
		return 0;
	(void)curve_advance(&m->curve, AGES * moving_step_ns(m));

	return move_latency(m, now, LONG_NS, err);
}

static bool same(const struct police *a, const struct police *b)
{
	return a->rate_bps == b->rate_bps && a->burst_bytes == b->burst_bytes &&
	       a->overhead == b->overhead && a->pps == b->pps && a->pps_burst == b->pps_burst &&
	       a->mtu == b->mtu;
}

/* Those that stay as they are keep what is in their buckets. */
static int change_policers(struct checkpoint *c, const struct police *police, struct err *err)
{
	for (unsigned i = 0; i < c->n; i++) {
		if (same(&c->police[i], &police[i]))
			continue;
		if (policers_change(c->policers, i, &police[i], err) < 0)
			return err->code;
		c->police[i] = police[i];
	}

	return 0;
}

int moving_change(struct moving *m, const struct profile *now, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(m->checkpoint); i++) {
		struct police police[OP_POLICE_MAX] = { 0 };

		(void)stage_policers_at(now, m->dir, i, police);
		if (change_policers(&m->checkpoint[i], police, err) < 0)
			return err->code;
	}
	for (enum stage i = 0; i < STAGE_COUNT; i++) {
		struct netem netem;

		if (i == STAGE_LATENCY || !m->qdisc[i])
			continue;
		(void)stage_netem(now, m->dir, i, m->seed, &netem);
		if (qdisc_change(m->qdisc[i], &netem, err) < 0)
			return err->code;
	}

	return move_latency(m, now, LONG_NS, err);
}

int moving_packets(const struct moving *m, uint64_t *ret, struct err *err)
{
	return qdisc_packets(m->qdisc[STAGE_LATENCY], ret, err);
}

int64_t moving_step_ns(const struct moving *m)
{
	return (int64_t)m->correlation_ns / MOVING_STEPS;
}

static int open_checkpoints(struct moving *m, const struct profile *base, struct err *err)
{
	const struct way *w = &ways[m->dir];
	const char *const node[] = { w->enter, w->leave };

	for (size_t i = 0; i < ARRAY_SIZE(m->checkpoint); i++) {
		struct checkpoint *c = &m->checkpoint[i];

		c->n = stage_policers_at(base, m->dir, i, c->police);
		if (c->n && policers_open(node[i], w->in, &c->policers, err) < 0)
			return err->code;
	}

	return 0;
}

static int open_stages(struct moving *m, const struct profile *base, struct err *err)
{
	const struct way *w = &ways[m->dir];

	for (enum stage i = 0; i < STAGE_COUNT; i++) {
		struct op op = { .kind = OP_NETEM };

		if (!stage_netem(base, m->dir, i, m->seed, &op.netem))
			continue;
		(void)snprintf(op.ns, sizeof(op.ns), "%s", i == STAGE_RATE ? w->enter : w->leave);
		(void)snprintf(op.dev, sizeof(op.dev), "%s", w->out);
		if (i == STAGE_LATENCY)
			m->latency = op.netem;
		if (qdisc_open(&op, &m->qdisc[i], err) < 0)
			return err->code;
	}

	return 0;
}

/* Of the schedule; 0 where it never jitters. A step may have no jitter, but not one of another kind. */
static uint64_t longest_correlation_ns(const struct profile *p, enum dir d)
{
	uint64_t longest = profile_correlation_ns(&p->dir[d]);

	for (unsigned i = 0; i < p->n_steps; i++)
		longest = MAX(longest, profile_correlation_ns(&p->step[i].dir[d]));

	return longest;
}

static int open_curve(struct moving *m, const struct profile *base, struct err *err)
{
	const struct profile_dir *d = &base->dir[m->dir];

	m->correlation_ns = longest_correlation_ns(base, m->dir);
	if (!m->correlation_ns)
		return 0;
	if (jitter_dist_read(d, &m->dist, err) < 0 || jitter_fits(&m->dist, d, err) < 0)
		return err_wrap(err, "%s.jitter", dir_names[m->dir]);
	curve_init(&m->curve, m->correlation_ns, rng_derive(m->seed, SEED_CURVE + m->dir));

	return 0;
}

int moving_open(const struct profile *base, enum dir dir, uint64_t seed, struct moving **ret,
		struct err *err)
{
	struct moving *m = calloc(1, sizeof(*m));

	if (!m)
		return err_sys(err, -ENOMEM, "moving link");
	m->dir = dir;
	m->seed = seed;
	if (open_checkpoints(m, base, err) < 0 || open_stages(m, base, err) < 0 ||
	    open_curve(m, base, err) < 0) {
		moving_close(m);
		return err->code;
	}
	*ret = m;

	return 0;
}

void moving_close(struct moving *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(m->checkpoint); i++)
		policers_close(m->checkpoint[i].policers);
	for (enum stage i = 0; i < STAGE_COUNT; i++)
		qdisc_close(m->qdisc[i]);
	jitter_dist_free(&m->dist);
	free(m);
}
