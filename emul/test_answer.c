// SPDX-License-Identifier: ISC
#include "emul/test_answer.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"

#define CHUNK (1U << 20)

/* What a launcher takes from a world: more than any test makes. */
#define PROBES_MAX UINT64_C(10000000)
#define ROWS_MAX 4000000U

static json_t *row_to_json(enum table_id id, const double *row)
{
	json_t *cells = json_array();
	int r = 0;

	for (unsigned i = 0; i < table_kinds[id].n_columns; i++)
		r |= json_array_append_new(cells, isnan(row[i]) ? json_null() : json_real(row[i]));
	if (r) {
		json_decref(cells);
		return NULL;
	}

	return json_pack("{s:s, s:o}", "table", table_kinds[id].name, "row", cells);
}

static int send_json(int channel, enum frame_type type, json_t *doc)
{
	auto_free char *text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;

	json_decref(doc);

	return text ? frame_send(channel, type, text, strlen(text)) : -ENOMEM;
}

static int send_row(const struct rows *rows, enum table_id id, const double *row, struct err *err)
{
	int r = send_json(rows->channel, FRAME_ROW, row_to_json(id, row));

	return r < 0 ? err_sys(err, r, "send a row of '%s'", table_kinds[id].name) : 0;
}

int rows_add(struct rows *rows, enum table_id id, const double *row, struct err *err)
{
	if (!table_row_valid(id, row))
		return err_set(err, -EPROTO, "a row of '%s' makes no sense", table_kinds[id].name);
	if (rows->stream)
		return send_row(rows, id, row, err);

	return table_add(&rows->tables[id], id, row, err);
}

void rows_free(struct rows *rows)
{
	for (size_t i = 0; i < TABLE_COUNT; i++)
		table_free(&rows->tables[i]);
}

int rows_finish(struct rows *rows, const struct probe_record *rec, uint64_t n,
		const struct stay *stay, struct err *err)
{
	const uint8_t *data = (const uint8_t *)rec;
	size_t left = rec ? n * sizeof(*rec) : 0;
	int r = 0;

	for (enum table_id id = 0; id < TABLE_COUNT; id++)
		for (size_t i = 0; i < rows->tables[id].n_rows; i++)
			if (send_row(rows, id, table_row(&rows->tables[id], id, i), err) < 0)
				return err->code;
	for (; left > 0 && r == 0; left -= MIN(left, CHUNK), data += CHUNK)
		r = frame_send(rows->channel, FRAME_SAMPLES, data, MIN(left, CHUNK));
	if (r == 0)
		r = send_json(rows->channel, FRAME_RESULT,
			      json_pack("{s:f, s:s}", "virtual_s", stay->virtual_s, "kernel",
					stay->kernel));

	return r < 0 ? err_sys(err, r, "send the result") : 0;
}

/* A row, into room for TABLE_COLUMNS_MAX cells. */
static int read_row(const json_t *doc, enum table_id *ret_id, double *ret)
{
	const char *name = json_string_value(json_object_get(doc, "table"));
	const json_t *cells = json_object_get(doc, "row");
	enum table_id id = 0;

	while (id < TABLE_COUNT && (!name || strcmp(name, table_kinds[id].name) != 0))
		id++;
	if (id == TABLE_COUNT || json_array_size(cells) != table_kinds[id].n_columns)
		return -EPROTO;
	for (unsigned i = 0; i < table_kinds[id].n_columns; i++) {
		const json_t *cell = json_array_get(cells, i);

		if (!json_is_number(cell) && !json_is_null(cell))
			return -EPROTO;
		ret[i] = json_is_null(cell) ? NAN : json_number_value(cell);
	}
	*ret_id = id;

	return table_row_valid(id, ret) ? 0 : -EPROTO;
}

static int take_row(struct test_reader *r, const json_t *doc)
{
	double row[TABLE_COLUMNS_MAX];
	enum table_id id;
	struct err err;
	int n = read_row(doc, &id, row);

	if (n < 0)
		return n;
	if (r->result->tables[id].n_rows >= ROWS_MAX)
		return -EPROTO;
	if (table_add(&r->result->tables[id], id, row, &err) < 0)
		return err.code;

	return r->on_row ? r->on_row(r->ctx, id, row) : 0;
}

static int take_samples(struct test_reader *r, const uint8_t *data, size_t len)
{
	const size_t each = sizeof(*r->result->probes);
	struct probe_record *probes;

	if (r->bytes + len > PROBES_MAX * each)
		return -EPROTO;
	probes = realloc(r->result->probes, r->bytes + len + each);
	if (!probes)
		return -ENOMEM;
	r->result->probes = probes;
	memcpy((uint8_t *)probes + r->bytes, data, len);
	r->bytes += len;
	r->result->n_probes = r->bytes / each;

	return 0;
}

static int take_result(struct test_reader *r, const json_t *doc)
{
	if (stay_from_json(doc, &r->stay) < 0 || r->bytes % sizeof(*r->result->probes) != 0)
		return -EPROTO;
	r->complete = true;

	return 0;
}

int test_on_frame(void *reader, enum frame_type type, const uint8_t *data, size_t len)
{
	struct test_reader *r = reader;
	json_t *doc;
	int ret;

	if (type == FRAME_SAMPLES)
		return take_samples(r, data, len);
	if (type != FRAME_ROW && type != FRAME_RESULT)
		return 0;
	doc = json_loadb((const char *)data, len, 0, NULL);
	ret = type == FRAME_ROW ? take_row(r, doc) : take_result(r, doc);
	json_decref(doc);

	return ret;
}
