/* SPDX-License-Identifier: ISC */
/* One tcpdump per wire of the lab. */
#ifndef DXEMU_EMUL_CAPTURE_H
#define DXEMU_EMUL_CAPTURE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"
#include "emul/child.h"
#include "emul/topology.h"
#include "model/profile.h"

#define CAPTURE_LEGS_MAX (TOPOLOGY_NODES_MAX - 1)

/* tcpdump's kernel buffer is read in blocks that are handed over after a second at the latest. */
#define CAPTURE_SETTLE_NS (2 * NSEC_PER_SEC)

struct capture {
	struct child tcpdump[CAPTURE_LEGS_MAX];
	size_t n;
};

/* "onprem-cgw": the name of leg @i's file, without its ending. */
void capture_leg_name(const struct profile *p, size_t i, char *buf, size_t size);
size_t capture_legs(const struct profile *p);

/* Returns when all of them listen. */
int capture_start(struct capture *c, const struct profile *p, struct err *err);

/* Fills in what to poll for, n entries; returns n. */
size_t capture_poll(const struct capture *c, struct pollfd *ret);

/* Sends on what came, as FRAME_CAPTURE with the leg's number in front. */
int capture_pass_on(struct capture *c, const struct pollfd *polled, int channel, struct err *err);

/* Asks them to end; their pipes are open until they have. */
void capture_stop(struct capture *c);
bool capture_open(const struct capture *c);
void capture_end(struct capture *c);

#endif
