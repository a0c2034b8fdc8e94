// SPDX-License-Identifier: ISC
#include "emul/load.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/util.h"
#include "emul/ends.h"
#include "emul/phases.h"

/* Any free one, and fixed, so that runs repeat. */
#define PORT_LOAD 5201

static int load_socket(const char *cc, const struct end *at, uint16_t port, struct err *err)
{
	auto_close int fd = bound_socket(at, SOCK_STREAM, port, err);

	if (fd < 0)
		return fd;
	if (setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, cc, (socklen_t)strlen(cc)) < 0)
		return err_sys(err, -errno, "congestion control '%s'", cc);

	return take_fd(&fd);
}

/* Of the listener: the steps that a window goes in (RFC 7323, 2.2) are settled when a connection is made. */
static int set_window(const struct load *load, struct err *err)
{
	const int bytes = (int)load->window_bytes;

	if (bytes &&
	    setsockopt(load->listener, IPPROTO_TCP, TCP_WINDOW_CLAMP, &bytes, sizeof(bytes)) < 0)
		return err_sys(err, -errno, "windows of %d bytes", bytes);

	return 0;
}

int load_open(struct load *load, enum dir dir, unsigned number, unsigned flows, const char *cc,
	      struct err *err)
{
	const uint16_t port = (uint16_t)(PORT_LOAD + number);
	const uint16_t port_sender = (uint16_t)(PORT_SENDER + TEST_FLOWS_MAX * number);

	if (flows == 0 || flows > TEST_FLOWS_MAX)
		return err_input(err, "flows: %u: 1 to %u", flows, TEST_FLOWS_MAX);
	load->dir = dir;
	load->listener = load_socket(cc, &sender_of[dir_reverse(dir)], port, err);
	if (load->listener < 0)
		return load->listener;
	if (set_window(load, err) < 0)
		return err->code;
	if (listen(load->listener, TEST_FLOWS_MAX) < 0)
		return err_sys(err, -errno, "listen");
	while (load->n < flows) {
		int fd = load_socket(cc, &sender_of[dir], (uint16_t)(port_sender + load->n), err);

		if (fd < 0)
			return fd;
		load->senders[load->n++] = fd;
		if (connect_to(fd, &sender_of[dir_reverse(dir)], port, err) < 0)
			return err->code;
	}

	return 0;
}

int load_start(struct load *load, const struct profile *p, struct err *err)
{
	uint64_t in_flight =
		link_rate_bps(p, load->dir) / 8 * (link_full_rtt_ns(p) / 1000) / 1000000;
	struct tcp_opts opts = {
		.listener = load->listener,
		.senders = load->senders,
		.n = load->n,
		/* Of each: flows do not share evenly what is in flight. */
		.buffer_bytes = 2 * in_flight + (2 << 20),
		.window_bytes = load->window_bytes,
	};

	return tcp_start(&opts, &load->run, err);
}

void load_close(struct load *load)
{
	if (load->run)
		tcp_stop(load->run);
	for (unsigned i = 0; i < load->n; i++)
		(void)close(load->senders[i]);
	if (load->listener >= 0)
		(void)close(load->listener);
	*load = LOAD_NONE;
}
