/* SPDX-License-Identifier: ISC */
/* TCP connections of transactions: one at a time at each end, which another thread may cut off. */
#ifndef DXEMU_TRAFFIC_CONNECTION_H
#define DXEMU_TRAFFIC_CONNECTION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * connection_prepare() - options of a socket that is not yet connected, since the window that is offered first
 * depends on them; what a listener accepts inherits them. Nagle's algorithm off; @cc: congestion control, or NULL;
 * @buffer_bytes: both ways (needs CAP_NET_ADMIN), or 0 for the kernel's autotuning. What setsockopt() says.
 */
int connection_prepare(int fd, const char *cc, uint64_t buffer_bytes, struct err *err);

/* Of one thread. */
struct connection {
	pthread_mutex_t
		lock; /* whoever cuts it off must not meet a number that stands for another file by now */
	int fd;	      /* or -1; changed by its own thread only */
	bool cut;
};

#define CONNECTION_NONE                                     \
	{                                                   \
		.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1 \
	}

/* Puts @fd, which it takes over, in place of the one before, which it closes. False: cut off, and @fd is closed. */
bool connection_set(struct connection *c, int fd);
void connection_close(struct connection *c);

/* By another thread, for good: whoever waits in it comes back, and there will be no other. */
void connection_cut(struct connection *c);
bool connection_is_cut(struct connection *c);

#endif
