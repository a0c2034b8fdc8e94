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

/* Whether tc 6.1 can say a delay: it reads whole microseconds, at most 2^32 ticks. */
static inline bool tc_can_delay(uint64_t ns)
{
	return ns % 1000 == 0 && ns / TICK_NS <= UINT32_MAX;
}

/* The delay that the kernel gets: tc's, in whole ticks, where tc can say it, else the exact one. */
static inline uint64_t tc_delay_ns(uint64_t ns)
{
	return tc_can_delay(ns) ? ns / TICK_NS * TICK_NS : ns;
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
