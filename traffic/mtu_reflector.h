/* SPDX-License-Identifier: ISC */
/* The receiving end of path MTU discovery: a thread that answers each probe with the size it arrived in. */
#ifndef DXEMU_TRAFFIC_MTU_REFLECTOR_H
#define DXEMU_TRAFFIC_MTU_REFLECTOR_H

#include "base/err.h"

struct mtu_reflector;

/* @fd: UDP, bound; the caller's, and the thread's alone until mtu_reflector_stop() */
int mtu_reflector_start(int fd, struct mtu_reflector **ret, struct err *err);

/* Ends the thread and frees @r; -errno if it had ended before, because it could not receive. */
int mtu_reflector_stop(struct mtu_reflector *r, struct err *err);

#endif
