// SPDX-License-Identifier: ISC
/*
 * usage: without CALL... -- COMMAND ARG...
 *
 * Runs the command while these system calls fail with "Operation not permitted", as on a machine that lacks
 * them or forbids them.
 */
#include <err.h>
#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int i;

	if (!filter)
		errx(EXIT_FAILURE, "seccomp_init");
	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		int call = seccomp_syscall_resolve_name(argv[i]);

		if (call < 0 || seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) != 0)
			errx(EXIT_FAILURE, "cannot do without '%s'", argv[i]);
	}
	if (i + 1 >= argc)
		errx(EXIT_FAILURE, "no command");
	if (seccomp_load(filter) != 0)
		errx(EXIT_FAILURE, "seccomp_load");
	execvp(argv[i + 1], argv + i + 1);
	err(EXIT_FAILURE, "%s", argv[i + 1]);
}
