/* SPDX-License-Identifier: ISC */
/* Loss models as the kernel draws them, a state per packet: what counts of losses are on average, and how they vary. */
#ifndef DXEMU_EMUL_LOSS_CHAIN_H
#define DXEMU_EMUL_LOSS_CHAIN_H

#include <stdint.h>

#include "model/profile.h"

/* Of one packet, and what happened to the one before. */
struct loss_rates {
	double lost;	 /* it is lost */
	double episodes; /* the same, and the one before was not */
};

struct loss_rates loss_rates(const struct profile_dir *d);

/* Losses that have nothing to do with each other, per packet: episodes, or, where fewer, visits to the bad state. */
double loss_events(const struct profile_dir *d);

/* What is counted: weights of a packet that is lost after one that arrived, and after one that was lost. */
struct loss_weights {
	double first, further;
};

/* The variance of that sum over @n packets: of independent packets, n p (1 - p). */
double loss_variance(const struct profile_dir *d, struct loss_weights w, uint64_t n);

#endif
