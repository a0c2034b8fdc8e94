// SPDX-License-Identifier: ISC
#include "report/tables.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "report/format.h"

#define WIDTH 100
#define CELL_SIZE 40

/* With 15 digits nanoseconds are exact up to 11 days; counts, up to 2^53, are written as integers. */
#define DIGITS 15

json_t *tables_number(double value)
{
	if (!isfinite(value))
		return json_null();
	if (value == rint(value) && fabs(value) <= 0x1p53)
		return json_integer((json_int_t)value);

	return json_real(value);
}

static const char *name_of(const struct table_column *c, double value)
{
	return c->names[(unsigned)value];
}

json_t *tables_row(enum table_id id, const double *row)
{
	const struct table_kind *kind = &table_kinds[id];
	json_t *j = json_object();
	int r = 0;

	for (unsigned i = 0; i < kind->n_columns; i++) {
		const struct table_column *c = &kind->columns[i];

		if (isnan(row[i]))
			continue;
		r |= json_object_set_new(j, c->key,
					 c->kind == CELL_NAME ? json_string(name_of(c, row[i]))
							      : tables_number(row[i]));
	}
	if (r) {
		json_decref(j);
		return NULL;
	}

	return j;
}

json_t *tables_json(const struct test_result *t)
{
	json_t *tables = json_object(), *parameters = test_to_json(&t->test);
	int r = json_object_del(parameters, "stream");

	r |= json_object_del(parameters, "probes_wanted");
	for (enum table_id id = 0; id < TABLE_COUNT; id++) {
		json_t *rows = json_array();

		for (size_t i = 0; i < t->tables[id].n_rows; i++)
			r |= json_array_append_new(
				rows, tables_row(id, table_row(&t->tables[id], id, i)));
		if (json_array_size(rows) > 0)
			r |= json_object_set(tables, table_kinds[id].name, rows);
		json_decref(rows);
	}
	if (r) {
		json_decref(tables);
		json_decref(parameters);
		return NULL;
	}

	return json_pack("{s:o, s:o}", "parameters", parameters, "tables", tables);
}

int tables_stream(const char *profile, enum table_id id, const double *row, FILE *out,
		  struct err *err)
{
	json_t *j = json_pack("{s:s, s:s, s:o}", "profile", profile, "table", table_kinds[id].name,
			      "row", tables_row(id, row));

	if (!j)
		return err_sys(err, -ENOMEM, "row of '%s'", table_kinds[id].name);
	(void)json_dumpf(j, out, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));
	json_decref(j);
	(void)fputc('\n', out);

	return format_flush(out, err);
}

static void put_field(const struct table_column *c, double value, FILE *out)
{
	if (c->kind == CELL_NAME)
		(void)fputs(name_of(c, value), out);
	else if (c->kind == CELL_COUNT || c->kind == CELL_BYTES)
		(void)fprintf(out, "%.0f", value);
	else
		(void)fprintf(out, "%.*g", DIGITS, value);
}

void tables_csv(enum table_id id, const struct table *t, FILE *out)
{
	const struct table_kind *kind = &table_kinds[id];

	for (unsigned c = 0; c < kind->n_columns; c++)
		(void)fprintf(out, "%s%s", c ? "," : "", kind->columns[c].key);
	(void)fputs("\r\n", out);
	for (size_t i = 0; i < t->n_rows; i++) {
		const double *row = table_row(t, id, i);

		for (unsigned c = 0; c < kind->n_columns; c++) {
			if (c)
				(void)fputc(',', out);
			if (isnan(row[c]))
				continue;
			put_field(&kind->columns[c], row[c], out);
		}
		(void)fputs("\r\n", out);
	}
}

void tables_csv_probes(const struct test_result *t, FILE *out)
{
	(void)fputs("sequence,sent_ns,at_vpc_ns,reflected_ns,received_ns\r\n", out);
	for (uint64_t i = 0; i < t->n_probes; i++) {
		const struct probe_record *p = &t->probes[i];

		(void)fprintf(out,
			      "%" PRIu64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "\r\n", i,
			      p->sent_ns, p->at_vpc_ns, p->reflected_ns, p->received_ns);
	}
}

static void show(const struct table_column *c, double value, char text[CELL_SIZE])
{
	if (isnan(value)) {
		(void)snprintf(text, CELL_SIZE, "-");
		return;
	}
	switch (c->kind) {
	case CELL_COUNT:
	case CELL_BYTES:
		(void)snprintf(text, CELL_SIZE, "%.0f%s", value, c->kind == CELL_BYTES ? " B" : "");
		break;
	case CELL_NAME:
		(void)snprintf(text, CELL_SIZE, "%s", name_of(c, value));
		break;
	case CELL_BPS:
		(void)format_bit_rate(value, text, CELL_SIZE);
		break;
	case CELL_PPS:
		(void)snprintf(text, CELL_SIZE, "%.0f pps", value);
		break;
	case CELL_US:
		(void)format_delay(llround(fmin(value * 1e3, 9e18)), text, CELL_SIZE);
		break;
	case CELL_S:
		(void)snprintf(text, CELL_SIZE, "%.4g s", value);
		break;
	case CELL_RATIO:
		(void)snprintf(text, CELL_SIZE, "%.4g", value);
		break;
	case CELL_SHARE:
		(void)format_share(value, text, CELL_SIZE);
		break;
	}
}

/* As wide as its widest cell; names stand at the left, numbers at the right. */
static int width_of(enum table_id id, const struct table *t, unsigned column)
{
	const struct table_column *c = &table_kinds[id].columns[column];
	size_t width = strlen(c->head);
	char text[CELL_SIZE];

	for (size_t i = 0; i < t->n_rows; i++) {
		show(c, table_row(t, id, i)[column], text);
		width = MAX(width, strlen(text));
	}

	return (int)width;
}

/* One cell after two blanks. Blanks are @owed until text follows, so that no line ends in them. */
static void put(FILE *out, bool left, int width, const char *text, int *owed)
{
	const int len = (int)strlen(text), pad = width - len;

	*owed += 2 + (left ? 0 : pad);
	if (len > 0) {
		(void)fprintf(out, "%*s%s", *owed, "", text);
		*owed = 0;
	}
	*owed += left ? pad : 0;
}

static void lying(enum table_id id, const struct table *t, const int *widths, FILE *out)
{
	const struct table_kind *kind = &table_kinds[id];
	char text[CELL_SIZE];
	int owed = 0;

	for (unsigned c = 0; c < kind->n_columns; c++)
		put(out, kind->columns[c].kind == CELL_NAME, widths[c], kind->columns[c].head,
		    &owed);
	(void)fputc('\n', out);
	for (size_t i = 0; i < t->n_rows; i++) {
		owed = 0;
		for (unsigned c = 0; c < kind->n_columns; c++) {
			show(&kind->columns[c], table_row(t, id, i)[c], text);
			put(out, kind->columns[c].kind == CELL_NAME, widths[c], text, &owed);
		}
		(void)fputc('\n', out);
	}
}

/* Some rows of the table, side by side. */
static void standing(enum table_id id, const struct table *t, size_t from, size_t to, int head,
		     int width, FILE *out)
{
	const struct table_kind *kind = &table_kinds[id];
	char text[CELL_SIZE];

	for (unsigned c = 0; c < kind->n_columns; c++) {
		int owed = 0;

		put(out, true, head, kind->columns[c].head, &owed);
		for (size_t i = from; i < to; i++) {
			show(&kind->columns[c], table_row(t, id, i)[c], text);
			put(out, false, width, text, &owed);
		}
		(void)fputs(to < t->n_rows && c + 1 == kind->n_columns ? "\n\n" : "\n", out);
	}
}

void tables_text(enum table_id id, const struct table *t, FILE *out)
{
	const struct table_kind *kind = &table_kinds[id];
	int widths[TABLE_COLUMNS_MAX] = { 0 }, sum = 0, head = 0, widest = 0;
	size_t blocks, each;

	(void)fprintf(out, "%s\n", kind->title);
	for (unsigned c = 0; c < kind->n_columns; c++) {
		widths[c] = width_of(id, t, c);
		sum += 2 + widths[c];
		widest = MAX(widest, widths[c]);
		head = MAX(head, (int)strlen(kind->columns[c].head));
	}
	/* Blocks are of equal size, so that each direction has its own. */
	each = (size_t)MAX((WIDTH - 2 - head) / (2 + widest), 1);
	blocks = (t->n_rows + each - 1) / each;
	each = (t->n_rows + blocks - 1) / MAX(blocks, 1);
	if (sum <= WIDTH)
		lying(id, t, widths, out);
	else
		for (size_t i = 0; i < t->n_rows; i += each)
			standing(id, t, i, MIN(i + each, t->n_rows), head, widest, out);
	(void)fputc('\n', out);
}
