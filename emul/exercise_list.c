// SPDX-License-Identifier: ISC
/* Which exercises a profile needs, with what of it, and what they cost. */
#include "base/util.h"
#include "emul/verify.h"

/* What a world needs of a CPU like those of today: to boot; per packet, per group of them; per change of latency. */
#define BOOT_COST_S 0.12
#define PACKET_COST_S 2e-6
#define GROUP_COST_S 40e-6
#define CHANGE_COST_S 60e-6
#define CHANGES_PER_BURST 17

const char *const exercise_kind_names[EXERCISE_KIND_COUNT] = {
	[EXERCISE_LATENCY] = "latency", [EXERCISE_LOADED] = "loaded", [EXERCISE_DICE] = "dice",
	[EXERCISE_RATE] = "rate",	[EXERCISE_CAP] = "cap",
};

static void drop_jitter(struct profile_dir *d)
{
	d->jitter_shape = JITTER_NONE;
	d->jitter_ns = 0;
}

static void drop_reordering(struct profile_dir *d)
{
	d->reorder_ratio = 0;
	d->reorder_depth_ns = 0;
}

static void drop_loss(struct profile_dir *d)
{
	d->loss_model = LOSS_RANDOM;
	d->loss_ratio = 0;
	d->corrupt_ratio = 0;
}

void exercise_profile(enum exercise_kind kind, struct profile *p)
{
	p->n_steps = 0;
	p->schedule_period_ns = p->schedule_start_ns = 0;

	for (enum dir i = 0; i < DIR_COUNT; i++) {
		struct profile_dir *d = &p->dir[i];

		/* A shape without a scale is there for another step's sake. */
		if (!d->jitter_ns)
			drop_jitter(d);
		switch (kind) {
		case EXERCISE_RATE:
			d->cap_bps = d->cap_pps = 0;
			__attribute__((fallthrough));
		case EXERCISE_CAP:
			drop_loss(d);
			__attribute__((fallthrough));
		case EXERCISE_LOADED:
			d->duplicate_ratio = 0;
			__attribute__((fallthrough));
		case EXERCISE_LATENCY:
			drop_reordering(d);
			break;
		case EXERCISE_DICE:
		case EXERCISE_KIND_COUNT:
			break;
		}
		if (kind != EXERCISE_LATENCY && kind != EXERCISE_LOADED)
			drop_jitter(d);
	}
}

static double cost(const struct exercise *e, const struct profile *asked)
{
	struct profile p = *asked;
	double sum = BOOT_COST_S;

	exercise_profile(e->kind, &p);
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		struct train_opts t[EXERCISE_TRAINS_MAX];
		unsigned n = exercise_trains(e, &p, d, t);

		for (unsigned i = 0; i < n; i++) {
			uint64_t groups = t[i].n / train_group_size(&t[i]);
			uint64_t bursts = t[i].burst ? t[i].n / t[i].burst : 0;

			sum += (double)t[i].n * PACKET_COST_S + (double)groups * GROUP_COST_S;
			/* The latency moves around each burst, and rests in between. */
			if (p.dir[d].jitter_shape != JITTER_NONE)
				sum += (double)bursts * CHANGES_PER_BURST * CHANGE_COST_S;
		}
	}

	return sum;
}

static bool needed(enum exercise_kind kind, enum verify_scope scope, const struct profile *p)
{
	bool found = false;

	if (scope == VERIFY_SHORT)
		return kind == EXERCISE_LATENCY || kind == EXERCISE_RATE;
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		if (kind == EXERCISE_LOADED)
			found = found || p->dir[d].jitter_ns;
		else if (kind == EXERCISE_CAP)
			found = found || exercise_cap_bits(p, d).rate_bps ||
				exercise_cap_packets(p, d).pps;
		else
			found = true;
	}

	return found;
}

unsigned verify_exercises(const struct profile *p, enum verify_scope scope, uint64_t samples,
			  struct exercise ret[EXERCISE_KIND_COUNT])
{
	unsigned n = 0;

	for (enum exercise_kind kind = 0; kind < EXERCISE_KIND_COUNT; kind++) {
		if (!needed(kind, scope, p))
			continue;
		ret[n] = (struct exercise){ .kind = kind, .scope = scope, .samples = samples };
		ret[n].cost_s = cost(&ret[n], p);
		n++;
	}

	return n;
}
