/* SPDX-License-Identifier: ISC */
/* Histograms of lengths, in packets: a bin each for 1 and 2, then one per power of two: 3-4, 5-8, 9-16, ... */
#ifndef DXEMU_TRAFFIC_BINS_H
#define DXEMU_TRAFFIC_BINS_H

#include <stdint.h>

#include "base/util.h"

/* The last one ends at 2^32: no train is longer (traffic/train.h). */
#define BIN_COUNT 33

struct bins {
	uint64_t n[BIN_COUNT];
};

/* The smallest and the largest length in a bin, below BIN_COUNT. */
static inline uint64_t bin_low(unsigned bin)
{
	return bin == 0 ? 1 : (UINT64_C(1) << (bin - 1)) + 1;
}

static inline uint64_t bin_high(unsigned bin)
{
	return UINT64_C(1) << bin;
}

/* @length: 1 or more; what is above 2^32 is in the last bin */
static inline unsigned bin_of(uint64_t length)
{
	unsigned bin = length <= 1 ? 0 : 64 - (unsigned)__builtin_clzll(length - 1);

	return MIN(bin, BIN_COUNT - 1U);
}

#endif
