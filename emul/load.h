/* SPDX-License-Identifier: ISC */
/* TCP flows over the lab's link, in one direction. Inside a world. */
#ifndef DXEMU_EMUL_LOAD_H
#define DXEMU_EMUL_LOAD_H

#include "base/err.h"
#include "model/profile.h"
#include "model/test.h"
#include "traffic/tcp.h"

struct load {
	enum dir dir;
	int listener;
	int senders[TEST_FLOWS_MAX];
	unsigned n;
	unsigned window_bytes; /* of each receiver, at most; 0 = all of its buffer */
	struct tcp_run *run;
};

#define LOAD_NONE ((struct load){ .listener = -1 })

/*
 * load_open() - makes and connects the sockets, each of which takes a round trip; no load yet. load_close(), also
 * after a failure, cuts the flows off and closes them.
 * @load: LOAD_NONE before, but for its window
 * @number: of those one after the other, from 0: a port rests before it is used again
 */
int load_open(struct load *load, enum dir dir, unsigned number, unsigned flows, const char *cc,
	      struct err *err);
void load_close(struct load *load);

/* Sends from here on, with buffers for the link's rate and queues. */
int load_start(struct load *load, const struct profile *p, struct err *err);

#endif
