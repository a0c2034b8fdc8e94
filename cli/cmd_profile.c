// SPDX-License-Identifier: ISC
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/units.h"
#include "base/util.h"
#include "cli/options.h"
#include "model/profile.h"
#include "model/profile_json.h"
#include "model/profile_keys.h"

static int print_json(json_t *j, struct err *err)
{
	int r;

	if (!j)
		return err_set(err, -ENOMEM, "out of memory");
	r = json_dumpf(j, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	json_decref(j);
	if (r < 0)
		return err_sys(err, -errno, "standard output");
	(void)putchar('\n');

	return EXIT_YES;
}

static void rate_cell(const struct profile_dir *d, char *buf, size_t size)
{
	(void)unit_format(UNIT_RATE, d->cir_bps ? d->cir_bps : d->rate_bps, buf, size);
}

static void delay_cell(const struct profile_dir *d, char *buf, size_t size)
{
	(void)unit_format(UNIT_TIME, d->delay_ns, buf, size);
}

static void jitter_cell(const struct profile_dir *d, char *buf, size_t size)
{
	char scale[32];

	if (d->jitter_shape == JITTER_NONE)
		(void)snprintf(buf, size, "-");
	else
		(void)snprintf(buf, size, "%s %s",
			       unit_format(UNIT_TIME, d->jitter_ns, scale, sizeof(scale)),
			       jitter_shape_names[d->jitter_shape]);
}

/* Two digits: what is behind them is in `profile show`. */
static void loss_cell(const struct profile_dir *d, char *buf, size_t size)
{
	char ratio[32];

	(void)snprintf(ratio, sizeof(ratio), "%.1e", profile_loss_ratio(d));
	(void)ratio_format(strtod(ratio, NULL), ratio, sizeof(ratio));
	if (d->loss_model == LOSS_RANDOM)
		(void)snprintf(buf, size, "%s", ratio);
	else
		(void)snprintf(buf, size, "%s %s", ratio, loss_model_names[d->loss_model]);
}

/* The columns that each direction may have its own value in. */
static const struct column {
	const char *title;
	void (*cell)(const struct profile_dir *d, char *buf, size_t size);
	int width;
} columns[] = {
	{ "RATE", rate_cell, 8 },
	{ "DELAY", delay_cell, 6 },
	{ "JITTER", jitter_cell, 18 },
	{ "LOSS", loss_cell, 24 },
};

/* "to_vpc", or "to_vpc / to_onprem" where they differ. */
static const char *both_ways(const struct profile *p, const struct column *column, char *buf,
			     size_t size)
{
	char cell[DIR_COUNT][64];

	for (size_t d = 0; d < DIR_COUNT; d++)
		column->cell(&p->dir[d], cell[d], sizeof(cell[d]));
	if (strcmp(cell[TO_VPC], cell[TO_ONPREM]) == 0)
		(void)snprintf(buf, size, "%s", cell[TO_VPC]);
	else
		(void)snprintf(buf, size, "%s / %s", cell[TO_VPC], cell[TO_ONPREM]);

	return buf;
}

static void print_heading(int name_width)
{
	printf("%-*s  %-9s", name_width, "NAME", "KIND");
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		printf("  %-*s", columns[i].width, columns[i].title);
	printf("  %4s  TITLE\n", "MTU");
}

static void print_row(const struct profile *p, int name_width)
{
	char cell[160];

	printf("%-*s  %-9s", name_width, p->name, link_kind_names[p->kind]);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		printf("  %-*s", columns[i].width, both_ways(p, &columns[i], cell, sizeof(cell)));
	printf("  %4u  %s\n", p->mtu, p->title);
}

static int list_names(const char *dir, char **names, size_t n, bool json, struct err *err)
{
	json_t *array = json ? json_array() : NULL;
	int width = 4, r = 0;

	for (size_t i = 0; i < n; i++)
		width = MAX(width, (int)strlen(names[i]));
	if (!json)
		print_heading(width);

	for (size_t i = 0; r == 0 && i < n; i++) {
		struct profile p;

		r = profile_load(dir, names[i], &p, err);
		if (r == 0 && !json)
			print_row(&p, width);
		else if (r == 0 && json_array_append_new(array, profile_json(&p)) < 0)
			r = err_set(err, -ENOMEM, "cannot write JSON");
	}
	if (r < 0 || !json) {
		json_decref(array);
		return r;
	}

	return print_json(array, err);
}

static int profile_list(char **args, size_t n_args, const struct options *o, struct err *err)
{
	char dir[PATH_MAX];
	char **names;
	size_t n;
	int r;

	if (n_args)
		return cmd_usage(&cmd_profile, err, "list takes no argument '%s'", args[0]);
	if (o->n_sets)
		return cmd_usage(&cmd_profile, err, "list takes no --set");

	(void)snprintf(dir, sizeof(dir), "%s/profiles", data_dir());
	r = profile_names(dir, &names, &n, err);
	if (r < 0)
		return r;
	r = list_names(dir, names, n, o->json, err);
	profile_names_free(names, n);

	return r;
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

static int print_keys(char **args, size_t n_args, const struct options *o, struct err *err)
{
	const unsigned any = (1U << LINK_KIND_COUNT) - 1;

	if (n_args)
		return cmd_usage(&cmd_profile, err, "keys takes no argument '%s'", args[0]);
	if (o->n_sets || o->json)
		return cmd_usage(&cmd_profile, err, "keys takes no options");

	for (int per_dir = 0; per_dir < 2; per_dir++) {
		printf("%s\n", per_dir ? "\nper direction (in a file under both:, to_vpc: or "
					 "to_onprem:):"
				       : "of the link:");
		for (size_t i = 0; i < profile_keys_n; i++) {
			const struct key *key = &profile_keys[i];
			char allowed[128], kinds[64];

			if (key->per_dir != per_dir)
				continue;
			printf("  %-13s %s\n  %13s ", key->name, key->help, "");
			printf("%s%s%s\n", key_allowed(key, allowed, sizeof(allowed)),
			       key->kinds == any ? "" : "; only ",
			       key->kinds == any ? ""
						 : key_kinds(key->kinds, kinds, sizeof(kinds)));
		}
	}

	return EXIT_YES;
}

static int run(int argc, char **argv, struct err *err)
{
	static const struct {
		const char *name;
		int (*run)(char **args, size_t n_args, const struct options *o, struct err *err);
	} subcommands[] = {
		{ "list", profile_list },
		{ "show", profile_show },
		{ "keys", print_keys },
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
		return cmd_usage(&cmd_profile, err, "list, show or keys is missing");

	args = argv + first;
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++) {
		if (strcmp(args[0], subcommands[i].name) == 0)
			return subcommands[i].run(args + 1, (size_t)(end - first) - 1, &o, err);
	}

	return cmd_usage(&cmd_profile, err, "'%s' is none of list, show, keys", args[0]);
}

const struct cmd cmd_profile = {
	.name = "profile",
	.args = "list | show PROFILE | keys [options]",
	.summary = "list and show link profiles",
	.help = "A PROFILE is a name from the list, or the path of a YAML file.\n"
		"\n"
		"  list             the profiles that come with dxemu\n"
		"  show PROFILE     one of them, with the source of each number\n"
		"  keys             what a profile can hold, with units and limits\n"
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
