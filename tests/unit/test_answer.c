// SPDX-License-Identifier: ISC
#include "emul/answer.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "base/util.h"

static const struct answer some = {
	.tcp = { .measured = true, .goodput_bps = 938.7e6, .retransmits = 12, .bytes = 1ULL << 40 },
	.mss = 1448,
	.duplicated = { 3, 4 },
	.account = { { 100, 1, 86, { 1, 2, 3, 4, 5 } }, { 9, 0, 9, { 0 } } },
	.stay = { .virtual_s = 12.5, .kernel = "6.12.1" },
};

#define SENT_AND_RECEIVED "\"sent\":1,\"duplicated\":0,\"received\":1,"
#define LOST "\"impairment\":0,\"queue\":0,\"policer\":0,\"packet_cap\":0,\"endpoint\":0"
#define ACCOUNT                                            \
	"\"account\":{\"to_vpc\":{" SENT_AND_RECEIVED LOST \
	"},\"to_onprem\":{" SENT_AND_RECEIVED LOST "}},"

#define SOME_TEXT                                                                       \
	"{\"tcp\":true,\"goodput_bps\":1.5,\"retransmits\":2,\"bytes\":3,\"mss\":1448," \
	"\"duplicated\":[0,0]," ACCOUNT "\"virtual_s\":12.5,\"kernel\":\"6.12.1\"}"

/* Sends from a process of its own: the records are more than a pipe holds. */
static int pass(const struct answer *a, const struct probe_record *rec, uint64_t n,
		struct answer_reader *r)
{
	struct frame_reader frames = { 0 };
	int fds[2], got = 1, status;
	struct err err;
	pid_t pid;

	cr_assert_eq(pipe(fds), 0);
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		close(fds[0]);
		_exit(answer_send(fds[1], a, rec, n, &err) == 0 ? 0 : 1);
	}
	close(fds[1]);
	while (got > 0)
		got = frame_read(&frames, fds[0], answer_on_frame, r);
	close(fds[0]);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	if (got == 0)
		cr_expect_eq(status, 0);
	frame_reader_free(&frames);

	return got;
}

Test(answer, round_trip)
{
	/* None, one, and more than go into one frame. */
	static const uint64_t rows[] = { 0, 1, 100000 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct probe_record *rec = calloc(rows[i] + 1, sizeof(*rec));
		struct answer_reader r;
		struct err err;

		for (uint64_t k = 0; k < rows[i]; k++)
			rec[k] = (struct probe_record){ (int64_t)k, -1, 0, INT64_MAX };
		cr_assert_eq(answer_reader_init(&r, rows[i], &err), 0);
		cr_expect_eq(pass(&some, rec, rows[i], &r), 0, "%zu", i);
		cr_expect(r.complete);
		cr_expect_eq(memcmp(r.rec, rec, rows[i] * sizeof(*rec)), 0);
		cr_expect_eq(r.answer.tcp.measured, true);
		cr_expect_eq(r.answer.tcp.goodput_bps, some.tcp.goodput_bps);
		cr_expect_eq(r.answer.tcp.retransmits, 12);
		cr_expect_eq(r.answer.tcp.bytes, 1ULL << 40);
		cr_expect_eq(r.answer.mss, 1448);
		cr_expect_eq(r.answer.duplicated[TO_VPC], 3);
		cr_expect_eq(r.answer.duplicated[TO_ONPREM], 4);
		cr_expect_eq(memcmp(r.answer.account, some.account, sizeof(some.account)), 0);
		cr_expect_eq(r.answer.stay.virtual_s, 12.5);
		cr_expect_str_eq(r.answer.stay.kernel, "6.12.1");
		answer_reader_free(&r);
		free(rec);
	}
}

/* The launcher knows how many records there are to be; it has room for no more and takes no fewer. */
Test(answer, wrong_number_of_records)
{
	static const struct {
		uint64_t expected, sent;
	} rows[] = { { 10, 9 }, { 10, 11 }, { 0, 1 }, { 1, 0 }, { 1, 100000 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct probe_record *rec = calloc(rows[i].sent + 1, sizeof(*rec));
		struct answer_reader r;
		struct err err;

		cr_assert_eq(answer_reader_init(&r, rows[i].expected, &err), 0);
		cr_expect_eq(pass(&some, rec, rows[i].sent, &r), -EPROTO, "%zu", i);
		cr_expect_not(r.complete, "%zu", i);
		answer_reader_free(&r);
		free(rec);
	}
}

Test(answer, result_that_cannot_be_read)
{
	static const struct {
		const char *what, *text;
		int code;
	} rows[] = {
		{ "a good one", SOME_TEXT, 0 },
		{ "nothing", "", -EPROTO },
		{ "not JSON", "{\"tcp\":tru", -EPROTO },
		{ "an array", "[]", -EPROTO },
		{ "empty", "{}", -EPROTO },
		{ "a number for a string",
		  "{\"tcp\":true,\"goodput_bps\":1.5,\"retransmits\":2,\"bytes\":3,\"mss\":1448,"
		  "\"duplicated\":[0,0]," ACCOUNT "\"virtual_s\":12.5,\"kernel\":6}",
		  -EPROTO },
		{ "one direction only",
		  "{\"tcp\":true,\"goodput_bps\":1.5,\"retransmits\":2,\"bytes\":3,\"mss\":1448,"
		  "\"duplicated\":[0]," ACCOUNT "\"virtual_s\":12.5,\"kernel\":\"x\"}",
		  -EPROTO },
		{ "no finite number",
		  "{\"tcp\":true,\"goodput_bps\":1e999,\"retransmits\":2,\"bytes\":3,\"mss\":1448,"
		  "\"duplicated\":[0,0]," ACCOUNT "\"virtual_s\":12.5,\"kernel\":\"x\"}",
		  -EPROTO },
		{ "an integer that is none",
		  "{\"tcp\":true,\"goodput_bps\":1,\"retransmits\":99999999999999999999,\"bytes\":"
		  "3,"
		  "\"mss\":1448,\"duplicated\":[0,0]," ACCOUNT "\"virtual_s\":12.5,\"kernel\":"
		  "\"x\"}",
		  -EPROTO },
		{ "no account",
		  "{\"tcp\":true,\"goodput_bps\":1.5,\"retransmits\":2,\"bytes\":3,\"mss\":1448,"
		  "\"duplicated\":[0,0],\"virtual_s\":12.5,\"kernel\":\"x\"}",
		  -EPROTO },
		{ "an account of one direction",
		  "{\"tcp\":true,\"goodput_bps\":1.5,\"retransmits\":2,\"bytes\":3,\"mss\":1448,"
		  "\"duplicated\":[0,0],\"account\":{\"to_vpc\":{" SENT_AND_RECEIVED LOST "}},"
		  "\"virtual_s\":12.5,\"kernel\":\"x\"}",
		  -EPROTO },
		{ "an account with a negative number",
		  "{\"tcp\":true,\"goodput_bps\":1.5,\"retransmits\":2,\"bytes\":3,\"mss\":1448,"
		  "\"duplicated\":[0,0],\"account\":{\"to_vpc\":{" SENT_AND_RECEIVED LOST
		  "},\"to_onprem\":{\"sent\":-1,\"duplicated\":0,\"received\":0," LOST "}},"
		  "\"virtual_s\":12.5,\"kernel\":\"x\"}",
		  -EPROTO },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct answer_reader r;
		struct err err;

		cr_assert_eq(answer_reader_init(&r, 0, &err), 0);
		cr_expect_eq(answer_on_frame(&r, FRAME_RESULT, (const uint8_t *)rows[i].text,
					     strlen(rows[i].text)),
			     rows[i].code, "%s", rows[i].what);
		cr_expect_eq(r.complete, rows[i].code == 0, "%s", rows[i].what);
		answer_reader_free(&r);
	}
}

Test(answer, long_kernel_name)
{
	char text[2048] = SOME_TEXT;
	struct answer_reader r;
	struct err err;
	size_t at = strlen(text) - 2;

	memset(text + at, 'k', 500);
	memcpy(text + at + 500, "\"}", 3);
	cr_assert_eq(answer_reader_init(&r, 0, &err), 0);
	cr_expect_eq(answer_on_frame(&r, FRAME_RESULT, (const uint8_t *)text, strlen(text)),
		     -EPROTO);
	answer_reader_free(&r);
}

/* Frames that are not for it. */
Test(answer, others)
{
	struct answer_reader r;
	struct err err;

	cr_assert_eq(answer_reader_init(&r, 0, &err), 0);
	cr_expect_eq(answer_on_frame(&r, FRAME_STDOUT, (const uint8_t *)"x", 1), 0);
	cr_expect_eq(answer_on_frame(&r, (enum frame_type)'?', (const uint8_t *)"x", 1), 0);
	cr_expect_not(r.complete);
	answer_reader_free(&r);
}

/* Records of any size and content, results with some bytes changed: refused or taken, never beyond the room. */
Test(answer, survives_noise)
{
	uint64_t state = 20260101;
	unsigned taken = 0;

	for (unsigned round = 0; round < 5000; round++) {
		struct answer_reader r;
		struct err err;
		uint64_t room = rng_next(&state) % 8;

		cr_assert_eq(answer_reader_init(&r, room, &err), 0);
		for (int frame = 0; frame < 6; frame++) {
			bool samples = rng_next(&state) % 2;
			size_t len = samples ? rng_next(&state) % 128 : strlen(SOME_TEXT);
			uint8_t *data = malloc(MAX(len, 1));
			int got;

			cr_assert_not_null(data);
			if (samples)
				memset(data, (int)rng_next(&state), len);
			else
				memcpy(data, SOME_TEXT, len);
			if (!samples && round % 2)
				data[rng_next(&state) % len] = (uint8_t)rng_next(&state);
			got = answer_on_frame(&r, samples ? FRAME_SAMPLES : FRAME_RESULT, data,
					      len);
			cr_assert(got == 0 || got == -EPROTO);
			cr_assert_leq(r.bytes, room * sizeof(*r.rec));
			free(data);
		}
		taken += r.complete;
		answer_reader_free(&r);
	}
	cr_expect_gt(taken, 100);
}
