// SPDX-License-Identifier: ISC
/* The closed forms against numbers by hand and against the chains themselves. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/util.h"
#include "model/profile.h"

Test(loss, by_hand)
{
	static const struct {
		struct profile_dir d;
		double ratio, episodes;
	} rows[] = {
		{ { .loss_model = LOSS_RANDOM }, 0, 0 },
		{ { .loss_model = LOSS_RANDOM, .loss_ratio = 0.01 }, 0.01, 0.01 },
		{ { .loss_model = LOSS_GILBERT, .loss_p = 0.1, .loss_r = 0.3 }, 0.25, 0.075 },
		{ { .loss_model = LOSS_GILBERT, .loss_p = 0.0015, .loss_r = 0.5 },
		  0.0029910269192422734,
		  0.0014955134596211367 },
		{ { .loss_model = LOSS_GILBERT }, 0, 0 },
		{ { .loss_model = LOSS_GILBERT_ELLIOTT,
		    .loss_p = 0.1,
		    .loss_r = 0.3,
		    .loss_bad = 0.8,
		    .loss_good = 0.04 },
		  0.23,
		  0.075 },
		{ { .loss_model = LOSS_GILBERT_ELLIOTT, .loss_good = 0.04 }, 0.04, 0 },
		{ { .loss_model = LOSS_FOUR_STATE, .loss_p14 = 0.25 }, 0.2, 0.2 },
		/* Without passing within a burst it is a Gilbert chain. */
		{ { .loss_model = LOSS_FOUR_STATE, .loss_p13 = 0.1, .loss_p31 = 0.3 }, 0.25, 0.075 },
		/* Of 8 packets 4 are good, 1 passes within a burst, 2 are lost in it, 1 by itself. */
		{ { .loss_model = LOSS_FOUR_STATE,
		    .loss_p13 = 0.25,
		    .loss_p31 = 0.5,
		    .loss_p32 = 0.25,
		    .loss_p23 = 0.5,
		    .loss_p14 = 0.25 },
		  0.375,
		  0.3125 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cr_expect_float_eq(profile_loss_ratio(&rows[i].d), rows[i].ratio, 1e-15, "row %zu",
				   i);
		cr_expect_float_eq(profile_loss_episodes(&rows[i].d), rows[i].episodes, 1e-15,
				   "row %zu", i);
	}
}

static double uniform(void)
{
	static uint64_t state = 1;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);

	return ldexp((double)(state >> 11), -53);
}

Test(loss, as_the_chain_does)
{
	static const struct profile_dir d = { .loss_model = LOSS_GILBERT_ELLIOTT,
					      .loss_p = 0.02,
					      .loss_r = 0.2,
					      .loss_bad = 0.7,
					      .loss_good = 0.01 };
	const size_t packets = 4000000;
	size_t lost = 0, visits = 0;
	bool bad = false;

	for (size_t i = 0; i < packets; i++) {
		if (bad ? uniform() < d.loss_r : uniform() < d.loss_p) {
			bad = !bad;
			visits += bad;
		}
		lost += uniform() < (bad ? d.loss_bad : d.loss_good);
	}
	/* 1 % is five standard deviations of either count. */
	cr_expect_float_eq((double)lost / (double)packets / profile_loss_ratio(&d), 1, 0.01);
	cr_expect_float_eq((double)visits / (double)packets / profile_loss_episodes(&d), 1, 0.02);
}

/* loss_4state() of the kernel's sch_netem.c, told apart by what the packet before met. */
static bool four_state_loses(const struct profile_dir *d, int *state)
{
	double r = uniform();

	switch (*state) {
	case 1:
		*state = r < d->loss_p14 ? 4 : r < d->loss_p14 + d->loss_p13 ? 3 : 1;
		break;
	case 2:
		*state = r < d->loss_p23 ? 3 : 2;
		break;
	case 3:
		*state = r < d->loss_p32 ? 2 : r < d->loss_p32 + d->loss_p31 ? 1 : 3;
		break;
	default:
		*state = 1;
	}

	return *state > 2;
}

Test(loss, as_the_four_state_chain_does)
{
	static const struct profile_dir rows[] = {
		{ .loss_p13 = 0.02,
		  .loss_p31 = 0.2,
		  .loss_p32 = 0.3,
		  .loss_p23 = 0.4,
		  .loss_p14 = 0.01 },
		{ .loss_p13 = 0.3,
		  .loss_p31 = 0.1,
		  .loss_p32 = 0.9,
		  .loss_p23 = 0.7,
		  .loss_p14 = 0.2 },
		{ .loss_p13 = 0.05, .loss_p31 = 0.25 },
		{ .loss_p14 = 0.05 },
	};
	const size_t packets = 8000000;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile_dir d = rows[i];
		size_t lost = 0, bursts = 0;
		bool before = false;
		int state = 1;

		d.loss_model = LOSS_FOUR_STATE;
		for (size_t n = 0; n < packets; n++) {
			bool loses = four_state_loses(&d, &state);

			lost += loses;
			bursts += loses && !before;
			before = loses;
		}
		cr_expect_float_eq((double)lost / (double)packets / profile_loss_ratio(&d), 1, 0.01,
				   "row %zu", i);
		cr_expect_float_eq((double)lost / (double)bursts /
					   (profile_loss_ratio(&d) / profile_loss_episodes(&d)),
				   1, 0.01, "row %zu", i);
	}
}
