// SPDX-License-Identifier: ISC
#include "traffic/train_receiver.h"

#include <endian.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/util.h"
#include "traffic/stamp.h"
#include "traffic/train_slots.h"

/*
 * Room for what arrives before the receiver looks, and for all of a train that meets nothing on its way; the
 * kernel doubles it, and takes memory only for what is in it.
 */
#define SOCKET_BUFFER (128 << 20)

/* How long the receiver of a quick train leaves packets in the socket, to fetch many at once. */
#define NAP_MAX_NS (20 * NSEC_PER_MSEC)
#define NAP_AT_ONCE_NS (NSEC_PER_MSEC / 5)

struct train_receiver {
	struct train_opts opts;
	struct timespec nap;
	struct train_record *rec; /* or NULL */
	uint32_t arrived;	  /* packets; of the records */
	uint64_t received, received_bytes;
	int error; /* -errno */
	atomic_bool stopping;
	pthread_t thread;
	struct mmsghdr msgs[TRAIN_BATCH];
	struct iovec iov[TRAIN_BATCH];
	struct train_head head[TRAIN_BATCH];
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(struct timespec))];
	} control[TRAIN_BATCH];
};

static int receive(struct train_receiver *rx)
{
	int n;

	for (size_t i = 0; i < TRAIN_BATCH; i++) {
		rx->iov[i] = (struct iovec){ &rx->head[i], sizeof(rx->head[i]) };
		rx->msgs[i].msg_hdr = (struct msghdr){
			.msg_iov = &rx->iov[i],
			.msg_iovlen = 1,
			.msg_control = &rx->control[i],
			.msg_controllen = sizeof(rx->control[i]),
		};
	}
	do {
		/* MSG_TRUNC: heads alone are fetched, and the length told is still the packet's. */
		n = recvmmsg(rx->opts.receiver, rx->msgs, TRAIN_BATCH, MSG_WAITFORONE | MSG_TRUNC,
			     NULL);
	} while (n < 0 && errno == EINTR);

	return n < 0 ? -errno : n;
}

static void note_arrival(struct train_receiver *rx, size_t i)
{
	const struct train_head *head = &rx->head[i];
	struct train_record *rec;
	uint64_t seq;

	if (rx->msgs[i].msg_len < sizeof(*head) ||
	    memcmp(head->mark, TRAIN_MARK, sizeof(head->mark)) != 0)
		return;
	seq = be64toh(head->seq);
	if (seq >= rx->opts.n || rx->msgs[i].msg_len != train_payload(&rx->opts, seq))
		return;

	rx->received++;
	rx->received_bytes += rx->msgs[i].msg_len;
	if (!rx->rec)
		return;
	rec = &rx->rec[seq];
	if (rec->copies++ == 0) {
		rec->received_ns = receive_stamp(&rx->msgs[i].msg_hdr);
		rec->order = ++rx->arrived;
	}
}

static void *receiver_thread(void *arg)
{
	struct train_receiver *rx = arg;

	for (;;) {
		int n = receive(rx);

		for (int i = 0; i < n; i++)
			note_arrival(rx, (size_t)i);
		/* A socket that is shut down ends the wait with an empty message, as anybody could send. */
		if (n < 0 || (n == 1 && rx->msgs[0].msg_len == 0 && atomic_load(&rx->stopping))) {
			rx->error = MIN(n, 0);
			break;
		}
		if (n < TRAIN_BATCH && rx->nap.tv_nsec)
			(void)nanosleep(&rx->nap, NULL);
	}

	return NULL;
}

/* How long packets may gather: a batch of them, where that is not long; not at all in a slow train. */
static int64_t nap_of(const struct train_opts *opts)
{
	const int64_t interval = train_interval_ns(opts);

	if (interval == 0)
		return NAP_AT_ONCE_NS;
	if (interval > NAP_MAX_NS / 4)
		return 0;

	return MIN(interval * TRAIN_BATCH, NAP_MAX_NS);
}

static int prepare_socket(int fd, struct err *err)
{
	const int on = 1, size = SOCKET_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0)
		return err_sys(err, -errno, "receive stamps for a train");
	/* Only root may exceed rmem_max; what a smaller buffer drops is told at the end. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) < 0)
		return err_sys(err, -errno, "receive buffer for a train");

	return 0;
}

int train_receiver_start(const struct train_opts *opts, struct train_record *rec,
			 struct train_receiver **ret, struct err *err)
{
	struct train_receiver *rx;
	int r;

	if (prepare_socket(opts->receiver, err) < 0)
		return err->code;
	rx = calloc(1, sizeof(*rx));
	if (!rx)
		return err_sys(err, -ENOMEM, "receiver of a train");
	rx->opts = *opts;
	rx->nap.tv_nsec = nap_of(opts);
	rx->rec = rec;

	r = pthread_create(&rx->thread, NULL, receiver_thread, rx);
	if (r != 0) {
		free(rx);
		return err_sys(err, -r, "receiver of a train");
	}
	*ret = rx;

	return 0;
}

int train_receiver_stop(struct train_receiver *rx, struct train_totals *ret, struct err *err)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);
	int r = 0;

	atomic_store(&rx->stopping, true);
	/* Wakes the thread, even though the socket has no peer to be shut down from (ENOTCONN). */
	(void)shutdown(rx->opts.receiver, SHUT_RDWR);
	(void)pthread_join(rx->thread, NULL);

	if (rx->error < 0)
		r = err_sys(err, rx->error, "receive a train");
	else if (getsockopt(rx->opts.receiver, SOL_SOCKET, SO_MEMINFO, info, &len) < 0)
		r = err_sys(err, -errno, "drops of a train's receiver");
	if (r == 0) {
		ret->received = rx->received;
		ret->received_bytes = rx->received_bytes;
		ret->dropped = info[SK_MEMINFO_DROPS];
	}
	free(rx);

	return r;
}
