/* SPDX-License-Identifier: ISC */
/* For tests of the line between a world and its launcher: a line, and what came out of it. */
#ifndef DXEMU_TESTS_UNIT_LINE_H
#define DXEMU_TESTS_UNIT_LINE_H

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "world/channel.h"

/* What came out of a reader, in the order in which it came: type, length, content. */
struct received {
	char text[4096];
	size_t used;
	unsigned frames;
	unsigned refuse_after; /* so many frames, if it is not 0 */
	bool one_at_a_time;
};

static inline int on_frame(void *ctx, enum frame_type type, const uint8_t *data, size_t len)
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

static inline void open_line(struct line *l)
{
	int pair[2], room = 4 << 20;

	*l = (struct line){ 0 };
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	l->ours = pair[0];
	l->theirs = pair[1];
	(void)setsockopt(l->theirs, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	(void)fcntl(l->ours, F_SETFL, O_NONBLOCK);
}

static inline void close_line(struct line *l)
{
	frame_reader_free(&l->reader);
	close(l->ours);
	if (l->theirs >= 0)
		close(l->theirs);
}

static inline void put(struct line *l, const void *data, size_t len)
{
	cr_assert_eq(write(l->theirs, data, len), (ssize_t)len);
}

/* Reads all that there is; what the last call returned. */
static inline int read_all(struct line *l)
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

#endif
