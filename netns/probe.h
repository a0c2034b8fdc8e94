/* SPDX-License-Identifier: ISC */
/* What the kernel at hand can do, found by trying it in a namespace that goes away. */
#ifndef DXEMU_NETNS_PROBE_H
#define DXEMU_NETNS_PROBE_H

#include <stddef.h>

#include "base/err.h"

struct kernel_feature {
	const char *name;   /* "sch_netem" */
	const char *option; /* "CONFIG_NET_SCH_NETEM" */
	int status;	    /* 0 = works, else -errno of the attempt */
};

/*
 * Fills @ret (a table of its own, *ret_n rows): veth, 8021q, bridge, sch_netem, sch_ingress,
 * cls_matchall, act_police, act_mirred. The last two are tried with a matchall filter on a veth,
 * so they fail with these. Must run as root of a user namespace. Fails only if no namespace can be
 * made. Not for two threads at once.
 */
int kernel_probe(const struct kernel_feature **ret, size_t *ret_n, struct err *err);

#endif
