// SPDX-License-Identifier: ISC
#include "traffic/bulk_io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/util.h"

int bulk_file(void)
{
	auto_close int fd = memfd_create("bulk", MFD_CLOEXEC);
	auto_free char *data = malloc(BULK_FILE_BYTES);

	if (fd < 0 || !data)
		return fd < 0 ? -errno : -ENOMEM;
	/* Not zeroes: nothing on the way shall find them easy to compress or to skip. */
	memset(data, 0xa5, BULK_FILE_BYTES);
	if (write(fd, data, BULK_FILE_BYTES) != (ssize_t)BULK_FILE_BYTES)
		return -EIO;

	return take_fd(&fd);
}

void *bulk_sink(void)
{
	/* Never written to: MSG_TRUNC drops the data, but the address has to be one. */
	void *sink = mmap(NULL, BULK_SINK_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return sink == MAP_FAILED ? NULL : sink;
}

void bulk_sink_free(void *sink)
{
	if (sink)
		(void)munmap(sink, BULK_SINK_BYTES);
}

int bulk_set_buffer(int fd, int option, uint64_t bytes)
{
	/* The kernel doubles it, for its own bookkeeping (socket(7)). */
	const int size = (int)MIN(bytes, (uint64_t)1 << 29);

	return setsockopt(fd, SOL_SOCKET, option, &size, sizeof(size)) < 0 ? -errno : 0;
}

int bulk_send(int fd, int file, uint64_t bytes)
{
	while (bytes) {
		off_t from = 0;
		ssize_t n = sendfile(fd, file, &from, (size_t)MIN(bytes, BULK_FILE_BYTES));

		if (n == 0)
			return -EIO;
		if (n < 0 && errno != EINTR)
			return -errno;
		bytes -= (uint64_t)MAX(n, 0);
	}

	return 0;
}

int bulk_receive(int fd, void *sink, uint64_t bytes, uint64_t *sum)
{
	while (bytes) {
		ssize_t n = recv(fd, sink, (size_t)MIN(bytes, BULK_SINK_BYTES),
				 MSG_TRUNC | MSG_WAITALL);

		if (n == 0)
			return -ECONNRESET;
		if (n < 0 && errno != EINTR)
			return -errno;
		bytes -= (uint64_t)MAX(n, 0);
		*sum += (uint64_t)MAX(n, 0);
	}

	return 0;
}
