/* SPDX-License-Identifier: ISC */
/* One result, several writers. A writer decides nothing: it shows what struct result holds. */
#ifndef DXEMU_REPORT_REPORT_H
#define DXEMU_REPORT_REPORT_H

#include <stdio.h>

#include "base/err.h"
#include "model/result.h"

/*
 * report_json() - the result document, "dxemu.result/1", as docs/result.schema.json describes it.
 * Keys come in a fixed order and equal results give equal bytes; what was not measured has no key.
 */
int report_json(const struct result *result, FILE *out, struct err *err);

/* report_text() - the comparison as a table for people: at most 100 columns of ASCII, no colour. */
int report_text(const struct result *result, FILE *out, struct err *err);

/* report_certificate() - what was asked of each link against what was found, row by row, and a verdict. */
int report_certificate(const struct result *result, FILE *out, struct err *err);

/* report_test() - what a test method found, table by table; those that are too long are left to the document. */
int report_test(const struct result *result, FILE *out, struct err *err);

/* All flush @out and return 0, or -errno with a message: the result or @out cannot be written. */

#endif
