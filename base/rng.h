/* SPDX-License-Identifier: ISC */
/* SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): every random choice of dxemu comes from the user's seed. */
#ifndef DXEMU_BASE_RNG_H
#define DXEMU_BASE_RNG_H

#include <stdint.h>

static inline uint64_t rng_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);

	return z ^ (z >> 31);
}

/* A seed of its own for each use of the user's seed. */
static inline uint64_t rng_derive(uint64_t seed, uint64_t use)
{
	uint64_t state = seed ^ (use * UINT64_C(0xd1342543de82ef95));

	(void)rng_next(&state);

	return rng_next(&state);
}

#endif
