// SPDX-License-Identifier: ISC
#include "emul/capture.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "world/channel.h"

#define TCPDUMP_START_S 10

size_t capture_legs(const struct profile *p)
{
	return topology_of(p).n_nodes - 1;
}

void capture_leg_name(const struct profile *p, size_t i, char *buf, size_t size)
{
	struct topology t = topology_of(p);

	(void)snprintf(buf, size, "%s-%s", t.nodes[i], t.nodes[i + 1]);
}

int capture_start(struct capture *c, const struct profile *p, struct err *err)
{
	struct topology t = topology_of(p);

	*c = (struct capture){ 0 };
	for (size_t i = 0; i + 1 < t.n_nodes; i++) {
		/* 64 MiB of kernel buffer: all that can come at one instant of virtual time. */
		char *const argv[] = { (char *)"tcpdump",
				       (char *)"-n",
				       (char *)"-U",
				       (char *)"--buffer-size=65536",
				       (char *)"-Z",
				       (char *)"root",
				       (char *)"--time-stamp-precision=nano",
				       (char *)"-i",
				       (char *)wire_near_dev(i),
				       (char *)"-w",
				       (char *)"-",
				       NULL };
		const struct child_opts opts = { .node = t.nodes[i], .argv = argv, .in = -1 };
		struct child *td = &c->tcpdump[i];
		int out;

		if (child_start(&opts, td, err) < 0)
			return err->code;
		c->n++;
		/* It says "listening on" on its standard error. */
		out = td->out;
		td->out = td->err;
		if (child_wait_for(td, "listening on", TCPDUMP_START_S, err) < 0)
			return err_wrap(err, "tcpdump (package tcpdump)");
		td->out = out;
	}

	return 0;
}

size_t capture_poll(const struct capture *c, struct pollfd *ret)
{
	for (size_t i = 0; i < c->n; i++)
		ret[i] = (struct pollfd){ .fd = c->tcpdump[i].out, .events = POLLIN };

	return c->n;
}

int capture_pass_on(struct capture *c, const struct pollfd *polled, int channel, struct err *err)
{
	static uint8_t data[1 + (256 << 10)];

	for (size_t i = 0; i < c->n; i++) {
		int *fd = &c->tcpdump[i].out;
		ssize_t n;
		int r;

		if (*fd < 0 || !polled[i].revents)
			continue;
		n = read(*fd, data + 1, sizeof(data) - 1);
		if (n > 0) {
			data[0] = (uint8_t)i;
			r = frame_send(channel, FRAME_CAPTURE, data, (size_t)n + 1);
			if (r < 0)
				return err_sys(err, r, "pass a capture on");
		} else if (n == 0 || errno != EINTR) {
			(void)close(*fd);
			*fd = -1;
		}
	}

	return 0;
}

void capture_stop(struct capture *c)
{
	for (size_t i = 0; i < c->n; i++)
		(void)kill(c->tcpdump[i].pid, SIGINT);
}

bool capture_open(const struct capture *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->tcpdump[i].out >= 0)
			return true;

	return false;
}

void capture_end(struct capture *c)
{
	for (size_t i = 0; i < c->n; i++)
		child_end(&c->tcpdump[i]);
}
