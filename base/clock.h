/* SPDX-License-Identifier: ISC */
/* Clocks in nanoseconds and seconds. In a virtual world each reading moves time by 256 ns: read sparingly. */
#ifndef DXEMU_BASE_CLOCK_H
#define DXEMU_BASE_CLOCK_H

#include <errno.h>
#include <stdint.h>
#include <time.h>

#include "base/util.h"

static inline int64_t timespec_ns(const struct timespec *t)
{
	return t->tv_sec * NSEC_PER_SEC + t->tv_nsec;
}

static inline int64_t clock_ns(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);

	return timespec_ns(&t);
}

static inline double clock_s(clockid_t id)
{
	return (double)clock_ns(id) / (double)NSEC_PER_SEC;
}

/* Sleeps until that time of the clock; returns at once if it has passed. */
static inline void clock_sleep_until(clockid_t id, int64_t ns)
{
	const struct timespec t = { .tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC };

	while (clock_nanosleep(id, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

#endif
