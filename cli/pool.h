/* SPDX-License-Identifier: ISC */
/* The worlds of a command: as many at once as there are CPUs, with a progress line. */
#ifndef DXEMU_CLI_POOL_H
#define DXEMU_CLI_POOL_H

#include "cli/options.h"
#include "world/world.h"

/* What one world does. The caller owns everything that is pointed to. */
struct pool_job {
	const char *link, *part; /* for messages and the progress line: "vpn-metro", "idle" */
	double cost_s;	  /* estimated; the longest go first, so that the CPUs end together */
	double of_s;	  /* the world's time that it takes; 0 = not known */
	const char *text; /* JSON */
	frame_fn on_frame;
	void *ctx;

	double wall_s; /* written by pool_run() */
};

/* Runs all of them; fails with the first that does, by name. */
int pool_run(const struct options *o, struct pool_job *jobs, size_t n, struct err *err);

#endif
