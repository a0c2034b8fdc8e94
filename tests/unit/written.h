/* SPDX-License-Identifier: ISC */
/* What reports write of hand-made results, against tests/golden/. DXEMU_GOLDEN_UPDATE=1 writes the expectations anew. */
#ifndef DXEMU_TESTS_UNIT_WRITTEN_H
#define DXEMU_TESTS_UNIT_WRITTEN_H

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "report/report.h"
#include "tests/unit/results.h"

typedef int (*report_fn)(const struct result *result, FILE *out, struct err *err);

/* What a writer says of a result; the caller frees it. */
static inline char *written(report_fn report, const struct result *result, const char *name)
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

static inline char *file_text(const char *path)
{
	auto_fclose FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	cr_assert(in, "%s: %s", path, strerror(errno));
	if (getdelim(&text, &size, '\0', in) < 0)
		cr_assert_fail("%s: empty", path);

	return text;
}

static inline void expect_golden(report_fn report, const struct result *result, const char *path)
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
static inline void expect_terminal(const char *text, const char *name)
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

#endif
