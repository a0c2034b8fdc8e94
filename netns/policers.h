/* SPDX-License-Identifier: ISC */
/* The policers of a device's ingress (OP_FORWARD), changed while packets pass them. */
#ifndef DXEMU_NETNS_POLICERS_H
#define DXEMU_NETNS_POLICERS_H

#include "base/err.h"
#include "netns/op.h"

struct policers;

/* Holds a socket in @ns until policers_close(). */
int policers_open(const char *ns, const char *dev, struct policers **ret, struct err *err);
void policers_close(struct policers *p); /* NULL is fine */

/*
 * Makes the policer of this number (0 = the first that a packet meets) what @police says. No packet is lost by that; its
 * bucket is full again, as the kernel does it (net/sched/act_police.c, tcf_police_init()).
 */
int policers_change(struct policers *p, unsigned number, const struct police *police,
		    struct err *err);

#endif
