// SPDX-License-Identifier: ISC
/*
 * usage: dxemu run PROFILE -- bulk SECONDS
 *
 * dxemu's own TCP load as a program, so that it is measured by the same means as any other: one flow from the
 * on-premises host to the VPC's for so many seconds of the world's time. Prints the bytes that arrived.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/auto.h"
#include "base/clock.h"
#include "emul/topology.h"
#include "netns/ns.h"
#include "traffic/tcp.h"

#define PORT 5202 /* 5201 is that of the iperf3 server, which runs there too */

/* Twice what is under way and queued on dx-dedicated-10g, and some room. */
#define BUFFER_BYTES (UINT64_C(64) << 20)

static int open_flow(int *ret_listener, int *ret_sender, struct err *err)
{
	auto_close int listener = ns_socket(NODE_VPC, AF_INET, SOCK_STREAM, 0, err);
	auto_close int sender = -1;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(PORT) };

	if (listener < 0)
		return listener;
	sender = ns_socket(NODE_ONPREM, AF_INET, SOCK_STREAM, 0, err);
	if (sender < 0)
		return sender;
	(void)inet_pton(AF_INET, ADDR_VPC, &a.sin_addr);
	if (bind(listener, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(listener, 1) < 0)
		return err_sys(err, -errno, "listen in '" NODE_VPC "'");
	if (connect(sender, (struct sockaddr *)&a, sizeof(a)) < 0)
		return err_sys(err, -errno, "connect to '" NODE_VPC "'");
	*ret_listener = take_fd(&listener);
	*ret_sender = take_fd(&sender);

	return 0;
}

static int transfer(double seconds, uint64_t *ret_bytes, struct err *err)
{
	/* As in a measurement: whoever started the load comes before it. */
	const struct sched_param above = { .sched_priority = 2 };
	auto_close int listener = -1, sender = -1;
	struct tcp_opts opts = { .n = 1, .buffer_bytes = BUFFER_BYTES };
	struct tcp_counters counters;
	struct tcp_run *run;
	int r = open_flow(&listener, &sender, err);

	if (r < 0)
		return r;
	opts.listener = listener;
	opts.senders = &sender;
	(void)sched_setscheduler(0, SCHED_FIFO, &above);
	r = tcp_start(&opts, &run, err);
	if (r < 0)
		return r;
	clock_sleep_until(CLOCK_MONOTONIC, clock_ns(CLOCK_MONOTONIC) + (int64_t)(seconds * 1e9));
	r = tcp_read(run, &counters, err);
	tcp_stop(run);
	if (r == 0)
		*ret_bytes = counters.received_bytes;

	return r;
}

int main(int argc, char **argv)
{
	struct err err = { 0 };
	uint64_t bytes = 0;
	char *end = NULL;
	double seconds = argc == 2 ? strtod(argv[1], &end) : 0;

	if (!end || *end || !(seconds > 0 && seconds < 86400)) {
		(void)fputs("usage: dxemu run PROFILE -- bulk SECONDS\n", stderr);
		return ERR_INPUT;
	}
	if (transfer(seconds, &bytes, &err) < 0) {
		(void)fprintf(stderr, "bulk: %s\n", err.msg);
		return ERR_RUNTIME;
	}
	(void)printf("%" PRIu64 "\n", bytes);

	return fflush(stdout) == 0 ? EXIT_SUCCESS : ERR_RUNTIME;
}
