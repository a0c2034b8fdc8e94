/* SPDX-License-Identifier: ISC */
/* Loss as the kernel draws it, for tests: loss_gilb_ell(), loss_4state() and plain chance of sch_netem.c. */
#ifndef DXEMU_TESTS_UNIT_LOSSES_H
#define DXEMU_TESTS_UNIT_LOSSES_H

#include <stdbool.h>

#include "base/rng.h"
#include "model/profile.h"

struct losses {
	const struct profile_dir *d;
	unsigned state; /* 0 good, 1 bad; four-state: 1 to 4 as in the kernel, 0 = 1 */
	uint64_t rng;
};

static inline double draw(uint64_t *rng)
{
	return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

static inline bool lose_gilbert_elliott(struct losses *l, double bad, double good)
{
	bool was_bad = l->state == 1;

	if (draw(&l->rng) < (was_bad ? l->d->loss_r : l->d->loss_p))
		l->state = !l->state;

	return draw(&l->rng) < (was_bad ? bad : good);
}

static inline bool lose_four_state(struct losses *l)
{
	const struct profile_dir *d = l->d;
	double u = draw(&l->rng);

	switch (l->state) {
	case 2:
		l->state = u < d->loss_p23 ? 3 : 2;
		break;
	case 3:
		l->state = u < d->loss_p32 ? 2 : u < d->loss_p32 + d->loss_p31 ? 1 : 3;
		break;
	case 4:
		l->state = 1;
		break;
	default:
		l->state = u < d->loss_p14 ? 4 : u < d->loss_p14 + d->loss_p13 ? 3 : 1;
	}

	return l->state >= 3;
}

static inline bool lose(struct losses *l)
{
	switch (l->d->loss_model) {
	case LOSS_GILBERT:
		return lose_gilbert_elliott(l, 1, 0);
	case LOSS_GILBERT_ELLIOTT:
		return lose_gilbert_elliott(l, l->d->loss_bad, l->d->loss_good);
	case LOSS_FOUR_STATE:
		return lose_four_state(l);
	case LOSS_RANDOM:
	case LOSS_MODEL_COUNT:
		break;
	}

	return draw(&l->rng) < l->d->loss_ratio;
}

#endif
