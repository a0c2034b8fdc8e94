// SPDX-License-Identifier: ISC
#include "model/table.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

int table_add(struct table *t, enum table_id id, const double *row, struct err *err)
{
	const size_t n = table_kinds[id].n_columns;

	if (t->n_rows == t->room) {
		size_t room = t->room ? 2 * t->room : 16;
		double *cells = reallocarray(t->cells, room * n, sizeof(*cells));

		if (!cells)
			return err_sys(err, -ENOMEM, "table '%s'", table_kinds[id].name);
		t->cells = cells;
		t->room = room;
	}
	memcpy(&t->cells[t->n_rows++ * n], row, n * sizeof(*row));

	return 0;
}

void table_free(struct table *t)
{
	free(t->cells);
	*t = (struct table){ 0 };
}

static bool is_whole(double value, double most)
{
	return value == floor(value) && value <= most;
}

bool table_row_valid(enum table_id id, const double *row)
{
	const struct table_kind *kind = &table_kinds[id];

	for (unsigned i = 0; i < kind->n_columns; i++) {
		const struct table_column *c = &kind->columns[i];

		if (isnan(row[i]))
			continue;
		if (!isfinite(row[i]) || row[i] < 0)
			return false;
		if (c->kind == CELL_NAME && !is_whole(row[i], c->n_names - 1))
			return false;
		if ((c->kind == CELL_COUNT || c->kind == CELL_BYTES) && !is_whole(row[i], 0x1p53))
			return false;
	}

	return true;
}
