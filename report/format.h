/* SPDX-License-Identifier: ISC */
/* Numbers for people: three or four digits and a unit. For exact ones see base/units.h. */
#ifndef DXEMU_REPORT_FORMAT_H
#define DXEMU_REPORT_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

/* Each writes to @buf, of which 32 bytes are enough, and returns it. Values are not negative. */
char *format_bit_rate(double bps, char *buf, size_t size); /* "939.0 Mbit/s" */
char *format_delay(int64_t ns, char *buf, size_t size);	   /* "70.12 ms" */
char *format_share(double ratio, char *buf, size_t size);  /* "0.0123 %" */
char *format_span(double seconds, char *buf, size_t size); /* "14 min 12 s" */

/* The end of a report: flushes, and says what went wrong on the way if anything did. */
int format_flush(FILE *out, struct err *err);

#endif
