/* SPDX-License-Identifier: ISC */
/*
 * Quantities as iproute2's tc hands them to the kernel, rounding included, so that an operation
 * leaves the state that the command printed for it leaves. Rules read off tc 6.1; netem's and
 * police's clock ticks in units of 64 ns (PSCHED_SHIFT in the kernel's include/net/pkt_sched.h,
 * /proc/net/psched).
 */
#ifndef DXEMU_NETNS_TC_UNITS_H
#define DXEMU_NETNS_TC_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#define TICK_NS 64

/* A probability as a share of 2^32 - 1. */
static inline uint32_t tc_ratio(double ratio)
{
	return (uint32_t)(ratio * UINT32_MAX + 0.5);
}

/*
 * Whether tc 6.1 hands a delay over as it is: it reads whole microseconds and cuts them to ticks, at most
 * 2^32 of them. Delays are not rounded here: a link is as long as it was asked to be.
 */
static inline bool tc_can_delay(uint64_t ns)
{
	return ns % 1000 == 0 && ns % TICK_NS == 0 && ns / TICK_NS <= UINT32_MAX;
}

/*
 * Time in ticks in which @rate (per second) makes @amount, cut to a microsecond first, as tc does.
 * Not representable above 2^32 - 1.
 */
static inline uint64_t tc_ticks(uint64_t rate, uint64_t amount)
{
	uint64_t us = (uint64_t)(1e6 * ((double)amount / (double)rate));

	return us * 1000 / TICK_NS;
}

#endif
