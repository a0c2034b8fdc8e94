// SPDX-License-Identifier: ISC
/* The init of a world, for UndefinedBehaviorSanitizer alone: is what it says there heard out here? */
#include <limits.h>

int main(void)
{
	volatile int n = INT_MAX;

	n = n + 1;

	return n != 0;
}
