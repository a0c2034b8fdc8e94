// SPDX-License-Identifier: ISC
/* The tables of test methods, and which rows are theirs. Runs at the root of the tree. */
#include "model/table.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/util.h"

static bool ends_in(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n > m && strcmp(text + n - m, end) == 0;
}

/* Letters, digits and underscores: a column of a CSV and a name in any program. */
static bool is_key(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && !text[n] && islower((unsigned char)*text);
}

/* The unit that a key of each kind ends in. */
static const char *const unit_of[] = {
	[CELL_COUNT] = "",   [CELL_BYTES] = "",	  [CELL_NAME] = "",
	[CELL_BPS] = "_bps", [CELL_PPS] = "_pps", [CELL_US] = "_us",
	[CELL_S] = "_s",     [CELL_RATIO] = "",	  [CELL_SHARE] = "",
};

static void expect_column(const char *table, const struct table_column *c)
{
	bool named = c->kind == CELL_NAME;

	cr_expect(is_key(c->key), "%s.%s", table, c->key);
	cr_expect_not_null(c->head, "%s.%s", table, c->key);
	cr_expect_eq(named, c->names != NULL && c->n_names > 0, "%s.%s", table, c->key);
	for (unsigned i = 0; named && i < c->n_names; i++)
		/* In CSV, names stand without quotes (RFC 4180, 2.6). */
		cr_expect(c->names[i] && *c->names[i] && !strpbrk(c->names[i], ",\"\r\n"),
			  "%s.%s: name %u", table, c->key, i);
	/* The key of each kind has its unit, and no other kind has it. */
	for (enum cell_kind k = 0; k < ARRAY_SIZE(unit_of); k++)
		if (*unit_of[k])
			cr_expect_eq(ends_in(c->key, unit_of[k]), c->kind == k, "%s.%s: %s", table,
				     c->key, unit_of[k]);
}

Test(table, kinds)
{
	for (enum table_id id = 0; id < TABLE_COUNT; id++) {
		const struct table_kind *kind = &table_kinds[id];

		cr_assert(kind->name && is_key(kind->name), "%d", id);
		cr_expect(kind->title && *kind->title, "%s", kind->name);
		cr_expect_geq(kind->n_columns, 1, "%s", kind->name);
		cr_expect_leq(kind->n_columns, TABLE_COLUMNS_MAX, "%s", kind->name);
		for (enum table_id other = 0; other < id; other++)
			cr_expect_str_neq(kind->name, table_kinds[other].name);
		for (unsigned i = 0; i < kind->n_columns; i++) {
			expect_column(kind->name, &kind->columns[i]);
			for (unsigned k = 0; k < i; k++)
				cr_expect_str_neq(kind->columns[i].key, kind->columns[k].key, "%s",
						  kind->name);
		}
	}
}

/* The schema of result documents lists the same tables, and no others. */
Test(table, names_in_the_schema)
{
	json_t *schema = json_load_file("docs/result.schema.json", 0, NULL), *names;

	cr_assert_not_null(schema);
	cr_assert_eq(json_unpack(schema, "{s:{s:{s:{s:{s:{s:o}}}}}}", "$defs", "test", "properties",
				 "tables", "propertyNames", "enum", &names),
		     0);
	cr_expect_eq(json_array_size(names), TABLE_COUNT);
	for (enum table_id id = 0; id < TABLE_COUNT; id++)
		cr_expect_str_eq(json_string_value(json_array_get(names, id)),
				 table_kinds[id].name);
	json_decref(schema);
}

/* Of every table: all absent and all zero is a row; and what no cell of its kind can be is none. */
Test(table, cells)
{
	static const struct {
		enum cell_kind kind;
		double value;
		bool valid;
	} cells[] = {
		{ CELL_COUNT, 0x1p53, true },	{ CELL_COUNT, 0x1p53 + 2, false },
		{ CELL_COUNT, 0.5, false },	{ CELL_BYTES, 1500, true },
		{ CELL_BYTES, 1500.25, false }, { CELL_BYTES, 0x1p54, false },
		{ CELL_NAME, 1, true },		{ CELL_NAME, 0.5, false },
		{ CELL_BPS, 0.5, true },	{ CELL_BPS, 1e15, true },
		{ CELL_PPS, 0.5, true },	{ CELL_US, 0.001, true },
		{ CELL_S, 1.25, true },		{ CELL_RATIO, 7.5, true },
		{ CELL_SHARE, 0.005, true },	{ CELL_SHARE, 1.5, true },
	};
	static const double never[] = { -1, -0.001, INFINITY, -INFINITY };

	for (enum table_id id = 0; id < TABLE_COUNT; id++) {
		const struct table_kind *kind = &table_kinds[id];
		double row[TABLE_COLUMNS_MAX];

		memset(row, 0, sizeof(row));
		cr_expect(table_row_valid(id, row), "%s", kind->name);
		for (unsigned i = 0; i < kind->n_columns; i++)
			row[i] = NAN;
		cr_expect(table_row_valid(id, row), "%s", kind->name);

		for (unsigned i = 0; i < kind->n_columns; i++) {
			const struct table_column *c = &kind->columns[i];

			for (size_t k = 0; k < ARRAY_SIZE(never); k++) {
				row[i] = never[k];
				cr_expect_not(table_row_valid(id, row), "%s.%s: %g", kind->name,
					      c->key, never[k]);
			}
			for (size_t k = 0; k < ARRAY_SIZE(cells); k++) {
				if (cells[k].kind != c->kind)
					continue;
				row[i] = cells[k].value;
				cr_expect_eq(table_row_valid(id, row), cells[k].valid,
					     "%s.%s: %.17g", kind->name, c->key, cells[k].value);
			}
			if (c->kind == CELL_NAME) {
				row[i] = c->n_names - 1;
				cr_expect(table_row_valid(id, row), "%s.%s", kind->name, c->key);
				row[i] = c->n_names;
				cr_expect_not(table_row_valid(id, row), "%s.%s", kind->name,
					      c->key);
			}
			row[i] = NAN;
		}
	}
}

/* 16, 32, 64: rows stay as they were while the room grows, of the narrowest table and the widest. */
Test(table, add)
{
	static const enum table_id ids[] = { TABLE_UDP_BURSTS, TABLE_UDP_SHAPE };
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		const unsigned columns = table_kinds[ids[i]].n_columns;
		struct table t = { 0 };
		double row[TABLE_COLUMNS_MAX];

		for (unsigned r = 0; r < 100; r++) {
			for (unsigned c = 0; c < columns; c++)
				row[c] = r * 100.0 + c;
			cr_assert_eq(table_add(&t, ids[i], row, &err), 0);
			cr_expect_eq(t.n_rows, r + 1);
			cr_assert_leq(t.n_rows, t.room);
		}
		for (unsigned r = 0; r < 100; r++)
			for (unsigned c = 0; c < columns; c++)
				cr_expect_eq(table_row(&t, ids[i], r)[c], r * 100.0 + c,
					     "row %u, column %u", r, c);
		table_free(&t);
		cr_expect_eq(t.n_rows, 0);
		cr_expect_eq(t.room, 0);
		cr_expect_null(t.cells);
		/* It can be used again, and freed twice. */
		cr_expect_eq(table_add(&t, ids[i], row, &err), 0);
		table_free(&t);
		table_free(&t);
	}
}
