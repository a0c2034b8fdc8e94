// SPDX-License-Identifier: ISC
/* Lines that end early, and lines with what no program of ours wrote. */
#include "tests/unit/line.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/util.h"
#include "world/channel.h"

Test(channel_broken, cannot_be)
{
	static const struct {
		const char *what, *bytes;
		size_t len;
		const char *read; /* what came before */
	} rows[] = {
		{ "first byte of the magic", "EXo\0\0\0\0\0", 8, "" },
		{ "second byte of the magic", "DYo\0\0\0\0\0", 8, "" },
		{ "the zero", "DXo\1\0\0\0\0", 8, "" },
		{ "one byte too long", HEAD("s", "\1", "\0", "\x40", "\0"), 8, "" },
		{ "as long as can be written", HEAD("s", "\xff", "\xff", "\xff", "\xff"), 8, "" },
		{ "noise after a frame", HEAD("o", "\1", "\0", "\0", "\0") "xgarbage", 17,
		  "o1:x;" },
		{ "one byte missing", HEAD("o", "\2", "\0", "\0", "\0") "x" STREAM, 10 + 8,
		  "o2:xD;" },
		{ "one byte too many", HEAD("o", "\0", "\0", "\0", "\0") "x" STREAM, 9 + 8,
		  "o0:;" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct line l;

		open_line(&l);
		put(&l, rows[i].bytes, rows[i].len);
		cr_expect_eq(read_all(&l), -EPROTO, "%s", rows[i].what);
		cr_expect_str_eq(l.rx.text, rows[i].read, "%s", rows[i].what);
		close_line(&l);
	}
}

Test(channel_broken, ends)
{
	static const struct {
		const char *what;
		size_t len; /* of STREAM before the end */
		const char *read;
	} rows[] = {
		{ "at once", 0, "" },
		{ "in a head", 5, "" },
		{ "in a frame", 10, "" },
		{ "after a frame", 11, "o3:abc;" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct line l;

		open_line(&l);
		put(&l, STREAM, rows[i].len);
		close(l.theirs);
		l.theirs = -1;
		cr_expect_eq(read_all(&l), 0, "%s", rows[i].what);
		cr_expect_str_eq(l.rx.text, rows[i].read, "%s", rows[i].what);
		close_line(&l);
	}
}

Test(channel_broken, no_line)
{
	struct frame_reader reader = { 0 };
	struct received rx = { 0 };

	cr_expect_eq(frame_read(&reader, -1, on_frame, &rx), -EBADF);
	cr_expect_eq(frame_send(-1, FRAME_STDOUT, "x", 1), -EBADF);
	frame_reader_free(&reader);
}

static int check_bounds(void *ctx, enum frame_type type, const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len + 1);

	/* AddressSanitizer's business: all of it can be read. */
	cr_assert_not_null(copy);
	if (len)
		memcpy(copy, data, len);
	free(copy);
	cr_assert_leq(len, FRAME_MAX);
	*(unsigned *)ctx += 1;

	return (int)type >= 0 ? 0 : -EPROTO;
}

/*
 * A program in the world may write anything to the line: good frames with a few bytes changed, in pieces.
 * Whatever comes, the reader delivers what fits or says that it cannot be.
 */
Test(channel_broken, survives_noise)
{
	uint64_t state = 20260101;
	unsigned frames = 0, refused = 0;

	for (unsigned round = 0; round < 1000; round++) {
		uint8_t bytes[2 * sizeof(STREAM)];
		size_t len = sizeof(STREAM) - 1, at = 0;
		struct line l;
		int r = 1;

		memcpy(bytes, STREAM, len);
		memcpy(bytes + len, STREAM, len);
		len *= 2;
		for (uint64_t n = rng_next(&state) % 4; n > 0; n--)
			bytes[rng_next(&state) % len] = (uint8_t)rng_next(&state);
		open_line(&l);
		while (at < len && r != -EPROTO) {
			size_t piece = 1 + rng_next(&state) % 40, n = MIN(piece, len - at);

			put(&l, bytes + at, n);
			at += n;
			do {
				r = frame_read(&l.reader, l.ours, check_bounds, &frames);
			} while (r > 0);
			cr_assert(r == -EAGAIN || r == -EPROTO, "round %u: %d", round, r);
		}
		refused += r == -EPROTO;
		close_line(&l);
	}
	/* The noise does reach both ways out. */
	cr_expect_gt(frames, 1000);
	cr_expect_gt(refused, 100);
	cr_expect_lt(refused, 900);
}
