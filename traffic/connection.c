// SPDX-License-Identifier: ISC
#include "traffic/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/util.h"
#include "traffic/bulk_io.h"

int connection_prepare(int fd, const char *cc, uint64_t buffer_bytes, struct err *err)
{
	static const int buffers[] = { SO_RCVBUFFORCE, SO_SNDBUFFORCE };
	const int on = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		return err_sys(err, -errno, "a socket for transactions");
	if (cc && setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, cc, (socklen_t)strlen(cc)) < 0)
		return err_sys(err, -errno, "congestion control '%s'", cc);
	for (size_t i = 0; buffer_bytes && i < ARRAY_SIZE(buffers); i++) {
		int r = bulk_set_buffer(fd, buffers[i], buffer_bytes);

		if (r < 0)
			return err_sys(err, r, "buffers of %llu bytes for transactions",
				       (unsigned long long)buffer_bytes);
	}

	return 0;
}

bool connection_set(struct connection *c, int fd)
{
	bool cut;
	int old;

	(void)pthread_mutex_lock(&c->lock);
	cut = c->cut;
	old = cut ? fd : c->fd;
	if (!cut)
		c->fd = fd;
	(void)pthread_mutex_unlock(&c->lock);
	if (old >= 0)
		(void)close(old);

	return !cut;
}

void connection_close(struct connection *c)
{
	int old;

	(void)pthread_mutex_lock(&c->lock);
	old = c->fd;
	c->fd = -1;
	(void)pthread_mutex_unlock(&c->lock);
	if (old >= 0)
		(void)close(old);
}

void connection_cut(struct connection *c)
{
	(void)pthread_mutex_lock(&c->lock);
	c->cut = true;
	if (c->fd >= 0)
		(void)shutdown(c->fd, SHUT_RDWR);
	(void)pthread_mutex_unlock(&c->lock);
}

bool connection_is_cut(struct connection *c)
{
	bool cut;

	(void)pthread_mutex_lock(&c->lock);
	cut = c->cut;
	(void)pthread_mutex_unlock(&c->lock);

	return cut;
}
