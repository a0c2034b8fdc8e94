// SPDX-License-Identifier: ISC
/* The least that an init can do: for measuring a kernel's boot and end alone. */
#include <stdlib.h>
#include <sys/reboot.h>

int main(void)
{
	(void)reboot(RB_POWER_OFF);

	return EXIT_FAILURE;
}
