/* SPDX-License-Identifier: ISC */
/*
 * A netem that changes while frames are in it. In place: nothing waiting is dropped, copied or, where the netem has a
 * rate, reordered; random streams go on.
 */
#ifndef DXEMU_NETNS_QDISC_H
#define DXEMU_NETNS_QDISC_H

#include <stdint.h>

#include "base/err.h"
#include "netns/op.h"

struct qdisc;

/* The netem that @op (OP_NETEM) made. Holds a socket in its namespace until qdisc_close(). */
int qdisc_open(const struct op *op, struct qdisc **ret, struct err *err);
void qdisc_close(struct qdisc *q); /* NULL is fine */

/* Makes it what @netem says, all of it but the seed. */
int qdisc_change(struct qdisc *q, const struct netem *netem, struct err *err);

/* How many packets have come to the device's root so far. */
int qdisc_packets(struct qdisc *q, uint64_t *ret, struct err *err);

#endif
