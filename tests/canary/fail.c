// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>

Test(canary, fail)
{
	cr_assert_eq(1, 2, "one is two");
}
