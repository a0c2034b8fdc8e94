// SPDX-License-Identifier: ISC
/*
 * Locks on CPUs, in a network namespace of their own: locks of other programs on this machine do not count
 * there. Each test is a child, since Criterion's processes have two threads.
 */
#include "world/cpu.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"

#define CANNOT 77

/* For children, whose exit status tells what does not hold. */
#define check(condition)                            \
	do {                                        \
		if (!(condition))                   \
			fail(__LINE__, #condition); \
	} while (0)

static _Noreturn void fail(int line, const char *condition)
{
	(void)fprintf(stderr, "line %d: %s does not hold\n", line, condition);
	_exit(EXIT_FAILURE);
}

static void in_child(void (*fn)(void))
{
	pid_t pid = fork();
	int status;

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0 && unshare(CLONE_NEWNET) < 0)
			_exit(CANNOT);
		fn();
		_exit(EXIT_SUCCESS);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == CANNOT)
		cr_skip_test("no network namespace to be had");
	cr_expect_eq(WEXITSTATUS(status), EXIT_SUCCESS);
}

static void take_all(void)
{
	int locks[CPU_SETSIZE], cpus[CPU_SETSIZE], cpu = -1, n = cpu_count(), again;
	cpu_set_t allowed;
	struct err err;

	check(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
	check(n == CPU_COUNT(&allowed));
	for (int i = 0; i < n; i++) {
		locks[i] = cpu_take(&cpus[i], &err);
		check(locks[i] >= 0);
		check(CPU_ISSET(cpus[i], &allowed));
		/* Each of them once. */
		CPU_CLR(cpus[i], &allowed);
	}
	check(cpu_take(&cpu, &err) == -EAGAIN);
	check(cpu == -1);

	/* What is given back can be had again. */
	check(close(locks[0]) == 0);
	again = cpu_take(&cpu, &err);
	check(again >= 0);
	check(cpu == cpus[0]);
}

Test(cpu, each_once)
{
	in_child(take_all);
}

static void only_allowed(void)
{
	cpu_set_t all, one;
	struct err err;

	check(sched_getaffinity(0, sizeof(all), &all) == 0);
	for (int i = 0; i < CPU_SETSIZE; i++) {
		int lock, cpu = -1, none = -1;

		if (!CPU_ISSET(i, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(i, &one);
		check(sched_setaffinity(0, sizeof(one), &one) == 0);
		check(cpu_count() == 1);
		lock = cpu_take(&cpu, &err);
		check(lock >= 0);
		check(cpu == i);
		check(cpu_take(&none, &err) == -EAGAIN);
		close(lock);
	}
}

/* A process that is bound to some CPUs, or a container, uses those. */
Test(cpu, only_allowed)
{
	in_child(only_allowed);
}

static void holder_dies(void)
{
	int cpu, lock, status, ready[2], n = cpu_count();
	struct err err;
	char byte;
	pid_t pid;

	check(pipe(ready) == 0);
	pid = fork();
	check(pid >= 0);
	if (pid == 0) {
		for (int i = 0; i < n; i++)
			check(cpu_take(&cpu, &err) >= 0);
		check(write(ready[1], "", 1) == 1);
		for (;;)
			(void)pause();
	}
	check(read(ready[0], &byte, 1) == 1);
	check(cpu_take(&cpu, &err) == -EAGAIN);
	check(kill(pid, SIGKILL) == 0);
	check(waitpid(pid, &status, 0) == pid);
	lock = cpu_take(&cpu, &err);
	check(lock >= 0);
}

/* However a launcher dies, its lock goes with it. */
Test(cpu, holder_dies)
{
	in_child(holder_dies);
}
