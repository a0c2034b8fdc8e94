// SPDX-License-Identifier: ISC
#include "traffic/tcp.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/thread.h"
#include "traffic/bulk_io.h"

#define RECEIVE_LOW_WATER (1 << 20)

/*
 * Waiting to be sent, of each flow: buffers are for what is in flight, or flows that have little of it would take the
 * memory of those that need it.
 */
#define UNSENT_BYTES (2 << 20)

struct flow {
	int sender, receiver;
	int file;
	int window; /* that the receiver offers; 0 = no limit of ours */
	pthread_t send_thread, receive_thread;
	unsigned threads; /* started, for tcp_stop() */
};

struct tcp_run {
	struct flow *flows;
	unsigned n;
	int file;
};

static void *send_thread(void *arg)
{
	struct flow *f = arg;

	(void)bulk_send(f->sender, f->file, UINT64_MAX);

	return NULL;
}

static int clamp_window(const struct flow *f)
{
	return setsockopt(f->receiver, IPPROTO_TCP, TCP_WINDOW_CLAMP, &f->window,
			  sizeof(f->window));
}

static void *receive_thread(void *arg)
{
	struct flow *f = arg;
	void *sink = bulk_sink();
	ssize_t n;

	if (!sink)
		return NULL;
	do {
		n = recv(f->receiver, sink, BULK_SINK_BYTES, MSG_TRUNC);
		/* The kernel forgets it when it learns how large segments are (tcp_measure_rcv_mss()). */
		if (f->window && n > 0)
			(void)clamp_window(f);
	} while (n > 0 || (n < 0 && errno == EINTR));
	bulk_sink_free(sink);

	return NULL;
}

/*
 * To be woken seldom; but data that waits for that takes its place in a window, which then would be smaller than what
 * was asked for.
 */
static int set_receiver(const struct flow *f, uint64_t buffer_bytes)
{
	const int low_water = RECEIVE_LOW_WATER;
	int r = bulk_set_buffer(f->receiver, SO_RCVBUFFORCE, buffer_bytes);

	if (r < 0)
		return r;
	if (f->window)
		r = clamp_window(f);
	else
		r = setsockopt(f->receiver, SOL_SOCKET, SO_RCVLOWAT, &low_water, sizeof(low_water));

	return r < 0 ? -errno : 0;
}

static int set_sender(const struct flow *f, uint64_t buffer_bytes)
{
	const int unsent = UNSENT_BYTES;
	int r = bulk_set_buffer(f->sender, SO_SNDBUFFORCE, buffer_bytes);

	if (r < 0)
		return r;
	r = setsockopt(f->sender, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));

	return r < 0 ? -errno : 0;
}

static int start_flow(struct flow *f, const struct tcp_opts *opts)
{
	int r;

	f->window = (int)opts->window_bytes;
	r = set_receiver(f, opts->buffer_bytes);
	if (r == 0)
		r = set_sender(f, opts->buffer_bytes);
	if (r == 0)
		r = thread_start(&f->receive_thread, PRIORITY_LOAD, receive_thread, f);
	if (r < 0)
		return r;
	f->threads++;
	r = thread_start(&f->send_thread, PRIORITY_LOAD, send_thread, f);
	f->threads += r == 0;

	return r;
}

int tcp_start(const struct tcp_opts *opts, struct tcp_run **ret, struct err *err)
{
	struct tcp_run *run = calloc(1, sizeof(*run));
	int r = 0;

	if (!run)
		return err_sys(err, -ENOMEM, "TCP flows");
	run->flows = calloc(opts->n, sizeof(*run->flows));
	run->file = run->flows ? bulk_file() : -ENOMEM;
	if (run->file < 0)
		r = run->file;
	/* A flow that is cut off must not take the process with it. */
	(void)signal(SIGPIPE, SIG_IGN);

	for (unsigned i = 0; i < opts->n && r == 0; i++) {
		struct flow *f = &run->flows[run->n];

		f->sender = opts->senders[i];
		f->file = run->file;
		f->receiver = accept4(opts->listener, NULL, NULL, SOCK_CLOEXEC);
		if (f->receiver < 0) {
			r = -errno;
			break;
		}
		run->n++;
		r = start_flow(f, opts);
	}
	if (r < 0) {
		tcp_stop(run);
		return err_sys(err, r, "start TCP flows");
	}
	*ret = run;

	return 0;
}

static int read_info(int fd, struct tcp_info *ret)
{
	socklen_t len = sizeof(*ret);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, ret, &len) < 0 ? -errno : 0;
}

int tcp_sample(struct tcp_run *run, unsigned i, struct tcp_sample *ret, struct err *err)
{
	struct tcp_info at_sender = { 0 }, at_receiver = { 0 };
	int r = read_info(run->flows[i].receiver, &at_receiver);

	if (r == 0)
		r = read_info(run->flows[i].sender, &at_sender);
	if (r < 0)
		return err_sys(err, r, "read TCP_INFO");
	*ret = (struct tcp_sample){
		.received_bytes = at_receiver.tcpi_bytes_received,
		.sent_bytes = at_sender.tcpi_bytes_sent,
		.resent_bytes = at_sender.tcpi_bytes_retrans,
		.retransmits = at_sender.tcpi_total_retrans,
		.delivery_rate_bps = 8 * at_sender.tcpi_delivery_rate,
		.busy_us = at_sender.tcpi_busy_time,
		.rwnd_limited_us = at_sender.tcpi_rwnd_limited,
		.sndbuf_limited_us = at_sender.tcpi_sndbuf_limited,
		.cwnd_segments = at_sender.tcpi_snd_cwnd,
		.mss = at_sender.tcpi_snd_mss,
		.srtt_us = at_sender.tcpi_rtt,
		.rttvar_us = at_sender.tcpi_rttvar,
		.min_rtt_us = at_sender.tcpi_min_rtt,
	};

	return 0;
}

int tcp_read(struct tcp_run *run, struct tcp_counters *ret, struct err *err)
{
	struct tcp_counters sum = { 0 };

	for (unsigned i = 0; i < run->n; i++) {
		struct tcp_sample one = { 0 };

		if (tcp_sample(run, i, &one, err) < 0)
			return err->code;
		sum.received_bytes += one.received_bytes;
		sum.retransmits += one.retransmits;
		sum.mss = one.mss;
	}
	*ret = sum;

	return 0;
}

void tcp_stop(struct tcp_run *run)
{
	for (unsigned i = 0; i < run->n; i++) {
		struct flow *f = &run->flows[i];

		(void)shutdown(f->sender, SHUT_RDWR);
		(void)shutdown(f->receiver, SHUT_RDWR);
		if (f->threads > 0)
			(void)pthread_join(f->receive_thread, NULL);
		if (f->threads > 1)
			(void)pthread_join(f->send_thread, NULL);
		(void)close(f->receiver);
	}
	if (run->file >= 0)
		(void)close(run->file);
	free(run->flows);
	free(run);
}
