/* SPDX-License-Identifier: ISC */
/* What a world that does a test answers: rows of tables (FRAME_ROW), probe records, then FRAME_RESULT. */
#ifndef DXEMU_EMUL_TEST_ANSWER_H
#define DXEMU_EMUL_TEST_ANSWER_H

#include "model/result.h"
#include "world/world.h"

/* The world's side: rows are told as they come, or (@stream is false) at the end. */
struct rows {
	int channel;
	bool stream;
	struct table tables[TABLE_COUNT]; /* what waits for the end */
};

int rows_add(struct rows *rows, enum table_id id, const double *row, struct err *err);
void rows_free(struct rows *rows);

/* The end of a test. @rec: NULL = no records of probes */
int rows_finish(struct rows *rows, const struct probe_record *rec, uint64_t n,
		const struct stay *stay, struct err *err);

/* The launcher's side: collects the frames of one world; they are untrusted. */
struct test_reader {
	struct test_result *result; /* the caller's; tables and probes are filled */
	struct stay stay;
	uint64_t bytes; /* of probe records */
	bool complete;
	/* Called for each row as it comes; may be NULL. */
	int (*on_row)(void *ctx, enum table_id id, const double *row);
	void *ctx;
};

int test_on_frame(void *reader, enum frame_type type, const uint8_t *data, size_t len);

#endif
