/* SPDX-License-Identifier: ISC */
/* What is to be expected of packets that a link loses, corrupts and copies by chance. Pure. */
#ifndef DXEMU_EMUL_ODDS_H
#define DXEMU_EMUL_ODDS_H

#include <stdint.h>

#include "emul/loss_chain.h"
#include "model/profile.h"

struct odds {
	double n;
	struct loss_rates loss;
	double corrupted;  /* and thrown away for it */
	double spoiled;	   /* lost or corrupted */
	double variance;   /* of how many are spoiled, bursts included */
	double duplicated; /* sent twice */
	double noticed;	   /* share of what is corrupted that is thrown away */
};

/* Of @n packets with this UDP payload. */
struct odds odds_of(const struct profile_dir *d, unsigned payload_bytes, uint64_t n);

/*
 * odds_most_lost() - how many of them a link that is right loses at most, but with probability @alpha / 2. One-sided:
 * to lose fewer, or none, is never wrong. 0 where the link loses nothing.
 */
double odds_most_lost(const struct profile_dir *d, unsigned payload_bytes, uint64_t n,
		      double alpha);

#endif
