// SPDX-License-Identifier: ISC
#include "traffic/mtu_reflector.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/util.h"
#include "traffic/mtu_packet.h"

struct mtu_reflector {
	int fd;
	int stop;  /* eventfd: the socket stays as it is, for its owner */
	int error; /* -errno */
	pthread_t thread;
};

/* A reply that cannot be sent is a lost one: the probe will be tried again. */
static int answer(int fd)
{
	struct sockaddr_storage from;
	socklen_t from_len = sizeof(from);
	uint8_t head[MTU_PROBE_HEAD], reply[MTU_REPLY_BYTES];
	uint64_t seq;
	ssize_t n;

	n = recvfrom(fd, head, sizeof(head), MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&from,
		     &from_len);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (!mtu_probe_read(head, (size_t)n, &seq))
		return 0;

	mtu_reply_write(reply, seq, (uint32_t)n + IP_UDP_HEADERS);
	(void)sendto(fd, reply, sizeof(reply), MSG_DONTWAIT, (struct sockaddr *)&from, from_len);

	return 0;
}

static void *reflector_thread(void *arg)
{
	struct mtu_reflector *r = arg;
	struct pollfd fds[] = {
		{ .fd = r->fd, .events = POLLIN },
		{ .fd = r->stop, .events = POLLIN },
	};

	while (r->error == 0) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0) {
			if (errno != EINTR)
				r->error = -errno;
			continue;
		}
		if (fds[1].revents)
			break;
		/* A socket that is shut down or closed would be ready for ever. */
		r->error = fds[0].revents & (POLLHUP | POLLNVAL) ? -EBADF : answer(r->fd);
	}

	return NULL;
}

int mtu_reflector_start(int fd, struct mtu_reflector **ret, struct err *err)
{
	struct mtu_reflector *r = calloc(1, sizeof(*r));
	int code = -ENOMEM;

	if (!r)
		return err_sys(err, code, "receiver of path MTU probes");
	r->fd = fd;
	r->stop = eventfd(0, EFD_CLOEXEC);
	code = r->stop < 0 ? -errno : -pthread_create(&r->thread, NULL, reflector_thread, r);
	if (code < 0) {
		if (r->stop >= 0)
			close(r->stop);
		free(r);
		return err_sys(err, code, "receiver of path MTU probes");
	}
	*ret = r;

	return 0;
}

int mtu_reflector_stop(struct mtu_reflector *r, struct err *err)
{
	int code;

	(void)eventfd_write(r->stop, 1);
	(void)pthread_join(r->thread, NULL);
	code = r->error;
	close(r->stop);
	free(r);

	return code < 0 ? err_sys(err, code, "receive path MTU probes") : 0;
}
