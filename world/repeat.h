/* SPDX-License-Identifier: ISC */
/* What a virtual world must not learn from the machine that it runs on, so that two runs are the same. */
#ifndef DXEMU_WORLD_REPEAT_H
#define DXEMU_WORLD_REPEAT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * For the process that becomes a virtual world's kernel, before exec: the machine gives it no random numbers (its own
 * generator then starts from its command line and its clock, both of which are the same each time) and no random
 * addresses. Its programs may still ask for random numbers: see repeat_seed().
 */
int repeat_begin(struct err *err);

/*
 * Moves descriptors to the numbers from STDERR_FILENO + 1 on, in the order given, inheritable, and writes those to
 * @fds: the kernel's command line names them, and must not depend on what else was open.
 */
int repeat_descriptors(int *fds, size_t n, struct err *err);

/* Inside: gives the kernel's random number generator the user's seed, and makes it use it. */
int repeat_seed(uint64_t seed, struct err *err);

#endif
