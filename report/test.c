// SPDX-License-Identifier: ISC
#include "report/format.h"
#include "report/report.h"
#include "report/tables.h"
#include "report/verdict.h"

static void show(const struct link_result *l, FILE *out)
{
	char failure[256];

	(void)fprintf(out, "%s: %s\n%s: %s\n\n", l->profile.name, l->title,
		      test_names[l->test->test.kind], test_summaries[l->test->test.kind]);
	for (enum table_id id = 0; id < TABLE_COUNT; id++)
		if (l->test->tables[id].n_rows && !table_kinds[id].detail)
			tables_text(id, &l->test->tables[id], out);
	if (*verdict_failure(l, failure, sizeof(failure)))
		(void)fprintf(out, "this link is not what its profile asks for: %s\n", failure);
}

int report_test(const struct result *result, FILE *out, struct err *err)
{
	for (size_t i = 0; i < result->n_links; i++)
		if (result->links[i].test)
			show(&result->links[i], out);

	return format_flush(out, err);
}
