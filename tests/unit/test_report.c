// SPDX-License-Identifier: ISC
/*
 * Reports of hand-made results against tests/golden/report/. DXEMU_GOLDEN_UPDATE=1 writes the
 * expectations anew. Runs at the root of the tree.
 */
#include "tests/unit/written.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"
#include "report/report.h"

#define GOLDEN "tests/golden/report/"

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

/* Any number of links, and the longest names a profile can have, with and without a place to break. */
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
	result.stay.virtual_s = NAN;
	cr_expect_eq(report_json(&result, out, &err), -EINVAL);
	result.stay.virtual_s = 1;
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
