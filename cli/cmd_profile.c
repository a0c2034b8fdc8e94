// SPDX-License-Identifier: ISC
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/units.h"
#include "base/util.h"
#include "cli/options.h"
#include "cli/print.h"
#include "cli/profile_docs.h"
#include "model/profile.h"
#include "model/profile_json.h"
#include "model/profile_keys.h"

static json_t *list_json(const struct profile *profiles, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++) {
		if (json_array_append_new(array, profile_json(&profiles[i])) < 0) {
			json_decref(array);
			return NULL;
		}
	}

	return array;
}

static int profile_list(char **args, size_t n_args, const struct options *o, struct err *err)
{
	auto_free struct profile *profiles = NULL;
	char dir[PATH_MAX];
	size_t n;
	int r;

	if (n_args)
		return cmd_usage(&cmd_profile, err, "list takes no argument '%s'", args[0]);
	if (o->n_sets)
		return cmd_usage(&cmd_profile, err, "list takes no --set");

	(void)snprintf(dir, sizeof(dir), "%s/profiles", data_dir());
	r = shipped_profiles(dir, &profiles, &n, err);
	if (r < 0)
		return r;
	if (o->json)
		return print_json(list_json(profiles, n), err);
	profile_print_list(profiles, n);

	return EXIT_YES;
}

static int print_text(const char *name, struct err *err)
{
	auto_free char *text = NULL;
	char dir[PATH_MAX], path[PATH_MAX];
	size_t len = 0;
	int r;

	(void)snprintf(dir, sizeof(dir), "%s/profiles", data_dir());
	r = profile_text(dir, name, path, sizeof(path), &text, &len, err);
	if (r < 0)
		return r;
	(void)fwrite(text, 1, len, stdout);

	return EXIT_YES;
}

static int profile_show(char **args, size_t n_args, const struct options *o, struct err *err)
{
	auto_free struct profile *p = NULL;
	int r;

	if (n_args != 1)
		return cmd_usage(&cmd_profile, err, "show takes one profile");

	r = options_profiles(o, args, 1, &p, err);
	if (r < 0)
		return r;
	if (o->json)
		return print_json(profile_json(p), err);
	/* Sources and comments say more than the numbers, so a file is shown as it is. */
	if (!o->n_sets)
		return print_text(args[0], err);
	profile_write(p, stdout);

	return EXIT_YES;
}

/* For what is made of the table of keys, or of all profiles. */
static int refuse_arguments(const char *name, char **args, size_t n_args, const struct options *o,
			    struct err *err)
{
	if (n_args)
		return cmd_usage(&cmd_profile, err, "%s takes no argument '%s'", name, args[0]);
	if (o->n_sets || o->json)
		return cmd_usage(&cmd_profile, err, "%s takes no options", name);

	return 0;
}

static int print_keys(char **args, size_t n_args, const struct options *o, struct err *err)
{
	const unsigned any = (1U << LINK_KIND_COUNT) - 1;
	int r = refuse_arguments("keys", args, n_args, o, err), width = 0;

	if (r < 0)
		return r;

	for (size_t i = 0; i < profile_keys_n; i++)
		width = MAX(width, (int)strlen(profile_keys[i].name));
	for (int per_dir = 0; per_dir < 2; per_dir++) {
		printf("%s\n", per_dir ? "\nper direction (in a file under both:, to_vpc: or "
					 "to_onprem:):"
				       : "of the link:");
		for (size_t i = 0; i < profile_keys_n; i++) {
			const struct key *key = &profile_keys[i];
			char allowed[128], kinds[64];

			if (key->per_dir != per_dir)
				continue;
			printf("  %-*s  %s\n  %-*s  ", width, key->name, key->help, width, "");
			printf("%s%s%s%s\n", key_allowed(key, allowed, sizeof(allowed)),
			       key->kinds == any ? "" : "; only ",
			       key->kinds == any ? "" : key_kinds(key->kinds, kinds, sizeof(kinds)),
			       per_dir && !key->fixed ? "; may be scheduled" : "");
		}
	}
	printf("\nunder schedule: times (20h:), with what is different from then on under "
	       "both:, to_vpc:\nor to_onprem:\n");

	return EXIT_YES;
}

static int print_schema(char **args, size_t n_args, const struct options *o, struct err *err)
{
	int r = refuse_arguments("schema", args, n_args, o, err);

	return r < 0 ? r : print_json(profile_schema(), err);
}

static int print_readme(char **args, size_t n_args, const struct options *o, struct err *err)
{
	char dir[PATH_MAX];
	int r = refuse_arguments("readme", args, n_args, o, err);

	if (r < 0)
		return r;
	(void)snprintf(dir, sizeof(dir), "%s/profiles", data_dir());

	return profile_readme(dir, err);
}

static int run(int argc, char **argv, struct err *err)
{
	static const struct {
		const char *name;
		int (*run)(char **args, size_t n_args, const struct options *o, struct err *err);
	} subcommands[] = {
		{ "list", profile_list },   { "show", profile_show },	{ "keys", print_keys },
		{ "schema", print_schema }, { "readme", print_readme },
	};
	struct options o;
	int first, end, command;
	char **args;

	first = options_parse(&cmd_profile, OPT_SET | OPT_JSON, argc, argv, &o, &end, &command,
			      err);
	if (first < 0)
		return first;
	if (first == OPTIONS_HELP)
		return cmd_help(&cmd_profile);
	if (end < argc)
		return cmd_usage(&cmd_profile, err, "it runs no command; 'dxemu run' does");
	if (first == end)
		return cmd_usage(&cmd_profile, err,
				 "list, show, keys, schema or readme is missing");

	args = argv + first;
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++) {
		if (strcmp(args[0], subcommands[i].name) == 0)
			return subcommands[i].run(args + 1, (size_t)(end - first) - 1, &o, err);
	}

	return cmd_usage(&cmd_profile, err, "'%s' is none of list, show, keys, schema, readme",
			 args[0]);
}

const struct cmd cmd_profile = {
	.name = "profile",
	.args = "list | show PROFILE | keys | schema | readme [options]",
	.summary = "list and show link profiles",
	.help = "A PROFILE is a name from the list, or the path of a YAML file.\n"
		"\n"
		"  list             the profiles that come with dxemu\n"
		"  show PROFILE     one of them, with the source of each number\n"
		"  keys             what a profile can hold, with units and limits\n"
		"  schema           the same as JSON Schema, for editors\n"
		"  readme           how to use and write profiles, and a table of all, as "
		"Markdown\n"
		"\n"
		"options:\n"
		"  --json           list, show: JSON\n"
		"  --set [PROFILE:]KEY=VALUE\n"
		"                   show: with one number changed; may be repeated\n"
		"\n"
		"Settings, here and of other commands, apply in the order in which they are "
		"given.\n"
		"delay=4ms is for both directions, to_vpc.delay=4ms for one. Some change more "
		"than\n"
		"the number they name:\n"
		"  loss.ratio=X     makes the loss random, so that loss.ratio=0 makes any link "
		"lossless\n"
		"  loss.model=X     drops the values of the former model; loss.p, loss.r, loss.bad "
		"and\n"
		"                   loss.good need a model that knows them\n"
		"  jitter.scale=0ms takes the jitter's shape away, too\n",
	.run = run,
};
