// SPDX-License-Identifier: ISC
#include "world/channel.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "base/util.h"

/* What came out of a reader, in the order in which it came: type, length, content. */
struct received {
	char text[4096];
	size_t used;
	unsigned frames;
	unsigned refuse_after; /* so many frames, if it is not 0 */
	bool one_at_a_time;
};

static int on_frame(void *ctx, enum frame_type type, const uint8_t *data, size_t len)
{
	struct received *rx = ctx;
	size_t room = sizeof(rx->text) - rx->used;

	rx->frames++;
	rx->used += (size_t)snprintf(rx->text + rx->used, room, "%c%zu:%.*s;", (char)type, len,
				     (int)len, (const char *)data);
	cr_assert_lt(rx->used, sizeof(rx->text));

	if (rx->refuse_after && rx->frames == rx->refuse_after)
		return -ECANCELED;

	return rx->one_at_a_time ? 1 : 0;
}

/* A line with a reader that does not block, and the stream that is written to it. */
struct line {
	int ours, theirs;
	struct frame_reader reader;
	struct received rx;
};

static void open_line(struct line *l)
{
	int pair[2], room = 4 << 20;

	*l = (struct line){ 0 };
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	l->ours = pair[0];
	l->theirs = pair[1];
	(void)setsockopt(l->theirs, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	(void)fcntl(l->ours, F_SETFL, O_NONBLOCK);
}

static void close_line(struct line *l)
{
	frame_reader_free(&l->reader);
	close(l->ours);
	if (l->theirs >= 0)
		close(l->theirs);
}

static void put(struct line *l, const void *data, size_t len)
{
	cr_assert_eq(write(l->theirs, data, len), (ssize_t)len);
}

/* Reads all that there is; what the last call returned. */
static int read_all(struct line *l)
{
	int r;

	do {
		r = frame_read(&l->reader, l->ours, on_frame, &l->rx);
	} while (r > 0);

	return r;
}

#define HEAD(type, b0, b1, b2, b3) "DX" type "\0" b0 b1 b2 b3
#define STREAM                                                                                    \
	HEAD("o", "\3", "\0", "\0", "\0")                                                         \
	"abc" HEAD("i", "\0", "\0", "\0", "\0")                                                   \
		HEAD("e", "\x0a", "\0", "\0", "\0") "DXo\0\1\0\0\0zz" HEAD("r", "\2", "\0", "\0", \
									   "\0") "{}"
#define STREAM_READ "o3:abc;i0:;e10:DXo;r2:{};"

/* The bytes on the line are what both programs of an old and a new version have to agree on. */
Test(channel, format)
{
	char *text = NULL;
	size_t len;
	FILE *mem = open_memstream(&text, &len);

	frame_write(mem, FRAME_STDOUT, "abc", 3);
	frame_write(mem, FRAME_STDIN, "", 0);
	frame_write(mem, FRAME_STDERR, "DXo\0\1\0\0\0zz", 10);
	frame_write(mem, FRAME_RESULT, "{}", 2);
	(void)fclose(mem);
	cr_assert_eq(len, sizeof(STREAM) - 1);
	cr_expect_arr_eq(text, STREAM, len);
	free(text);
}

/* However the stream is cut, the same frames come out, and none before its last byte is there. */
Test(channel, split_at_every_byte)
{
	for (size_t at = 0; at < sizeof(STREAM); at++) {
		struct line l;

		open_line(&l);
		put(&l, STREAM, at);
		cr_expect_eq(read_all(&l), -EAGAIN, "cut at %zu", at);
		cr_expect_eq(strncmp(l.rx.text, STREAM_READ, l.rx.used), 0, "cut at %zu: %s", at,
			     l.rx.text);
		put(&l, &STREAM[at], sizeof(STREAM) - 1 - at);
		cr_expect_eq(read_all(&l), -EAGAIN, "cut at %zu", at);
		cr_expect_str_eq(l.rx.text, STREAM_READ, "cut at %zu", at);
		close_line(&l);
	}
}

Test(channel, byte_by_byte)
{
	struct line l;

	open_line(&l);
	for (size_t i = 0; i < sizeof(STREAM) - 1; i++) {
		put(&l, &STREAM[i], 1);
		cr_expect_eq(read_all(&l), -EAGAIN, "byte %zu", i);
	}
	cr_expect_str_eq(l.rx.text, STREAM_READ);
	close_line(&l);
}

Test(channel, cannot_be)
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

/* Types that this version does not know are for the callback to ignore or refuse. */
Test(channel, unknown_type)
{
	struct line l;

	open_line(&l);
	put(&l, HEAD("?", "\1", "\0", "\0", "\0") "x", 9);
	cr_expect_eq(read_all(&l), -EAGAIN);
	cr_expect_str_eq(l.rx.text, "?1:x;");
	close_line(&l);
}

Test(channel, callback_refuses)
{
	struct line l;

	open_line(&l);
	l.rx.refuse_after = 2;
	put(&l, STREAM, sizeof(STREAM) - 1);
	cr_expect_eq(read_all(&l), -ECANCELED);
	cr_expect_str_eq(l.rx.text, "o3:abc;i0:;");
	close_line(&l);
}

/* What follows a frame stays for who reads next, also when it came with it and nothing comes after. */
Test(channel, one_at_a_time)
{
	static const char *const read[] = { "o3:abc;", "o3:abc;i0:;", "o3:abc;i0:;e10:DXo;",
					    STREAM_READ };
	struct line l;

	open_line(&l);
	l.rx.one_at_a_time = true;
	put(&l, STREAM, sizeof(STREAM) - 1);
	for (size_t i = 0; i < ARRAY_SIZE(read); i++) {
		while (l.rx.frames == i)
			cr_assert_eq(frame_read(&l.reader, l.ours, on_frame, &l.rx), 1, "%zu", i);
		cr_expect_str_eq(l.rx.text, read[i], "%zu", i);
	}
	cr_expect_eq(read_all(&l), -EAGAIN);
	close_line(&l);
}

Test(channel, ends)
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

Test(channel, no_line)
{
	struct frame_reader reader = { 0 };
	struct received rx = { 0 };

	cr_expect_eq(frame_read(&reader, -1, on_frame, &rx), -EBADF);
	cr_expect_eq(frame_send(-1, FRAME_STDOUT, "x", 1), -EBADF);
	frame_reader_free(&reader);
}

static int count_bytes(void *ctx, enum frame_type type, const uint8_t *data, size_t len)
{
	size_t *bytes = ctx;

	cr_expect_eq(type, FRAME_SAMPLES);
	for (size_t i = 0; i < len; i++)
		cr_assert_eq(data[i], (uint8_t)(i * 7), "byte %zu", i);
	*bytes += len;

	return 0;
}

/* More than the line holds, from a sender that must not block in write(): the largest frame there may be. */
Test(channel, largest_frame)
{
	uint8_t *data = malloc(FRAME_MAX);
	struct frame_reader reader = { 0 };
	int pair[2], status, r = 1;
	size_t bytes = 0;
	pid_t pid;

	cr_assert_not_null(data);
	for (size_t i = 0; i < FRAME_MAX; i++)
		data[i] = (uint8_t)(i * 7);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	(void)fcntl(pair[1], F_SETFL, O_NONBLOCK);

	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0)
		_exit(frame_send(pair[1], FRAME_SAMPLES, data, FRAME_MAX) == 0 ? 0 : 1);
	close(pair[1]);
	while (r > 0)
		r = frame_read(&reader, pair[0], count_bytes, &bytes);
	cr_expect_eq(r, 0);
	cr_expect_eq(bytes, FRAME_MAX);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0);
	frame_reader_free(&reader);
	close(pair[0]);
	free(data);
}

Test(channel, too_large_a_frame)
{
	uint8_t *data = calloc(1, FRAME_MAX + 1);
	int null = open("/dev/null", O_WRONLY);

	cr_assert_not_null(data);
	cr_expect_eq(frame_send(null, FRAME_SAMPLES, data, FRAME_MAX), 0);
	cr_expect_eq(frame_send(null, FRAME_SAMPLES, data, FRAME_MAX + 1), -EMSGSIZE);
	close(null);
	free(data);
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
Test(channel, survives_noise)
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
