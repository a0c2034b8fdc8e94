// SPDX-License-Identifier: ISC
#include <stdio.h>

#include "base/auto.h"
#include "cli/comparison.h"
#include "cli/options.h"

static int run(int argc, char **argv, struct err *err)
{
	const unsigned takes =
		OPT_WORLD | OPT_SEED | OPT_SET | OPT_JSON | OPT_OUTPUT | OPT_MEASURE | OPT_CHECK;
	auto_free struct profile *profiles = NULL;
	struct options o;
	int first, end, command;
	size_t n;

	first = options_parse(&cmd_compare, takes, argc, argv, &o, &end, &command, err);
	if (first < 0)
		return first;
	if (first == OPTIONS_HELP)
		return cmd_help(&cmd_compare);
	if (end < argc)
		return cmd_usage(&cmd_compare, err, "it runs no command; 'dxemu run' does");
	if (first == end)
		return cmd_usage(&cmd_compare, err,
				 "name one profile or more; 'dxemu profile list' shows them");
	n = (size_t)(end - first);
	if (options_profiles(&o, argv + first, n, &profiles, err) < 0)
		return err->code;

	return comparison_run(&o, profiles, n, err);
}

const struct cmd cmd_compare = {
	.name = "compare",
	.args = "PROFILE... [options]",
	.summary = "measure links side by side: goodput, delay, loss, idle and under load",
	.help = "Each link is built and measured in three phases: idle, with TCP load to the VPC, "
		"and\n"
		"with TCP load to on-premises; probes measure delay and loss all the while. "
		"PROFILE is\n"
		"a name ('dxemu profile list') or the path of a file of your own. A short check "
		"comes with\n"
		"it: exit status 1 if a link is not what its profile asks for ('dxemu verify' "
		"tells more).\n\n"
		"options:\n"
		"  --json           print the result document (JSON) instead of the table\n"
		"  -o, --output FILE\n"
		"                   save the result document to FILE\n"
		"  --set [PROFILE:]KEY=VALUE\n"
		"                   change one number of a profile, e.g. --set "
		"vpn-metro:rate=100mbit or\n"
		"                   --set dx-dedicated-1g:to_vpc.delay=4ms; 'dxemu profile keys' "
		"lists "
		"them\n"
		"  --budget S       what one phase may cost, in estimated seconds of one CPU "
		"(default "
		"5);\n"
		"                   more means longer phases and more samples\n"
		"  --duration S     length of each phase after its ramp, instead of what the "
		"budget allows\n"
		"  --flows N        TCP flows that make up the load (default 1)\n"
		"  --cc NAME        their congestion control: cubic (default), reno, bbr, dctcp\n"
		"  --no-verify      do not check the links; in real time (--world) none is "
		"checked\n"
		"  --world KIND     virtual (default: virtual time, exact and repeatable), "
		"realtime, or\n"
		"                   host (this machine's own kernel; needs root, sch_netem and "
		"8021q)\n"
		"  --seed N         every random choice comes from it (default 1)\n"
		"  --wall-limit S   end a world that takes longer than S seconds (default: none)\n"
		"  -v, --verbose    print the messages of the worlds' kernels\n"
		"  -q, --quiet      no progress line\n\n"
		"example:\n"
		"  dxemu compare vpn-continental dx-hosted-200m --set "
		"vpn-continental:rate=100mbit\n",
	.run = run,
};
