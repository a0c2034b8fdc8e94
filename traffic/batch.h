/* SPDX-License-Identifier: ISC */
/* Test packets, many to a system call, with where each came from and what the kernel tells of it. */
#ifndef DXEMU_TRAFFIC_BATCH_H
#define DXEMU_TRAFFIC_BATCH_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#include "traffic/packet.h"

/* Messages per recvmmsg(): few, large system calls. */
#define BATCH 64

struct batch {
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_in from[BATCH];
	uint8_t data[BATCH][PROBE_BYTES]; /* what is beyond is dropped */
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(int))];
	} control[BATCH];
};

/* Message i is msgs[i], its payload data[i]. Returns their number or -errno; @flags are recvmmsg()'s. */
int batch_receive(int fd, struct batch *b, int flags);

/* Sends the first @n messages to where each came from. Returns 0 or -errno. */
int batch_send_back(int fd, struct batch *b, int n);

#endif
