// SPDX-License-Identifier: ISC
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/auto.h"
#include "cli/options.h"
#include "emul/plan.h"
#include "hybrid/configs.h"
#include "hybrid/lab_plan.h"

static int plan_link_lab(const struct options *o, char **name, struct err *err)
{
	auto_free struct profile *p = NULL;
	struct plan plan;

	if (options_profiles(o, name, 1, &p, err) < 0 || plan_make(p, o->seed, &plan, err) < 0)
		return err->code;
	plan_print(&plan, p, stdout);
	plan_free(&plan);

	return EXIT_YES;
}

static int plan_lab(const struct options *o, const char *path, struct err *err)
{
	auto_free struct lab *lab = malloc(sizeof(*lab));
	char profiles[PATH_MAX];
	struct plan plan;

	if (!lab)
		return err_sys(err, -ENOMEM, "lab");
	(void)snprintf(profiles, sizeof(profiles), "%s/profiles", data_dir());
	if (lab_load(path, profiles, lab, err) < 0)
		return err->code;
	if (o->configs_dir) {
		const struct lab_keys keys = { .seed = o->seed, .shown = o->show_keys };

		return configs_write(lab, &keys, o->configs_dir, err) < 0 ? err->code : EXIT_YES;
	}
	if (lab_plan(lab, o->seed, &plan, err) < 0)
		return err->code;
	lab_plan_print(&plan, lab, stdout);
	plan_free(&plan);

	return EXIT_YES;
}

static int run(int argc, char **argv, struct err *err)
{
	struct options o;
	int first, end, command;

	first = options_parse(&cmd_plan, OPT_SET | OPT_SEED | OPT_CONFIGS, argc, argv, &o, &end,
			      &command, err);
	if (first < 0)
		return first;
	if (first == OPTIONS_HELP)
		return cmd_help(&cmd_plan);
	if (end - first != 1 || end < argc)
		return cmd_usage(&cmd_plan, err,
				 "name one profile, or a lab file; 'dxemu profile list' shows "
				 "profiles");
	if ((o.show_keys || o.seed != 1) && !o.configs_dir)
		return cmd_usage(&cmd_plan, err, "--show-keys and --seed are for --configs");
	if (!lab_is_file(argv[first]) && o.configs_dir)
		return cmd_usage(&cmd_plan, err, "--configs is for a lab; a link has no daemons");
	if (!lab_is_file(argv[first]))
		return plan_link_lab(&o, argv + first, err);
	if (o.n_sets)
		return cmd_usage(&cmd_plan, err, "a lab takes no --set; its connections have set:");

	return plan_lab(&o, argv[first], err);
}

const struct cmd cmd_plan = {
	.name = "plan",
	.args = "PROFILE [--set KEY=VALUE] | LAB [--configs DIR [--show-keys]]",
	.summary = "print a lab, or that of a link, as a plain ip/tc script",
	.help = "The script builds, by hand and as root, what dxemu builds: namespaces, wires, "
		"tags,\n"
		"addresses, routes, and the stages of the link. It needs a kernel with sch_netem "
		"and\n"
		"8021q. The seed of the loss is not in it: tc cannot set it.\n\n"
		"  --configs DIR  write what the lab's daemons (BIRD, strongSwan) are configured "
		"with into\n"
		"                 DIR instead, which is made if it is not there\n"
		"  --show-keys    with the keys of sessions and tunnels; otherwise ******** stands "
		"for each\n"
		"  --seed N       keys that the lab does not give are made up from it; 1 where it "
		"is not given\n\n"
		"examples:\n"
		"  dxemu plan dx-hosted-200m > lab.sh\n"
		"  dxemu plan labs/two-locations.yaml\n"
		"  dxemu plan labs/two-locations.yaml --configs two-locations.d\n",
	.run = run,
};
