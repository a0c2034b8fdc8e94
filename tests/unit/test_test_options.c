// SPDX-License-Identifier: ISC
#include "cli/test_options.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"

static const struct cmd cmd = { .name = "run" };

/* The program's own is beside its main(). */
int cmd_usage(const struct cmd *c, struct err *err, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);

	return err_input(err, "%s: %s", c->name, what);
}

static const char *const words[TEST_OPTION_COUNT] = {
	[TEST_OPTION_METHOD] = "method",
	[TEST_OPTION_DIRECTION] = "direction",
	[TEST_OPTION_INTERVAL] = "interval",
	[TEST_OPTION_BACKGROUND] = "background",
	[TEST_OPTION_RATE] = "rate",
	[TEST_OPTION_PPS] = "pps",
	[TEST_OPTION_ARRIVALS] = "arrivals",
	[TEST_OPTION_BURST] = "burst",
	[TEST_OPTION_DUTY] = "duty",
	[TEST_OPTION_FRAME] = "frame",
	[TEST_OPTION_SIZE] = "size",
	[TEST_OPTION_REQUEST] = "request",
	[TEST_OPTION_RESPONSE] = "response",
	[TEST_OPTION_COUNT_MAX] = "count",
	[TEST_OPTION_PROBE_INTERVAL] = "probe-interval",
};

/* "udp rate=10mbit frame=64": a method and its options, as options_parse() leaves them. */
static int parse(const char *line, struct options *o, struct test *ret, struct err *err)
{
	static char text[256];
	char *rest = text, *word;

	*o = (struct options){ .flows = 1, .congestion_control = "cubic" };
	(void)snprintf(text, sizeof(text), "%s", line);
	o->test_values[TEST_OPTION_METHOD] = strsep(&rest, " ");
	while ((word = strsep(&rest, " "))) {
		const char *name = strsep(&word, "=");
		size_t i = 0;

		if (!strcmp(name, "duration")) {
			o->duration_s = strtod(word, NULL);
			continue;
		}
		if (!strcmp(name, "flows")) {
			o->flows = (unsigned)strtoul(word, NULL, 10);
			continue;
		}
		if (!strcmp(name, "cc")) {
			o->congestion_control = word;
			continue;
		}
		while (i < TEST_OPTION_COUNT && strcmp(words[i], name) != 0)
			i++;
		cr_assert_lt(i, TEST_OPTION_COUNT, "%s", name);
		o->test_values[i] = word;
	}

	return test_from_options(&cmd, o, ret, err);
}

/* Which method takes which option: everything else is refused, and said so. */
Test(test_options, which_takes_which)
{
	static const struct {
		const char *option;
		const char *methods; /* each between blanks */
	} rows[] = {
		{ "direction=to_vpc background=1%", " tcp udp latency rr crr fct throughput "
						    "capacity policing "
						    "path-mtu " },
		{ "interval=1s", " tcp udp " },
		{ "background=30%", " tcp udp latency rr crr fct throughput capacity policing "
				    "path-mtu " },
		{ "rate=10mbit", " udp policing " },
		{ "pps=10kpps", " udp " },
		{ "arrivals=poisson", " udp " },
		{ "burst=5 arrivals=on-off", " udp " },
		{ "duty=10% arrivals=on-off", " udp " },
		{ "frame=64", " udp capacity policing " },
		{ "size=1MB", " fct " },
		{ "request=100B", " rr crr " },
		{ "response=100B", " rr crr " },
		{ "count=10", " rr crr fct " },
		{ "probe-interval=1ms", " tcp udp latency " },
		{ "duration=5", " tcp udp latency rr crr fct throughput capacity policing " },
		{ "flows=2", " tcp throughput " },
		{ "cc=bbr", " tcp throughput rr crr fct " },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (enum test_kind k = 0; k < TEST_KIND_COUNT; k++) {
			char line[128], word[32], expected[128];
			bool has_rate = !strncmp(rows[i].option, "rate", 4) ||
					!strncmp(rows[i].option, "pps", 3);
			/* udp cannot do without a rate. */
			const char *more = k == TEST_UDP && !has_rate ? " rate=10mbit" : "";
			struct options o;
			struct test t;
			struct err err = { .msg = "" };
			bool taken;
			int r;

			(void)snprintf(word, sizeof(word), " %s ", test_names[k]);
			(void)snprintf(line, sizeof(line), "%s %s%s", test_names[k], rows[i].option,
				       more);
			taken = strstr(rows[i].methods, word) != NULL;
			r = parse(line, &o, &t, &err);
			cr_expect_eq(r, taken ? 0 : -EINVAL, "%s: %s", line, err.msg);
			if (taken)
				continue;
			cr_expect_eq(err.kind, ERR_INPUT);
			(void)snprintf(expected, sizeof(expected), "run: --method %s takes no --",
				       test_names[k]);
			cr_expect(!strncmp(err.msg, expected, strlen(expected)), "%s: %s", line,
				  err.msg);
		}
}

Test(test_options, refused)
{
	static const struct {
		const char *line, *message;
	} rows[] = {
		{ "iperf", "--method: 'iperf': tcp, udp, latency, rr, crr, fct, throughput, "
			   "capacity, policing or path-mtu" },
		{ "", "--method: '': tcp, udp, latency, rr, crr, fct, throughput, "
		      "capacity, policing or path-mtu" },
		{ "TCP", "--method: 'TCP': tcp, udp, latency, rr, crr, fct, throughput, "
			 "capacity, policing or path-mtu" },
		{ "udp", "--method udp wants --rate RATE or --pps RATE" },
		{ "udp rate=10mbit pps=1kpps", "--rate or --pps, not both" },
		{ "tcp rate=10mbit", "--method tcp takes no --rate" },
		/* What a method does not take is said before what is wrong with it. */
		{ "tcp rate=10", "--method tcp takes no --rate" },
		{ "tcp direction=up", "--direction: 'up': to_vpc, to_onprem or both" },
		{ "tcp direction=", "--direction: '': to_vpc, to_onprem or both" },
		{ "fct direction=both", "--method fct: one --direction at a time" },
		{ "tcp interval=0", "--interval: '0': no unit, write e.g. 10ms" },
		{ "tcp interval=0s", "--interval: '0s': from 0.001 to 1000000 s" },
		{ "tcp interval=999us", "--interval: '999us': from 0.001 to 1000000 s" },
		{ "tcp interval=278h", "--interval: '278h': from 0.001 to 1000000 s" },
		{ "tcp interval=-1s", "--interval: '-1s': negative, write e.g. 10ms" },
		{ "tcp background=200%", "--background: '200%': above 1" },
		{ "tcp background=60", "--background: '60': above 1" },
		{ "tcp background=-1%", "--background: '-1%': negative" },
		{ "tcp background=much", "--background: 'much': not a share, write e.g. 0.001, "
					 "1e-5 or 0.1%" },
		{ "udp rate=100", "--rate: '100': no unit, write e.g. 10gbit" },
		{ "udp rate=0bit", "--rate: '0bit': from 1 to 400000000000" },
		{ "udp rate=401gbit", "--rate: '401gbit': from 1 to 400000000000" },
		{ "udp rate=1Gbit", "--rate: '1Gbit': unknown unit, write 'gbit'" },
		{ "udp pps=10k", "--pps: '10k': unknown unit, write 'kpps'" },
		{ "udp pps=0pps", "--pps: '0pps': from 1 to 100000000" },
		{ "udp rate=1mbit arrivals=bursty", "--arrivals: 'bursty': constant, poisson or "
						    "on-off" },
		{ "udp rate=1mbit burst=5", "--burst and --duty go with --arrivals on-off" },
		{ "udp rate=1mbit arrivals=poisson duty=5%", "--burst and --duty go with "
							     "--arrivals on-off" },
		{ "udp rate=1mbit arrivals=on-off burst=0", "--burst: '0': from 1 to 1000000000" },
		{ "udp rate=1mbit arrivals=on-off burst=1.5", "--burst: '1.5': not a whole number, "
							      "write e.g. 1500" },
		{ "udp rate=1mbit arrivals=on-off duty=0", "--duty: '0': from 1e-06 to 1" },
		{ "udp rate=1mbit frame=63", "--frame: '63': 64 to 9022, or imix" },
		{ "udp rate=1mbit frame=9023", "--frame: '9023': 64 to 9022, or imix" },
		{ "udp rate=1mbit frame=x", "--frame: 'x': 64 to 9022, or imix" },
		{ "udp rate=1mbit frame=0", "--frame: '0': 64 to 9022, or imix" },
		{ "udp rate=1mbit frame=1", "--frame: '1': 64 to 9022, or imix" },
		{ "udp rate=1mbit frame=64B", "--frame: '64B': 64 to 9022, or imix" },
		{ "fct size=0B", "--size: '0B': from 1 to 1000000000000" },
		{ "fct size=10", "--size: '10': no unit, write e.g. 250kB" },
		{ "fct count=0", "--count: '0': from 1 to 1000000" },
		{ "fct count=1000001", "--count: '1000001': from 1 to 1000000" },
		{ "rr request=0B", "--request: '0B': from 1 to 1000000000" },
		{ "crr response=1001MB", "--response: '1001MB': from 1 to 1000000000" },
		{ "tcp probe-interval=50us", "--probe-interval: '50us': from 100 to 100000000 us, "
					     "or 0" },
		{ "tcp probe-interval=101s", "--probe-interval: '101s': from 100 to 100000000 us, "
					     "or 0" },
		{ "tcp probe-interval=1", "--probe-interval: '1': no unit, write e.g. 10ms" },
		{ "latency probe-interval=0", "--method latency without probes" },
		{ "latency probe-interval=0s", "--method latency without probes" },
		{ "path-mtu duration=3", "--method path-mtu takes no --duration" },
		{ "udp rate=1mbit flows=2", "--method udp takes no --flows" },
		{ "latency cc=bbr", "--method latency takes no --cc" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct test t = { .flows = 77 };
		struct options o;
		struct err err = { .msg = "" };

		cr_expect_eq(parse(rows[i].line, &o, &t, &err), -EINVAL, "%s", rows[i].line);
		cr_expect_eq(err.kind, ERR_INPUT, "%s", rows[i].line);
		cr_expect(!strncmp(err.msg, "run: ", 5) && !strcmp(err.msg + 5, rows[i].message),
			  "%s:\n%s\n%s", rows[i].line, err.msg + 5, rows[i].message);
		cr_expect_eq(t.flows, 77, "%s: written on failure", rows[i].line);
	}
}

/* Without options a method is as its defaults have it. */
Test(test_options, defaults)
{
	for (enum test_kind k = 0; k < TEST_KIND_COUNT; k++) {
		const struct test expected = test_defaults(k);
		json_t *a, *b;
		char line[64];
		struct options o;
		struct test t;
		struct err err = { .msg = "" };

		(void)snprintf(line, sizeof(line), "%s%s", test_names[k],
			       k == TEST_UDP ? " rate=1mbit" : "");
		cr_assert_eq(parse(line, &o, &t, &err), 0, "%s", err.msg);
		cr_expect_eq(t.rate_bps, k == TEST_UDP ? 1000000 : 0);
		t.rate_bps = 0;
		a = test_to_json(&expected);
		b = test_to_json(&t);
		cr_expect(json_equal(a, b), "%s", line);
		json_decref(a);
		json_decref(b);
	}
}

/* Least, most and in between. */
Test(test_options, taken)
{
	static const struct {
		const char *line, *key, *value;
	} rows[] = {
		{ "tcp direction=to_onprem", "to_vpc", "false" },
		{ "tcp direction=to_onprem", "to_onprem", "true" },
		{ "tcp direction=both", "to_vpc", "true" },
		{ "tcp direction=both", "to_onprem", "true" },
		{ "policing direction=to_vpc", "to_onprem", "false" },
		{ "tcp interval=100ms", "interval_s", "0.1" },
		{ "tcp interval=1ms", "interval_s", "0.001" },
		{ "tcp interval=1000000s", "interval_s", "1000000.0" },
		{ "tcp background=0", "background", "0.0" },
		{ "tcp background=60%", "background", "0.6" },
		{ "tcp background=1", "background", "1.0" },
		{ "udp rate=1bit", "rate_bps", "1" },
		{ "udp rate=400gbit", "rate_bps", "400000000000" },
		{ "udp pps=1.5kpps", "pps", "1500" },
		{ "udp pps=100mpps", "pps", "100000000" },
		{ "policing rate=50mbit", "rate_bps", "50000000" },
		{ "udp pps=1pps arrivals=poisson", "arrivals", "\"poisson\"" },
		{ "udp pps=1pps arrivals=on-off burst=7", "burst", "7" },
		{ "udp pps=1pps arrivals=on-off duty=25%", "duty", "0.25" },
		{ "udp pps=1pps frame=64", "frame_bytes", "64" },
		{ "udp pps=1pps frame=9022", "frame_bytes", "9022" },
		{ "capacity frame=imix", "frame_bytes", "1" },
		{ "fct size=1.5MiB", "size_bytes", "1572864" },
		{ "rr request=64KiB", "request_bytes", "65536" },
		{ "crr response=1B", "response_bytes", "1" },
		{ "crr count=1000000", "count", "1000000" },
		{ "tcp probe-interval=100us", "probe_interval_us", "100" },
		{ "tcp probe-interval=100s", "probe_interval_us", "100000000" },
		{ "tcp probe-interval=0", "probe_interval_us", "0" },
		{ "tcp probe-interval=0s", "probe_interval_us", "0" },
		{ "tcp duration=0.5", "duration_s", "0.5" },
		{ "capacity duration=2", "duration_s", "2.0" },
		{ "tcp flows=64", "flows", "64" },
		{ "tcp cc=bbr", "congestion_control", "\"bbr\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		auto_free char *value = NULL;
		struct options o;
		struct test t;
		struct err err = { .msg = "" };
		json_t *doc;

		cr_assert_eq(parse(rows[i].line, &o, &t, &err), 0, "%s", err.msg);
		doc = test_to_json(&t);
		value = json_dumps(json_object_get(doc, rows[i].key),
				   JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
		cr_expect_str_eq(value, rows[i].value, "%s", rows[i].line);
		json_decref(doc);
	}
}

/* What is asked of the output is asked of the world. */
Test(test_options, output)
{
	struct options o;
	struct test t;
	struct err err;

	cr_assert_eq(parse("tcp", &o, &t, &err), 0);
	cr_expect_not(t.stream);
	cr_expect_not(t.probes_wanted);
	o.json_stream = true;
	cr_assert_eq(test_from_options(&cmd, &o, &t, &err), 0);
	cr_expect(t.stream && !t.probes_wanted);
	o.csv_dir = "x";
	o.json_stream = false;
	cr_assert_eq(test_from_options(&cmd, &o, &t, &err), 0);
	cr_expect(!t.stream && t.probes_wanted);
}

/* Every method and every option is in the help, in 80 columns' worth of terminal or little more. */
Test(test_options, help)
{
	auto_free char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	test_options_help(out);
	cr_assert_eq(fclose(out), 0);
	for (size_t i = 0; i < TEST_KIND_COUNT; i++)
		cr_expect(strstr(text, test_summaries[i]), "%s", test_names[i]);
	for (size_t i = 1; i < TEST_OPTION_COUNT; i++) {
		char word[32];

		(void)snprintf(word, sizeof(word), "\n  --%s ", words[i]);
		cr_expect(strstr(text, word), "%s", words[i]);
	}
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		cr_expect_leq(strcspn(line, "\n"), 100, "%.*s", (int)strcspn(line, "\n"), line);
}
