// SPDX-License-Identifier: ISC
#include "report/verdict.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

/* Beyond so many digits nothing was measured. */
#define DIGITS_MAX 9

/* How a quantity is shown: times @factor, in the greatest unit that leaves a digit before the point. */
static const struct quantity {
	const char *unit; /* of struct verification */
	double factor;
	const char *names[5];
} quantities[] = {
	{ "bps", 1, { " bit/s", " kbit/s", " Mbit/s", " Gbit/s", " Tbit/s" } },
	{ "us", 1000, { " ns", " us", " ms", " s" } },
	{ "ratio", 100, { " %" } },
	{ "bytes", 1, { " B" } },
	{ "packets", 1, { " pkt" } },
	{ "pps", 1, { " pps" } },
	{ "", 1, { "" } },
};

struct scale {
	double factor;
	int decimals;
	const char *name;
};

static const struct quantity *quantity_of(const struct verification *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(quantities); i++)
		if (!strcmp(v->unit, quantities[i].unit))
			return &quantities[i];

	return &quantities[ARRAY_SIZE(quantities) - 1];
}

static double size_of(double value)
{
	return isfinite(value) ? fabs(value) : 0;
}

/* What a row is about: the greatest number that is asked for, or else what was found. */
static double magnitude(const struct verification *v)
{
	double size = fmax(size_of(v->configured), fmax(size_of(v->low), size_of(v->high)));

	return size > 0 ? size : size_of(v->measured);
}

/* A difference that has to be seen: a tenth of the tolerance, two digits of what is asked for, by how much it fails. */
static double resolution(const struct verification *v, double size)
{
	double step = size / 1000, missed = fmax(v->low - v->measured, v->measured - v->high);

	if (isfinite(v->high - v->low) && v->high > v->low)
		step = (v->high - v->low) / 10;
	if (size_of(v->configured) > 0)
		step = fmin(step, size_of(v->configured) / 10);

	return missed > 0 ? fmin(step, missed) : step;
}

static struct scale scale_of(const struct verification *v)
{
	const struct quantity *q = quantity_of(v);
	struct scale s = { .factor = q->factor, .name = q->names[0] };
	double size = magnitude(v) * q->factor, step = resolution(v, magnitude(v)) * q->factor;

	if (!(size > 0))
		return s;
	for (size_t i = 1; i < ARRAY_SIZE(q->names) && q->names[i] && size >= 1000; i++) {
		s.name = q->names[i];
		s.factor /= 1000;
		size /= 1000;
		step /= 1000;
	}
	if (step > 0)
		s.decimals = (int)ceil(-log10(step) - 1e-9);
	s.decimals = MAX(MIN(s.decimals, DIGITS_MAX - 1 - (int)floor(log10(size))), 0);

	return s;
}

/* Of something that is counted there is no fraction to show, unless one of the numbers has one. */
static bool all_whole(const struct verification *v)
{
	const double numbers[] = { v->configured, v->measured, v->low, v->high };

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (isfinite(numbers[i]) && numbers[i] != round(numbers[i]))
			return false;

	return true;
}

static void show(double value, const struct scale *s, const char *name, char *buf, size_t size)
{
	double scaled = value * s->factor;

	if (isfinite(value))
		(void)snprintf(buf, size, "%.*f%s", scaled != 0 ? s->decimals : 0,
			       scaled != 0 ? scaled : 0.0, name);
	else
		(void)snprintf(buf, size, "-");
}

static void show_tolerance(const struct verification *v, const struct scale *s, char *buf,
			   size_t size)
{
	char low[32], high[32];

	show(v->low, s, "", low, sizeof(low));
	show(v->high, s, "", high, sizeof(high));
	if (!isfinite(v->low) && !isfinite(v->high))
		(void)snprintf(buf, size, "-");
	else if (v->low == v->high)
		(void)snprintf(buf, size, "%s%s", high, s->name);
	else if (!isfinite(v->high))
		(void)snprintf(buf, size, "at least %s%s", low, s->name);
	else if (!isfinite(v->low) || v->low == 0)
		(void)snprintf(buf, size, "at most %s%s", high, s->name);
	else
		(void)snprintf(buf, size, "%s to %s%s", low, high, s->name);
}

void verdict_text(const struct verification *v, struct verdict_text *ret)
{
	struct scale s = scale_of(v);

	if (s.factor == 1 && all_whole(v))
		s.decimals = 0;
	show(v->configured, &s, s.name, ret->configured, sizeof(ret->configured));
	show(v->measured, &s, s.name, ret->measured, sizeof(ret->measured));
	show_tolerance(v, &s, ret->passes, sizeof(ret->passes));
}

size_t verdict_count(const struct link_result *l, enum verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_verification; i++)
		n += l->verification[i].verdict == verdict;

	return n;
}

static bool table_fails(const struct table *t, enum table_id id)
{
	const struct table_kind *kind = &table_kinds[id];
	bool fails = false;

	for (size_t row = 0; row < t->n_rows; row++)
		for (unsigned i = 0; i < kind->n_columns; i++)
			fails |= kind->columns[i].names == verdict_names &&
				 table_row(t, id, row)[i] == VERDICT_FAIL;

	return fails;
}

bool verdict_test_fails(const struct test_result *t)
{
	bool fails = false;

	for (enum table_id id = 0; id < TABLE_COUNT; id++)
		fails |= table_fails(&t->tables[id], id);

	return fails;
}

/* Where a correct link can have too few of what is asked for, however long one looks. */
static bool is_rare(const struct verification *v)
{
	static const char *const events[] = { "loss", "corrupt", "duplicat", "reorder" };

	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		if (strstr(v->quantity, events[i]))
			return true;

	return false;
}

/* "jitter" and "idle" of "jitter mean, idle" are what the rows of a stage have in common. */
static bool same_stage(const struct verification *a, const struct verification *b)
{
	size_t n = strcspn(a->quantity, " ,");
	const char *when = strchr(a->quantity, ','), *when_b = strchr(b->quantity, ',');

	return a->dir == b->dir && strcspn(b->quantity, " ,") == n &&
	       !strncmp(a->quantity, b->quantity, n) &&
	       !strcmp(when ? when : "", when_b ? when_b : "");
}

static bool is_shown(const struct link_result *l, const struct verification *row)
{
	for (size_t i = 0; i < l->n_verification; i++)
		if (l->verification[i].verdict == VERDICT_PASS &&
		    same_stage(&l->verification[i], row))
			return true;

	return false;
}

enum verdict verdict_of(const struct link_result *l)
{
	size_t shown = 0;

	if (verdict_count(l, VERDICT_FAIL))
		return VERDICT_FAIL;
	for (size_t i = 0; i < l->n_verification; i++) {
		if (is_shown(l, &l->verification[i]))
			shown++;
		else if (!is_rare(&l->verification[i]))
			return VERDICT_INCONCLUSIVE;
	}

	return shown ? VERDICT_PASS : VERDICT_INCONCLUSIVE;
}

char *verdict_failure(const struct link_result *l, char *buf, size_t size)
{
	size_t more = verdict_count(l, VERDICT_FAIL);
	const struct verification *v = l->verification;
	struct verdict_text text;
	int n;

	buf[0] = '\0';
	if (!more--)
		return buf;
	while (v->verdict != VERDICT_FAIL)
		v++;
	verdict_text(v, &text);
	n = snprintf(buf, size, "%s %s %s, passes if %s", dir_names[v->dir], v->quantity,
		     text.measured, text.passes);
	if (more && n > 0 && (size_t)n < size)
		(void)snprintf(buf + n, size - (size_t)n, "; %zu more row%s", more,
			       more == 1 ? " fails" : "s fail");

	return buf;
}

void verdict_note(const struct result *result, FILE *out)
{
	size_t rows = 0, passed = 0;
	char failure[256];

	for (size_t i = 0; i < result->n_links; i++) {
		rows += result->links[i].n_verification;
		passed += verdict_of(&result->links[i]) == VERDICT_PASS;
	}
	if (!rows) {
		(void)fputs("not verified: no link was checked against what its profile asks for\n",
			    out);
		return;
	}
	if (passed == result->n_links) {
		(void)fputs("verified: every link passed its short check (dxemu verify for the "
			    "certificate)\n",
			    out);
		return;
	}
	(void)fputs("NOT verified (dxemu verify for the certificate):\n", out);
	for (size_t i = 0; i < result->n_links; i++) {
		const struct link_result *l = &result->links[i];

		if (verdict_of(l) == VERDICT_PASS)
			continue;
		(void)verdict_failure(l, failure, sizeof(failure));
		(void)fprintf(out, "  %s: %s\n", l->profile.name,
			      failure[0] ? failure : "too few samples to tell");
	}
}
