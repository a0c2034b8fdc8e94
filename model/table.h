/* SPDX-License-Identifier: ISC */
/*
 * What a test method found, as tables: one description of columns from which the text, the JSON, the CSV and what a
 * world answers are all made. A cell is a number; what it counts is in its column.
 */
#ifndef DXEMU_MODEL_TABLE_H
#define DXEMU_MODEL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum cell_kind {
	CELL_COUNT, /* whole number, at most 2^53 */
	CELL_BYTES, /* the same */
	CELL_NAME,  /* a place in the column's list of names */
	CELL_BPS,
	CELL_PPS,
	CELL_US,
	CELL_S,
	CELL_RATIO, /* plain number */
	CELL_SHARE, /* of a whole; shown in percent */
};

struct table_column {
	const char *key;  /* in JSON and CSV; ends in its unit: "goodput_bps" */
	const char *head; /* for people: "goodput" */
	enum cell_kind kind;
	const char *const *names;
	unsigned n_names;
};

enum table_id {
	TABLE_TCP,
	TABLE_TCP_FLOWS,
	TABLE_TCP_INTERVALS,
	TABLE_UDP,
	TABLE_UDP_SHAPE,
	TABLE_UDP_BURSTS,
	TABLE_UDP_INTERVALS,
	TABLE_LATENCY,
	TABLE_PROBES,
	TABLE_TRANSACTIONS,
	TABLE_RFC6349,
	TABLE_WINDOWS,
	TABLE_CAPACITY,
	TABLE_TRIALS,
	TABLE_POLICING,
	TABLE_PATH_MTU,
	TABLE_BACKGROUND,
	TABLE_LOSSES,
	TABLE_COUNT,
};

struct table_kind {
	const char *name;  /* "tcp_intervals" */
	const char *title; /* for people */
	const struct table_column *columns;
	unsigned n_columns;
	bool detail; /* too long for a terminal: in JSON, CSV and the stream only */
};

extern const struct table_kind table_kinds[TABLE_COUNT];

#define TABLE_COLUMNS_MAX 20

/* Rows of as many cells as the kind has columns; a cell that is NaN was not measured. */
struct table {
	size_t n_rows, room;
	double *cells;
};

/* -ENOMEM */
int table_add(struct table *t, enum table_id id, const double *row, struct err *err);
void table_free(struct table *t);

static inline const double *table_row(const struct table *t, enum table_id id, size_t row)
{
	return &t->cells[row * table_kinds[id].n_columns];
}

/*
 * Whether a row from outside is one of that table: every name in its list, every count whole. Infinity is none, nor is
 * a negative number.
 */
bool table_row_valid(enum table_id id, const double *row);

#endif
