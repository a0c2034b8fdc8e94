// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>
#include <limits.h>

Test(canary, undefined)
{
	volatile int n = INT_MAX;

	n = n + 1;
	cr_assert(n);
}
