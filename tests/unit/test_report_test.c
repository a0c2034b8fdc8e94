// SPDX-License-Identifier: ISC
/*
 * What test methods found, hand-made, against tests/golden/report/. DXEMU_GOLDEN_UPDATE=1 writes the expectations anew.
 * Runs at the root of the tree. tests/world/verify.t holds the documents to docs/result.schema.json.
 */
#include "report/tables.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"
#include "report/report.h"
#include "tests/unit/written.h"

#define GOLDEN "tests/golden/report/"

static void add(struct test_result *t, enum table_id id, const double *row)
{
	struct err err;

	cr_assert(table_row_valid(id, row), "%s", table_kinds[id].name);
	cr_assert_eq(table_add(&t->tables[id], id, row, &err), 0);
}

#define ADD(t, id, ...) add(t, id, (const double[]){ __VA_ARGS__ })

static void free_tables(struct test_result *t)
{
	for (size_t i = 0; i < TABLE_COUNT; i++)
		table_free(&t->tables[i]);
	free(t->probes);
}

/* A result of one link, and of no phase. */
static struct result result_with(struct link_result *l, struct test_result *t)
{
	struct result r = result_of(l, 1);

	dedicated(l);
	memset(l->phase, 0, sizeof(l->phase));
	l->mss = 0;
	l->test = t;
	r.method = (struct method){ 0 };

	return r;
}

/* Two directions at once; one of the two flows told nothing but its goodput. */
static void fill_tcp(struct test_result *t)
{
	*t = (struct test_result){ .test = test_defaults(TEST_TCP) };
	t->test.dir[TO_ONPREM] = true;
	t->test.flows = 2;
	ADD(t, TABLE_TCP, TO_VPC, 2, 938.7e6, 1173375000, 12, 0.99998, NAN);
	ADD(t, TABLE_TCP, TO_ONPREM, 2, 470.1e6, 587625000, 0, 1, 300e6);
	for (int flow = 0; flow < 2; flow++) {
		ADD(t, TABLE_TCP_FLOWS, TO_VPC, flow, 469.4e6, 6, 12345.6, 2024.1, 210, 9.99876,
		    0.25, 0);
		ADD(t, TABLE_TCP_FLOWS, TO_ONPREM, flow, 235e6, NAN, NAN, NAN, NAN, NAN, NAN, NAN);
		ADD(t, TABLE_TCP_INTERVALS, 0, 1, TO_VPC, flow, 469.4e6, 6, 210, 12345.6, 100.5,
		    2024.1, 480e6, 1, 0, 0);
	}
	ADD(t, TABLE_LATENCY, 0, NAN, 9990, 2024.176, 2100, 6000, 12000.5, NAN, 12345.678);
	ADD(t, TABLE_LATENCY, 1, TO_VPC, 9995, 1000, 1050, 5000, 11000, NAN, 11000);
	ADD(t, TABLE_LOSSES, TO_VPC, 820000, 0, 819988, 0, 12, 0, 0, 0);
}

/* Wide tables: 17 columns of up to two rows, and two times six steps of eleven. */
static void fill_udp(struct test_result *t)
{
	*t = (struct test_result){ .test = test_defaults(TEST_UDP) };
	t->test.rate_bps = 100000000;
	t->test.frame_bytes = FRAME_IMIX;
	t->test.arrivals = ARRIVALS_ON_OFF;
	ADD(t, TABLE_UDP, TO_VPC, 100e6, 99.5e6, 123456, 123000, 456, 456.0 / 123456, 0.00337,
	    0.00405, 0, 0, 3, 123.456);
	ADD(t, TABLE_UDP_SHAPE, TO_VPC, 300, 5, 1.52, 1.5143, 270.1, 0, 0.00243, 0.6579, 1, NAN,
	    NAN, NAN, 4, 0, 120, 17);
	ADD(t, TABLE_UDP_SHAPE, TO_ONPREM, 1, 1, 1, NAN, NAN, 1, NAN, NAN, NAN, NAN, NAN, NAN, 0, 0,
	    NAN, NAN);
	ADD(t, TABLE_UDP_BURSTS, TO_VPC, 1, 1, 200);
	ADD(t, TABLE_UDP_BURSTS, TO_VPC, 2, 3, 100);
	ADD(t, TABLE_UDP_INTERVALS, 0, 1, TO_VPC, 12345, 12300, 45, 99.5e6);
}

static void fill_policing(struct test_result *t)
{
	*t = (struct test_result){ .test = test_defaults(TEST_POLICING) };
	for (enum dir d = 0; d < DIR_COUNT; d++)
		for (int step = 0; step < 6; step++)
			ADD(t, TABLE_POLICING, d, step, 12.5e6 * (step + 1), 12.4e6 * (step + 1),
			    step == 5 ? 0.1667 : 0, 2024.1, 2100, 12345.6, 10321.5, 0,
			    step == 5 ? VERDICT_INCONCLUSIVE : VERDICT_PASS);
	for (enum dir d = 0; d < DIR_COUNT; d++)
		for (int goal = 0; goal < 2; goal++)
			ADD(t, TABLE_CAPACITY, d, goal, goal * 0.005, 2, 1234567.8, NAN, 1234567.8,
			    999.96e6, 12);
	ADD(t, TABLE_TRIALS, TO_VPC, 1.5, 81274, 121911, 0, 0);
	ADD(t, TABLE_PATH_MTU, TO_VPC, 9001, 1500, 1, 0, 1500, 0, NAN, 14, 9);
}

static int csv_of(const struct result *result, FILE *out, struct err *err)
{
	const struct test_result *t = result->links[0].test;

	(void)err;
	for (enum table_id id = 0; id < TABLE_COUNT; id++)
		if (t->tables[id].n_rows)
			tables_csv(id, &t->tables[id], out);
	tables_csv_probes(t, out);

	return 0;
}

Test(report_test, goldens)
{
	static const struct {
		const char *name;
		void (*fill)(struct test_result *t);
	} rows[] = {
		{ "test-tcp", fill_tcp },
		{ "test-udp", fill_udp },
		{ "test-policing", fill_policing },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		static struct link_result link;
		struct test_result found;
		struct result result = result_with(&link, &found);
		auto_free char *text = NULL;
		char path[80];

		rows[i].fill(&found);
		(void)snprintf(path, sizeof(path), GOLDEN "%s.txt", rows[i].name);
		expect_golden(report_test, &result, path);
		(void)snprintf(path, sizeof(path), GOLDEN "%s.json", rows[i].name);
		expect_golden(report_json, &result, path);
		(void)snprintf(path, sizeof(path), GOLDEN "%s.csv", rows[i].name);
		expect_golden(csv_of, &result, path);
		text = written(report_test, &result, rows[i].name);
		expect_terminal(text, rows[i].name);
		free_tables(&found);
	}
}

/* Where one word alone is wider than a terminal, nothing helps; here none is: any table of any number of rows fits. */
Test(report_test, width)
{
	static const unsigned rows[] = { 1, 2, 4, 5, 12, 64 };

	for (enum table_id id = 0; id < TABLE_COUNT; id++)
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			struct test_result found = { 0 };
			double row[TABLE_COLUMNS_MAX];
			auto_free char *text = NULL;
			size_t size;
			FILE *out = open_memstream(&text, &size);

			for (unsigned k = 0; k < rows[i]; k++) {
				for (unsigned c = 0; c < table_kinds[id].n_columns; c++) {
					const struct table_column *col =
						&table_kinds[id].columns[c];
					/* As wide as they get; every ninth was not measured. */
					static const double wide[] = {
						[CELL_COUNT] = 123456789, [CELL_BYTES] = 9876543210,
						[CELL_BPS] = 123.4e6,	  [CELL_PPS] = 81274.3,
						[CELL_US] = 12345.67,	  [CELL_S] = 9.876543,
						[CELL_RATIO] = 1.234567,  [CELL_SHARE] = 0.123456,
					};

					row[c] = (k + c) % 9 == 8	  ? NAN
						 : col->kind == CELL_NAME ? (k + c) % col->n_names
									  : wide[col->kind];
				}
				add(&found, id, row);
			}
			tables_text(id, &found.tables[id], out);
			cr_assert_eq(fclose(out), 0);
			expect_terminal(text, table_kinds[id].name);
			cr_expect(strncmp(text, table_kinds[id].title,
					  strlen(table_kinds[id].title)) == 0,
				  "%s", table_kinds[id].name);
			free_tables(&found);
		}
}

/* What was not measured: "-", no key, an empty field. */
Test(report_test, not_measured)
{
	struct test_result found = { 0 };
	auto_free char *text = NULL, *csv = NULL, *compact = NULL;
	size_t size;
	FILE *out;
	json_t *j;

	ADD(&found, TABLE_UDP_BURSTS, NAN, 1, NAN, 5);
	ADD(&found, TABLE_UDP_BURSTS, TO_ONPREM, NAN, 3, NAN);

	out = open_memstream(&text, &size);
	tables_text(TABLE_UDP_BURSTS, &found.tables[TABLE_UDP_BURSTS], out);
	cr_assert_eq(fclose(out), 0);
	cr_expect_str_eq(text, "Packets lost in a row\n"
			       "             from  to  episodes\n"
			       "  -             1   -         5\n"
			       "  to_onprem     -   3         -\n"
			       "\n");

	out = open_memstream(&csv, &size);
	tables_csv(TABLE_UDP_BURSTS, &found.tables[TABLE_UDP_BURSTS], out);
	cr_assert_eq(fclose(out), 0);
	cr_expect_str_eq(csv, "direction,burst_from,burst_to,episodes\r\n"
			      ",1,,5\r\n"
			      "to_onprem,,3,\r\n");

	j = tables_row(TABLE_UDP_BURSTS,
		       table_row(&found.tables[TABLE_UDP_BURSTS], TABLE_UDP_BURSTS, 0));
	compact = json_dumps(j, JSON_COMPACT);
	cr_expect_str_eq(compact, "{\"burst_from\":1,\"episodes\":5}");
	json_decref(j);
	free_tables(&found);
}

/* Whole numbers stay such, up to the 2^53 of a count; what is not finite is null. */
Test(report_test, numbers)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 1500, "1500" },
		{ 0.1, "0.1" },
		{ 1e-6, "1e-6" },
		{ 2024.176, "2024.176" },
		{ 999999999999999, "999999999999999" },
		{ 1e15 + 1, "1000000000000001" },
		{ 0x1p53, "9007199254740992" },
		{ -3, "-3" },
		{ NAN, "null" },
		{ INFINITY, "null" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_t *j = tables_number(rows[i].value);
		auto_free char *text = json_dumps(j, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

		cr_expect_str_eq(text, rows[i].text);
		json_decref(j);
	}
}

Test(report_test, large_counts_in_csv)
{
	struct test_result found = { 0 };
	auto_free char *csv = NULL;
	size_t size;
	FILE *out = open_memstream(&csv, &size);

	ADD(&found, TABLE_UDP_BURSTS, TO_VPC, 0x1p53, 1e15 + 1, 0);
	tables_csv(TABLE_UDP_BURSTS, &found.tables[TABLE_UDP_BURSTS], out);
	cr_assert_eq(fclose(out), 0);
	cr_expect_str_eq(csv, "direction,burst_from,burst_to,episodes\r\n"
			      "to_vpc,9007199254740992,1000000000000001,0\r\n");
	free_tables(&found);
}

Test(report_test, probes_in_csv)
{
	struct test_result found = { .n_probes = 2 };
	auto_free char *csv = NULL;
	size_t size;
	FILE *out = open_memstream(&csv, &size);

	found.probes = calloc(2, sizeof(*found.probes));
	cr_assert_not_null(found.probes);
	found.probes[0] = (struct probe_record){ 1767225600000000001, 1767225600001012345,
						 1767225600001020000, 1767225600002044521 };
	found.probes[1] = (struct probe_record){ 1767225600001000001, 0, 0, 0 };
	tables_csv_probes(&found, out);
	cr_assert_eq(fclose(out), 0);
	cr_expect_str_eq(csv, "sequence,sent_ns,at_vpc_ns,reflected_ns,received_ns\r\n"
			      "0,1767225600000000001,1767225600001012345,1767225600001020000,"
			      "1767225600002044521\r\n"
			      "1,1767225600001000001,0,0,0\r\n");
	free_tables(&found);
}

/* A line for each row, which is there before the next one comes. */
Test(report_test, stream)
{
	const double row[] = { TO_ONPREM, 1, NAN, 2.0 };
	char text[256] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	struct err err;

	cr_assert_not_null(out);
	cr_expect_eq(tables_stream("vpn-metro", TABLE_UDP_BURSTS, row, out, &err), 0);
	cr_expect_str_eq(text, "{\"profile\":\"vpn-metro\",\"table\":\"udp_bursts\",\"row\":{"
			       "\"direction\":\"to_onprem\",\"burst_from\":1,\"episodes\":2}}\n");
	(void)fclose(out);

	out = fopen("/dev/full", "w");
	cr_assert_not_null(out);
	cr_expect_eq(tables_stream("vpn-metro", TABLE_UDP_BURSTS, row, out, &err), -ENOSPC);
	(void)fclose(out);
}

/* Any valid row can be shown, if not nicely. */
Test(report_test, absurd_rows)
{
	static const double values[] = { 0, 5e-324, 1e-300, 1e300, 1.7e308 };

	for (enum table_id id = 0; id < TABLE_COUNT; id++)
		for (size_t v = 0; v < ARRAY_SIZE(values); v++) {
			struct test_result found = { 0 };
			double row[TABLE_COLUMNS_MAX];
			auto_free char *text = NULL;
			size_t size;
			FILE *out = open_memstream(&text, &size);

			for (unsigned c = 0; c < table_kinds[id].n_columns; c++) {
				enum cell_kind k = table_kinds[id].columns[c].kind;

				row[c] = k == CELL_NAME || k == CELL_COUNT || k == CELL_BYTES
						 ? 0
						 : values[v];
			}
			add(&found, id, row);
			tables_text(id, &found.tables[id], out);
			tables_csv(id, &found.tables[id], out);
			cr_assert_eq(fclose(out), 0);
			/* A delay of 10^300 us is not a negative one. */
			cr_expect_null(strstr(text, " -"), "%s: %g: %s", table_kinds[id].name,
				       values[v], text);
			free_tables(&found);
		}
}

Test(report_test, full_disk)
{
	static struct link_result link;
	struct test_result found;
	struct result result = result_with(&link, &found);
	auto_fclose FILE *out = fopen("/dev/full", "w");
	struct err err = { .code = 0 };

	cr_assert(out);
	fill_tcp(&found);
	cr_expect_lt(report_test(&result, out, &err), 0);
	cr_expect(strstr(err.msg, "write report"), "%s", err.msg);
	free_tables(&found);
}
