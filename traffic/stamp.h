/* SPDX-License-Identifier: ISC */
/* What the kernel tells of a message: when it got it (SO_TIMESTAMPNS) and with which TTL (IP_RECVTTL). */
#ifndef DXEMU_TRAFFIC_STAMP_H
#define DXEMU_TRAFFIC_STAMP_H

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

/* The receive stamp of one message, nanoseconds of CLOCK_REALTIME; 0 = none. */
static inline int64_t receive_stamp(struct msghdr *hdr)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(hdr); c; c = CMSG_NXTHDR(hdr, c)) {
		struct timespec t;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&t, CMSG_DATA(c), sizeof(t));
		return timespec_ns(&t);
	}

	return 0;
}

/* The TTL of one message over IPv4; -1 = not told. */
static inline int receive_ttl(struct msghdr *hdr)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(hdr); c; c = CMSG_NXTHDR(hdr, c)) {
		int ttl;

		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_TTL)
			continue;
		memcpy(&ttl, CMSG_DATA(c), sizeof(ttl));
		return ttl;
	}

	return -1;
}

#endif
