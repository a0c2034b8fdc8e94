/* SPDX-License-Identifier: ISC */
/*
 * Bytes into and out of TCP sockets, whatever they are, with few system calls and no copies: pages of a memory
 * file go in (sendfile), and what comes out is dropped unseen (MSG_TRUNC).
 */
#ifndef DXEMU_TRAFFIC_BULK_IO_H
#define DXEMU_TRAFFIC_BULK_IO_H

#include <stdint.h>

/* Per call: large enough that calls do not count, small enough for a page cache of its own. */
#define BULK_FILE_BYTES (1U << 20)
#define BULK_SINK_BYTES (64U << 20)

/* A memory file of BULK_FILE_BYTES, which several senders may share, or -errno. */
int bulk_file(void);

/*
 * An address for recv() with MSG_TRUNC and up to BULK_SINK_BYTES, which several receivers may share: nothing is
 * ever written there. NULL: no room. Undone by bulk_sink_free(), which takes NULL too.
 */
void *bulk_sink(void);
void bulk_sink_free(void *sink);

/* @option: SO_SNDBUFFORCE or SO_RCVBUFFORCE; the kernel doubles @bytes. 0 or -errno. */
int bulk_set_buffer(int fd, int option, uint64_t bytes);

/*
 * Both return when all @bytes have been handed to the socket, or have come out of it: 0 or -errno, and
 * -ECONNRESET if the other end sends no more. What is received is read as it comes, so that the window opens as
 * it would for a program that keeps up; *@sum grows by what came, on failure too. SIGPIPE is the caller's to
 * keep away.
 */
int bulk_send(int fd, int file, uint64_t bytes);
int bulk_receive(int fd, void *sink, uint64_t bytes, uint64_t *sum);

#endif
