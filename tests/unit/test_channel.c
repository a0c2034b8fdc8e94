// SPDX-License-Identifier: ISC
/* Frames on a line: their bytes, their size, and that they arrive however they are cut. */
#include "tests/unit/line.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/util.h"
#include "world/channel.h"

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
