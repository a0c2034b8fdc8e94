// SPDX-License-Identifier: ISC
/* What the launcher reads of an untrusted world's own words: errors and progress. */
#include "world/inside.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "base/util.h"
#include "world/channel.h"

static int on_error(void *ctx, enum frame_type type, const uint8_t *data, size_t len)
{
	cr_expect_eq(type, FRAME_ERROR);
	inside_parse_error(data, len, ctx);

	return 0;
}

Test(inside, error_round_trip)
{
	static const struct err rows[] = {
		{ ERR_INPUT, -EINVAL, "a key: \"quoted\", 'x', \\ and \xe2\x82\xac" },
		{ ERR_ENV, -ENOTSUP, "two\nlines" },
		{ ERR_RUNTIME, -ETIMEDOUT, "late" },
		{ ERR_RUNTIME, -EPROTO, "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct frame_reader reader = { 0 };
		struct err err = { 0 };
		int fds[2];

		cr_assert_eq(pipe(fds), 0);
		cr_expect_eq(inside_send_error(fds[1], &rows[i]), 0, "%zu", i);
		cr_expect_eq(frame_read(&reader, fds[0], on_error, &err), 1, "%zu", i);
		close(fds[1]);
		while (frame_read(&reader, fds[0], on_error, &err) > 0)
			;
		cr_expect_eq(err.kind, rows[i].kind, "%zu", i);
		cr_expect_eq(err.code, rows[i].code, "%zu", i);
		cr_expect_str_eq(err.msg, rows[i].msg, "%zu", i);
		frame_reader_free(&reader);
		close(fds[0]);
	}
}

#define UNREADABLE "the world sent an error that cannot be read"

Test(inside, error_from_a_stranger)
{
	static const struct {
		const char *text;
		enum err_kind kind;
		int code;
		const char *msg;
	} rows[] = {
		{ "", ERR_RUNTIME, -EPROTO, UNREADABLE },
		{ "{", ERR_RUNTIME, -EPROTO, UNREADABLE },
		{ "[]", ERR_RUNTIME, -EPROTO, UNREADABLE },
		{ "{\"kind\":4,\"code\":-5}", ERR_RUNTIME, -EPROTO, UNREADABLE },
		{ "{\"kind\":4,\"code\":-5,\"message\":7}", ERR_RUNTIME, -EPROTO, UNREADABLE },
		{ "{\"kind\":\"4\",\"code\":-5,\"message\":\"x\"}", ERR_RUNTIME, -EPROTO,
		  UNREADABLE },
		{ "{\"kind\":4,\"code\":-5,\"message\":\"\\u0000\"}", ERR_RUNTIME, -EPROTO,
		  UNREADABLE },
		{ "{\"kind\":4,\"code\":-5,\"message\":\"\xff\"}", ERR_RUNTIME, -EPROTO,
		  UNREADABLE },
		/* A code that is none would pass for success. */
		{ "{\"kind\":4,\"code\":0,\"message\":\"x\"}", ERR_RUNTIME, -EIO, "x" },
		{ "{\"kind\":4,\"code\":7,\"message\":\"x\"}", ERR_RUNTIME, -EIO, "x" },
		/* Exit statuses are not the world's to choose. */
		{ "{\"kind\":0,\"code\":-5,\"message\":\"x\"}", ERR_RUNTIME, -EIO, "x" },
		{ "{\"kind\":125,\"code\":-5,\"message\":\"x\"}", ERR_RUNTIME, -EIO, "x" },
		{ "{\"kind\":-1,\"code\":-5,\"message\":\"x\"}", ERR_RUNTIME, -EIO, "x" },
		{ "{\"kind\":4,\"code\":-5,\"message\":\"%n%s\"}", ERR_RUNTIME, -EIO, "%n%s" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err err = { 0 };

		inside_parse_error((const uint8_t *)rows[i].text, strlen(rows[i].text), &err);
		cr_expect_eq(err.kind, rows[i].kind, "%s", rows[i].text);
		cr_expect_eq(err.code, rows[i].code, "%s: %d", rows[i].text, err.code);
		cr_expect_str_eq(err.msg, rows[i].msg, "%s", rows[i].text);
	}
}

Test(inside, long_error)
{
	const struct err none = { 0 };
	char text[8192] = "{\"kind\":4,\"code\":-5,\"message\":\"";
	size_t used = strlen(text);
	struct err err;

	memset(text + used, 'x', sizeof(text) - used);
	memcpy(text + sizeof(text) - 2, "\"}", 2);
	inside_parse_error((const uint8_t *)text, sizeof(text), &err);
	cr_expect_eq(err.code, -EIO);
	cr_expect_eq(strspn(err.msg, "x"), sizeof(none.msg) - 1);
}

Test(inside, progress)
{
	static const struct {
		const char *text;
		double s;
	} rows[] = {
		{ "{\"virtual_s\":12.345}", 12.345 },
		{ "{\"virtual_s\":3}", 3 },
		{ "{\"virtual_s\":\"3\"}", 0 },
		{ "{\"virtual_s\":null}", 0 },
		{ "{\"virtual_s\":1e999}", 0 },
		{ "{\"virtual_s\":nan}", 0 },
		{ "{}", 0 },
		{ "[]", 0 },
		{ "7", 0 },
		{ "", 0 },
		{ "{\"virtual_s\":", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_float_eq(
			inside_parse_progress((const uint8_t *)rows[i].text, strlen(rows[i].text)),
			rows[i].s, 1e-12, "%s", rows[i].text);
}

/* A good text with some bytes changed, in a buffer of exactly its size: nothing is read beyond it. */
Test(inside, survives_noise)
{
	static const char *const texts[] = { "{\"kind\":4,\"code\":-110,\"message\":\"late\"}",
					     "{\"virtual_s\":12.345}" };
	uint64_t state = 20260101;

	for (unsigned round = 0; round < 20000; round++) {
		const char *text = texts[round % ARRAY_SIZE(texts)];
		/* Cut short in one of three. */
		size_t len = round % 3 ? strlen(text) : 1 + rng_next(&state) % strlen(text);
		uint8_t *copy = malloc(len);
		struct err err = { 0 };

		cr_assert_not_null(copy);
		memcpy(copy, text, len);
		for (uint64_t n = rng_next(&state) % 4; n > 0; n--)
			copy[rng_next(&state) % len] = (uint8_t)rng_next(&state);
		inside_parse_error(copy, len, &err);
		cr_assert_lt(err.code, 0);
		cr_assert(isfinite(inside_parse_progress(copy, len)));
		free(copy);
	}
}
