// SPDX-License-Identifier: ISC
#include "emul/loss_chain.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/util.h"
#include "tests/unit/losses.h"

static const struct {
	const char *name;
	struct profile_dir d;
} models[] = {
	{ "none", { .loss_model = LOSS_RANDOM } },
	{ "random", { .loss_model = LOSS_RANDOM, .loss_ratio = 0.2 } },
	{ "gilbert", { .loss_model = LOSS_GILBERT, .loss_p = 0.01, .loss_r = 0.25 } },
	{ "gilbert, alternating", { .loss_model = LOSS_GILBERT, .loss_p = 0.9, .loss_r = 0.8 } },
	{ "gilbert-elliott",
	  { .loss_model = LOSS_GILBERT_ELLIOTT,
	    .loss_p = 0.005,
	    .loss_r = 0.02,
	    .loss_bad = 0.4,
	    .loss_good = 0.01 } },
	{ "four states",
	  { .loss_model = LOSS_FOUR_STATE,
	    .loss_p13 = 0.01,
	    .loss_p31 = 0.2,
	    .loss_p32 = 0.3,
	    .loss_p23 = 0.4,
	    .loss_p14 = 0.02 } },
};

/* Against the closed forms of model/profile_loss.c, which come from other arithmetic. */
Test(loss_chain, rates)
{
	for (size_t i = 0; i < ARRAY_SIZE(models); i++) {
		const struct profile_dir *d = &models[i].d;
		struct loss_rates r = loss_rates(d);

		cr_expect_float_eq(r.lost, profile_loss_ratio(d), 1e-12, "%s: %g", models[i].name,
				   r.lost);
		if (d->loss_model == LOSS_GILBERT)
			cr_expect_float_eq(r.episodes, profile_loss_episodes(d), 1e-12, "%s: %g",
					   models[i].name, r.episodes);
	}
	cr_expect_float_eq(loss_rates(&models[1].d).episodes, 0.2 * 0.8, 1e-12);
	cr_expect_float_eq(loss_events(&models[1].d), 0.2 * 0.8, 1e-12);
	/* Spells of which each has many runs of losses. */
	cr_expect_float_eq(loss_events(&models[4].d), 0.2 * 0.02, 1e-12);
}

/* What is known in closed form. */
Test(loss_chain, variance)
{
	const struct loss_weights all = { 1, 1 };
	const double n = 100000, p = 0.01, r = 0.25, left = 1 - p - r, share = p / (p + r);

	cr_expect_eq(loss_variance(&models[0].d, all, 1000), 0);
	cr_expect_float_eq(loss_variance(&models[2].d, all, 2),
			   2 * share * (1 - share) * (1 + left), 1e-12);
	cr_expect_float_eq(loss_variance(&models[1].d, all, 1000), 1000 * 0.2 * 0.8, 1e-6);
	cr_expect_float_eq(loss_variance(&models[2].d, all, (uint64_t)n),
			   n * share * (1 - share) * (1 + left) / (1 - left), 1e-3 * n * share,
			   "%g", loss_variance(&models[2].d, all, (uint64_t)n));
}

/* Mean and variance of many trains, by simulation; of the mean 5 standard errors, of the variance 20 %. */
Test(loss_chain, simulation)
{
	static const struct loss_weights weights[] = { { 1, 1 }, { 1, 0 }, { -0.6, 0.4 } };
	enum { TRAINS = 2000, PACKETS = 1000 };

	for (size_t i = 1; i < ARRAY_SIZE(models); i++) {
		double sum[ARRAY_SIZE(weights)] = { 0 }, squares[ARRAY_SIZE(weights)] = { 0 };
		struct losses l = { .d = &models[i].d, .rng = 7 * i };
		const struct loss_rates rates = loss_rates(&models[i].d);

		for (unsigned k = 0; k < TRAINS; k++) {
			double first = 0, further = 0;
			bool before = lose(&l);

			for (unsigned n = 0; n < PACKETS; n++) {
				bool lost = lose(&l);

				first += lost && !before;
				further += lost && before;
				before = lost;
			}
			for (size_t w = 0; w < ARRAY_SIZE(weights); w++) {
				double x = weights[w].first * first + weights[w].further * further;

				sum[w] += x / TRAINS;
				squares[w] += x * x / TRAINS;
			}
		}
		for (size_t w = 0; w < ARRAY_SIZE(weights); w++) {
			double variance = loss_variance(&models[i].d, weights[w], PACKETS);
			double mean =
				PACKETS * (weights[w].first * rates.episodes +
					   weights[w].further * (rates.lost - rates.episodes));

			cr_expect_float_eq(sum[w], mean, 5 * sqrt(variance / TRAINS),
					   "%s, %zu: mean %g, not %g", models[i].name, w, sum[w],
					   mean);
			cr_expect_float_eq(squares[w] - sum[w] * sum[w], variance, 0.2 * variance,
					   "%s, %zu: variance %g, not %g", models[i].name, w,
					   squares[w] - sum[w] * sum[w], variance);
		}
	}
}
