/* SPDX-License-Identifier: ISC */
/*
 * What moves in a link while it is used: jitter, tick by tick along its curve, and the changes of a schedule. One
 * thread, ahead of everything else that runs at the same instant.
 *
 * Jitter rests while nothing crosses the link, since ticks cost wall time and an idle hour is to pass in seconds. Before
 * that it goes to a place on its curve that has nothing to do with the last; the next packet finds it there and wakes it.
 */
#ifndef DXEMU_EMUL_CONDUCTOR_H
#define DXEMU_EMUL_CONDUCTOR_H

#include <stdint.h>

#include "base/err.h"
#include "model/profile.h"

struct conductor;

/*
 * Begins at @start_ns of CLOCK_MONOTONIC, when the lab is built; the schedule counts from there. *ret is NULL where
 * nothing moves.
 */
int conductor_start(const struct profile *p, uint64_t seed, int64_t start_ns,
		    struct conductor **ret, struct err *err);

/* Ends it (NULL is fine), and tells what it failed at, if it did. */
int conductor_stop(struct conductor *c, struct err *err);

#endif
