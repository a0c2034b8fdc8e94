/* SPDX-License-Identifier: ISC */
/* What a world says of a test, frame by frame, to its reader. */
#ifndef DXEMU_TESTS_UNIT_TEST_ANSWERS_H
#define DXEMU_TESTS_UNIT_TEST_ANSWERS_H

#include <stdlib.h>
#include <string.h>

#include "emul/test_answer.h"

#define BURSTS(cells) "{\"table\":\"udp_bursts\",\"row\":[" cells "]}"

static inline void reader_init(struct test_reader *r, struct test_result *result)
{
	*result = (struct test_result){ 0 };
	*r = (struct test_reader){ .result = result };
}

static inline void result_free(struct test_result *result)
{
	for (size_t i = 0; i < TABLE_COUNT; i++)
		table_free(&result->tables[i]);
	free(result->probes);
}

static inline int frame(struct test_reader *r, enum frame_type type, const char *text)
{
	return test_on_frame(r, type, (const uint8_t *)text, strlen(text));
}

#endif
