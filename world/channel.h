/* SPDX-License-Identifier: ISC */
/*
 * Frames on the serial line between launcher and world: type, length, payload. Both ends read them; what
 * comes out of a world is untrusted, since a user's program runs as root inside.
 */
#ifndef DXEMU_WORLD_CHANNEL_H
#define DXEMU_WORLD_CHANNEL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum frame_type {
	/* into the world */
	FRAME_JOB = 'j',   /* what to do, JSON; the first frame */
	FRAME_STDIN = 'i', /* for the command; empty = end of file */
	/* out of it */
	FRAME_PROGRESS = 'p', /* JSON: {"virtual_s": ...} */
	FRAME_STDOUT = 'o',   /* of the command */
	FRAME_STDERR = 'e',
	FRAME_CAPTURE = 'c', /* one byte: number of the leg; then pcap data */
	FRAME_SAMPLES = 's', /* probe records */
	FRAME_ROW = 'w',     /* JSON: {"table": ..., "row": [...]} */
	FRAME_RESULT = 'r',  /* JSON, the last frame of a job that succeeded */
	FRAME_ERROR = 'x',   /* JSON: struct err, the last frame of a job that failed */
};

#define FRAME_MAX (4U << 20)

/* Live input: the size of a frame, and what a reader must be able to hold, two reads of them. */
#define FRAME_STDIN_CHUNK 4096
#define FRAME_STDIN_MAX (544U << 10)

/* Writes one frame, all of it; @fd may be non-blocking. At most FRAME_MAX bytes. 0 or -errno. */
int frame_send(int fd, enum frame_type type, const void *data, size_t len);

/* The same into a stream in memory, to be written later. */
void frame_write(FILE *out, enum frame_type type, const void *data, size_t len);

/* Waits until a world's line holds nothing of what was sent; anything else than a line holds nothing. */
void channel_drain(int fd);

/* Collects bytes until they make a frame. Zero-initialise; free with frame_reader_free(). */
struct frame_reader {
	uint8_t *buf;
	size_t used, size;
};

/*
 * frame_read() - hands complete frames to @fn: those that are buffered, or else what one read() brings.
 * @fn: 0 to go on, above 0 to leave the frames behind this one for the next call, or -errno
 *
 * Returns 1 when there was something, 0 at the end of the stream, -EAGAIN when there is nothing
 * (non-blocking), -EPROTO for a frame that cannot be, another -errno of read(), or what @fn returned if
 * negative. Waiting for @fd to become readable says nothing about frames that are buffered.
 */
typedef int (*frame_fn)(void *ctx, enum frame_type type, const uint8_t *data, size_t len);
int frame_read(struct frame_reader *r, int fd, frame_fn fn, void *ctx);
void frame_reader_free(struct frame_reader *r);

#endif
