// SPDX-License-Identifier: ISC
/* Which exercises a profile needs, and what they cost. */
#include "base/util.h"
#include "emul/verify.h"

/* What a world needs of a CPU like those of today: to boot; per packet, per group of them; per change of latency. */
#define BOOT_COST_S 0.12
#define PACKET_COST_S 2e-6
#define GROUP_COST_S 40e-6
#define CHANGE_COST_S 60e-6
#define CHANGES_PER_BURST 17

static double cost(const struct exercise *e, const struct profile *asked)
{
	struct profile p = *asked;
	double sum = BOOT_COST_S;

	exercise_profile(e->kind, &p);
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		struct train_opts t[EXERCISE_TRAINS_MAX];
		unsigned n = exercise_trains(e, &p, d, t);

		for (unsigned i = 0; i < n; i++) {
			sum += (double)t[i].n * PACKET_COST_S;
			sum += (double)(t[i].n / train_group_size(&t[i])) * GROUP_COST_S;
			/* The latency moves around each burst, and rests in between. */
			if (p.dir[d].jitter_shape != JITTER_NONE && t[i].burst)
				sum += (double)(t[i].n / t[i].burst) * CHANGES_PER_BURST *
				       CHANGE_COST_S;
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
