// SPDX-License-Identifier: ISC
#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "emul/phases.h"

/* What a world has room for. */
#define SAMPLES_MAX 1000000

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
	O_SOURCE,
	O_ALL,
	O_SAMPLES,
	O_NO_VERIFY,
	O_CSV,
	O_JSON_STREAM,
	O_CONFIGS,
	O_SHOW_KEYS,
	O_TEST, /* and those after it: enum test_option */
};

#define LETTERS "o:ivqh"

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
	{ "source", required_argument, NULL, O_SOURCE },
	{ "all", no_argument, NULL, O_ALL },
	{ "samples", required_argument, NULL, O_SAMPLES },
	{ "no-verify", no_argument, NULL, O_NO_VERIFY },
	{ "csv", required_argument, NULL, O_CSV },
	{ "json-stream", no_argument, NULL, O_JSON_STREAM },
	{ "configs", required_argument, NULL, O_CONFIGS },
	{ "show-keys", no_argument, NULL, O_SHOW_KEYS },
	{ "method", required_argument, NULL, O_TEST + TEST_OPTION_METHOD },
	{ "direction", required_argument, NULL, O_TEST + TEST_OPTION_DIRECTION },
	{ "interval", required_argument, NULL, O_TEST + TEST_OPTION_INTERVAL },
	{ "background", required_argument, NULL, O_TEST + TEST_OPTION_BACKGROUND },
	{ "rate", required_argument, NULL, O_TEST + TEST_OPTION_RATE },
	{ "pps", required_argument, NULL, O_TEST + TEST_OPTION_PPS },
	{ "arrivals", required_argument, NULL, O_TEST + TEST_OPTION_ARRIVALS },
	{ "burst", required_argument, NULL, O_TEST + TEST_OPTION_BURST },
	{ "duty", required_argument, NULL, O_TEST + TEST_OPTION_DUTY },
	{ "frame", required_argument, NULL, O_TEST + TEST_OPTION_FRAME },
	{ "size", required_argument, NULL, O_TEST + TEST_OPTION_SIZE },
	{ "request", required_argument, NULL, O_TEST + TEST_OPTION_REQUEST },
	{ "response", required_argument, NULL, O_TEST + TEST_OPTION_RESPONSE },
	{ "count", required_argument, NULL, O_TEST + TEST_OPTION_COUNT_MAX },
	{ "probe-interval", required_argument, NULL, O_TEST + TEST_OPTION_PROBE_INTERVAL },
	{ "interactive", no_argument, NULL, 'i' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* The option group that a letter or long option belongs to; 0 = every command has it. */
static unsigned group_of(int opt)
{
	if (opt >= O_TEST)
		return OPT_TEST;
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
	case O_SOURCE:
		return OPT_SOURCE;
	case O_ALL:
	case O_SAMPLES:
		return OPT_VERIFY;
	case O_NO_VERIFY:
		return OPT_CHECK;
	case O_CSV:
	case O_JSON_STREAM:
		return OPT_TEST;
	case O_CONFIGS:
	case O_SHOW_KEYS:
		return OPT_CONFIGS;
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

	if (opt >= O_TEST) {
		o->test_values[opt - O_TEST] = arg;
		return 0;
	}
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
	case O_SOURCE:
		o->source = arg;
		return 0;
	case O_ALL:
		o->all = true;
		return 0;
	case O_SAMPLES:
		r = parse_whole(cmd, "--samples", arg, SAMPLES_MAX, &o->samples, err);
		if (r == 0 && o->samples == 0)
			return cmd_usage(cmd, err, "--samples: 1 to %d", SAMPLES_MAX);
		return r;
	case O_NO_VERIFY:
		o->no_verify = true;
		return 0;
	case O_CSV:
		o->csv_dir = arg;
		return 0;
	case O_JSON_STREAM:
		o->json_stream = true;
		return 0;
	case O_CONFIGS:
		o->configs_dir = arg;
		return 0;
	case O_SHOW_KEYS:
		o->show_keys = true;
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

static bool is_taken(int opt, unsigned takes)
{
	unsigned group = group_of(opt);

	return !group || (group & takes);
}

/* Whether "--NAME" or "--NAME=VALUE" is a long option written out; else says what is wrong with it. */
static int check_name(const struct cmd *cmd, unsigned takes, const char *word, struct err *err)
{
	const char *meant = NULL;
	size_t len = strcspn(word, "=");

	for (const struct option *l = longopts; l->name; l++) {
		if (strncmp(l->name, word + 2, len - 2) != 0)
			continue;
		if (strlen(l->name) == len - 2)
			return 0;
		if (!meant && is_taken(l->val, takes))
			meant = l->name;
	}
	if (meant)
		return cmd_usage(cmd, err, "unknown option '%.*s'; did you mean '--%s'?", (int)len,
				 word, meant);

	return cmd_usage(cmd, err, "unknown option '%.*s'", (int)len, word);
}

/*
 * What getopt_long() does not take. A letter that it does not know is in optopt; in every other case the word is the
 * one before.
 */
static int refuse(const struct cmd *cmd, unsigned takes, char **argv, int opt, struct err *err)
{
	const char *word = argv[optind - 1];

	if (opt == '?' && optopt && optopt < 256 && !strchr(LETTERS, optopt))
		return cmd_usage(cmd, err, "unknown option '-%c'", optopt);
	if (!strncmp(word, "--", 2) && check_name(cmd, takes, word, err) < 0)
		return err->code;
	if (opt == ':')
		return cmd_usage(cmd, err, "option '%s' needs a value", word);

	return cmd_usage(cmd, err, "option '%.*s' takes no value", (int)strcspn(word, "="), word);
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
	while (which = -1,
	       (opt = getopt_long(command, argv, ":" LETTERS, longopts, &which)) != -1) {
		if (opt == '?' || opt == ':')
			return refuse(cmd, takes, argv, opt, err);
		/* A value that is a word of its own comes after the option's. */
		if (which >= 0 &&
		    check_name(cmd, takes, argv[optind - (optarg == argv[optind - 1] ? 2 : 1)],
			       err) < 0)
			return err->code;
		if (opt == 'h')
			return OPTIONS_HELP;
		if (!is_taken(opt, takes) && which >= 0)
			return cmd_usage(cmd, err, "it takes no option '--%s'",
					 longopts[which].name);
		if (!is_taken(opt, takes))
			return cmd_usage(cmd, err, "it takes no option '-%c'", opt);
		if (set_option(cmd, opt, optarg, &o, err) < 0)
			return err->code;
	}
	*ret = o;
	*ret_end = command;

	return optind;
}
