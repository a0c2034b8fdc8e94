// SPDX-License-Identifier: ISC
#include "base/units.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"

#define VALUE_MAX (UINT64_C(1) << 63)

/*
 * A spelling and what it stands for. Scale 0 marks one that people use and we do not: it only serves to tell
 * them what to write, as does a spelling that is right but for upper and lower case.
 */
struct suffix {
	const char *text;
	uint64_t scale;
	const char *advice;
	bool whole; /* never written with a fraction: a second is no decimal fraction of a minute */
};

/* clang-format off */
#define SUFFIX(text, scale) { text, UINT64_C(scale), "unknown unit, write '" text "'", false }
#define WHOLE(text, scale) { text, UINT64_C(scale), "unknown unit, write '" text "'", true }
#define NOT(text, right) { text, 0, "unknown unit, write '" right "'", false }

static const struct suffix rate_suffixes[] = {
	SUFFIX("bit", 1),
	SUFFIX("kbit", 1000),
	SUFFIX("mbit", 1000000),
	SUFFIX("gbit", 1000000000),
	NOT("b", "bit"),
	NOT("bps", "bit"),
	NOT("bit/s", "bit"),
	NOT("k", "kbit"),
	NOT("kb", "kbit"),
	NOT("kbps", "kbit"),
	NOT("kbit/s", "kbit"),
	NOT("m", "mbit"),
	NOT("mb", "mbit"),
	NOT("mbps", "mbit"),
	NOT("mbit/s", "mbit"),
	NOT("g", "gbit"),
	NOT("gb", "gbit"),
	NOT("gbps", "gbit"),
	NOT("gbit/s", "gbit"),
};

static const struct suffix time_suffixes[] = {
	SUFFIX("ns", 1),
	SUFFIX("us", 1000),
	SUFFIX("ms", 1000000),
	SUFFIX("s", 1000000000),
	WHOLE("min", 60000000000),
	WHOLE("h", 3600000000000),
	NOT("nsec", "ns"),
	NOT("usec", "us"),
	NOT("\u00b5s", "us"),
	NOT("msec", "ms"),
	NOT("sec", "s"),
	NOT("m", "min"),
	NOT("mins", "min"),
	NOT("hr", "h"),
	NOT("hour", "h"),
	NOT("hours", "h"),
};

static const struct suffix bytes_suffixes[] = {
	SUFFIX("B", 1),
	SUFFIX("kB", 1000),
	SUFFIX("MB", 1000000),
	SUFFIX("KiB", 1024),
	SUFFIX("MiB", 1048576),
	NOT("byte", "B"),
	NOT("bytes", "B"),
	NOT("k", "kB"),
	NOT("m", "MB"),
};

static const struct suffix pps_suffixes[] = {
	SUFFIX("pps", 1),
	SUFFIX("kpps", 1000),
	SUFFIX("mpps", 1000000),
	NOT("k", "kpps"),
	NOT("m", "mpps"),
};
/* clang-format on */

#define MESSAGES(kind, example, units)                                                      \
	.empty = "empty, write e.g. " example, .negative = "negative, write e.g. " example, \
	.space = "contains white space, write e.g. " example,                               \
	.malformed = "not a " kind ", write e.g. " example,                                 \
	.missing = "no unit, write e.g. " example,                                          \
	.unknown = "unknown unit, write e.g. " example units

static const struct dimension {
	const struct suffix *suffixes;
	size_t n;
	const char *empty, *negative, *space, *malformed, *missing, *unknown;
} dimensions[] = {
	[UNIT_NONE] = { MESSAGES("whole number", "1500", "") },
	[UNIT_RATE] = { rate_suffixes, ARRAY_SIZE(rate_suffixes),
			MESSAGES("number with a unit", "10gbit", " (bit kbit mbit gbit)") },
	[UNIT_TIME] = { time_suffixes, ARRAY_SIZE(time_suffixes),
			MESSAGES("number with a unit", "10ms", " (ns us ms s min h)") },
	[UNIT_BYTES] = { bytes_suffixes, ARRAY_SIZE(bytes_suffixes),
			 MESSAGES("number with a unit", "250kB", " (B kB MB KiB MiB)") },
	[UNIT_PPS] = { pps_suffixes, ARRAY_SIZE(pps_suffixes),
		       MESSAGES("number with a unit", "140kpps", " (pps kpps mpps)") },
};

static_assert(ARRAY_SIZE(dimensions) == UNIT_PPS + 1, "a row for every unit");

static const char too_big[] = "too big";

/* What is wrong before the first digit, or NULL. */
static const char *bad_start(const struct dimension *dim, const char *text)
{
	if (!*text)
		return dim->empty;
	if (strpbrk(text, " \t\r\n\v\f"))
		return dim->space;
	if (*text == '-')
		return dim->negative;
	if (!isdigit((unsigned char)*text))
		return dim->malformed;

	return NULL;
}

static const char *find_scale(const struct dimension *dim, const char *text, uint64_t *ret_scale)
{
	const char *advice = dim->unknown;

	if (!dim->n) {
		if (*text)
			return dim->malformed;
		*ret_scale = 1;
		return NULL;
	}
	if (!*text)
		return dim->missing;

	for (size_t i = 0; i < dim->n; i++) {
		const struct suffix *s = &dim->suffixes[i];

		if (s->scale && strcmp(s->text, text) == 0) {
			*ret_scale = s->scale;
			return NULL;
		}
		if (strcasecmp(s->text, text) == 0)
			advice = s->advice;
	}

	return advice;
}

const char *unit_parse(enum unit unit, const char *text, uint64_t *ret_value)
{
	const struct dimension *dim = &dimensions[unit];
	const char *wrong = bad_start(dim, text);
	uint64_t whole = 0, fraction = 0, tenths = 1, scale = 1;
	unsigned __int128 value;

	if (wrong)
		return wrong;

	/* By hand and in integers, because no floating type holds every 64-bit value. */
	for (; isdigit((unsigned char)*text); text++) {
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, (uint64_t)(*text - '0'), &whole))
			return too_big;
	}
	if (unit != UNIT_NONE && *text == '.') {
		if (!isdigit((unsigned char)*++text))
			return dim->malformed;
		for (; isdigit((unsigned char)*text); text++) {
			/* Digits from the 19th on are far below what is rounded: scales end at 4 * 10^12. */
			if (tenths == UINT64_C(1000000000000000000))
				continue;
			fraction = fraction * 10 + (uint64_t)(*text - '0');
			tenths *= 10;
		}
	}

	wrong = find_scale(dim, text, &scale);
	if (wrong)
		return wrong;

	value = (unsigned __int128)whole * scale +
		((unsigned __int128)fraction * scale + tenths / 2) / tenths;
	if (value > VALUE_MAX)
		return too_big;

	*ret_value = (uint64_t)value;
	return NULL;
}

static bool can_format(uint64_t value, const struct suffix *s)
{
	return !s->whole || (value && value % s->scale == 0);
}

/* value / scale as a decimal fraction, which ends: scales are products of 2 and 5, or the rest is 0. */
static void format_scaled(uint64_t value, const struct suffix *s, char *buf, size_t size)
{
	uint64_t scale = s->scale, rest = value % scale;
	int n = snprintf(buf, size, "%" PRIu64 "%s", value / scale, rest ? "." : "");

	for (; rest && n > 0 && (size_t)n + 1 < size; rest = rest * 10 % scale)
		buf[n++] = (char)('0' + rest * 10 / scale);
	if (n > 0 && (size_t)n < size)
		(void)snprintf(buf + n, size - (size_t)n, "%s", s->text);
}

/* The shorter wins; then the larger unit, of which the suffixes come last, but no "0.5". */
static bool nicer(const char *candidate, const char *best)
{
	size_t a = strlen(candidate), b = strlen(best);

	return a < b || (a == b && strncmp(candidate, "0.", 2) != 0);
}

char *unit_format(enum unit unit, uint64_t value, char *buf, size_t size)
{
	const struct dimension *dim = &dimensions[unit];
	char best[64] = "", candidate[64];

	if (!dim->n)
		(void)snprintf(best, sizeof(best), "%" PRIu64, value);

	for (size_t i = 0; i < dim->n && dim->suffixes[i].scale; i++) {
		if (!can_format(value, &dim->suffixes[i]))
			continue;
		format_scaled(value, &dim->suffixes[i], candidate, sizeof(candidate));
		if (i == 0 || nicer(candidate, best))
			memcpy(best, candidate, sizeof(best));
	}

	(void)snprintf(buf, size, "%s", best);
	return buf;
}

/* Length of "digits[.digits][e[+-]digits]" at the start of @text; 0 where it is none. */
static size_t decimal_length(const char *text)
{
	static const char digits[] = "0123456789";
	size_t n = strspn(text, digits);

	if (!n)
		return 0;
	if (text[n] == '.') {
		size_t fraction = strspn(text + n + 1, digits);

		if (!fraction)
			return 0;
		n += 1 + fraction;
	}
	if (text[n] == 'e' || text[n] == 'E') {
		size_t sign = text[n + 1] == '+' || text[n + 1] == '-';
		size_t exponent = strspn(text + n + 1 + sign, digits);

		if (!exponent)
			return 0;
		n += 1 + sign + exponent;
	}

	return n;
}

const char *ratio_parse(const char *text, double *ret_value)
{
	static const char malformed[] = "not a share, write e.g. 0.001, 1e-5 or 0.1%";
	size_t n = decimal_length(text);
	double value;

	if (!*text)
		return "empty, write e.g. 0.001, 1e-5 or 0.1%";
	if (*text == '-')
		return "negative";
	if (!n || (text[n] && strcmp(text + n, "%") != 0))
		return malformed;

	/* decimal_length() has kept strtod()'s hexadecimal, infinite and blank-led forms out. */
	errno = 0;
	value = strtod(text, NULL);
	if (text[n] == '%')
		value /= 100;
	if (value > 1)
		return "above 1";
	if (errno == ERANGE)
		return "too close to 0, write 0";

	*ret_value = value;
	return NULL;
}

char *ratio_format(double value, char *buf, size_t size)
{
	char text[32] = "";
	char *exponent;

	for (int precision = 1; precision <= 17; precision++) {
		(void)snprintf(text, sizeof(text), "%.*g", precision, value);
		if (strtod(text, NULL) == value)
			break;
	}

	/* "1e-05" to "1e-5" */
	exponent = strchr(text, 'e');
	if (exponent && exponent[2] == '0')
		memmove(exponent + 2, exponent + 3, strlen(exponent + 3) + 1);

	(void)snprintf(buf, size, "%s", text);
	return buf;
}
