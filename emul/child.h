/* SPDX-License-Identifier: ISC */
/* Programs started inside a world, in one of its namespaces. */
#ifndef DXEMU_EMUL_CHILD_H
#define DXEMU_EMUL_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct child_opts {
	const char *node; /* namespace */
	char *const *argv;
	char *const *env; /* NULL = a minimal one */
	const char *cwd;  /* NULL = / */
	int in;		  /* its standard input; -1 = /dev/null */
	bool merge;	  /* standard error goes where standard output goes */
};

/* A running program; out and err are the reading ends of its pipes (-1 once closed; err is -1 if merged). */
struct child {
	pid_t pid;
	int out, err;
};

/*
 * child_start() - starts it; it dies when this process does.
 * A program that cannot be executed ends with status 127, or 126 if it is there but not executable, and says
 * why on its standard error, as a shell has it.
 */
int child_start(const struct child_opts *opts, struct child *ret, struct err *err);

/* Kills it if it runs, reaps it and closes the pipes. Safe on what was never started. */
void child_end(struct child *c);

/*
 * child_wait_for() - reads its standard output until @text appears in it, for at most @timeout_s seconds.
 * -ETIMEDOUT, -EPIPE (it ended), or another -errno.
 */
int child_wait_for(struct child *c, const char *text, double timeout_s, struct err *err);

/* The shell's idea of how a process ended: its status, or 128 + the signal that ended it. */
int child_status(int wait_status);

#endif
