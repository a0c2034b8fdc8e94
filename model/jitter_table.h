/* SPDX-License-Identifier: ISC */
/* The .dist files of tc-netem(8). Internal to model/. */
#ifndef DXEMU_MODEL_JITTER_TABLE_H
#define DXEMU_MODEL_JITTER_TABLE_H

#include <stddef.h>

#include "base/err.h"

/*
 * jitter_table_read() - the sorted entries of @path, in units of the scale; the caller frees *ret_table.
 * What is no such table is err_input() with the line.
 */
int jitter_table_read(const char *path, double **ret_table, size_t *ret_n, struct err *err);

/* The same for one of iproute2's by its @name ("pareto"); err_env() where it is not installed. */
int jitter_table_read_installed(const char *name, double **ret_table, size_t *ret_n,
				struct err *err);

#endif
