// SPDX-License-Identifier: ISC
#include <stdio.h>

#include "base/auto.h"
#include "cli/options.h"
#include "emul/plan.h"

static int run(int argc, char **argv, struct err *err)
{
	auto_free struct profile *p = NULL;
	struct plan plan;
	struct options o;
	int first, end, command;

	first = options_parse(&cmd_plan, OPT_SET, argc, argv, &o, &end, &command, err);
	if (first < 0)
		return first;
	if (first == OPTIONS_HELP)
		return cmd_help(&cmd_plan);
	if (end - first != 1 || end < argc)
		return cmd_usage(&cmd_plan, err,
				 "name one profile; 'dxemu profile list' shows them");
	if (options_profiles(&o, argv + first, 1, &p, err) < 0 ||
	    plan_make(p, o.seed, &plan, err) < 0)
		return err->code;
	plan_print(&plan, p, stdout);
	plan_free(&plan);

	return EXIT_YES;
}

const struct cmd cmd_plan = {
	.name = "plan",
	.args = "PROFILE [--set KEY=VALUE]",
	.summary = "print the lab of a link as a plain ip/tc script",
	.help = "The script builds, by hand and as root, what dxemu builds: namespaces, wires, "
		"tags,\n"
		"addresses, routes, and the stages of the link. It needs a kernel with sch_netem "
		"and\n"
		"8021q. The seed of the loss is not in it: tc cannot set it.\n\n"
		"example:\n"
		"  dxemu plan dx-hosted-200m > lab.sh\n",
	.run = run,
};
