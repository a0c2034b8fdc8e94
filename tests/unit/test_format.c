// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>

#include "base/util.h"
#include "report/format.h"

Test(format, numbers_for_people)
{
	static const struct {
		char *(*format)(double value, char *buf, size_t size);
		double value;
		const char *expected;
	} rows[] = {
		{ format_bit_rate, 0, "0 bit/s" },
		{ format_bit_rate, 12.34, "12 bit/s" },
		{ format_bit_rate, 999.96, "1.000 kbit/s" },
		{ format_bit_rate, 939.04e6, "939.0 Mbit/s" },
		{ format_bit_rate, 9.3904e9, "9.390 Gbit/s" },
		{ format_bit_rate, 12345e12, "12345 Tbit/s" },
		{ format_share, 0, "0 %" },
		{ format_share, 1e-6, "0.000100 %" },
		{ format_share, 0.00012345, "0.0123 %" },
		{ format_share, 0.0099996, "1.00 %" },
		{ format_share, 1, "100 %" },
		{ format_span, 0.854, "0.85 s" },
		{ format_span, 9.996, "10.0 s" },
		{ format_span, 59.94, "59.9 s" },
		{ format_span, 59.96, "1 min 0 s" },
		{ format_span, 852, "14 min 12 s" },
		{ format_span, 3599.6, "1 h 0 min" },
		{ format_span, 85000, "23 h 37 min" },
		{ format_span, 86399, "1 d 0 h" },
		{ format_span, 8e5, "9 d 6 h" },
	};
	static const struct {
		int64_t ns;
		const char *expected;
	} delays[] = {
		{ 0, "0 ns" },
		{ 999, "999 ns" },
		{ 12345, "12.35 us" },
		{ 2024176, "2.024 ms" },
		{ 70123456, "70.12 ms" },
		{ 999960000, "1.000 s" },
		{ 1234500000, "1.234 s" },
		{ 12345000000000, "12345 s" },
	};
	char buf[32];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_str_eq(rows[i].format(rows[i].value, buf, sizeof(buf)), rows[i].expected,
				 "row %zu: %s, expected %s", i, buf, rows[i].expected);
	for (size_t i = 0; i < ARRAY_SIZE(delays); i++)
		cr_expect_str_eq(format_delay(delays[i].ns, buf, sizeof(buf)), delays[i].expected,
				 "%s, expected %s", buf, delays[i].expected);
}
