// SPDX-License-Identifier: ISC
#include "traffic/probe.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/util.h"
#include "traffic/packet.h"
#include "traffic/stamp.h"

/* Messages per recvmmsg(): few, large system calls. */
#define BATCH 64

/* The sender reads what came back every so many probes; the socket buffer holds the rest. */
#define READ_EVERY 32

/* Room for a burst of probes that a queue lets go at once: each takes under 1 KiB of buffer. */
#define SOCKET_BUFFER (8 << 20)

struct batch {
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_storage from[BATCH];
	uint8_t data[BATCH][PROBE_BYTES];
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(struct timespec))];
	} control[BATCH];
};

struct probe_run {
	struct probe_opts opts;
	struct probe_record *rec;
	pthread_t sender, reflector;
	struct batch sent, reflected; /* each thread's own */
	uint64_t duplicated[DIR_COUNT];
	int sender_error, reflector_error; /* -errno */
};

/* When probe @i leaves: in the middle half of a slot of its own, so that the last one is still within the train. */
static int64_t draw_time(const struct probe_opts *opts, uint64_t i, uint64_t *rng)
{
	return opts->start_ns + (int64_t)i * opts->interval_ns + opts->interval_ns / 4 +
	       (int64_t)(rng_next(rng) % (uint64_t)MAX(opts->interval_ns / 2, 1));
}

static int receive(int fd, struct batch *b, int flags)
{
	int n;

	for (size_t i = 0; i < BATCH; i++) {
		b->iov[i] = (struct iovec){ .iov_base = b->data[i], .iov_len = PROBE_BYTES };
		b->msgs[i].msg_hdr = (struct msghdr){
			.msg_name = &b->from[i],
			.msg_namelen = sizeof(b->from[i]),
			.msg_iov = &b->iov[i],
			.msg_iovlen = 1,
			.msg_control = &b->control[i],
			.msg_controllen = sizeof(b->control[i]),
		};
	}
	do {
		n = recvmmsg(fd, b->msgs, BATCH, flags, NULL);
	} while (n < 0 && errno == EINTR);

	return n < 0 ? -errno : n;
}

/* The record a message belongs to, or NULL for what is not one of our probes. */
static struct probe_record *record_of(struct probe_run *run, struct batch *b, int i)
{
	uint64_t seq;

	if (!probe_packet_read(b->data[i], b->msgs[i].msg_len, &seq) || seq >= run->opts.n)
		return NULL;

	return &run->rec[seq];
}

/* Keeps of a batch the probes that arrived for the first time, packed to the front. */
static int first_arrivals(struct probe_run *run, struct batch *b, int n, int64_t now)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		struct probe_record *rec = record_of(run, b, i);

		if (!rec)
			continue;
		if (rec->at_vpc_ns) {
			run->duplicated[TO_VPC]++;
			continue;
		}
		rec->at_vpc_ns = receive_stamp(&b->msgs[i].msg_hdr);
		rec->reflected_ns = now;
		/* Swapped, not copied: each message keeps pointing at its own address and data. */
		if (kept != i) {
			struct mmsghdr m = b->msgs[kept];

			b->msgs[kept] = b->msgs[i];
			b->msgs[i] = m;
		}
		b->msgs[kept].msg_hdr.msg_controllen = 0;
		kept++;
	}

	return kept;
}

static int send_back(int fd, struct batch *b, int n)
{
	for (int done = 0; done < n;) {
		int r = sendmmsg(fd, b->msgs + done, (unsigned)(n - done), 0);

		if (r < 0 && errno != EINTR)
			return -errno;
		done += MAX(r, 0);
	}

	return 0;
}

static void *reflector_thread(void *arg)
{
	struct probe_run *run = arg;
	struct batch *b = &run->reflected;

	for (;;) {
		int n = receive(run->opts.reflector, b, MSG_WAITFORONE);

		/* probe_finish() shuts the socket down. */
		if (n <= 0 || b->msgs[0].msg_len == 0)
			break;
		n = first_arrivals(run, b, n, clock_ns(CLOCK_REALTIME));
		run->reflector_error = send_back(run->opts.reflector, b, n);
		if (run->reflector_error < 0)
			break;
	}

	return NULL;
}

static int collect(struct probe_run *run)
{
	struct batch *b = &run->sent;
	int n;

	do {
		n = receive(run->opts.sender, b, MSG_DONTWAIT);
		for (int i = 0; i < n; i++) {
			struct probe_record *rec = record_of(run, b, i);

			if (!rec)
				continue;
			if (rec->received_ns)
				run->duplicated[TO_ONPREM]++;
			else
				rec->received_ns = receive_stamp(&b->msgs[i].msg_hdr);
		}
	} while (n == BATCH);

	return n < 0 && n != -EAGAIN ? n : 0;
}

static void *sender_thread(void *arg)
{
	struct probe_run *run = arg;
	uint64_t rng = run->opts.seed;
	int64_t at;
	uint8_t packet[PROBE_BYTES];

	/* The default slack of 50 us would make every probe late by as much. */
	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);

	for (uint64_t i = 0; i < run->opts.n && run->sender_error == 0; i++) {
		at = draw_time(&run->opts, i, &rng);
		clock_sleep_until(CLOCK_REALTIME, at);
		run->rec[i].sent_ns = at;
		probe_packet_write(packet, i);
		if (send(run->opts.sender, packet, sizeof(packet), 0) < 0 && errno != ENOBUFS)
			run->sender_error = -errno;
		else if (i % READ_EVERY == READ_EVERY - 1)
			run->sender_error = collect(run);
	}
	at = run->opts.start_ns + (int64_t)run->opts.n * run->opts.interval_ns;
	clock_sleep_until(CLOCK_REALTIME, at + run->opts.linger_ns);
	if (run->sender_error == 0)
		run->sender_error = collect(run);

	return NULL;
}

static int prepare_socket(int fd, struct err *err)
{
	const int on = 1, size = SOCKET_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0)
		return err_sys(err, -errno, "receive stamps for probes");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		return err_sys(err, -errno, "receive buffer for probes");

	return 0;
}

int probe_start(const struct probe_opts *opts, struct probe_record *rec, struct probe_run **ret,
		struct err *err)
{
	struct probe_run *run;
	int r;

	if (prepare_socket(opts->sender, err) < 0 || prepare_socket(opts->reflector, err) < 0)
		return err->code;
	run = calloc(1, sizeof(*run));
	if (!run)
		return err_sys(err, -ENOMEM, "probes");
	run->opts = *opts;
	run->rec = rec;
	memset(rec, 0, opts->n * sizeof(*rec));

	r = pthread_create(&run->reflector, NULL, reflector_thread, run);
	if (r == 0) {
		r = pthread_create(&run->sender, NULL, sender_thread, run);
		if (r != 0) {
			(void)shutdown(opts->reflector, SHUT_RDWR);
			(void)pthread_join(run->reflector, NULL);
		}
	}
	if (r != 0) {
		free(run);
		return err_sys(err, -r, "threads for probes");
	}
	*ret = run;

	return 0;
}

int probe_finish(struct probe_run *run, uint64_t ret_duplicated[DIR_COUNT], struct err *err)
{
	int r = 0;

	(void)pthread_join(run->sender, NULL);
	/* Wakes the reflector also where the socket has no peer to be shut down from (ENOTCONN). */
	(void)shutdown(run->opts.reflector, SHUT_RDWR);
	(void)pthread_join(run->reflector, NULL);

	if (run->sender_error < 0)
		r = err_sys(err, run->sender_error, "send probes");
	else if (run->reflector_error < 0)
		r = err_sys(err, run->reflector_error, "reflect probes");
	else
		memcpy(ret_duplicated, run->duplicated, sizeof(run->duplicated));
	free(run);

	return r;
}
