// SPDX-License-Identifier: ISC
#include "cli/test_options.h"

#include <assert.h>
#include <bsd/string.h>
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/util.h"

/* Sets of methods. */
enum {
	M_TCP = 1 << TEST_TCP,
	M_UDP = 1 << TEST_UDP,
	M_LATENCY = 1 << TEST_LATENCY,
	M_RR = 1 << TEST_RR,
	M_CRR = 1 << TEST_CRR,
	M_FCT = 1 << TEST_FCT,
	M_THROUGHPUT = 1 << TEST_THROUGHPUT,
	M_CAPACITY = 1 << TEST_CAPACITY,
	M_POLICING = 1 << TEST_POLICING,
	M_PATH_MTU = 1 << TEST_PATH_MTU,
	LOADS = M_TCP | M_UDP,
	TRANSACTIONS = M_RR | M_CRR | M_FCT,
	FLOWS = M_TCP | M_THROUGHPUT,
	STREAMS = M_UDP | M_CAPACITY | M_POLICING,
	ALL = (1 << TEST_KIND_COUNT) - 1,
	TIMED = ALL & ~M_PATH_MTU,
};

enum value {
	VALUE_METHOD,
	VALUE_DIRECTION,
	VALUE_ARRIVALS,
	VALUE_FRAME,
	VALUE_SECONDS,	/* of a double; a unit is needed */
	VALUE_SHARE,	/* of a double */
	VALUE_INTERVAL, /* microseconds of an unsigned */
	VALUE_RATE,
	VALUE_PPS,
	VALUE_BYTES,
	VALUE_COUNT,
};

static const struct option_row {
	const char *name, *arg, *help;
	unsigned methods;
	enum value value;
	size_t offset;
	double least, most;
} options[TEST_OPTION_COUNT] = {
	[TEST_OPTION_METHOD] = { "method", "NAME", NULL, ALL, VALUE_METHOD, 0, 0, 0 },
	[TEST_OPTION_DIRECTION] = { "direction", "D", "to_vpc, to_onprem or both (at once)", ALL,
				    VALUE_DIRECTION, 0, 0, 0 },
	[TEST_OPTION_INTERVAL] = { "interval", "TIME", "of rows over time (default 1s)", LOADS,
				   VALUE_SECONDS, offsetof(struct test, interval_s), 0.001, 1e6 },
	[TEST_OPTION_BACKGROUND] = { "background", "SHARE",
				     "other traffic: steady packets at this share of the rate "
				     "(60%)",
				     ALL, VALUE_SHARE, offsetof(struct test, background), 0, 1 },
	[TEST_OPTION_RATE] = { "rate", "RATE",
			       "offered: frames with FCS and tag (100mbit); of policing, the CIR",
			       M_UDP | M_POLICING, VALUE_RATE, offsetof(struct test, rate_bps), 1,
			       400e9 },
	[TEST_OPTION_PPS] = { "pps", "RATE", "or packets per second (10kpps)", M_UDP, VALUE_PPS,
			      offsetof(struct test, pps), 1, 1e8 },
	[TEST_OPTION_ARRIVALS] = { "arrivals", "HOW", "constant, poisson or on-off", M_UDP,
				   VALUE_ARRIVALS, 0, 0, 0 },
	[TEST_OPTION_BURST] = { "burst", "N", "on-off: packets in a burst (default 100)", M_UDP,
				VALUE_COUNT, offsetof(struct test, burst), 1, 1e9 },
	[TEST_OPTION_DUTY] = { "duty", "SHARE", "on-off: share of the time that is on (50%)", M_UDP,
			       VALUE_SHARE, offsetof(struct test, duty), 0.000001, 1 },
	[TEST_OPTION_FRAME] = { "frame", "BYTES",
				"Ethernet frame with FCS, 64 to 9022, or imix (default: full size)",
				STREAMS, VALUE_FRAME, 0, 0, 0 },
	[TEST_OPTION_SIZE] = { "size", "BYTES", "of a flow (default 10MB)", M_FCT, VALUE_BYTES,
			       offsetof(struct test, size_bytes), 1, 1e12 },
	[TEST_OPTION_REQUEST] = { "request", "BYTES", "of a request (default 1)", M_RR | M_CRR,
				  VALUE_BYTES, offsetof(struct test, request_bytes), 1, 1e9 },
	[TEST_OPTION_RESPONSE] = { "response", "BYTES", "of a response (default 1)", M_RR | M_CRR,
				   VALUE_BYTES, offsetof(struct test, response_bytes), 1, 1e9 },
	[TEST_OPTION_COUNT_MAX] = { "count", "N", "end after so many, if that is earlier",
				    TRANSACTIONS, VALUE_COUNT, offsetof(struct test, count), 1,
				    1e6 },
	[TEST_OPTION_PROBE_INTERVAL] = { "probe-interval", "TIME",
					 "of probes beside the load, 100us or more (default 1ms), "
					 "or 0",
					 LOADS | M_LATENCY, VALUE_INTERVAL, 0, 100, 1e8 },
};

/* Everything wrong with an option's value is told in one way. */
static int wrong(const struct cmd *cmd, const struct option_row *o, const char *text,
		 const char *what, struct err *err)
{
	return cmd_usage(cmd, err, "--%s: '%s': %s", o->name, text, what);
}

static int name_of(const struct cmd *cmd, const struct option_row *o, const char *text,
		   const char *const *names, size_t n, struct err *err)
{
	char all[160] = "";

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(text, names[i]))
			return (int)i;
		(void)strlcat(all, i == 0 ? "" : i == n - 1 ? " or " : ", ", sizeof(all));
		(void)strlcat(all, names[i], sizeof(all));
	}

	return wrong(cmd, o, text, all, err);
}

static int set_direction(const struct cmd *cmd, const struct option_row *o, const char *text,
			 struct test *t, struct err *err)
{
	static const char *const names[] = { "to_vpc", "to_onprem", "both" };
	int i = name_of(cmd, o, text, names, ARRAY_SIZE(names), err);

	if (i < 0)
		return i;
	t->dir[TO_VPC] = i != 1;
	t->dir[TO_ONPREM] = i != 0;

	return 0;
}

static int set_frame(const struct cmd *cmd, const struct option_row *o, const char *text,
		     struct test *t, struct err *err)
{
	uint64_t n;

	if (!strcmp(text, "imix")) {
		t->frame_bytes = FRAME_IMIX;
		return 0;
	}
	if (unit_parse(UNIT_NONE, text, &n) || n < FRAME_BYTES_MIN || n > FRAME_BYTES_MAX)
		return wrong(cmd, o, text, "64 to 9022, or imix", err);
	t->frame_bytes = (unsigned)n;

	return 0;
}

static int set_number(const struct cmd *cmd, const struct option_row *o, const char *text,
		      struct test *t, struct err *err)
{
	static const enum unit units[] = {
		[VALUE_SECONDS] = UNIT_TIME, [VALUE_INTERVAL] = UNIT_TIME,
		[VALUE_RATE] = UNIT_RATE,    [VALUE_PPS] = UNIT_PPS,
		[VALUE_BYTES] = UNIT_BYTES,  [VALUE_COUNT] = UNIT_NONE,
	};
	void *at = (char *)t + o->offset;
	double value = 0, share = 0;
	const char *what;
	uint64_t n = 0;
	char range[80];

	/* No probes: nothing has no unit. */
	if (o->value == VALUE_INTERVAL && !strcmp(text, "0"))
		text = "0us";
	what = o->value == VALUE_SHARE ? ratio_parse(text, &share)
				       : unit_parse(units[o->value], text, &n);
	if (what)
		return wrong(cmd, o, text, what, err);
	value = o->value == VALUE_SHARE	     ? share
		: o->value == VALUE_SECONDS  ? (double)n / 1e9
		: o->value == VALUE_INTERVAL ? (double)n / 1e3
					     : (double)n;
	(void)snprintf(range, sizeof(range), "from %.15g to %.15g%s", o->least, o->most,
		       o->value == VALUE_SECONDS    ? " s"
		       : o->value == VALUE_INTERVAL ? " us, or 0"
						    : "");
	if ((value < o->least || value > o->most) && !(o->value == VALUE_INTERVAL && n == 0))
		return wrong(cmd, o, text, range, err);
	if (o->value == VALUE_SHARE || o->value == VALUE_SECONDS)
		*(double *)at = value;
	else if (o->value == VALUE_INTERVAL)
		t->probe_interval_us = (unsigned)value;
	else
		*(uint64_t *)at = n;

	return 0;
}

static int set(const struct cmd *cmd, const struct option_row *o, const char *text, struct test *t,
	       struct err *err)
{
	int i;

	switch (o->value) {
	case VALUE_METHOD:
		return 0;
	case VALUE_DIRECTION:
		return set_direction(cmd, o, text, t, err);
	case VALUE_ARRIVALS:
		i = name_of(cmd, o, text, arrivals_names, ARRIVALS_COUNT, err);
		t->arrivals = (enum arrivals)MAX(i, 0);
		return MIN(i, 0);
	case VALUE_FRAME:
		return set_frame(cmd, o, text, t, err);
	case VALUE_SECONDS:
	case VALUE_SHARE:
	case VALUE_INTERVAL:
	case VALUE_RATE:
	case VALUE_PPS:
	case VALUE_BYTES:
	case VALUE_COUNT:
		break;
	}

	return set_number(cmd, o, text, t, err);
}

static int check(const struct cmd *cmd, const struct options *o, const struct test *t,
		 struct err *err)
{
	if (t->rate_bps && t->pps)
		return cmd_usage(cmd, err, "--rate or --pps, not both");
	if (t->kind == TEST_UDP && !t->rate_bps && !t->pps)
		return cmd_usage(cmd, err, "--method udp wants --rate RATE or --pps RATE");
	if (t->kind == TEST_FCT && t->dir[TO_VPC] && t->dir[TO_ONPREM])
		return cmd_usage(cmd, err, "--method fct: one --direction at a time");
	if (t->kind == TEST_LATENCY && !t->probe_interval_us)
		return cmd_usage(cmd, err, "--method latency without probes");
	if (t->arrivals != ARRIVALS_ON_OFF &&
	    (o->test_values[TEST_OPTION_BURST] || o->test_values[TEST_OPTION_DUTY]))
		return cmd_usage(cmd, err, "--burst and --duty go with --arrivals on-off");
	if (o->test_values[TEST_OPTION_DIRECTION] && !t->background &&
	    ((M_LATENCY | M_RR | M_CRR) & 1U << t->kind))
		return cmd_usage(cmd, err,
				 "--method %s goes both ways; --direction is of --background",
				 test_names[t->kind]);
	if (o->duration_s > 0 && !(TIMED & 1U << t->kind))
		return cmd_usage(cmd, err, "--method %s takes no --duration", test_names[t->kind]);
	if (o->flows > 1 && !(FLOWS & 1U << t->kind))
		return cmd_usage(cmd, err, "--method %s takes no --flows", test_names[t->kind]);
	if (strcmp(o->congestion_control, "cubic") != 0 &&
	    !((FLOWS | TRANSACTIONS) & 1U << t->kind))
		return cmd_usage(cmd, err, "--method %s takes no --cc", test_names[t->kind]);

	return 0;
}

int test_from_options(const struct cmd *cmd, const struct options *o, struct test *ret,
		      struct err *err)
{
	const char *name = o->test_values[TEST_OPTION_METHOD];
	int kind =
		name_of(cmd, &options[TEST_OPTION_METHOD], name, test_names, TEST_KIND_COUNT, err);
	struct test t;

	if (kind < 0)
		return kind;
	t = test_defaults((enum test_kind)kind);
	for (size_t i = 0; i < TEST_OPTION_COUNT; i++) {
		if (!o->test_values[i])
			continue;
		if (!(options[i].methods & 1U << kind))
			return cmd_usage(cmd, err, "--method %s takes no --%s", name,
					 options[i].name);
		if (set(cmd, &options[i], o->test_values[i], &t, err) < 0)
			return err->code;
	}
	t.flows = o->flows;
	(void)strlcpy(t.congestion_control, o->congestion_control, sizeof(t.congestion_control));
	if (o->duration_s > 0)
		t.duration_s = o->duration_s;
	t.stream = o->json_stream;
	t.probes_wanted = o->csv_dir != NULL;
	if (check(cmd, o, &t, err) < 0)
		return err->code;
	*ret = t;

	return 0;
}

void test_options_help(FILE *out)
{
	(void)fputs("methods (--method NAME):\n", out);
	for (size_t i = 0; i < TEST_KIND_COUNT; i++)
		(void)fprintf(out, "  %-16s %s\n", test_names[i], test_summaries[i]);
	(void)fputs("options of methods, beside --duration S, --flows N and --cc NAME:\n", out);
	for (size_t i = 0; i < TEST_OPTION_COUNT; i++) {
		char word[32];

		if (!options[i].help)
			continue;
		(void)snprintf(word, sizeof(word), "--%s %s", options[i].name, options[i].arg);
		(void)fprintf(out, "  %-22s %s\n", word, options[i].help);
	}
	(void)fputs("  --json-stream          print each row as a line of JSON as it comes\n"
		    "  --csv DIR              write each table, and each probe, to DIR as CSV\n",
		    out);
}
