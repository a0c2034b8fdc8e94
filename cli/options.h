/* SPDX-License-Identifier: ISC */
/* Options that several commands share, parsed and checked in one place. */
#ifndef DXEMU_CLI_OPTIONS_H
#define DXEMU_CLI_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/cmd.h"
#include "model/profile.h"
#include "world/world.h"

#define SETS_MAX 64

/* Room for what a link holds in its queues and sockets; a world takes only what it touches. */
#define WORLD_MEMORY_MB 1024

/* Of `run --method`; cli/test_options.c says what each means. */
enum test_option {
	TEST_OPTION_METHOD,
	TEST_OPTION_DIRECTION,
	TEST_OPTION_INTERVAL,
	TEST_OPTION_BACKGROUND,
	TEST_OPTION_RATE,
	TEST_OPTION_PPS,
	TEST_OPTION_ARRIVALS,
	TEST_OPTION_BURST,
	TEST_OPTION_DUTY,
	TEST_OPTION_FRAME,
	TEST_OPTION_SIZE,
	TEST_OPTION_REQUEST,
	TEST_OPTION_RESPONSE,
	TEST_OPTION_COUNT_MAX,
	TEST_OPTION_PROBE_INTERVAL,
	TEST_OPTION_COUNT,
};

/* A day: a world in which nothing happens any more gets there at once. */
#define DEADLINE_DEFAULT_S 86400.0

struct options {
	enum world_kind world;
	uint64_t seed;
	double budget_s;
	double duration_s;   /* of a phase; 0 = as long as it needs within the budget */
	double deadline_s;   /* of the world's time, for a command */
	double wall_limit_s; /* of wall time, per world; 0 = none */
	unsigned flows;
	const char *congestion_control;
	bool json, verbose, quiet, use_stdin;
	bool all;	  /* every profile */
	uint64_t samples; /* of a distribution, to verify it; 0 = as many as it takes */
	bool no_verify;
	const char *output;	 /* -o */
	const char *pcap_dir;	 /* --pcap */
	const char *source;	 /* --source */
	const char *csv_dir;	 /* --csv */
	const char *configs_dir; /* --configs */
	bool show_keys;
	bool json_stream;
	const char *test_values[TEST_OPTION_COUNT]; /* as they were given, or NULL */
	const char *sets[SETS_MAX];
	unsigned n_sets;
};

/* Which of the shared options a command takes. */
enum {
	OPT_WORLD = 1 << 0,
	OPT_SEED = 1 << 1,
	OPT_SET = 1 << 2,
	OPT_JSON = 1 << 3,
	OPT_OUTPUT = 1 << 4,
	OPT_MEASURE = 1 << 5, /* --budget, --duration, --flows, --cc */
	OPT_COMMAND = 1 << 6, /* --pcap, --deadline, -i */
	OPT_SOURCE = 1 << 7,
	OPT_VERIFY = 1 << 8,   /* --all, --samples */
	OPT_CHECK = 1 << 9,    /* --no-verify */
	OPT_TEST = 1 << 10,    /* --method and its options, --csv, --json-stream */
	OPT_CONFIGS = 1 << 11, /* --configs, --show-keys */
};

/*
 * options_parse() - parses argv up to the first "--".
 * Returns the index of the first argument that is no option, OPTIONS_HELP after --help, or -errno. Arguments
 * and options may be mixed, as getopt_long() has it: the options are moved to the front. Unlike there, a long option
 * is written out: an abbreviation in a script would become ambiguous with the next option. *ret_end is the end
 * of the arguments; *ret_command the index after "--", where a command starts, or argc: also on failure, since
 * the exit status depends on it.
 */
#define OPTIONS_HELP 0
int options_parse(const struct cmd *cmd, unsigned takes, int argc, char **argv, struct options *ret,
		  int *ret_end, int *ret_command, struct err *err);

/* Loads the named profiles and applies --set to them; the caller frees *ret. */
int options_profiles(const struct options *o, char **names, size_t n, struct profile **ret,
		     struct err *err);

/* What world_run_all() wants, with the kernel found; lives as long as the program. */
int options_world(const struct options *o, struct world_opts *ret, struct err *err);

#endif
