// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>
#include <stdlib.h>

static void *volatile kept;

Test(canary, leak)
{
	kept = malloc(100);
	cr_assert_not_null(kept);
	kept = NULL;
}
