// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(canary, overflow)
{
	volatile size_t too_many = 101;
	char *p = malloc(100);

	cr_assert_not_null(p);
	memset(p, 1, too_many);
	cr_assert_eq(p[99], 1);
	free(p);
}
