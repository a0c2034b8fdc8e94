// SPDX-License-Identifier: ISC
#include "world/cpu.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/util.h"

static socklen_t lock_address(int cpu, struct sockaddr_un *addr)
{
	*addr = (struct sockaddr_un){ .sun_family = AF_UNIX };
	(void)snprintf(addr->sun_path + 1, sizeof(addr->sun_path) - 1, "dxemu-cpu-%d", cpu);

	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(addr->sun_path + 1));
}

int cpu_count(void)
{
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return 1;

	return CPU_COUNT(&allowed);
}

int cpu_take(int *ret_cpu, struct err *err)
{
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return err_sys(err, -errno, "which CPUs may be used");

	/* From the last to the first: interrupts and other work tend to sit on the first. */
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
		auto_close int fd = -1;
		struct sockaddr_un addr;
		socklen_t len;

		if (!CPU_ISSET(cpu, &allowed))
			continue;
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0)
			return err_sys(err, -errno, "lock of CPU %d", cpu);
		len = lock_address(cpu, &addr);
		if (bind(fd, (struct sockaddr *)&addr, len) == 0 && listen(fd, SOMAXCONN) == 0) {
			*ret_cpu = cpu;
			return take_fd(&fd);
		}
		if (errno != EADDRINUSE)
			return err_sys(err, -errno, "lock of CPU %d", cpu);
	}

	return err_set(err, -EAGAIN, "every CPU runs a world already");
}
