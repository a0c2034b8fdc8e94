// SPDX-License-Identifier: ISC
/* Frames of a world that does not speak as it should. */
#include "emul/test_answer.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/util.h"
#include "tests/unit/test_answers.h"

#define RESULT "{\"virtual_s\":12.5,\"kernel\":\"6.12.1\"}"

Test(test_answer_broken, hostile_rows)
{
	static const struct {
		const char *what, *text;
		int code;
	} rows[] = {
		{ "a good one", BURSTS("1,1,1,5"), 0 },
		{ "nothing measured", BURSTS("null,null,null,null"), 0 },
		{ "whole as a real", BURSTS("1.0,1e0,9007199254740992.0,5"), 0 },
		{ "more keys", "{\"table\":\"udp_bursts\",\"row\":[1,1,1,5],\"x\":0}", 0 },
		{ "nothing", "", -EPROTO },
		{ "not JSON", "{\"table\":\"udp_bursts\",\"row\":[1,1,1", -EPROTO },
		{ "an array", "[]", -EPROTO },
		{ "empty", "{}", -EPROTO },
		{ "no table", "{\"row\":[1,1,1,5]}", -EPROTO },
		{ "no row", "{\"table\":\"udp_bursts\"}", -EPROTO },
		{ "unknown table", "{\"table\":\"udp_burst\",\"row\":[1,1,1,5]}", -EPROTO },
		{ "table of another case", "{\"table\":\"UDP_bursts\",\"row\":[1,1,1,5]}",
		  -EPROTO },
		{ "table by number", "{\"table\":5,\"row\":[1,1,1,5]}", -EPROTO },
		{ "row as an object", "{\"table\":\"udp_bursts\",\"row\":{\"a\":1}}", -EPROTO },
		{ "row as text", "{\"table\":\"udp_bursts\",\"row\":\"1115\"}", -EPROTO },
		{ "no cells", BURSTS(""), -EPROTO },
		{ "too few", BURSTS("1,1,1"), -EPROTO },
		{ "too many", BURSTS("1,1,1,5,5"), -EPROTO },
		{ "many", BURSTS("1,1,1,5,1,1,1,5,1,1,1,5,1,1,1,5,1,1,1,5,1,1,1,5,1,1"), -EPROTO },
		{ "text for a number", BURSTS("1,1,\"1\",5"), -EPROTO },
		{ "a name for its place", BURSTS("\"to_vpc\",1,1,5"), -EPROTO },
		{ "a truth", BURSTS("1,1,true,5"), -EPROTO },
		{ "a list", BURSTS("1,1,[1],5"), -EPROTO },
		{ "no finite number", BURSTS("1,1,1,1e999"), -EPROTO },
		{ "NaN", BURSTS("1,1,1,NaN"), -EPROTO },
		{ "negative", BURSTS("1,1,1,-5"), -EPROTO },
		{ "a fraction", BURSTS("1,1,1,0.5"), -EPROTO },
		{ "beyond 2^53", BURSTS("1,1,1,9007199254740994"), -EPROTO },
		{ "an integer that is none", BURSTS("1,1,1,99999999999999999999"), -EPROTO },
		{ "no such direction", BURSTS("2,1,1,5"), -EPROTO },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct test_result result;
		struct test_reader r;

		reader_init(&r, &result);
		cr_expect_eq(frame(&r, FRAME_ROW, rows[i].text), rows[i].code, "%s", rows[i].what);
		for (enum table_id id = 0; id < TABLE_COUNT; id++)
			cr_expect_eq(result.tables[id].n_rows,
				     id == TABLE_UDP_BURSTS && rows[i].code == 0, "%s",
				     rows[i].what);
		result_free(&result);
	}
}

Test(test_answer_broken, hostile_results)
{
	static const struct {
		const char *what, *text;
		int code;
	} rows[] = {
		{ "a good one", RESULT, 0 },
		{ "whole seconds", "{\"virtual_s\":12,\"kernel\":\"x\"}", 0 },
		{ "nothing", "", -EPROTO },
		{ "not JSON", "{\"virtual_s\":12", -EPROTO },
		{ "an array", "[]", -EPROTO },
		{ "empty", "{}", -EPROTO },
		{ "no kernel", "{\"virtual_s\":12.5}", -EPROTO },
		{ "no time", "{\"kernel\":\"x\"}", -EPROTO },
		{ "a number for a string", "{\"virtual_s\":12.5,\"kernel\":6}", -EPROTO },
		{ "a string for a number", "{\"virtual_s\":\"12.5\",\"kernel\":\"x\"}", -EPROTO },
		{ "no finite number", "{\"virtual_s\":1e999,\"kernel\":\"x\"}", -EPROTO },
		{ "time that ran backwards", "{\"virtual_s\":-1,\"kernel\":\"x\"}", -EPROTO },
		{ "63 characters",
		  "{\"virtual_s\":1,\"kernel\":\"1234567890123456789012345678901"
		  "23456789012345678901234567890123\"}",
		  0 },
		{ "64 characters",
		  "{\"virtual_s\":1,\"kernel\":\"1234567890123456789012345678901"
		  "234567890123456789012345678901234\"}",
		  -EPROTO },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct test_result result;
		struct test_reader r;

		reader_init(&r, &result);
		cr_expect_eq(frame(&r, FRAME_RESULT, rows[i].text), rows[i].code, "%s",
			     rows[i].what);
		cr_expect_eq(r.complete, rows[i].code == 0, "%s", rows[i].what);
		result_free(&result);
	}
}

/* Records are 32 bytes; they may be cut anywhere, but not at the end. */
Test(test_answer_broken, records_in_pieces)
{
	static const struct {
		const char *what;
		size_t pieces[4];
		uint64_t n;
		int code;
	} rows[] = {
		{ "none", { 0 }, 0, 0 },
		{ "one", { 32 }, 1, 0 },
		{ "one in two", { 31, 1 }, 1, 0 },
		{ "three in four", { 1, 62, 32, 1 }, 3, 0 },
		{ "one byte", { 1 }, 0, -EPROTO },
		{ "one short of one", { 31 }, 0, -EPROTO },
		{ "one and a half", { 32, 16 }, 1, -EPROTO },
		{ "one byte more", { 32, 32, 1 }, 2, -EPROTO },
	};
	uint8_t data[96];

	for (size_t i = 0; i < ARRAY_SIZE(data); i++)
		data[i] = (uint8_t)(i + 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct test_result result;
		struct test_reader r;
		size_t at = 0;

		reader_init(&r, &result);
		for (size_t k = 0; k < 4; at += rows[i].pieces[k++])
			cr_expect_eq(test_on_frame(&r, FRAME_SAMPLES, data + at, rows[i].pieces[k]),
				     0);
		cr_expect_eq(frame(&r, FRAME_RESULT, RESULT), rows[i].code, "%s", rows[i].what);
		cr_expect_eq(r.complete, rows[i].code == 0, "%s", rows[i].what);
		cr_expect_eq(result.n_probes, rows[i].n, "%s", rows[i].what);
		cr_expect(at == 0 || memcmp(result.probes, data, at) == 0, "%s", rows[i].what);
		result_free(&result);
	}
}

/* More rows and records than any test makes: the limits are 4 million of a table, and 10 million. */
Test(test_answer_broken, too_many)
{
	struct test_result result;
	struct test_reader r;
	const uint8_t record[sizeof(struct probe_record)] = { 0 };

	reader_init(&r, &result);
	cr_assert_eq(frame(&r, FRAME_ROW, BURSTS("1,1,1,5")), 0);
	/* As if they had come: a world that sends them all takes minutes. */
	result.tables[TABLE_UDP_BURSTS].n_rows = 4000000;
	cr_expect_eq(frame(&r, FRAME_ROW, BURSTS("1,1,1,5")), -EPROTO);
	cr_expect_eq(result.tables[TABLE_UDP_BURSTS].n_rows, 4000000);
	cr_expect_eq(frame(&r, FRAME_ROW, "{\"table\":\"losses\",\"row\":[1,2,0,0,0,0,0,0,0]}"), 0);

	r.bytes = 10000000 * sizeof(record);
	cr_expect_eq(test_on_frame(&r, FRAME_SAMPLES, record, 1), -EPROTO);
	cr_expect_eq(test_on_frame(&r, FRAME_SAMPLES, record, sizeof(record)), -EPROTO);
	cr_expect_null(result.probes);
	result_free(&result);
}

/* Frames that are not for it. */
Test(test_answer_broken, others)
{
	struct test_result result;
	struct test_reader r;

	reader_init(&r, &result);
	cr_expect_eq(frame(&r, FRAME_STDOUT, "x"), 0);
	cr_expect_eq(frame(&r, FRAME_PROGRESS, "x"), 0);
	cr_expect_eq(frame(&r, (enum frame_type)'?', "x"), 0);
	cr_expect_not(r.complete);
}

/* Frames with some bytes changed: refused or taken, and what was taken are rows. */
Test(test_answer_broken, survives_noise)
{
	static const char *const texts[] = {
		BURSTS("1,1,1,5"),
		"{\"table\":\"losses\",\"row\":[1,2,0,0,0,0,0,0,null]}",
		"{\"table\":\"policing\",\"row\":[0,5,1e8,9.5e7,0.05,1,2,3,1.5,0,1]}",
	};
	uint64_t state = 20260101;
	unsigned taken = 0;

	for (unsigned round = 0; round < 20000; round++) {
		const char *good = texts[round % ARRAY_SIZE(texts)];
		const size_t len = strlen(good);
		uint8_t *data = malloc(len + 1);
		struct test_result result;
		struct test_reader r;
		int got;

		cr_assert_not_null(data);
		reader_init(&r, &result);
		memcpy(data, good, len + 1);
		for (unsigned n = 1 + round % 2; n > 0; n--)
			data[rng_next(&state) % len] = (uint8_t)(' ' + rng_next(&state) % 95);
		got = test_on_frame(&r, FRAME_ROW, data, len);
		cr_assert(got == 0 || got == -EPROTO);
		for (enum table_id id = 0; id < TABLE_COUNT && got == 0; id++)
			if (result.tables[id].n_rows) {
				taken++;
				cr_assert(
					table_row_valid(id, table_row(&result.tables[id], id, 0)));
			}
		result_free(&result);
		free(data);
	}
	cr_expect_gt(taken, 100);
}
