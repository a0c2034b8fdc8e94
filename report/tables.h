/* SPDX-License-Identifier: ISC */
/* Tables of test methods, for people and for programs. */
#ifndef DXEMU_REPORT_TABLES_H
#define DXEMU_REPORT_TABLES_H

#include <jansson.h>
#include <stdio.h>

#include "base/err.h"
#include "model/result.h"

/* A number in JSON: whole ones stay such, 1500 and not 1500.0; null for what is not finite. */
json_t *tables_number(double value);

/* {"flow": 0, "goodput_bps": ...}: a row by the keys of its columns; what was not measured has none. */
json_t *tables_row(enum table_id id, const double *row);

/* {"parameters": {...}, "tables": {"tcp": [...], ...}} */
json_t *tables_json(const struct test_result *t);

/* One row as a line: {"profile": ..., "table": ..., "row": {...}}. */
int tables_stream(const char *profile, enum table_id id, const double *row, FILE *out,
		  struct err *err);

/* A header line of keys, then a line for each row; RFC 4180, empty where nothing was measured. */
void tables_csv(enum table_id id, const struct table *t, FILE *out);

/* The same of probes: nanoseconds, 0 = did not arrive. */
void tables_csv_probes(const struct test_result *t, FILE *out);

/*
 * For people: at most 100 columns wide where that is possible; what has more figures than fit into a line is set up the
 * other way round.
 */
void tables_text(enum table_id id, const struct table *t, FILE *out);

#endif
