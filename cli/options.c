// SPDX-License-Identifier: ISC
#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/units.h"
#include "base/util.h"
#include "emul/job.h"
#include "emul/phases.h"
#include "world/kernel.h"

/* A day: a world in which nothing happens any more gets there at once. */
#define DEADLINE_DEFAULT_S 86400.0

enum {
	O_WORLD = 256,
	O_SEED,
	O_SET,
	O_JSON,
	O_BUDGET,
	O_DURATION,
	O_FLOWS,
	O_CC,
	O_PCAP,
	O_DEADLINE,
	O_WALL_LIMIT,
};

static const struct option longopts[] = {
	{ "world", required_argument, NULL, O_WORLD },
	{ "seed", required_argument, NULL, O_SEED },
	{ "set", required_argument, NULL, O_SET },
	{ "json", no_argument, NULL, O_JSON },
	{ "output", required_argument, NULL, 'o' },
	{ "budget", required_argument, NULL, O_BUDGET },
	{ "duration", required_argument, NULL, O_DURATION },
	{ "flows", required_argument, NULL, O_FLOWS },
	{ "cc", required_argument, NULL, O_CC },
	{ "pcap", required_argument, NULL, O_PCAP },
	{ "deadline", required_argument, NULL, O_DEADLINE },
	{ "wall-limit", required_argument, NULL, O_WALL_LIMIT },
	{ "interactive", no_argument, NULL, 'i' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* The option group that a letter or long option belongs to; 0 = every command has it. */
static unsigned group_of(int opt)
{
	switch (opt) {
	case O_WORLD:
	case O_WALL_LIMIT:
	case 'v':
	case 'q':
		return OPT_WORLD;
	case O_SEED:
		return OPT_SEED;
	case O_SET:
		return OPT_SET;
	case O_JSON:
		return OPT_JSON;
	case 'o':
		return OPT_OUTPUT;
	case O_BUDGET:
	case O_DURATION:
	case O_FLOWS:
	case O_CC:
		return OPT_MEASURE;
	case O_PCAP:
	case O_DEADLINE:
	case 'i':
		return OPT_COMMAND;
	default:
		return 0;
	}
}

static int parse_whole(const struct cmd *cmd, const char *name, const char *text, uint64_t max,
		       uint64_t *ret, struct err *err)
{
	char *end;
	unsigned long long v;

	errno = 0;
	v = strtoull(text, &end, 10);
	if (errno || *end || !isdigit((unsigned char)text[0]) || v > max)
		return cmd_usage(cmd, err, "%s: '%s' is not a whole number from 0 to %llu", name,
				 text, (unsigned long long)max);
	*ret = v;

	return 0;
}

/* Seconds with or without their unit: these options are named after it. */
static int parse_seconds(const struct cmd *cmd, const char *name, const char *text, double *ret,
			 struct err *err)
{
	char *end;
	double v;

	errno = 0;
	v = strtod(text, &end);
	if (!strcmp(end, "s"))
		end++;
	if (errno || *end || end == text || !isfinite(v) || v <= 0 || v > 1e7)
		return cmd_usage(cmd, err, "%s: '%s' is not a number of seconds above 0", name,
				 text);
	*ret = v;

	return 0;
}

static int parse_world(const struct cmd *cmd, const char *text, enum world_kind *ret,
		       struct err *err)
{
	for (enum world_kind k = 0; k < WORLD_KIND_COUNT; k++)
		if (!strcmp(text, world_kind_names[k])) {
			*ret = k;
			return 0;
		}

	return cmd_usage(cmd, err, "--world: '%s': virtual, realtime or host", text);
}

static int parse_cc(const struct cmd *cmd, const char *text, const char **ret, struct err *err)
{
	static const char *const names[] = { "cubic", "reno", "bbr", "dctcp" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(text, names[i])) {
			*ret = names[i];
			return 0;
		}

	return cmd_usage(cmd, err, "--cc: '%s': cubic, reno, bbr or dctcp", text);
}

static int set_option(const struct cmd *cmd, int opt, const char *arg, struct options *o,
		      struct err *err)
{
	uint64_t n = 0;
	int r;

	switch (opt) {
	case O_WORLD:
		return parse_world(cmd, arg, &o->world, err);
	case O_SEED:
		return parse_whole(cmd, "--seed", arg, INT64_MAX, &o->seed, err);
	case O_SET:
		if (o->n_sets == SETS_MAX)
			return cmd_usage(cmd, err, "more than %d --set", SETS_MAX);
		o->sets[o->n_sets++] = arg;
		return 0;
	case O_BUDGET:
		return parse_seconds(cmd, "--budget", arg, &o->budget_s, err);
	case O_DURATION:
		return parse_seconds(cmd, "--duration", arg, &o->duration_s, err);
	case O_FLOWS:
		r = parse_whole(cmd, "--flows", arg, 64, &n, err);
		if (r == 0 && n == 0)
			return cmd_usage(cmd, err, "--flows: 1 to 64");
		o->flows = (unsigned)n;
		return r;
	case O_CC:
		return parse_cc(cmd, arg, &o->congestion_control, err);
	case O_DEADLINE:
		return parse_seconds(cmd, "--deadline", arg, &o->deadline_s, err);
	case O_WALL_LIMIT:
		return parse_seconds(cmd, "--wall-limit", arg, &o->wall_limit_s, err);
	case O_PCAP:
		o->pcap_dir = arg;
		return 0;
	case 'o':
		o->output = arg;
		return 0;
	case O_JSON:
		o->json = true;
		return 0;
	case 'i':
		o->use_stdin = true;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	default:
		return 0;
	}
}

/* getopt's own idea of which word was wrong: a long option is the word before, a letter is in optopt. */
static int unknown(const struct cmd *cmd, char **argv, int opt, struct err *err)
{
	if (opt == ':')
		return cmd_usage(cmd, err, "option '%s' needs a value", argv[optind - 1]);
	if (optopt && optopt < 256)
		return cmd_usage(cmd, err, "unknown option '-%c'", optopt);

	return cmd_usage(cmd, err, "unknown option '%s'", argv[optind - 1]);
}

int options_parse(const struct cmd *cmd, unsigned takes, int argc, char **argv, struct options *ret,
		  int *ret_end, int *ret_command, struct err *err)
{
	struct options o = {
		.seed = 1,
		.budget_s = PHASE_BUDGET_DEFAULT_S,
		.deadline_s = DEADLINE_DEFAULT_S,
		.flows = 1,
		.congestion_control = "cubic",
	};
	int command = 1, which, opt;

	/* What follows "--" is the user's command and none of ours to permute. */
	while (command < argc && strcmp(argv[command], "--") != 0)
		command++;
	*ret_command = command < argc ? command + 1 : argc;

	optind = 0;
	opterr = 0;
	while (which = -1, (opt = getopt_long(command, argv, ":o:ivqh", longopts, &which)) != -1) {
		unsigned group = group_of(opt);

		if (opt == 'h')
			return OPTIONS_HELP;
		if (opt == '?' || opt == ':')
			return unknown(cmd, argv, opt, err);
		if (group && !(group & takes) && which >= 0)
			return cmd_usage(cmd, err, "it takes no option '--%s'",
					 longopts[which].name);
		if (group && !(group & takes))
			return cmd_usage(cmd, err, "it takes no option '-%c'", opt);
		if (set_option(cmd, opt, optarg, &o, err) < 0)
			return err->code;
	}
	*ret = o;
	*ret_end = command;

	return optind;
}

/* "NAME:key=value" or "key=value", which is for every profile. */
static int apply_set(const char *set, char **names, struct profile *p, size_t n, struct err *err)
{
	const char *equals = strchr(set, '='), *colon = strchr(set, ':');
	size_t len;
	bool found = false;

	if (!equals)
		return err_input(err, "--set '%s': write PROFILE:KEY=VALUE", set);
	if (!colon || colon > equals)
		colon = NULL;
	len = colon ? (size_t)(colon - set) : 0;

	for (size_t i = 0; i < n; i++) {
		if (colon && (strlen(names[i]) != len || strncmp(names[i], set, len) != 0))
			continue;
		found = true;
		if (profile_set(&p[i], colon ? colon + 1 : set, err) < 0)
			return err_wrap(err, "--set '%s'", set);
	}
	if (!found)
		return err_input(err, "--set '%s': '%.*s' is not among the profiles given", set,
				 (int)len, set);

	return 0;
}

int options_profiles(const struct options *o, char **names, size_t n, struct profile **ret,
		     struct err *err)
{
	auto_free char *dir = NULL;
	auto_free struct profile *p = calloc(n + 1, sizeof(*p));

	if (!p || asprintf(&dir, "%s/profiles", data_dir()) < 0)
		return err_sys(err, -ENOMEM, "profiles");
	if (access(dir, R_OK | X_OK) < 0)
		return err_env(err,
			       "profiles in '%s': %s; set DXEMU_DATADIR to where dxemu's files are",
			       dir, strerror(errno));
	for (size_t i = 0; i < n; i++)
		if (profile_load(dir, names[i], &p[i], err) < 0)
			return err->code;
	for (unsigned i = 0; i < o->n_sets; i++)
		if (apply_set(o->sets[i], names, p, n, err) < 0)
			return err->code;
	for (size_t i = 0; i < n; i++)
		if (profile_check(&p[i], err) < 0)
			return err_wrap(err, "%s", names[i]);
	*ret = take_ptr(p);

	return 0;
}

int options_world(const struct options *o, struct world_opts *ret, struct err *err)
{
	static char kernel[PATH_MAX], self[PATH_MAX];
	const char *init = getenv("DXEMU_INIT");

	if (o->world != WORLD_HOST && kernel_find(data_dir(), kernel, sizeof(kernel), err) < 0)
		return err->code;
	if (o->world == WORLD_HOST && geteuid() != 0)
		return err_env(err, "--world host needs root; without it use --world virtual");
	if (init ? !realpath(init, self) : readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return err_env(err, "cannot find %s: %s", init ? init : "this program",
			       strerror(errno));

	*ret = (struct world_opts){
		.kind = o->world,
		.kernel = kernel,
		.init = self,
		.memory_mb = WORLD_MEMORY_MB,
		.wall_limit_s = o->wall_limit_s,
		.verbose = o->verbose,
		.job_fn = job_run,
	};

	return 0;
}
