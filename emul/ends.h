/* SPDX-License-Identifier: ISC */
/* The two hosts of a lab, as whoever measures between them needs them. Inside a world. */
#ifndef DXEMU_EMUL_ENDS_H
#define DXEMU_EMUL_ENDS_H

#include <stdint.h>

#include "base/err.h"
#include "model/link.h"
#include "model/result.h"
#include "world/inside.h"

/* STAMP's port (RFC 8762) for probes, and any free one for who sends; fixed, so that runs repeat. */
#define PORT_PROBE 862
#define PORT_SENDER 40000

struct end {
	const char *node, *addr;
};

/* The host that sends in a direction; the other one receives. */
extern const struct end sender_of[DIR_COUNT];

/* A socket in that host, bound to its address and @port. */
int bound_socket(const struct end *at, int type, uint16_t port, struct err *err);
int connect_to(int fd, const struct end *to, uint16_t port, struct err *err);

/*
 * Makes this thread, and those that it starts from here on, run as soon as they are due. Time does pass while a
 * process of a virtual world runs, a little at each reading of the clock, and without a priority of its own a probe
 * that is due waits for whatever else wants to run.
 */
void be_punctual(void);

/*
 * Waits until a round time, and returns it: what came before took a few clock readings more or less, each of which
 * moves virtual time by 256 ns, and two runs are to be the same to the nanosecond.
 */
int64_t begin_at_round_time(void);

/* Both on CLOCK_REALTIME; tells the launcher how far the time has come. */
void sleep_and_tell(struct inside *in, int64_t from, int64_t to);

/* Of this world, until now. */
void stay_so_far(struct stay *ret);

/*
 * A frame lost where none may be lost would pass for loss of the link, and a host that has no memory left for TCP
 * (-ENOMEM) for a slow one.
 */
int check_drops(struct err *err);

#endif
