// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/util.h"

#define UNTOUCHED UINT64_C(0xdeadbeef)

Test(units, reads)
{
	static const struct {
		enum unit unit;
		const char *text;
		uint64_t value;
	} rows[] = {
		{ UNIT_NONE, "0", 0 },
		{ UNIT_NONE, "1500", 1500 },
		{ UNIT_NONE, "007", 7 },
		{ UNIT_NONE, "9223372036854775808", UINT64_C(1) << 63 },
		{ UNIT_RATE, "1.25gbit", 1250000000 },
		{ UNIT_RATE, "0.1kbit", 100 },
		{ UNIT_RATE, "400gbit", UINT64_C(400000000000) },
		{ UNIT_RATE, "9007199254740993bit", UINT64_C(9007199254740993) },
		{ UNIT_RATE, "9223372036.854775807gbit", UINT64_C(9223372036854775807) },
		{ UNIT_TIME, "0s", 0 },
		{ UNIT_TIME, "1ns", 1 },
		{ UNIT_TIME, "1.5ns", 2 },
		{ UNIT_TIME, "0.4ns", 0 },
		{ UNIT_TIME, "0.49999999999999999999999999ns", 0 },
		{ UNIT_TIME, "0.5000000000000000000000000ns", 1 },
		{ UNIT_TIME, "0.3ms", 300000 },
		{ UNIT_TIME, "2.5s", UINT64_C(2500000000) },
		{ UNIT_TIME, "1.5min", UINT64_C(90000000000) },
		{ UNIT_TIME, "24h", UINT64_C(86400000000000) },
		{ UNIT_TIME, "0.5h", UINT64_C(1800000000000) },
		{ UNIT_TIME, "0.000000000000277h", 1 },
		{ UNIT_BYTES, "64KiB", 65536 },
		{ UNIT_BYTES, "1.5KiB", 1536 },
		{ UNIT_BYTES, "1MiB", 1048576 },
		{ UNIT_BYTES, "250kB", 250000 },
		{ UNIT_BYTES, "1MB", 1000000 },
		{ UNIT_BYTES, "54B", 54 },
		{ UNIT_PPS, "140kpps", 140000 },
		{ UNIT_PPS, "1.5mpps", 1500000 },
		{ UNIT_PPS, "7pps", 7 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = UNTOUCHED;
		const char *wrong = unit_parse(rows[i].unit, rows[i].text, &value);

		cr_expect_null(wrong, "%s: %s", rows[i].text, wrong);
		cr_expect_eq(value, rows[i].value, "%s: %" PRIu64, rows[i].text, value);
	}
}

Test(units, says_what_is_wrong)
{
	static const struct {
		enum unit unit;
		const char *text, *wrong;
	} rows[] = {
		{ UNIT_NONE, "", "empty, write e.g. 1500" },
		{ UNIT_NONE, "-1", "negative, write e.g. 1500" },
		{ UNIT_NONE, "+1", "not a whole number, write e.g. 1500" },
		{ UNIT_NONE, "1.0", "not a whole number, write e.g. 1500" },
		{ UNIT_NONE, "1e3", "not a whole number, write e.g. 1500" },
		{ UNIT_NONE, "0x10", "not a whole number, write e.g. 1500" },
		{ UNIT_NONE, "nan", "not a whole number, write e.g. 1500" },
		{ UNIT_NONE, "15 00", "contains white space, write e.g. 1500" },
		{ UNIT_NONE, "9223372036854775809", "too big" },
		{ UNIT_NONE, "18446744073709551616", "too big" },
		{ UNIT_NONE, "99999999999999999999999999999999999999999", "too big" },
		{ UNIT_RATE, "", "empty, write e.g. 10gbit" },
		{ UNIT_RATE, "10", "no unit, write e.g. 10gbit" },
		{ UNIT_RATE, "10gb", "unknown unit, write 'gbit'" },
		{ UNIT_RATE, "10Gbit", "unknown unit, write 'gbit'" },
		{ UNIT_RATE, "10Gbps", "unknown unit, write 'gbit'" },
		{ UNIT_RATE, "10Mbit/s", "unknown unit, write 'mbit'" },
		{ UNIT_RATE, "10tbit", "unknown unit, write e.g. 10gbit (bit kbit mbit gbit)" },
		{ UNIT_RATE, "1e400", "unknown unit, write e.g. 10gbit (bit kbit mbit gbit)" },
		{ UNIT_RATE, "0x10", "unknown unit, write e.g. 10gbit (bit kbit mbit gbit)" },
		{ UNIT_RATE, "10ms", "unknown unit, write e.g. 10gbit (bit kbit mbit gbit)" },
		{ UNIT_RATE, "99999999999gbit", "too big" },
		{ UNIT_RATE, "9223372036854775808.5bit", "too big" },
		{ UNIT_TIME, "5", "no unit, write e.g. 10ms" },
		{ UNIT_TIME, "-5ms", "negative, write e.g. 10ms" },
		{ UNIT_TIME, "nan", "not a number with a unit, write e.g. 10ms" },
		{ UNIT_TIME, "infms", "not a number with a unit, write e.g. 10ms" },
		{ UNIT_TIME, ".5ms", "not a number with a unit, write e.g. 10ms" },
		{ UNIT_TIME, "5.ms", "not a number with a unit, write e.g. 10ms" },
		{ UNIT_TIME, "5..5ms", "not a number with a unit, write e.g. 10ms" },
		{ UNIT_TIME, "5.5.5ms", "unknown unit, write e.g. 10ms (ns us ms s min h)" },
		{ UNIT_TIME, " 5ms", "contains white space, write e.g. 10ms" },
		{ UNIT_TIME, "5 ms", "contains white space, write e.g. 10ms" },
		{ UNIT_TIME, "5ms\n", "contains white space, write e.g. 10ms" },
		{ UNIT_TIME, "5msx", "unknown unit, write e.g. 10ms (ns us ms s min h)" },
		{ UNIT_TIME, "5MS", "unknown unit, write 'ms'" },
		{ UNIT_TIME, "5\u00b5s", "unknown unit, write 'us'" },
		{ UNIT_TIME, "5m", "unknown unit, write 'min'" },
		{ UNIT_TIME, "5Min", "unknown unit, write 'min'" },
		{ UNIT_TIME, "5hours", "unknown unit, write 'h'" },
		{ UNIT_TIME, "2562048h", "too big" },
		{ UNIT_TIME, "5,5ms", "unknown unit, write e.g. 10ms (ns us ms s min h)" },
		{ UNIT_BYTES, "64kib", "unknown unit, write 'KiB'" },
		{ UNIT_BYTES, "64kb", "unknown unit, write 'kB'" },
		{ UNIT_BYTES, "64k", "unknown unit, write 'kB'" },
		{ UNIT_BYTES, "64bytes", "unknown unit, write 'B'" },
		{ UNIT_BYTES, "1GB", "unknown unit, write e.g. 250kB (B kB MB KiB MiB)" },
		{ UNIT_PPS, "140k", "unknown unit, write 'kpps'" },
		{ UNIT_PPS, "1Mpps", "unknown unit, write 'mpps'" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = UNTOUCHED;
		const char *wrong = unit_parse(rows[i].unit, rows[i].text, &value);

		cr_expect(wrong && strcmp(wrong, rows[i].wrong) == 0,
			  "'%s': expected '%s', got '%s'", rows[i].text, rows[i].wrong,
			  wrong ? wrong : "no error");
		cr_expect_eq(value, UNTOUCHED, "'%s': wrote a value", rows[i].text);
	}
}

Test(units, writes_the_shortest)
{
	static const struct {
		enum unit unit;
		uint64_t value;
		const char *text;
	} rows[] = {
		{ UNIT_NONE, 1500, "1500" },
		{ UNIT_RATE, 0, "0bit" },
		{ UNIT_RATE, 100, "100bit" },
		{ UNIT_RATE, 1250000000, "1.25gbit" },
		{ UNIT_RATE, 200000000, "200mbit" },
		{ UNIT_RATE, 1234567, "1234567bit" },
		{ UNIT_TIME, 0, "0s" },
		{ UNIT_TIME, 300000, "300us" },
		{ UNIT_TIME, 3500000, "3.5ms" },
		{ UNIT_TIME, 2000000, "2ms" },
		{ UNIT_TIME, UINT64_C(10000000000), "10s" },
		{ UNIT_TIME, UINT64_C(59000000000), "59s" },
		{ UNIT_TIME, UINT64_C(60000000000), "60s" },
		{ UNIT_TIME, UINT64_C(100000000000), "100s" },
		{ UNIT_TIME, UINT64_C(600000000000), "600s" },
		{ UNIT_TIME, UINT64_C(1200000000000), "20min" },
		{ UNIT_TIME, UINT64_C(3600000000000), "1h" },
		{ UNIT_TIME, UINT64_C(5400000000000), "90min" },
		{ UNIT_TIME, UINT64_C(86400000000000), "24h" },
		{ UNIT_TIME, UINT64_C(86400000000001), "86400.000000001s" },
		{ UNIT_TIME, 1234567891, "1.234567891s" },
		{ UNIT_BYTES, 65536, "64KiB" },
		{ UNIT_BYTES, 65537, "65537B" },
		{ UNIT_BYTES, 250000, "250kB" },
		{ UNIT_BYTES, 1048576, "1MiB" },
		{ UNIT_PPS, 140000, "140kpps" },
	};
	char buf[32];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_str_eq(unit_format(rows[i].unit, rows[i].value, buf, sizeof(buf)),
				 rows[i].text);
}

Test(units, read_back_what_is_written)
{
	static const uint64_t edges[] = { 0,
					  1,
					  999,
					  1000,
					  1023,
					  1024,
					  1025,
					  1000000,
					  1048575,
					  1048577,
					  999999999,
					  UINT64_C(1000000001),
					  UINT64_C(1) << 53,
					  (UINT64_C(1) << 53) + 1,
					  (UINT64_C(1) << 63) - 1,
					  UINT64_C(1) << 63 };
	uint64_t x = 1;

	for (size_t i = 0; i < 20000; i++) {
		uint64_t value, back = UNTOUCHED;
		char buf[32];

		/* A linear congruential sequence, of ever other magnitude. */
		x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		value = i < ARRAY_SIZE(edges) ? edges[i] : (x >> 1) >> (i % 63);
		for (enum unit unit = UNIT_NONE; unit <= UNIT_PPS; unit++) {
			const char *wrong =
				unit_parse(unit, unit_format(unit, value, buf, sizeof(buf)), &back);

			cr_assert(!wrong && back == value, "%" PRIu64 " as '%s': %s, %" PRIu64,
				  value, buf, wrong ? wrong : "read", back);
		}
	}
}

Test(ratio, reads)
{
	static const struct {
		const char *text;
		double value;
	} rows[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "0.001", 0.001 },
		{ "1e-5", 1e-5 },
		{ "1E-5", 1e-5 },
		{ "0.1%", 0.001 },
		{ "100%", 1 },
		{ "1.333e-5", 1.333e-5 },
		{ "1e-3%", 1e-5 },
		{ "0e400", 0 },
		{ "0.445051", 0.445051 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double value = -1;
		const char *wrong = ratio_parse(rows[i].text, &value);

		cr_expect_null(wrong, "%s: %s", rows[i].text, wrong);
		cr_expect_eq(value, rows[i].value, "%s: %.17g", rows[i].text, value);
	}
}

Test(ratio, says_what_is_wrong)
{
	static const char shape[] = "not a share, write e.g. 0.001, 1e-5 or 0.1%";
	static const struct {
		const char *text, *wrong;
	} rows[] = {
		{ "", "empty, write e.g. 0.001, 1e-5 or 0.1%" },
		{ "-0.1", "negative" },
		{ "1.1", "above 1" },
		{ "101%", "above 1" },
		{ "1e400", "above 1" },
		{ "1e-400", "too close to 0, write 0" },
		{ "nan", shape },
		{ "inf", shape },
		{ "0x1p-3", shape },
		{ " 0.1", shape },
		{ "0.1 ", shape },
		{ "0.1 %", shape },
		{ ".1", shape },
		{ "0.", shape },
		{ "0.1e", shape },
		{ "0.1%%", shape },
		{ "0,1", shape },
		{ "+0.1", shape },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double value = -1;
		const char *wrong = ratio_parse(rows[i].text, &value);

		cr_expect(wrong && strcmp(wrong, rows[i].wrong) == 0,
			  "'%s': expected '%s', got '%s'", rows[i].text, rows[i].wrong,
			  wrong ? wrong : "no error");
		cr_expect_eq(value, -1, "'%s': wrote a value", rows[i].text);
	}
}

Test(ratio, read_back_what_is_written)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 1, "1" },
		{ 1e-5, "1e-5" },
		{ 0.001, "0.001" },
		{ 6.01795e-3, "0.00601795" },
		{ 1.333e-5, "1.333e-5" },
		{ 1e-12, "1e-12" },
		{ 1.0 / 3, "0.3333333333333333" },
	};
	uint64_t x = 1;
	char buf[32];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_str_eq(ratio_format(rows[i].value, buf, sizeof(buf)), rows[i].text);

	for (size_t i = 0; i < 20000; i++) {
		double value, back = -1;

		x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		value = ldexp((double)(x >> 11), -53 - (int)(i % 40));
		cr_assert_null(ratio_parse(ratio_format(value, buf, sizeof(buf)), &back));
		cr_assert_eq(back, value, "%.17g as '%s'", value, buf);
	}
}
