/* SPDX-License-Identifier: ISC */
/* Links measured side by side: one world per link and phase. */
#ifndef DXEMU_CLI_COMPARISON_H
#define DXEMU_CLI_COMPARISON_H

#include "cli/options.h"
#include "model/result.h"

/*
 * comparison_run() - measures every phase of every profile; the caller frees with comparison_free().
 * On a terminal a progress line on standard error tells how far it is.
 */
int comparison_run(const struct options *o, const struct profile *profiles, size_t n,
		   struct result *ret, struct err *err);
void comparison_free(struct result *result);

/*
 * Saves the result document to --output, whole or not at all, and prints the result on standard output, as a
 * table or (--json) as that document.
 */
int comparison_show(const struct options *o, const struct result *result, struct err *err);

/* Whether --output can be written, before anything is measured for it. */
int comparison_check_output(const struct options *o, struct err *err);

#endif
