/* SPDX-License-Identifier: ISC */
/* One command, one file, one struct cmd; dispatch and help come from the same table in cli/main.c. */
#ifndef DXEMU_CLI_CMD_H
#define DXEMU_CLI_CMD_H

#include <stdio.h>

#include "base/err.h"

enum {
	EXIT_YES = 0,
	EXIT_NO = 1,
	EXIT_USAGE = ERR_INPUT,
	EXIT_LACKS = ERR_ENV,
	EXIT_FAILED = ERR_RUNTIME,
	EXIT_INCONCLUSIVE = 5,
};

struct cmd {
	const char *name;
	const char *args;	      /* "PROFILE... [options]" */
	const char *summary;	      /* one line */
	const char *help;	      /* options and examples, shown by `dxemu NAME --help` */
	void (*more_help)(FILE *out); /* what comes after it; may be NULL */
	/*
	 * argv[0] is the command's name. Returns an exit status (>= 0), or -errno with @err set, whose kind
	 * is then the exit status. Prints data on stdout only.
	 */
	int (*run)(int argc, char **argv, struct err *err);
};

/* Prints a command's help on stdout; for `--help`, which every command takes. Returns EXIT_YES. */
int cmd_help(const struct cmd *cmd);

/* "dxemu NAME: ...; see 'dxemu NAME --help'" as err_input(); for unknown options and missing arguments. */
int cmd_usage(const struct cmd *cmd, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Where profiles/ and world/kernel/ are: $DXEMU_DATADIR, beside the program, or the installed place. */
const char *data_dir(void);

extern const struct cmd cmd_compare, cmd_verify, cmd_run, cmd_profile, cmd_plan, cmd_lab,
	cmd_doctor, cmd_kernel;

#endif
