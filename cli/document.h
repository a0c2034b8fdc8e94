/* SPDX-License-Identifier: ISC */
/* The result document of a command: begun, shown, saved, freed. */
#ifndef DXEMU_CLI_DOCUMENT_H
#define DXEMU_CLI_DOCUMENT_H

#include "cli/options.h"
#include "model/result.h"

/* A result of these links that says how it comes about, and holds no figures; freed with document_free(). */
int document_begin(const struct options *o, const struct profile *profiles, size_t n,
		   struct result *ret, struct err *err);
void document_free(struct result *result);

/* Whether --output can be written, before anything is measured for it. */
int document_check_output(const struct options *o, struct err *err);

/*
 * Saves the document to --output, whole or not at all, and prints the result on standard output: by @print, or
 * (--json) as that document.
 */
int document_show(const struct options *o, const struct result *result,
		  int (*print)(const struct result *result, FILE *out, struct err *err),
		  struct err *err);

#endif
