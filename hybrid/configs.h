/* SPDX-License-Identifier: ISC */
/* The files that a lab's daemons are configured with. */
#ifndef DXEMU_HYBRID_CONFIGS_H
#define DXEMU_HYBRID_CONFIGS_H

#include <stdio.h>

#include "hybrid/lab_keys.h"
#include "netns/op.h"

typedef void (*config_writer)(const struct lab *lab, struct lab_ref node,
			      const struct lab_keys *keys, FILE *out);

struct config {
	char node[NS_NAME_MAX];	     /* the namespace that its daemon runs in */
	char file[NS_NAME_MAX + 24]; /* "cgw1.bird.conf" */
	struct lab_ref ref;	     /* a tunnel: AWS's end of it; LAB_NONE: NODE_PUBLIC */
	config_writer write;
};

#define CONFIGS_MAX                                                              \
	(3 * LAB_ROUTERS_MAX + LAB_VGWS_MAX + LAB_TGWS_MAX + LAB_DXGWS_MAX + 1 + \
	 2 * LAB_TUNNELS * LAB_VPNS_MAX)

/* Writes all that we make, none that the user brings; returns how many. Pure. */
unsigned configs_list(const struct lab *lab, struct config ret[CONFIGS_MAX]);

/*
 * configs_write() - all of them into a directory, which is made where it is not there.
 * Files with keys in them are their owner's alone. Returns 0 or -errno; err_input() if @dir is something else.
 */
int configs_write(const struct lab *lab, const struct lab_keys *keys, const char *dir,
		  struct err *err);

#endif
