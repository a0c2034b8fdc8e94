// SPDX-License-Identifier: ISC
#include "report/verdict.h"

#include <criterion/criterion.h>

#include "base/util.h"

/* A row of a method's table that fails makes it fail, and other columns with that number do not. */
Test(verdict_of_tests, policing)
{
	static const struct {
		enum verdict verdict;
		bool fails;
	} rows[] = { { VERDICT_PASS, false },
		     { VERDICT_FAIL, true },
		     { VERDICT_INCONCLUSIVE, false } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct test_result t = { .test = test_defaults(TEST_POLICING) };
		struct err err;

		cr_assert_eq(table_add(&t.tables[TABLE_POLICING], TABLE_POLICING,
				       (const double[]){ VERDICT_FAIL, VERDICT_FAIL, 1, 1, 1, 1, 1,
							 1, 1, 1, VERDICT_PASS },
				       &err),
			     0);
		cr_assert_eq(
			table_add(&t.tables[TABLE_POLICING], TABLE_POLICING,
				  (const double[]){ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, rows[i].verdict },
				  &err),
			0);
		cr_expect_eq(verdict_test_fails(&t), rows[i].fails, "%s",
			     verdict_names[rows[i].verdict]);
		table_free(&t.tables[TABLE_POLICING]);
	}
	cr_expect(!verdict_test_fails(&(struct test_result){ 0 }));
}
