// SPDX-License-Identifier: ISC
/* Certificates as worlds send them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "emul/verify.h"

#define ROW(dir, quantity, unit, measured, verdict)                             \
	"{\"direction\":" dir ",\"quantity\":\"" quantity "\",\"unit\":\"" unit \
	"\",\"configured\":1.5,\"measured\":" measured ",\"low\":1,\"high\":2," \
	"\"verdict\":" verdict "}"
#define ROWS(rows) "{\"rows\":[" rows "],\"kernel\":\"6.12.1\",\"virtual_s\":9.5}"
#define LONG "0123456789012345678901234567890123456789"

/* What a world answers is untrusted: rows are appended, or nothing is. */
Test(exercise, answers)
{
	static const struct {
		const char *text;
		int r;
		size_t n;
	} rows[] = {
		{ ROWS(""), 0, 0 },
		{ ROWS(ROW("0", "rate", "bps", "1.6", "0")), 0, 1 },
		{ ROWS(ROW("1", "rate", "bps", "2.6", "1") "," ROW("0", "x", "", "1.0", "2")), 0,
		  2 },
		{ "", -EPROTO, 0 },
		{ "{}", -EPROTO, 0 },
		{ ROWS("1"), -EPROTO, 0 },
		{ "[]", -EPROTO, 0 },
		{ "{\"rows\":[]}", -EPROTO, 0 },
		{ "{\"rows\":[],\"kernel\":6,\"virtual_s\":1.0}", -EPROTO, 0 },
		{ "{\"rows\":[],\"kernel\":\"" LONG LONG "\",\"virtual_s\":1.0}", -EPROTO, 0 },
		{ ROWS(ROW("2", "rate", "bps", "1.6", "0")), -EPROTO, 0 },
		{ ROWS(ROW("-1", "rate", "bps", "1.6", "0")), -EPROTO, 0 },
		{ ROWS(ROW("0", "rate", "bps", "1.6", "3")), -EPROTO, 0 },
		{ ROWS(ROW("0", LONG, "bps", "1.6", "0")), -EPROTO, 0 },
		{ ROWS(ROW("0", "rate", "12345678", "1.6", "0")), -EPROTO, 0 },
		{ ROWS(ROW("0", "rate", "bps", "\"x\"", "0")), -EPROTO, 0 },
		{ ROWS(ROW("0", "rate", "bps", "1e999", "0")), -EPROTO, 0 },
	};
	struct verification *all = NULL;
	size_t n = 0, expected = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct stay stay = { 0 };
		struct err err;

		cr_expect_eq(verify_read(rows[i].text, strlen(rows[i].text), &all, &n, &stay, &err),
			     rows[i].r, "%s", rows[i].text);
		expected += rows[i].n;
		cr_assert_eq(n, expected, "%s", rows[i].text);
	}
	cr_expect_str_eq(all[1].quantity, "rate");
	cr_expect_str_eq(all[1].unit, "bps");
	cr_expect_eq(all[1].dir, TO_ONPREM);
	cr_expect_eq(all[1].configured, 1.5);
	cr_expect_eq(all[1].measured, 2.6);
	cr_expect_eq(all[1].low, 1);
	cr_expect_eq(all[1].high, 2);
	cr_expect_eq(all[1].verdict, VERDICT_FAIL);
	free(all);
}
