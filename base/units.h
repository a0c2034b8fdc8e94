/* SPDX-License-Identifier: ISC */
/*
 * Numbers with units, as people write them, and back. Decimal prefixes only, except that KiB and MiB are
 * binary; a quantity that has a dimension needs its unit ("10gbit", never "10").
 */
#ifndef DXEMU_BASE_UNITS_H
#define DXEMU_BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

enum unit {
	UNIT_NONE,  /* plain whole number: "1500" */
	UNIT_RATE,  /* bits per second: bit kbit mbit gbit */
	UNIT_TIME,  /* nanoseconds: ns us ms s min h */
	UNIT_BYTES, /* bytes: B kB MB KiB MiB */
	UNIT_PPS,   /* packets per second: pps kpps mpps */
};

/*
 * unit_parse() - "1.25gbit" to 1250000000.
 * Returns NULL and writes *ret_value, or returns what is wrong, to be shown to the user ("no unit, write
 * e.g. 10ms"). Rejects negative, not finite, above 2^63 and what follows the unit. Rounds to the nearest.
 */
const char *unit_parse(enum unit unit, const char *text, uint64_t *ret_value);

/* Shortest text that unit_parse() reads back to the same value; returns buf. 32 bytes are enough. */
char *unit_format(enum unit unit, uint64_t value, char *buf, size_t size);

/* A share as "0.001", "1e-5" or "0.1%", 0 to 1; same rules as unit_parse(). */
const char *ratio_parse(const char *text, double *ret_value);
char *ratio_format(double value, char *buf, size_t size);

#endif
