// SPDX-License-Identifier: ISC
#include <stdlib.h>

int call(void);

int call(void)
{
	return system("true");
}
