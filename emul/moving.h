/* SPDX-License-Identifier: ISC */
/* One direction of a link whose stages change while packets are in them. */
#ifndef DXEMU_EMUL_MOVING_H
#define DXEMU_EMUL_MOVING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/profile.h"

/* Ticks per correlation time. The latency stands still between two of them. */
#define MOVING_STEPS 50

struct moving;

/* Of a lab that is built for @base; freed with moving_close(). */
int moving_open(const struct profile *base, enum dir dir, uint64_t seed, struct moving **ret,
		struct err *err);
void moving_close(struct moving *m); /* NULL is fine */

/* How long the latency may stand still; 0 = forever. */
int64_t moving_step_ns(const struct moving *m);

/* Every stage as @now says. What a netem holds keeps its order and the time that it was given. */
int moving_change(struct moving *m, const struct profile *now, struct err *err);

/* Jitter goes on along its curve by @passed_ns. */
int moving_tick(struct moving *m, const struct profile *now, int64_t passed_ns, struct err *err);

/*
 * To a place on the curve that has nothing to do with this one, before there is anybody to see the way: what comes after
 * a rest would else have to queue for what the latency fell meanwhile.
 */
int moving_go_elsewhere(struct moving *m, const struct profile *now, struct err *err);

/* How many packets have come so far. */
int moving_packets(const struct moving *m, uint64_t *ret, struct err *err);

#endif
