// SPDX-License-Identifier: ISC
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "cli/cmd.h"
#include "emul/job.h"
#include "world/inside.h"

static const struct cmd *const commands[] = {
	&cmd_compare, &cmd_verify, &cmd_run,	&cmd_profile,
	&cmd_plan,    &cmd_lab,	   &cmd_doctor, &cmd_kernel,
};

static void usage(FILE *out)
{
	(void)fprintf(out, "dxemu builds a Direct Connect or VPN link out of real Linux parts, in "
			   "virtual time,\nand measures what it does to real traffic.\n\n"
			   "usage: dxemu COMMAND [options]\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		(void)fprintf(out, "  %-8s  %s\n", commands[i]->name, commands[i]->summary);
	(void)fprintf(out, "\n'dxemu COMMAND --help' tells more. Start with:\n"
			   "  dxemu doctor\n"
			   "  dxemu compare vpn-continental dx-hosted-200m dx-dedicated-1g\n"
			   "\nexit status: 0 yes; 1 ran, but the answer is no; 2 wrong usage or "
			   "input;\n"
			   "3 this machine lacks something; 4 failed while running; 5 "
			   "inconclusive.\n");
}

int cmd_help(const struct cmd *cmd)
{
	(void)printf("usage: dxemu %s %s\n\n%s\n", cmd->name, cmd->args, cmd->summary);
	if (cmd->help)
		(void)printf("\n%s", cmd->help);
	if (cmd->more_help)
		cmd->more_help(stdout);

	return EXIT_YES;
}

int cmd_usage(const struct cmd *cmd, struct err *err, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);

	return err_input(err, "%s: %s; see 'dxemu %s --help'", cmd->name, what, cmd->name);
}

static bool has_data(const char *dir)
{
	char path[PATH_MAX];

	return (size_t)snprintf(path, sizeof(path), "%s/world/kernel/config", dir) < sizeof(path) &&
	       access(path, R_OK) == 0;
}

const char *data_dir(void)
{
	static char beside[PATH_MAX];
	const char *env = getenv("DXEMU_DATADIR");
	ssize_t n;
	char *slash;

	if (env && *env)
		return env;
	n = readlink("/proc/self/exe", beside, sizeof(beside) - 1);
	slash = n > 0 ? strrchr(beside, '/') : NULL;
	if (slash) {
		*slash = '\0';
		/* Builds with sanitizers live in build/NAME/. */
		for (int up = 0; up < 3; up++) {
			if (has_data(beside))
				return beside;
			slash = strrchr(beside, '/');
			if (slash)
				*slash = '\0';
		}
	}

	return DXEMU_DATADIR;
}

/* Data that did not get to where it was sent is a failure, not a result. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	(void)fprintf(stderr, "dxemu: standard output: %s\n", strerror(errno));

	return EXIT_FAILED;
}

static int run_command(const struct cmd *cmd, int argc, char **argv)
{
	struct err err = { .kind = ERR_RUNTIME };
	int r = cmd->run(argc, argv, &err);

	if (r < 0) {
		(void)fprintf(stderr, "dxemu: %s\n", err.msg);
		return (int)err.kind;
	}

	return finish(r);
}

/*
 * A standard stream that is closed would be the number of the next file that is opened. One that can only be
 * used the other way round takes its place, so that using it fails as it would have.
 */
static void keep_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	static char help[] = "--help";

	if (inside_is_init())
		inside_init(job_run);
	keep_standard_streams();

	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	/* "help NAME" is "NAME --help". */
	if (argc == 3 && !strcmp(argv[1], "help")) {
		argv[1] = argv[2];
		argv[2] = help;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return finish(EXIT_YES);
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		(void)printf("dxemu %s\n", DXEMU_VERSION);
		return finish(EXIT_YES);
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i]->name))
			return run_command(commands[i], argc - 1, argv + 1);

	(void)fprintf(stderr, "dxemu: unknown command '%s'; see 'dxemu --help'\n", argv[1]);
	return EXIT_USAGE;
}
