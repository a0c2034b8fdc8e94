/* SPDX-License-Identifier: ISC */
/* Links measured side by side: one world per link and phase. */
#ifndef DXEMU_CLI_COMPARISON_H
#define DXEMU_CLI_COMPARISON_H

#include "cli/options.h"

/*
 * comparison_run() - checks every link, shortly, and measures every phase of it, and shows the result.
 * Returns an exit status, EXIT_NO if a link is not what its profile asks for, or -errno.
 */
int comparison_run(const struct options *o, const struct profile *profiles, size_t n,
		   struct err *err);

#endif
