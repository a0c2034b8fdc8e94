// SPDX-License-Identifier: ISC
#include "world/channel.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/util.h"

/* "DX" in front lets a reader notice that it is no longer in step: anybody inside may write to the line. */
struct frame_head {
	uint8_t magic[2];
	uint8_t type;
	uint8_t zero;
	uint32_t len; /* little endian */
};

#define READ_STEP (256U << 10)

static struct frame_head head_of(enum frame_type type, size_t len)
{
	return (struct frame_head){
		.magic = { 'D', 'X' },
		.type = (uint8_t)type,
		.len = htole32((uint32_t)len),
	};
}

void frame_write(FILE *out, enum frame_type type, const void *data, size_t len)
{
	struct frame_head head = head_of(type, len);

	(void)fwrite(&head, sizeof(head), 1, out);
	(void)fwrite(data, 1, len, out);
}

/* What a world's line holds beyond what its other end has taken (arch/um/drivers/line.c, LINE_BUFSIZE). */
#define LINE_ROOM 4095

/*
 * Waiting for the other end is not for whoever lives in virtual time, which would run on meanwhile; as long as somebody
 * runs, it stands still. And that kernel, which goes on writing when SIGIO comes, was seen to wait for it in vain. Told to
 * flush, its driver writes what it holds (line_flush_buffer()).
 */
void channel_drain(int fd)
{
	int held;

	while (tcflush(fd, TCOFLUSH) == 0 && ioctl(fd, TIOCOUTQ, &held) == 0 && held > 0)
		(void)sched_yield();
}

/* In pieces that an empty line has room for, so that none of them is refused: that would cost time. */
static int send_all(int fd, const void *data, size_t len)
{
	const uint8_t *at = data;

	while (len > 0) {
		ssize_t n;

		channel_drain(fd);
		n = write(fd, at, MIN(len, (size_t)LINE_ROOM));
		if (n < 0 && errno == EAGAIN) {
			struct pollfd p = { .fd = fd, .events = POLLOUT };

			if (poll(&p, 1, -1) < 0 && errno != EINTR)
				return -errno;
		} else if (n < 0 && errno != EINTR) {
			return -errno;
		}
		at += MAX(n, 0);
		len -= (size_t)MAX(n, 0);
	}

	return 0;
}

int frame_send(int fd, enum frame_type type, const void *data, size_t len)
{
	struct frame_head head = head_of(type, len);
	int r;

	if (len > FRAME_MAX)
		return -EMSGSIZE;

	r = send_all(fd, &head, sizeof(head));
	if (r < 0)
		return r;

	return send_all(fd, data, len);
}

static int grow(struct frame_reader *r, size_t want)
{
	uint8_t *buf;

	if (r->size >= want)
		return 0;
	buf = realloc(r->buf, want);
	if (!buf)
		return -ENOMEM;
	r->buf = buf;
	r->size = want;

	return 0;
}

/* Hands out complete frames until @fn wants no more, and moves the rest to the front. Returns how many. */
static int deliver(struct frame_reader *r, frame_fn fn, void *ctx)
{
	size_t at = 0;
	int n = 0, stop = 0;

	while (!stop && r->used - at >= sizeof(struct frame_head)) {
		struct frame_head head;
		size_t len;

		memcpy(&head, r->buf + at, sizeof(head));
		len = le32toh(head.len);
		if (head.magic[0] != 'D' || head.magic[1] != 'X' || head.zero || len > FRAME_MAX)
			return -EPROTO;
		if (r->used - at - sizeof(head) < len)
			break;
		stop = fn(ctx, (enum frame_type)head.type, r->buf + at + sizeof(head), len);
		at += sizeof(head) + len;
		n++;
	}
	memmove(r->buf, r->buf + at, r->used - at);
	r->used -= at;

	return stop < 0 ? stop : n;
}

int frame_read(struct frame_reader *r, int fd, frame_fn fn, void *ctx)
{
	ssize_t n;
	int ret = 0;

	/* What an earlier call left. */
	if (r->used)
		ret = deliver(r, fn, ctx);
	if (ret != 0)
		return ret < 0 ? ret : 1;
	ret = grow(r, r->used + READ_STEP);
	if (ret < 0)
		return ret;

	do {
		n = read(fd, r->buf + r->used, READ_STEP);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (n == 0)
		return 0;
	r->used += (size_t)n;

	ret = deliver(r, fn, ctx);

	return ret < 0 ? ret : 1;
}

void frame_reader_free(struct frame_reader *r)
{
	free(r->buf);
	*r = (struct frame_reader){ 0 };
}
