// SPDX-License-Identifier: ISC
#include "emul/odds.h"

#include <criterion/criterion.h>

#include "base/util.h"
#include "tests/unit/shipped.h"

#define ALPHA 1e-6
#define PAYLOAD 1472

/* By hand: where losses are independent, the binomial's own limit; in bursts of mean 1 / r that is far too narrow. */
Test(odds, most_lost)
{
	static const struct {
		const char *why;
		struct profile_dir d;
		uint64_t n;
		double least, most;
	} rows[] = {
		{ "loses nothing", { .loss_model = LOSS_RANDOM }, 100000, 0, 0 },
		/* Poisson of mean 1: P(X >= 10) = 1.1e-7 < 5e-7 <= P(X >= 9) = 1.1e-6. */
		{ "one to expect", { .loss_model = LOSS_RANDOM, .loss_ratio = 1e-5 }, 100000, 9, 9 },
		/* Mean 100, sd 10: 4.89 of them, and some for the skew. */
		{ "a hundred", { .loss_model = LOSS_RANDOM, .loss_ratio = 1e-3 }, 100000, 149, 157 },
		/* The same share in runs of 10: variance n p (2 / r - 1) = 1900, so 100 (1 - 0.19 / 9 + 4.89 * 0.436 / 3)^3. */
		{ "a hundred, in bursts",
		  { .loss_model = LOSS_GILBERT, .loss_p = 1e-4, .loss_r = 0.1 },
		  100000,
		  470,
		  490 },
		/* A bit of any of 1514 bytes but six: p = 0.996e-3. */
		{ "corrupted", { .corrupt_ratio = 1e-3 }, 100000, 149, 157 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double most = odds_most_lost(&rows[i].d, PAYLOAD, rows[i].n, ALPHA);

		cr_expect(most >= rows[i].least && most <= rows[i].most, "%s: %g", rows[i].why,
			  most);
	}
}

/* Y.1564 on vpn-metro: 0.25 % of 400000 packets is three times its mean, and one bad spell more or less. */
Test(odds, shipped_bursts)
{
	const struct profile p = load("vpn-metro");

	cr_expect_gt(odds_most_lost(&p.dir[TO_VPC], PAYLOAD, 400000, ALPHA), 1000);
	cr_expect_lt(odds_most_lost(&p.dir[TO_VPC], PAYLOAD, 400000, ALPHA), 4000);
}
