/* SPDX-License-Identifier: ISC */
#ifndef DXEMU_CLI_PRINT_H
#define DXEMU_CLI_PRINT_H

#include <jansson.h>

#include "base/err.h"

/* Prints a document (NULL: there was no memory for it) on standard output and releases it. 0 or -errno. */
int print_json(json_t *doc, struct err *err);

#endif
