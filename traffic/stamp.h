/* SPDX-License-Identifier: ISC */
/* When the kernel got a message (SO_TIMESTAMPNS). */
#ifndef DXEMU_TRAFFIC_STAMP_H
#define DXEMU_TRAFFIC_STAMP_H

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

#endif
