// SPDX-License-Identifier: ISC
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"
#include "world/kernel.h"

static int print_path(struct err *err)
{
	char path[PATH_MAX];
	int r;

	r = kernel_find(data_dir(), path, sizeof(path), err);
	if (r < 0)
		return r;
	(void)puts(path);

	return EXIT_YES;
}

/* Becomes the script, whose exit statuses are those of dxemu. */
static int build(const char *source, struct err *err)
{
	char script[PATH_MAX], option[] = "--source";
	char *argv[] = { script, source ? option : NULL, (char *)source, NULL };
	int n;

	n = snprintf(script, sizeof(script), "%s/world/kernel/build.sh", data_dir());
	if (n < 0 || (size_t)n >= sizeof(script))
		return err_set(err, -ENAMETOOLONG, "path of build.sh is too long");
	(void)execv(script, argv);

	return err_env(err, "%s: %s; dxemu's data files are incomplete, install it again", script,
		       strerror(errno));
}

static int run(int argc, char **argv, struct err *err)
{
	struct options o;
	int first, end, command;
	const char *verb;

	first = options_parse(&cmd_kernel, OPT_SOURCE, argc, argv, &o, &end, &command, err);
	if (first < 0)
		return first;
	if (first == OPTIONS_HELP)
		return cmd_help(&cmd_kernel);
	if (first == end)
		return cmd_usage(&cmd_kernel, err, "build or path?");
	verb = argv[first];
	if (first + 1 < argc)
		return cmd_usage(&cmd_kernel, err, "unexpected argument '%s'", argv[first + 1]);
	if (strcmp(verb, "build") == 0)
		return build(o.source, err);
	if (strcmp(verb, "path") != 0)
		return cmd_usage(&cmd_kernel, err, "'%s' is neither build nor path", verb);
	if (o.source)
		return cmd_usage(&cmd_kernel, err, "--source belongs to 'build'");

	return print_path(err);
}

const struct cmd cmd_kernel = {
	.name = "kernel",
	.args = "build [--source DIR] | path",
	.summary = "build the kernel that worlds run on, or say where it is",
	.help = "  build          build it from the distribution's linux-source-6.12 package, "
		"once; about 4\n"
		"                 minutes on 2 processors, 1 GB of space while building\n"
		"  path           print the path of the kernel that would be used; exit status 3 "
		"if none\n"
		"\n"
		"  --source DIR   build this kernel source tree instead, which must be clean and "
		"is left so\n"
		"\n"
		"It is kept in ${XDG_CACHE_HOME:-$HOME/.cache}/dxemu, by version and config. "
		"DXEMU_KERNEL=FILE\n"
		"makes dxemu use that kernel instead.\n",
	.run = run,
};
