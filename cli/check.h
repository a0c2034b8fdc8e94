/* SPDX-License-Identifier: ISC */
/* The short check of a link beside a command that runs over it. */
#ifndef DXEMU_CLI_CHECK_H
#define DXEMU_CLI_CHECK_H

#include <sys/types.h>

#include "cli/options.h"

/*
 * A process of its own that keeps nobody waiting: it starts if there is a free CPU for its worlds beside that for the
 * command's, and what it has not found out when the command ends, nobody learns.
 */
struct check {
	pid_t pid; /* 0: there is none */
	int words; /* what it has to say */
};

/* Before the command's world starts. */
void check_start(const struct options *o, const struct profile *p, struct check *ret);

/* Tells on standard error what is wrong with the link, if that is known. */
void check_end(struct check *check);

#endif
