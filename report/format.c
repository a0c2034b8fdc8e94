// SPDX-License-Identifier: ISC
#include "report/format.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

static const char *const rate_units[] = { "bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s" };
static const char *const delay_units[] = { "ns", "us", "ms", "s" };

/* Decimal exponent of a number as it looks when rounded: 999.96 to four digits is 1.000e3. */
static int exponent(double value, int digits)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%.*e", digits - 1, value);

	return (int)strtol(strchr(text, 'e') + 1, NULL, 10);
}

/* Four digits, one to three of them before the point; the first unit has no fractions. */
static char *scaled(double value, const char *const *units, size_t n_units, char *buf, size_t size)
{
	int exp = value > 0 ? exponent(value, 4) : 0;
	int unit = MIN(MAX(exp / 3, 0), (int)n_units - 1);
	int decimals = unit ? MAX(3 - (exp - 3 * unit), 0) : 0;

	(void)snprintf(buf, size, "%.*f %s", decimals, value / pow(1000, unit), units[unit]);

	return buf;
}

char *format_bit_rate(double bps, char *buf, size_t size)
{
	return scaled(bps, rate_units, ARRAY_SIZE(rate_units), buf, size);
}

char *format_delay(int64_t ns, char *buf, size_t size)
{
	return scaled((double)ns, delay_units, ARRAY_SIZE(delay_units), buf, size);
}

char *format_share(double ratio, char *buf, size_t size)
{
	double percent = fmin(ratio * 100, DBL_MAX);
	int decimals = ratio > 0 ? MAX(2 - exponent(percent, 3), 0) : 0;

	(void)snprintf(buf, size, "%.*f %%", decimals, percent);

	return buf;
}

char *format_span(double seconds, char *buf, size_t size)
{
	/* A row applies from its greater unit on, rounded to what the row below would show. */
	static const struct {
		double big, small, shown_below;
		const char *big_name, *small_name;
	} rows[] = {
		{ 86400, 3600, 60, "d", "h" },
		{ 3600, 60, 1, "h", "min" },
		{ 60, 1, 0.1, "min", "s" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double small = round(seconds / rows[i].small);
		double per_big = rows[i].big / rows[i].small;

		if (round(seconds / rows[i].shown_below) * rows[i].shown_below < rows[i].big)
			continue;
		(void)snprintf(buf, size, "%.0f %s %.0f %s", floor(small / per_big),
			       rows[i].big_name, fmod(small, per_big), rows[i].small_name);
		return buf;
	}

	(void)snprintf(buf, size, "%.*f s", seconds < 9.995 ? 2 : 1, seconds);

	return buf;
}

int format_flush(FILE *out, struct err *err)
{
	errno = 0;
	if (fflush(out) == 0 && !ferror(out))
		return 0;

	return err_sys(err, errno ? -errno : -EIO, "write report");
}
