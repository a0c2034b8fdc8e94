// SPDX-License-Identifier: ISC
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"
#include "cli/lab_docs.h"
#include "cli/options.h"
#include "cli/print.h"
#include "hybrid/lab_fields.h"

/* "2 VPCs, 1 connection": what is in a lab that is in order. */
static void print_contents(const char *path, const struct lab *lab)
{
	static const enum lab_kind kinds[] = { LAB_ROUTER, LAB_HOST, LAB_VPC,	     LAB_VGW,
					       LAB_TGW,	   LAB_DXGW, LAB_CONNECTION, LAB_LAG,
					       LAB_VIF,	   LAB_VPN };

	(void)printf("%s: %s", path, lab->name);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		unsigned n = lab_count(lab, kinds[i]);

		if (n)
			(void)printf(", %u %s%s", n, lab_noun(kinds[i]), n == 1 ? "" : "s");
	}
	if (lab->n_expect)
		(void)printf(", %u expectation%s", lab->n_expect, lab->n_expect == 1 ? "" : "s");
	(void)putchar('\n');
}

/* All files, however many of them are at fault: what is wrong with the last of these goes to @err. */
static int check(char **files, size_t n, struct err *err)
{
	auto_free struct lab *lab = malloc(sizeof(*lab));
	char profiles[PATH_MAX];
	int ret = EXIT_YES;

	if (!n)
		return cmd_usage(&cmd_lab, err, "check takes files");
	if (!lab)
		return err_set(err, -ENOMEM, "out of memory");
	(void)snprintf(profiles, sizeof(profiles), "%s/profiles", data_dir());
	for (size_t i = 0; i < n; i++) {
		struct err wrong = { 0 };
		int r = lab_load(files[i], profiles, lab, &wrong);

		if (r == 0) {
			print_contents(files[i], lab);
			continue;
		}
		if (ret < 0)
			(void)fprintf(stderr, "dxemu: %s\n", err->msg);
		*err = wrong;
		ret = r;
		if (wrong.kind != ERR_INPUT)
			break;
	}

	return ret;
}

static int run(int argc, char **argv, struct err *err)
{
	struct options o;
	int first, end, command;
	char **args;
	size_t n;

	first = options_parse(&cmd_lab, 0, argc, argv, &o, &end, &command, err);
	if (first < 0)
		return first;
	if (first == OPTIONS_HELP)
		return cmd_help(&cmd_lab);
	if (end < argc)
		return cmd_usage(&cmd_lab, err, "it runs no command; 'dxemu run' does");
	if (first == end)
		return cmd_usage(&cmd_lab, err, "check, keys or schema is missing");

	args = argv + first + 1;
	n = (size_t)(end - first) - 1;
	if (strcmp(argv[first], "check") == 0)
		return check(args, n, err);
	if (strcmp(argv[first], "keys") != 0 && strcmp(argv[first], "schema") != 0)
		return cmd_usage(&cmd_lab, err, "'%s' is none of check, keys, schema", argv[first]);
	if (n)
		return cmd_usage(&cmd_lab, err, "%s takes no argument '%s'", argv[first], args[0]);
	if (strcmp(argv[first], "schema") == 0)
		return print_json(lab_schema(), err);
	lab_print_keys();

	return EXIT_YES;
}

const struct cmd cmd_lab = {
	.name = "lab",
	.args = "check FILE... | keys | schema",
	.summary = "check lab files, and say what they can hold",
	.help = "A lab file is a network between an on-premises site and VPCs, and what is to be "
		"expected\n"
		"of it. Those that come with dxemu are in labs/.\n"
		"\n"
		"  check FILE...    say what is in each, or what is wrong with it, and where\n"
		"  keys             what a lab file can hold, with units, limits and defaults\n"
		"  schema           the same as JSON Schema, for editors\n",
	.run = run,
};
