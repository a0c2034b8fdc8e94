/* SPDX-License-Identifier: ISC */
/* What the rows of a certificate say of a link, and in words: for reports, messages and the exit status. */
#ifndef DXEMU_REPORT_VERDICT_H
#define DXEMU_REPORT_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "model/result.h"

/*
 * verdict_of() - fails if a row fails. Else passes if each stage was shown ("rate", "jitter, idle": the first word of
 * a quantity, and what follows a comma), in each direction by one row at least that passes; rare events (loss,
 * duplicates, ...) need not be: no certificate of reasonable length shows one loss in a million. Else, and without
 * rows, inconclusive.
 */
enum verdict verdict_of(const struct link_result *l);

/* Whether a row of a test method's tables is a verdict, and fails. */
bool verdict_test_fails(const struct test_result *t);

/* How many rows of a link have this verdict. */
size_t verdict_count(const struct link_result *l, enum verdict verdict);

/* A row's numbers in one unit, with as many digits as it takes to tell what passes from what does not. */
struct verdict_text {
	char configured[40], measured[40]; /* "12.0003 ms"; "-": there is no such number */
	char passes[80];		   /* "11.998 to 12.002 ms", "at most 5 pkt", "0 pkt" */
};

void verdict_text(const struct verification *v, struct verdict_text *ret);

/*
 * verdict_failure() - the first row that fails, and how many more do: "to_vpc rate 48.1 Mbit/s, passes if 49.95 to
 * 50.05 Mbit/s; 2 more rows fail". Returns @buf, of which 256 bytes are enough; empty if none fails.
 */
char *verdict_failure(const struct link_result *l, char *buf, size_t size);

/*
 * Whether the links of a comparison are what their profiles ask for: one line, or one for each that did not pass. All
 * of them are checked, or none is.
 */
void verdict_note(const struct result *result, FILE *out);

#endif
