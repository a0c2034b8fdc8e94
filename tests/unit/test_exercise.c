// SPDX-License-Identifier: ISC
/* What is sent through a link to verify it: for every profile that comes with dxemu, and for odd ones. */
#include "emul/verify.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "emul/stages.h"
#include "model/jitter.h"
#include "tests/unit/plans.h"
#include "traffic/packet.h"

/* The two reckonings, of the stages and of who verifies them, agree. */
static void same_bytes(const struct profile *p)
{
	cr_expect_eq(exercise_wire_bytes(p, exercise_full_payload(p)), stage_wire_bytes(p), "%s",
		     p->name);
	cr_expect_eq(exercise_wire_bytes(p, PROBE_BYTES), stage_probe_wire_bytes(p), "%s", p->name);
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		struct netem netem = { 0 };
		struct profile at_start = *p;

		exercise_profile(EXERCISE_RATE, &at_start);
		if (!p->dir[d].rate_bps)
			continue;
		cr_assert(stage_netem(&at_start, d, STAGE_RATE, 1, &netem));
		cr_expect_eq(exercise_queue_frames(p, d), netem.limit, "%s", p->name);
	}
}

Test(exercise, bytes)
{
	each_profile(same_bytes);
}

/* What is left of a profile that has everything. */
Test(exercise, profiles)
{
	static const char *const everything[] = { "reorder.ratio=0.01", "reorder.depth=1ms",
						  "duplicate=0.01", "corrupt=0.01", NULL };
	static const struct {
		bool jitter, loss, reorders, duplicates, caps;
	} left[EXERCISE_KIND_COUNT] = {
		[EXERCISE_LATENCY] = { .jitter = true,
				       .loss = true,
				       .duplicates = true,
				       .caps = true },
		[EXERCISE_LOADED] = { .jitter = true, .loss = true, .caps = true },
		[EXERCISE_DICE] = { .loss = true,
				    .reorders = true,
				    .duplicates = true,
				    .caps = true },
		[EXERCISE_RATE] = { 0 },
		[EXERCISE_CAP] = { .caps = true },
	};
	const struct profile p = load_changed("vpn-metro", everything);

	for (enum exercise_kind kind = 0; kind < EXERCISE_KIND_COUNT; kind++) {
		struct profile q = p;

		exercise_profile(kind, &q);
		for (enum dir i = 0; i < DIR_COUNT; i++) {
			const struct profile_dir *d = &q.dir[i];
			const char *name = exercise_kind_names[kind];

			cr_expect_eq(d->jitter_shape != JITTER_NONE, left[kind].jitter, "%s", name);
			cr_expect_eq(d->jitter_ns > 0, left[kind].jitter, "%s", name);
			cr_expect_eq(profile_loss_ratio(d) > 0, left[kind].loss, "%s", name);
			cr_expect_eq(d->corrupt_ratio > 0, left[kind].loss, "%s", name);
			cr_expect_eq(d->reorder_ratio > 0, left[kind].reorders, "%s", name);
			cr_expect_eq(d->reorder_depth_ns > 0, left[kind].reorders, "%s", name);
			cr_expect_eq(d->duplicate_ratio > 0, left[kind].duplicates, "%s", name);
			cr_expect_eq(d->cap_pps > 0, left[kind].caps, "%s", name);
			cr_expect_eq(d->rate_bps, p.dir[i].rate_bps, "%s", name);
			cr_expect_eq(d->delay_ns, p.dir[i].delay_ns, "%s", name);
		}
	}
}

/* A schedule has no part in this, nor has the shape of a jitter that comes later. */
Test(exercise, schedule)
{
	struct profile p = load("vpn-metro");

	p.n_steps = 1;
	p.step[0].at_ns = 1;
	p.schedule_period_ns = 100;
	p.schedule_start_ns = 50;
	p.dir[TO_VPC].jitter_ns = 0;
	exercise_profile(EXERCISE_LATENCY, &p);
	cr_expect_eq(p.n_steps, 0);
	cr_expect_eq(p.schedule_period_ns, 0);
	cr_expect_eq(p.schedule_start_ns, 0);
	cr_expect_eq(p.dir[TO_VPC].jitter_shape, JITTER_NONE);
	cr_expect_neq(p.dir[TO_ONPREM].jitter_shape, JITTER_NONE);
}

static struct train_opts only_train(const struct exercise *e, const struct profile *p, enum dir d)
{
	struct train_opts t[EXERCISE_TRAINS_MAX];

	cr_assert_eq(exercise_trains(e, p, d, t), 1, "%s", p->name);

	return t[0];
}

static void check_latency(const struct profile *p, const struct exercise *e, enum dir d)
{
	struct train_opts t = only_train(e, p, d);
	double alone_ns = (double)exercise_frame_ns(p, d, PROBE_BYTES);

	cr_expect_geq(t.interval_ns, 4 * alone_ns, "%s: %jd", p->name, (intmax_t)t.interval_ns);
	cr_expect_geq(exercise_samples(&t), e->scope == VERIFY_SHORT ? 30 : 500, "%s", p->name);
	if (!t.burst)
		return;
	for (enum dir i = 0; i < DIR_COUNT; i++) {
		/* Forgotten what it was; and nobody waits for the packet that woke the link. */
		cr_expect_geq(t.period_ns, (int64_t)profile_correlation_ns(&p->dir[i]), "%s",
			      p->name);
		cr_expect_geq(t.interval_ns, 3.5 * (double)p->dir[i].jitter_ns, "%s", p->name);
	}
}

static void check_loaded(const struct profile *p, const struct exercise *e, enum dir d)
{
	double bits = 8.0 * exercise_wire_bytes(p, exercise_full_payload(p));
	double half, covered, scale = (double)p->dir[d].jitter_ns;
	struct train_opts t = only_train(e, p, d);

	half = bits * 2e9 / (double)link_rate_bps(p, d);
	cr_expect_geq(t.interval_ns, half, "%s: %jd", p->name, (intmax_t)t.interval_ns);
	cr_expect_leq(t.interval_ns, 1.3 * half + 1, "%s: %jd, not %g", p->name,
		      (intmax_t)t.interval_ns, half);
	covered = (double)(t.burst * (uint64_t)t.interval_ns);
	cr_expect_geq(covered + (double)t.interval_ns, 4 * scale, "%s", p->name);
	cr_expect_geq(t.period_ns, covered, "%s", p->name);
	cr_expect_leq(t.n, MAX(300000, 100 * t.burst), "%s: %ju", p->name, (uintmax_t)t.n);
	cr_expect_geq(exercise_samples(&t), 100, "%s", p->name);
	/* The last group finds the stages idle. */
	cr_expect_geq(t.burst, 4 * train_group_size(&t), "%s", p->name);
	if (p->dir[d].rate_bps)
		cr_expect_leq(2 * train_group_size(&t), exercise_queue_frames(p, d), "%s", p->name);
}

static void check_dice(const struct profile *p, const struct exercise *e, enum dir d)
{
	const struct profile_dir *dir = &p->dir[d];
	double bits = 8.0 * exercise_wire_bytes(p, PROBE_BYTES);
	double least = 20 / profile_loss_episodes(dir);
	struct train_opts t = only_train(e, p, d);

	cr_expect(t.n >= 20000 && t.n <= 2100000, "%s: %ju", p->name, (uintmax_t)t.n);
	if (least < 2000000)
		cr_expect_geq(t.n, least, "%s: %ju", p->name, (uintmax_t)t.n);
	cr_expect_geq((double)t.interval_ns * (double)link_rate_bps(p, d), 2e9 * bits, "%s",
		      p->name);
	cr_expect_geq((double)t.interval_ns * (double)dir->cap_pps, 1.999e9 * !!dir->cap_pps, "%s",
		      p->name);
	if (dir->rate_bps)
		cr_expect_leq(2 * train_group_size(&t), exercise_queue_frames(p, d), "%s", p->name);
	/* In flight at a time: the world's memory. */
	cr_expect_leq(dir->delay_ns / (uint64_t)t.interval_ns, 50000, "%s", p->name);
}

static void check_rate(const struct profile *p, const struct exercise *e, enum dir d)
{
	double bits = 8.0 * exercise_wire_bytes(p, exercise_full_payload(p));
	double rate = (double)link_rate_bps(p, d), hold, factor;
	struct train_opts t = only_train(e, p, d);

	factor = bits * 1e9 / (double)t.interval_ns / rate;
	cr_expect(factor > 2.9 && factor < 3.3, "%s: %g", p->name, factor);
	hold = p->dir[d].rate_bps ? (double)exercise_queue_frames(p, d)
				  : (double)exercise_cir(p, d).burst / exercise_cir(p, d).bytes;
	/* All that is sent while the queue fills and some thousand leave; or a few, in the short form. */
	if (e->scope == VERIFY_FULL)
		cr_expect_geq((double)t.n, 3 * 2990 + 1.45 * hold, "%s: %ju", p->name,
			      (uintmax_t)t.n);
	else
		cr_expect_leq(t.n, 15000, "%s: %ju", p->name, (uintmax_t)t.n);
	cr_expect_geq(t.linger_ns, (int64_t)p->dir[d].delay_ns + (int64_t)p->dir[d].queue_ns, "%s",
		      p->name);
}

static void check_cap(const struct profile *p, const struct exercise *e, enum dir d)
{
	struct limit l = exercise_cap_packets(p, d);
	struct train_opts t[EXERCISE_TRAINS_MAX];

	cr_assert_gt(exercise_trains(e, p, d, t), 0, "%s", p->name);
	if (!l.pps)
		return;
	cr_expect_geq(1e9 / (double)t[0].interval_ns, 1.04 * (double)l.pps, "%s", p->name);
	cr_expect_lt(exercise_frame_ns(p, d, t[0].payload_bytes), t[0].interval_ns, "%s", p->name);
}

static void (*const checks[EXERCISE_KIND_COUNT])(const struct profile *p, const struct exercise *e,
						 enum dir d) = {
	[EXERCISE_LATENCY] = check_latency, [EXERCISE_LOADED] = check_loaded,
	[EXERCISE_DICE] = check_dice,	    [EXERCISE_RATE] = check_rate,
	[EXERCISE_CAP] = check_cap,
};

static void check_trains(const struct profile *p)
{
	for (int scope = VERIFY_SHORT; scope <= VERIFY_FULL; scope++) {
		struct exercise list[EXERCISE_KIND_COUNT];
		unsigned n = verify_exercises(p, (enum verify_scope)scope, 0, list);
		double cost = 0;

		cr_expect_geq(n, 2, "%s", p->name);
		for (unsigned i = 0; i < n; i++) {
			struct profile left = *p;

			cr_expect_eq(list[i].scope, (enum verify_scope)scope);
			exercise_profile(list[i].kind, &left);
			for (enum dir d = 0; d < DIR_COUNT; d++)
				checks[list[i].kind](&left, &list[i], d);
			cost += list[i].cost_s;
		}
		/* What the whole of all profiles may take is divided by some forty of them, and two CPUs. */
		cr_expect_leq(cost, scope == VERIFY_SHORT ? 0.6 : 20, "%s: %g s", p->name, cost);
	}
}

Test(exercise, trains)
{
	each_profile(check_trains);
}

/* Which exercises a profile needs. */
Test(exercise, list)
{
	static const struct {
		const char *profile;
		const char *changes[4];
		enum verify_scope scope;
		unsigned kinds; /* bit mask */
	} rows[] = {
		{ "dx-dedicated-1g",
		  { NULL },
		  VERIFY_SHORT,
		  1 << EXERCISE_LATENCY | 1 << EXERCISE_RATE },
		{ "dx-dedicated-1g",
		  { NULL },
		  VERIFY_FULL,
		  1 << EXERCISE_LATENCY | 1 << EXERCISE_LOADED | 1 << EXERCISE_DICE |
			  1 << EXERCISE_RATE },
		{ "dx-dedicated-1g",
		  { "jitter.scale=0ms" },
		  VERIFY_FULL,
		  1 << EXERCISE_LATENCY | 1 << EXERCISE_DICE | 1 << EXERCISE_RATE },
		{ "dx-dedicated-1g",
		  { "to_vpc.jitter.scale=0ms" },
		  VERIFY_FULL,
		  1 << EXERCISE_LATENCY | 1 << EXERCISE_LOADED | 1 << EXERCISE_DICE |
			  1 << EXERCISE_RATE },
		{ "vpn-metro", { NULL }, VERIFY_FULL, (1 << EXERCISE_KIND_COUNT) - 1 },
		{ "vpn-metro", { NULL }, VERIFY_SHORT, 1 << EXERCISE_LATENCY | 1 << EXERCISE_RATE },
		{ "vpn-metro",
		  { "rate=100mbit" },
		  VERIFY_FULL,
		  ((1 << EXERCISE_KIND_COUNT) - 1) & ~(1 << EXERCISE_CAP) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_changed(rows[i].profile, rows[i].changes);
		struct exercise list[EXERCISE_KIND_COUNT];
		unsigned n = verify_exercises(&p, rows[i].scope, 0, list), kinds = 0;

		for (unsigned k = 0; k < n; k++)
			kinds |= 1U << list[k].kind;
		cr_expect_eq(kinds, rows[i].kinds, "%zu: %#x", i, kinds);
	}
}

/* As many as are asked for, where there is a distribution to sample. */
Test(exercise, samples)
{
	struct profile p = load("dx-dedicated-1g");
	struct exercise list[EXERCISE_KIND_COUNT];
	unsigned n = verify_exercises(&p, VERIFY_FULL, 20000, list);

	for (unsigned i = 0; i < n; i++) {
		struct train_opts t;
		struct profile left = p;

		if (list[i].kind != EXERCISE_LATENCY && list[i].kind != EXERCISE_LOADED)
			continue;
		exercise_profile(list[i].kind, &left);
		t = only_train(&list[i], &left, TO_VPC);
		cr_expect_eq(exercise_samples(&t), 20000, "%s: %ju",
			     exercise_kind_names[list[i].kind], (uintmax_t)exercise_samples(&t));
	}
}
