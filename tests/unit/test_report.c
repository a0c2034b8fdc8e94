// SPDX-License-Identifier: ISC
/*
 * Reports of hand-made results against tests/golden/report/. DXEMU_GOLDEN_UPDATE=1 writes the
 * expectations anew. Runs at the root of the tree.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"
#include "report/format.h"
#include "report/report.h"

#define GOLDEN "tests/golden/report/"

#define HAVE_ALL ((1U << QUANTILE_COUNT) - 1)
#define HAVE_TO(q) (((2U << (q)) - 1) | 1U << Q_MAX)

typedef int (*report_fn)(const struct result *result, FILE *out, struct err *err);

/* A distribution whose figures can be told from those of any other base. */
static struct quantiles spread(int64_t base_ns, int64_t step_ns)
{
	struct quantiles q = { .n = 10000, .have = HAVE_ALL };

	for (enum quantile i = 0; i < QUANTILE_COUNT; i++)
		q.ns[i] = base_ns + i * step_ns;

	return q;
}

static struct loss_stats losses(uint64_t sent, uint64_t lost, uint64_t episodes, double low,
				double high)
{
	return (struct loss_stats){
		.sent = sent,
		.lost = lost,
		.ratio = sent ? (double)lost / (double)sent : 0,
		.ci95_low = low,
		.ci95_high = high,
		.episodes = episodes,
		.longest_burst = lost ? lost - episodes + 1 : 0,
	};
}

static struct phase_result busy_phase(int64_t owd_ns, double goodput_bps)
{
	struct phase_result p = {
		.done = true,
		.virtual_s = 15.25,
		.wall_s = 1,
		.duration_s = 10,
		.ramp_s = 2.5,
		.probe_interval_us = 1000,
		.rtt = spread(2 * owd_ns + 24176, 1001),
		.owd = { spread(owd_ns, 500), spread(owd_ns + 24176, 501) },
		.pdv = { spread(0, 500), spread(0, 501) },
		.ipdv = { spread(0, 7), spread(0, 8000) },
		.loss = { losses(10000, 0, 0, 0, 0.000384), losses(10000, 0, 0, 0, 0.000384) },
	};

	memset(p.samples_sha256, 0xa5, sizeof(p.samples_sha256));
	if (goodput_bps > 0)
		p.tcp = (struct tcp_stats){ .measured = true,
					    .goodput_bps = goodput_bps,
					    .retransmits = 3,
					    .bytes = (uint64_t)(goodput_bps * 10 / 8),
					    .few = goodput_bps < 1e6 };

	return p;
}

static void dedicated(struct link_result *l)
{
	*l = (struct link_result){
		.profile = { .name = "dx-dedicated-1g",
			     .kind = LINK_DEDICATED,
			     .mtu = 1500,
			     .c_tag = 101 },
		.title = "Direct Connect, dedicated port, 1 Gbit/s",
		.phase = { busy_phase(1012345, 0), busy_phase(6000000, 939.04e6),
			   busy_phase(6000001, 938.96e6) },
		.mss = 1448,
		.loss = { losses(30000, 0, 0, 0, 0.000128), losses(30000, 0, 0, 0, 0.000128) },
	};
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		l->profile.dir[d] = (struct profile_dir){
			.rate_bps = 1000000000,
			.queue_ns = 10000000,
			.delay_ns = 1000000,
			.jitter_shape = JITTER_HALF_NORMAL,
			.jitter_ns = 50000,
			.loss_ratio = 1e-6,
		};
		l->loss[d].few = true;
		for (enum phase i = 0; i < PHASE_COUNT; i++)
			l->phase[i].loss[d].few = true;
	}
	memset(l->samples_sha256, 0x1f, sizeof(l->samples_sha256));
}

static void vpn(struct link_result *l)
{
	*l = (struct link_result){
		.profile = { .name = "vpn-intercontinental", .kind = LINK_VPN, .mtu = 1438 },
		.title = "VPN \"over\" the internet",
		.phase = { busy_phase(45000000, 0), busy_phase(95000000, 12.346e6),
			   busy_phase(95000000, 999.96e3) },
		.mss = 1386,
		.loss = { losses(200000, 597, 301, 0.002755, 0.003233),
			  losses(199403, 1, 1, 8.85e-7, 2.84e-5) },
		.reordered = 2,
		.duplicated = 1,
	};
	for (enum dir d = 0; d < DIR_COUNT; d++)
		l->profile.dir[d] = (struct profile_dir){
			.rate_bps = 200000000,
			.queue_ns = 50000000,
			.cap_bps = 1250000000,
			.cap_pps = 140000,
			.delay_ns = 45000000,
			.loss_model = LOSS_GILBERT,
			.loss_p = 0.0015,
			.loss_r = 0.5,
		};
	l->phase[PHASE_IDLE].rtt.lost = 1U << Q_P999;
	l->phase[PHASE_IDLE].pdv[TO_VPC].lost = 1U << Q_P999;
	l->phase[PHASE_IDLE].reordered[TO_VPC] = 2;
	l->phase[PHASE_LOADED_TO_VPC].duplicated[TO_ONPREM] = 1;
	memset(l->samples_sha256, 0x2e, sizeof(l->samples_sha256));
}

/* Only an idle phase, and a short one: few probes there, and none that was sent back. */
static void barely_measured(struct link_result *l)
{
	struct phase_result *idle = &l->phase[PHASE_IDLE];

	*l = (struct link_result){
		.profile = { .name = "dx-hosted-50m", .kind = LINK_HOSTED, .mtu = 1500 },
		.title = "Direct Connect, hosted, 50 Mbit/s",
		.loss = { losses(150, 1, 1, 0.00118, 0.0368), { .few = true } },
	};
	for (enum dir d = 0; d < DIR_COUNT; d++)
		l->profile.dir[d] = (struct profile_dir){
			.cir_bps = 50000000,
			.burst_bytes = 65536,
			.accounting = ACCOUNT_L2,
			.delay_ns = 2000500,
			.loss_model = LOSS_GILBERT_ELLIOTT,
			.loss_p = 0.001,
			.loss_r = 0.25,
			.loss_bad = 0.5,
			.loss_good = 0.0001,
		};
	l->loss[TO_VPC].few = true;
	*idle = (struct phase_result){
		.done = true,
		.duration_s = 0.15,
		.probe_interval_us = 1000,
		.rtt = { .n = 0, .lost = 1U << Q_P50 | 1U << Q_P90 | 1U << Q_P99 | 1U << Q_P999 },
		.owd = { spread(2000000, 100) },
		.pdv = { spread(0, 100) },
		.loss = { l->loss[TO_VPC], l->loss[TO_ONPREM] },
	};
	idle->owd[TO_VPC].n = idle->pdv[TO_VPC].n = 149;
	idle->owd[TO_VPC].have = idle->pdv[TO_VPC].have = HAVE_TO(Q_P90);
	memset(l->samples_sha256, 0x3d, sizeof(l->samples_sha256));
}

static struct result result_of(struct link_result *links, size_t n)
{
	return (struct result){
		.version = "0.0-golden",
		.seed = 1,
		.deterministic = true,
		.world_kind = "virtual",
		.kernel = "0.0.0-golden",
		.virtual_s = 47.123456789,
		.wall_s = 2.5,
		.method = { .flows = 1,
			    .congestion_control = "cubic",
			    .frame_by_frame = true,
			    .probe_bytes = 64 },
		.links = links,
		.n_links = n,
	};
}

/* What a writer says of a result; the caller frees it. */
static char *written(report_fn report, const struct result *result, const char *name)
{
	struct err err = { .code = 0 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert(out);
	cr_assert_eq(report(result, out, &err), 0, "%s: %s", name, err.msg);
	cr_assert_eq(fclose(out), 0);

	return text;
}

static char *file_text(const char *path)
{
	auto_fclose FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	cr_assert(in, "%s: %s", path, strerror(errno));
	if (getdelim(&text, &size, '\0', in) < 0)
		cr_assert_fail("%s: empty", path);

	return text;
}

static void expect_golden(report_fn report, const struct result *result, const char *path)
{
	auto_free char *found = written(report, result, path), *expected = NULL;

	if (getenv("DXEMU_GOLDEN_UPDATE")) {
		auto_fclose FILE *out = fopen(path, "w");

		cr_assert(out && fputs(found, out) >= 0, "%s: %s", path, strerror(errno));
		return;
	}

	expected = file_text(path);
	cr_expect_eq(strcmp(found, expected), 0, "%s differs; found:\n%s", path, found);
}

/* At most 100 columns of ASCII, no blanks at the end of a line. */
static void expect_terminal(const char *text, const char *name)
{
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
		size_t len = strcspn(line, "\n");

		cr_expect_leq(len, 100, "%s: %zu columns: %.*s", name, len, (int)len, line);
		cr_expect(!len || line[len - 1] != ' ', "%s: trailing blank: %.*s", name, (int)len,
			  line);
		for (size_t i = 0; i < len; i++)
			cr_expect(line[i] >= ' ' && line[i] <= '~', "%s: not ASCII: %.*s", name,
				  (int)len, line);
	}
}

Test(report, goldens)
{
	static struct link_result links[3], none;
	struct result two = result_of(links, 2), few = result_of(&links[2], 1);
	struct result one = result_of(links, 1), nothing = result_of(&none, 0);

	dedicated(&links[0]);
	vpn(&links[1]);
	barely_measured(&links[2]);

	expect_golden(report_json, &two, GOLDEN "two.json");
	expect_golden(report_text, &two, GOLDEN "two.txt");
	expect_golden(report_text, &one, GOLDEN "one.txt");
	expect_golden(report_json, &few, GOLDEN "few.json");
	expect_golden(report_text, &few, GOLDEN "few.txt");
	expect_golden(report_json, &nothing, GOLDEN "nothing.json");
}

/* Any number of links, and the longest names a profile can have, with and without a place to break.
 */
Test(report, width)
{
	static struct link_result links[11];
	struct result result = result_of(links, ARRAY_SIZE(links));

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		struct profile *p = &links[i].profile;

		(i % 3 == 1 ? vpn : i % 3 ? barely_measured : dedicated)(&links[i]);
		if (i == 2)
			memset(p->name, 'x', sizeof(p->name) - 1);
		if (i == 6)
			for (size_t k = 0; k < sizeof(p->name) - 1; k++)
				p->name[k] = "a-longer-name-"[k % 14];
	}
	expect_golden(report_text, &result, GOLDEN "eleven.txt");

	for (size_t first = 0; first < ARRAY_SIZE(links); first++)
		for (size_t n = 1; first + n <= ARRAY_SIZE(links); n++) {
			struct result part = result_of(&links[first], n);
			auto_free char *text = written(report_text, &part, "part");

			expect_terminal(text, "part");
		}
}

/* Wall time is what two equal runs differ in, and it has one place. */
Test(report, wall_time)
{
	static struct link_result links[2];
	struct result result = result_of(links, 1);
	auto_free char *before = NULL, *after = NULL, *longer = NULL;

	dedicated(&links[0]);
	before = written(report_json, &result, "before");
	for (enum phase i = 0; i < PHASE_COUNT; i++)
		links[0].phase[i].wall_s = 77;
	after = written(report_json, &result, "after");
	cr_expect_str_eq(before, after);

	result.wall_s = 77;
	longer = written(report_json, &result, "longer");
	cr_expect_str_neq(after, longer);
}

Test(report, what_json_cannot_hold)
{
	static struct link_result link;
	struct result result = result_of(&link, 1);
	auto_fclose FILE *out = fopen("/dev/null", "w");
	struct err err;

	cr_assert(out);
	dedicated(&link);
	cr_assert_eq(report_json(&result, out, &err), 0);

	link.phase[PHASE_LOADED_TO_VPC].tcp.goodput_bps = INFINITY;
	cr_expect_eq(report_json(&result, out, &err), -EINVAL);
	dedicated(&link);
	link.loss[TO_VPC].ratio = NAN;
	cr_expect_eq(report_json(&result, out, &err), -EINVAL);
	dedicated(&link);
	link.title[0] = (char)0xff;
	cr_expect_eq(report_json(&result, out, &err), -EINVAL);
	dedicated(&link);
	result.virtual_s = NAN;
	cr_expect_eq(report_json(&result, out, &err), -EINVAL);
	result.virtual_s = 1;
	result.seed = (uint64_t)INT64_MAX + 1;
	cr_expect_eq(report_json(&result, out, &err), -ERANGE);
}

Test(report, full_disk)
{
	static struct link_result link;
	struct result result = result_of(&link, 1);
	const report_fn reports[] = { report_json, report_text };

	dedicated(&link);
	for (size_t i = 0; i < ARRAY_SIZE(reports); i++)
		for (size_t buffered = 0; buffered < 2; buffered++) {
			auto_fclose FILE *out = fopen("/dev/full", "w");
			struct err err = { .code = 0 };

			cr_assert(out);
			setvbuf(out, NULL, buffered ? _IOFBF : _IONBF, BUFSIZ);
			cr_expect_lt(reports[i](&result, out, &err), 0, "report %zu", i);
			cr_expect_neq(err.code, 0);
			cr_expect(strstr(err.msg, "write report"), "%s", err.msg);
		}
}

Test(report, numbers_for_people)
{
	static const struct {
		char *(*format)(double value, char *buf, size_t size);
		double value;
		const char *expected;
	} rows[] = {
		{ format_bit_rate, 0, "0 bit/s" },
		{ format_bit_rate, 12.34, "12 bit/s" },
		{ format_bit_rate, 999.96, "1.000 kbit/s" },
		{ format_bit_rate, 939.04e6, "939.0 Mbit/s" },
		{ format_bit_rate, 9.3904e9, "9.390 Gbit/s" },
		{ format_bit_rate, 12345e12, "12345 Tbit/s" },
		{ format_share, 0, "0 %" },
		{ format_share, 1e-6, "0.000100 %" },
		{ format_share, 0.00012345, "0.0123 %" },
		{ format_share, 0.0099996, "1.00 %" },
		{ format_share, 1, "100 %" },
		{ format_span, 0.854, "0.85 s" },
		{ format_span, 9.996, "10.0 s" },
		{ format_span, 59.94, "59.9 s" },
		{ format_span, 59.96, "1 min 0 s" },
		{ format_span, 852, "14 min 12 s" },
		{ format_span, 3599.6, "1 h 0 min" },
		{ format_span, 85000, "23 h 37 min" },
		{ format_span, 86399, "1 d 0 h" },
		{ format_span, 8e5, "9 d 6 h" },
	};
	static const struct {
		int64_t ns;
		const char *expected;
	} delays[] = {
		{ 0, "0 ns" },
		{ 999, "999 ns" },
		{ 12345, "12.35 us" },
		{ 2024176, "2.024 ms" },
		{ 70123456, "70.12 ms" },
		{ 999960000, "1.000 s" },
		{ 1234500000, "1.234 s" },
		{ 12345000000000, "12345 s" },
	};
	char buf[32];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_str_eq(rows[i].format(rows[i].value, buf, sizeof(buf)), rows[i].expected,
				 "row %zu: %s, expected %s", i, buf, rows[i].expected);
	for (size_t i = 0; i < ARRAY_SIZE(delays); i++)
		cr_expect_str_eq(format_delay(delays[i].ns, buf, sizeof(buf)), delays[i].expected,
				 "%s, expected %s", buf, delays[i].expected);
}
