// SPDX-License-Identifier: ISC
#include "report/report.h"

#include <assert.h>
#include <string.h>

#include "base/util.h"
#include "report/format.h"
#include "report/verdict.h"

/* A failure is to be seen among many rows that pass. */
static const char *const verdict_words[] = {
	[VERDICT_PASS] = "pass",
	[VERDICT_FAIL] = "FAIL",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
};
static_assert(ARRAY_SIZE(verdict_words) == VERDICT_COUNT, "a word for each verdict");

/* The same for all links of a document, so that one can look down a column. */
struct widths {
	int quantity, configured, measured, passes;
};

static void widen(int *width, const char *text)
{
	*width = MAX(*width, (int)strlen(text));
}

static struct widths measure(const struct result *result)
{
	struct widths w = { 0 };
	struct verdict_text text;

	widen(&w.configured, "configured");
	widen(&w.measured, "measured");
	widen(&w.passes, "passes if");
	for (size_t i = 0; i < result->n_links; i++)
		for (size_t k = 0; k < result->links[i].n_verification; k++) {
			const struct verification *v = &result->links[i].verification[k];

			verdict_text(v, &text);
			widen(&w.quantity, v->quantity);
			widen(&w.configured, text.configured);
			widen(&w.measured, text.measured);
			widen(&w.passes, text.passes);
		}

	return w;
}

static void print_direction(const struct link_result *l, enum dir dir, const struct widths *w,
			    FILE *out)
{
	struct verdict_text text;

	(void)fprintf(out, "  %-*s  %*s  %*s  %-*s  verdict\n", w->quantity + 2, dir_names[dir],
		      w->configured, "configured", w->measured, "measured", w->passes, "passes if");
	for (size_t i = 0; i < l->n_verification; i++) {
		const struct verification *v = &l->verification[i];

		if (v->dir != dir)
			continue;
		verdict_text(v, &text);
		(void)fprintf(out, "    %-*s  %*s  %*s  %-*s  %s\n", w->quantity, v->quantity,
			      w->configured, text.configured, w->measured, text.measured, w->passes,
			      text.passes, verdict_words[v->verdict]);
	}
}

static void print_summary(const struct link_result *l, FILE *out)
{
	size_t rows = l->n_verification;

	switch (verdict_of(l)) {
	case VERDICT_PASS:
		(void)fprintf(out, "  verified: %zu of %zu rows pass",
			      verdict_count(l, VERDICT_PASS), rows);
		if (verdict_count(l, VERDICT_INCONCLUSIVE))
			(void)fputs(", the others had too few samples", out);
		break;
	case VERDICT_FAIL:
		(void)fprintf(out, "  NOT as asked: %zu of %zu rows fail",
			      verdict_count(l, VERDICT_FAIL), rows);
		break;
	case VERDICT_INCONCLUSIVE:
	case VERDICT_COUNT:
		(void)fprintf(out, "  inconclusive: %zu of %zu rows had too few samples",
			      verdict_count(l, VERDICT_INCONCLUSIVE), rows);
		break;
	}
	(void)fputc('\n', out);
}

static size_t links_with(const struct result *result, enum verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < result->n_links; i++)
		n += verdict_of(&result->links[i]) == verdict;

	return n;
}

/* "; NOT as asked: vpn-metro, dx-hosted-50m" */
static void print_names(const struct result *result, enum verdict verdict, const char *what,
			FILE *out)
{
	const char *before = what;

	for (size_t i = 0; i < result->n_links; i++)
		if (verdict_of(&result->links[i]) == verdict) {
			(void)fprintf(out, "%s%s", before, result->links[i].profile.name);
			before = ", ";
		}
}

int report_certificate(const struct result *result, FILE *out, struct err *err)
{
	const struct widths w = measure(result);

	(void)fprintf(out, "seed %ju, %s world\n", (uintmax_t)result->seed, result->world_kind);
	for (size_t i = 0; i < result->n_links; i++) {
		const struct link_result *l = &result->links[i];

		(void)fprintf(out, "\n%s: %s\n", l->profile.name, l->title);
		for (enum dir d = 0; d < DIR_COUNT; d++)
			print_direction(l, d, &w, out);
		print_summary(l, out);
	}
	(void)fprintf(out, "\n%zu link%s: %zu verified", result->n_links,
		      result->n_links == 1 ? "" : "s", links_with(result, VERDICT_PASS));
	print_names(result, VERDICT_FAIL, "; NOT as asked: ", out);
	print_names(result, VERDICT_INCONCLUSIVE, "; inconclusive: ", out);
	(void)fputc('\n', out);

	return format_flush(out, err);
}
