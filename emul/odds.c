// SPDX-License-Identifier: ISC
#include "emul/odds.h"

#include <math.h>

#include "emul/chance.h"
#include "emul/exercise.h"
#include "emul/stages.h"

/* A frame as netem turns one of its bits: with its Ethernet header, in which the sender's address is not looked at. */
#define HEADERS (ETH_HEADER + IP_AND_UDP)
#define ETH_SOURCE 6

struct odds odds_of(const struct profile_dir *d, unsigned payload_bytes, uint64_t n)
{
	struct odds o = { .n = (double)n, .loss = loss_rates(d), .duplicated = d->duplicate_ratio };
	double c, q = o.loss.lost;

	o.noticed = 1 - ETH_SOURCE / (double)(HEADERS + payload_bytes);
	c = o.corrupted = d->corrupt_ratio * o.noticed;
	o.spoiled = 1 - (1 - q) * (1 - c);
	o.variance = loss_variance(d, (struct loss_weights){ 1, 1 }, n) * (1 - c) * (1 - c) +
		     o.n * (1 - q) * c * (1 - c);

	return o;
}

double odds_most_lost(const struct profile_dir *d, unsigned payload_bytes, uint64_t n, double alpha)
{
	const struct odds o = odds_of(d, payload_bytes, n);

	return chance_count(n, o.spoiled, o.variance, alpha).high;
}
