// SPDX-License-Identifier: ISC
/* Certificates from hand-made rows: numbers in words, verdicts of links, tables, documents and notes. */
#include "tests/unit/written.h"

#include <math.h>

#include "base/util.h"
#include "report/report.h"
#include "report/verdict.h"

#define GOLDEN "tests/golden/report/"

#define PASS VERDICT_PASS
#define FAIL VERDICT_FAIL
#define FEW VERDICT_INCONCLUSIVE

Test(verdict, text)
{
	static const struct {
		struct verification v;
		const char *configured, *measured, *passes;
	} rows[] = {
		/* As many digits as tell a limit from its middle, in one unit. */
		{ { .unit = "bps",
		    .configured = 1e9,
		    .measured = 1.00002e9,
		    .low = 0.9988e9,
		    .high = 1.0012e9 },
		  "1.0000 Gbit/s",
		  "1.0000 Gbit/s",
		  "0.9988 to 1.0012 Gbit/s" },
		{ { .unit = "bps",
		    .configured = 4e11,
		    .measured = 4.1e11,
		    .low = 3.88e11,
		    .high = 4.12e11 },
		  "400 Gbit/s",
		  "410 Gbit/s",
		  "388 to 412 Gbit/s" },
		{ { .unit = "bps",
		    .configured = 5e7,
		    .measured = 2e3,
		    .low = 49.95e6,
		    .high = 50.05e6,
		    .verdict = FAIL },
		  "50.00 Mbit/s",
		  "0.00 Mbit/s",
		  "49.95 to 50.05 Mbit/s" },
		{ { .unit = "us",
		    .configured = 35000,
		    .measured = 35000.7,
		    .low = 34998,
		    .high = 35002 },
		  "35.0000 ms",
		  "35.0007 ms",
		  "34.9980 to 35.0020 ms" },
		{ { .unit = "us", .configured = 0.5, .measured = 0.756, .low = 0, .high = 1 },
		  "0.50 us",
		  "0.76 us",
		  "at most 1.00 us" },
		{ { .unit = "us", .configured = -26, .measured = -43.2, .low = -121, .high = 72 },
		  "-26 us",
		  "-43 us",
		  "-121 to 72 us" },
		{ { .unit = "ratio", .configured = 1e-6, .measured = 0, .low = 0, .high = 1e-4 },
		  "0.00010 %",
		  "0 %",
		  "at most 0.01000 %" },
		{ { .unit = "ratio",
		    .configured = 0.003,
		    .measured = 0.00297,
		    .low = 0.0021,
		    .high = 0.0041 },
		  "0.30 %",
		  "0.30 %",
		  "0.21 to 0.41 %" },
		/* What was missed by little shows by how much. */
		{ { .unit = "us",
		    .configured = 1000,
		    .measured = 1002.03,
		    .low = 998,
		    .high = 1002,
		    .verdict = FAIL },
		  "1.00000 ms",
		  "1.00203 ms",
		  "0.99800 to 1.00200 ms" },
		/* Of what is counted there are no fractions; of means there are. */
		{ { .unit = "packets", .configured = 811, .measured = 811, .low = 810, .high = 812 },
		  "811 pkt",
		  "811 pkt",
		  "810 to 812 pkt" },
		{ { .unit = "packets", .configured = 2, .measured = 2.04, .low = 1.9, .high = 2.1 },
		  "2.00 pkt",
		  "2.04 pkt",
		  "1.90 to 2.10 pkt" },
		{ { .unit = "packets", .configured = 0, .measured = 0, .low = 0, .high = 0 },
		  "0 pkt",
		  "0 pkt",
		  "0 pkt" },
		{ { .unit = "packets",
		    .configured = 0,
		    .measured = 12,
		    .low = 0,
		    .high = 0,
		    .verdict = FAIL },
		  "0 pkt",
		  "12 pkt",
		  "0 pkt" },
		{ { .unit = "bytes",
		    .configured = 65536,
		    .measured = 65012,
		    .low = 64018,
		    .high = 67054 },
		  "65536 B",
		  "65012 B",
		  "64018 to 67054 B" },
		{ { .unit = "pps",
		    .configured = 140000,
		    .measured = 140034.2,
		    .low = 139813,
		    .high = 140187 },
		  "140000 pps",
		  "140034 pps",
		  "139813 to 140187 pps" },
		{ { .unit = "", .configured = 0, .measured = 0.0234, .low = 0, .high = 0.0631 },
		  "0",
		  "0.023",
		  "at most 0.063" },
		/* There need not be a number, nor a limit; nor need the unit be known. */
		{ { .unit = "us", .configured = NAN, .measured = 5, .low = 1, .high = INFINITY },
		  "-",
		  "5 us",
		  "at least 1 us" },
		{ { .unit = "us", .configured = 3, .measured = NAN, .low = -INFINITY, .high = 4 },
		  "3 us",
		  "-",
		  "at most 4 us" },
		{ { .unit = "us",
		    .configured = 3,
		    .measured = 5,
		    .low = -INFINITY,
		    .high = INFINITY },
		  "3 us",
		  "5 us",
		  "-" },
		{ { .unit = "apples", .configured = 3, .measured = 3, .low = 3, .high = 3 },
		  "3",
		  "3",
		  "3" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct verdict_text text;

		verdict_text(&rows[i].v, &text);
		cr_expect_str_eq(text.configured, rows[i].configured, "row %zu: %s", i,
				 text.configured);
		cr_expect_str_eq(text.measured, rows[i].measured, "row %zu: %s", i, text.measured);
		cr_expect_str_eq(text.passes, rows[i].passes, "row %zu: %s", i, text.passes);
	}
}

/* Up to six rows of a link, and what follows from them. */
Test(verdict, of_links)
{
	static const struct {
		struct verification rows[6];
		enum verdict expected;
		const char *failure;
	} links[] = {
		{ { { .quantity = "" } }, FEW, "" },
		{ { { .quantity = "rate" } }, PASS, "" },
		{ { { .quantity = "rate", .measured = 7 },
		    { TO_ONPREM, "delay p50", .unit = "us", .configured = 5, .measured = 7,
		      .low = 4, .high = 6, .verdict = FAIL },
		    { .quantity = "loss ratio", .verdict = FEW } },
		  FAIL,
		  "to_onprem delay p50 7 us, passes if 4 to 6 us" },
		{ { { .quantity = "rate", .verdict = FAIL },
		    { .quantity = "burst", .verdict = FAIL } },
		  FAIL,
		  "to_vpc rate 0, passes if 0; 1 more row fails" },
		{ { { .quantity = "rate", .verdict = FAIL },
		    { .quantity = "burst", .verdict = FAIL },
		    { TO_ONPREM, "rate", .verdict = FAIL } },
		  FAIL,
		  "to_vpc rate 0, passes if 0; 2 more rows fail" },
		/* Rare events need not be shown, if anything is. */
		{ { { .quantity = "rate" },
		    { .quantity = "loss ratio", .verdict = FEW },
		    { .quantity = "reordered, 50 % load", .verdict = FEW },
		    { .quantity = "mean loss burst", .verdict = FEW },
		    { .quantity = "duplicated ratio", .verdict = FEW },
		    { .quantity = "loss and corruption ratio", .verdict = FEW } },
		  PASS,
		  "" },
		{ { { .quantity = "loss ratio", .verdict = FEW } }, FEW, "" },
		/* Of a stage one row is enough, but in its own direction, and of that very stage. */
		{ { { .quantity = "delay p50" }, { .quantity = "delay p99", .verdict = FEW } },
		  PASS,
		  "" },
		{ { { .quantity = "delay p50", .verdict = FEW },
		    { .quantity = "delay, 50 % load" } },
		  FEW,
		  "" },
		{ { { .quantity = "delay p50" }, { TO_ONPREM, "delay p50", .verdict = FEW } },
		  FEW,
		  "" },
		{ { { .quantity = "rate" }, { .quantity = "jitter shape, idle", .verdict = FEW } },
		  FEW,
		  "" },
		{ { { .quantity = "jitter mean, idle" },
		    { .quantity = "jitter shape, idle", .verdict = FEW } },
		  PASS,
		  "" },
		{ { { .quantity = "queueing" }, { .quantity = "queue depth", .verdict = FEW } },
		  FEW,
		  "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		struct verification rows[6];
		struct link_result l = { .verification = rows };
		char failure[256];

		memcpy(rows, links[i].rows, sizeof(rows));
		while (l.n_verification < ARRAY_SIZE(rows) && rows[l.n_verification].quantity[0])
			l.n_verification++;
		cr_expect_eq(verdict_of(&l), links[i].expected, "link %zu: %s", i,
			     verdict_names[verdict_of(&l)]);
		cr_expect_str_eq(verdict_failure(&l, failure, sizeof(failure)), links[i].failure,
				 "link %zu: %s", i, failure);
	}
}

/* However little room there is. */
Test(verdict, failure_in_little_room)
{
	struct verification rows[] = { { .quantity = "rate", .verdict = FAIL },
				       { .quantity = "rate", .verdict = FAIL } };
	struct link_result l = { .verification = rows, .n_verification = ARRAY_SIZE(rows) };
	char buf[64];

	for (size_t size = 1; size <= sizeof(buf); size++) {
		memset(buf, '#', sizeof(buf));
		(void)verdict_failure(&l, buf, size);
		cr_expect_lt(strnlen(buf, sizeof(buf)), size);
		cr_expect(size == sizeof(buf) || buf[size] == '#');
	}
}

/* The rows of both directions, with one of every kind; those that are to fail do so to the VPC. */
static size_t rows_of(struct verification *rows, enum verdict rate, enum verdict shape,
		      enum verdict loss)
{
	size_t n = 0;

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		enum verdict r = d == TO_VPC ? rate : PASS;

		rows[n++] = (struct verification){ d,	   "delay p50", "us",	1034.939,
						   1034.2, 1030.1,	1041.5, PASS };
		rows[n++] = (struct verification){
			d, "jitter mean, idle", "us", 39.89, 39.804, 36.4, 45.9, shape
		};
		rows[n++] =
			(struct verification){ d,    "jitter shape, idle", "", 0, 0.0233, 0, 0.063,
					       shape };
		rows[n++] = (struct verification){ d, "reordered", "packets", 0, 0, 0, 0, PASS };
		rows[n++] =
			(struct verification){ d, "loss ratio", "ratio", 1e-6, 0, 0, 1e-4, loss };
		rows[n++] = (struct verification){
			d, "rate", "bps", 1e9, r == FAIL ? 0.5e9 : 1e9, 0.9988e9, 1.0012e9, r
		};
		rows[n++] =
			(struct verification){ d, "queue depth", "packets", 811, 811, 810, 812, r };
		rows[n++] = (struct verification){ d,	  "tunnel burst", "bytes", NAN,
						   65012, -INFINITY,	  67054,   PASS };
	}

	return n;
}

#define ROWS_MAX 32

static void certify(struct link_result *l, enum verdict rate, enum verdict shape, enum verdict loss)
{
	static struct verification rows[4][ROWS_MAX];
	static size_t used;

	cr_assert_lt(used, ARRAY_SIZE(rows));
	l->verification = rows[used++];
	l->n_verification = rows_of(l->verification, rate, shape, loss);
}

/* Nothing but a certificate, as `dxemu verify` makes it. */
static struct result certificates(struct link_result *links, size_t n)
{
	struct result result = result_of(links, n);

	for (size_t i = 0; i < n; i++)
		for (enum phase ph = 0; ph < PHASE_COUNT; ph++)
			links[i].phase[ph] = (struct phase_result){ 0 };
	result.method = (struct method){ 0 };

	return result;
}

Test(verdict, certificates)
{
	static struct link_result links[3];
	struct result all = result_of(links, 3), good;

	dedicated(&links[0]);
	vpn(&links[1]);
	barely_measured(&links[2]);
	certify(&links[0], PASS, PASS, FEW);
	certify(&links[1], FAIL, PASS, FEW);
	certify(&links[2], PASS, FEW, FEW);

	all = certificates(links, 3);
	good = certificates(links, 1);
	expect_golden(report_certificate, &all, GOLDEN "certificate.txt");
	expect_golden(report_certificate, &good, GOLDEN "certificate-good.txt");
	expect_golden(report_json, &all, GOLDEN "certificate.json");
}

/* A comparison says what its short checks found. */
Test(verdict, comparisons)
{
	static struct link_result links[3];
	struct result good = result_of(links, 1), all = result_of(links, 3);

	dedicated(&links[0]);
	vpn(&links[1]);
	barely_measured(&links[2]);
	certify(&links[0], PASS, PASS, PASS);
	expect_golden(report_text, &good, GOLDEN "checked.txt");
	expect_golden(report_json, &good, GOLDEN "checked.json");
	certify(&links[1], FAIL, PASS, FEW);
	certify(&links[2], PASS, FEW, FEW);
	expect_golden(report_text, &all, GOLDEN "wrong.txt");
}

Test(verdict, terminal)
{
	static struct link_result links[2];
	struct result result;
	auto_free char *text = NULL;

	dedicated(&links[0]);
	vpn(&links[1]);
	certify(&links[0], PASS, PASS, PASS);
	certify(&links[1], FAIL, FEW, FEW);
	result = certificates(links, 2);
	text = written(report_certificate, &result, "certificate");
	expect_terminal(text, "certificate");
}
