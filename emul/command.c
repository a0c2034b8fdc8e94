// SPDX-License-Identifier: ISC
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/util.h"
#include "emul/capture.h"
#include "emul/child.h"
#include "emul/job.h"
#include "emul/topology.h"
#include "netns/ns.h"

#define HOSTS "127.0.0.1 localhost\n" ADDR_ONPREM " onprem\n" ADDR_VPC " vpc\n"

#define ECHO_PORT 7 /* RFC 862 */

/* How long iperf3 may take to listen, in the world's time. */
#define SERVER_START_S 10

/*
 * Standard input that comes while the command runs (not in a virtual world, whose time does not wait for
 * it): one frame at a time, held until the command's pipe has room.
 */
struct keyboard {
	int pipe; /* -1 = closed */
	uint8_t held[FRAME_STDIN_MAX];
	size_t n_held;
	bool at_end;
};

/* What the command and its surroundings consist of. */
struct scene {
	struct inside *in;
	const struct job *job;
	struct child command, server;
	struct capture capture;
	int echo;
	int64_t deadline_ns;
	struct keyboard keyboard;
};

static void *echo_thread(void *arg)
{
	int fd = *(int *)arg;
	static uint8_t data[65536];

	for (;;) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&from, &len);

		if (n < 0 && errno != EINTR)
			return NULL;
		if (n >= 0)
			(void)sendto(fd, data, (size_t)n, 0, (struct sockaddr *)&from, len);
	}
}

/* The UDP echo of the VPC's host; its thread ends with the world. */
static int start_echo(struct scene *s, struct err *err)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(ECHO_PORT) };
	pthread_t thread;
	int r;

	s->echo = ns_socket(NODE_VPC, AF_INET, SOCK_DGRAM, 0, err);
	if (s->echo < 0)
		return s->echo;
	if (bind(s->echo, (struct sockaddr *)&a, sizeof(a)) < 0)
		return err_sys(err, -errno, "UDP echo");
	r = pthread_create(&thread, NULL, echo_thread, &s->echo);
	if (r != 0)
		return err_sys(err, -r, "UDP echo");
	(void)pthread_detach(thread);

	return 0;
}

/* An iperf3 server on the VPC's host, where the machine has iperf3. */
static int start_iperf3(struct scene *s, struct err *err)
{
	char *const argv[] = { (char *)"iperf3", (char *)"-s", (char *)"--forceflush", NULL };
	const struct child_opts opts = { .node = NODE_VPC, .argv = argv, .in = -1, .merge = true };

	if (access("/usr/bin/iperf3", X_OK) < 0 && access("/usr/local/bin/iperf3", X_OK) < 0)
		return 0;
	if (child_start(&opts, &s->server, err) < 0 ||
	    child_wait_for(&s->server, "listening", SERVER_START_S, err) < 0)
		return err_wrap(err, "iperf3 server");

	return 0;
}

static int on_key(void *ctx, enum frame_type type, const uint8_t *data, size_t len)
{
	struct keyboard *k = ctx;

	if (type != FRAME_STDIN || len > sizeof(k->held) - k->n_held)
		return type == FRAME_STDIN ? -EPROTO : 0;
	memcpy(k->held + k->n_held, data, len);
	k->n_held += len;
	k->at_end = len == 0;

	return 0;
}

/* From the line to what is held, from there to the command, and its end when all is written. */
static int type_on(struct scene *s, bool readable, struct err *err)
{
	struct keyboard *k = &s->keyboard;
	ssize_t n;
	int r;

	if (readable) {
		r = frame_read(&s->in->reader, s->in->channel, on_key, k);
		if (r < 0 && r != -EAGAIN)
			return err_sys(err, r, "standard input");
	}
	n = k->n_held ? write(k->pipe, k->held, k->n_held) : 0;
	if (n > 0) {
		k->n_held -= (size_t)n;
		memmove(k->held, k->held + n, k->n_held);
	}
	/* A command that closed its input does not want the rest. */
	if ((k->at_end && k->n_held == 0) || (n < 0 && errno == EPIPE)) {
		(void)close(k->pipe);
		k->pipe = -1;
	}

	return 0;
}

static int start_command(struct scene *s, struct err *err)
{
	struct child_opts opts = {
		.node = NODE_ONPREM,
		.argv = s->job->argv,
		.env = s->job->env,
		.cwd = s->job->cwd,
		.in = -1,
	};
	auto_close int input = -1;
	int pair[2];

	if (s->job->use_stdin && s->in->kind == WORLD_VIRTUAL) {
		input = inside_read_stdin(s->in, err);
		if (input < 0)
			return input;
	} else if (s->job->use_stdin) {
		if (pipe2(pair, O_CLOEXEC) < 0)
			return err_sys(err, -errno, "standard input");
		input = pair[0];
		s->keyboard.pipe = pair[1];
		(void)fcntl(pair[1], F_SETFL, O_NONBLOCK);
	}
	opts.in = input;

	if (child_start(&opts, &s->command, err) < 0)
		return err->code;

	/* Some of it may have come together with the job. */
	return s->keyboard.pipe >= 0 ? type_on(s, true, err) : 0;
}

/* Passes on what there is to read; closes the pipe at its end. */
static int pass_on(struct scene *s, int *fd, enum frame_type type, struct err *err)
{
	char data[65536];
	ssize_t n = read(*fd, data, sizeof(data));

	if (n > 0) {
		int r = frame_send(s->in->channel, type, data, (size_t)n);

		return r < 0 ? err_sys(err, r, "pass output on") : 0;
	}
	if (n == 0 || errno != EINTR) {
		(void)close(*fd);
		*fd = -1;
	}

	return 0;
}

/* Keeps an unattended server from filling its pipe. */
static void drain(struct child *c)
{
	char data[65536];

	if (read(c->out, data, sizeof(data)) <= 0) {
		(void)close(c->out);
		c->out = -1;
	}
}

/* One round of waiting; @done_fd is a pidfd of the command or -1. Returns 1 when that is ready. */
static int wait_once(struct scene *s, int done_fd, int64_t until_ns, struct err *err)
{
	enum { OUT, ERR, SERVER, DONE, KEYS, PIPE, CAPTURES };
	const struct keyboard *k = &s->keyboard;
	/* What is held has to go before more can come. */
	bool typing = k->pipe >= 0, full = k->n_held > sizeof(k->held) / 2;
	struct pollfd p[CAPTURES + CAPTURE_LEGS_MAX] = {
		[OUT] = { .fd = s->command.out, .events = POLLIN },
		[ERR] = { .fd = s->command.err, .events = POLLIN },
		[SERVER] = { .fd = s->server.pid ? s->server.out : -1, .events = POLLIN },
		[DONE] = { .fd = done_fd, .events = POLLIN },
		[KEYS] = { .fd = typing && !full ? s->in->channel : -1, .events = POLLIN },
		[PIPE] = { .fd = typing && k->n_held ? k->pipe : -1, .events = POLLOUT },
	};
	size_t n = CAPTURES + capture_poll(&s->capture, p + CAPTURES);
	int64_t left_ms = (until_ns - clock_ns(CLOCK_MONOTONIC)) / NSEC_PER_MSEC;
	int r;

	do {
		r = poll(p, n, (int)MIN(MAX(left_ms, 0), (int64_t)INT32_MAX));
	} while (r < 0 && errno == EINTR);

	if (p[OUT].revents && pass_on(s, &s->command.out, FRAME_STDOUT, err) < 0)
		return err->code;
	if (p[ERR].revents && pass_on(s, &s->command.err, FRAME_STDERR, err) < 0)
		return err->code;
	if (p[SERVER].revents)
		drain(&s->server);
	if ((p[KEYS].revents || p[PIPE].revents) && type_on(s, p[KEYS].revents != 0, err) < 0)
		return err->code;
	if (capture_pass_on(&s->capture, p + CAPTURES, s->in->channel, err) < 0)
		return err->code;

	return p[DONE].revents != 0;
}

static int wait_for_command(struct scene *s, int *ret_status, struct err *err)
{
	auto_close int pidfd = (int)syscall(SYS_pidfd_open, s->command.pid, 0);
	int status, r = 0;

	if (pidfd < 0)
		return err_sys(err, -errno, "watch the command");
	while (r == 0) {
		if (clock_ns(CLOCK_MONOTONIC) >= s->deadline_ns)
			return err_set(err, -ETIMEDOUT,
				       "'%s' still runs after %.10g s of the world's time; allow "
				       "more with --deadline",
				       s->job->argv[0], s->job->deadline_s);
		r = wait_once(s, pidfd, s->deadline_ns, err);
	}
	if (r < 0)
		return r;

	(void)waitpid(s->command.pid, &status, 0);
	s->command.pid = 0;
	*ret_status = child_status(status);
	/* What it wrote last; a child of its own that keeps the pipes open is not waited for. */
	for (int i = 0; i < 2; i++) {
		int *fd = i == 0 ? &s->command.out : &s->command.err;
		struct pollfd p = { .fd = *fd, .events = POLLIN };

		while (*fd >= 0 && poll(&p, 1, 0) > 0)
			if (pass_on(s, fd, i == 0 ? FRAME_STDOUT : FRAME_STDERR, err) < 0)
				return err->code;
		if (*fd >= 0)
			(void)close(*fd);
		*fd = -1;
	}

	return 0;
}

static int finish_captures(struct scene *s, struct err *err)
{
	int64_t until = clock_ns(CLOCK_MONOTONIC) + CAPTURE_SETTLE_NS;
	int r = 0;

	if (!s->job->capture)
		return 0;
	/* Frames still on their way belong to the capture, and tcpdump reads in blocks. */
	while (r == 0 && clock_ns(CLOCK_MONOTONIC) < until)
		r = wait_once(s, -1, until, err);
	capture_stop(&s->capture);
	until = clock_ns(CLOCK_MONOTONIC) + CAPTURE_SETTLE_NS;
	while (r == 0 && capture_open(&s->capture) && clock_ns(CLOCK_MONOTONIC) < until)
		r = wait_once(s, -1, until, err);

	return r;
}

static int play(struct scene *s, int *ret_status, struct err *err)
{
	s->deadline_ns = clock_ns(CLOCK_MONOTONIC) + (int64_t)(s->job->deadline_s * 1e9);
	if (inside_put_file("/etc/hosts", HOSTS, err) < 0 || start_echo(s, err) < 0 ||
	    start_iperf3(s, err) < 0)
		return err->code;
	if (s->job->capture && capture_start(&s->capture, &s->job->profile, err) < 0)
		return err->code;
	if (start_command(s, err) < 0 || wait_for_command(s, ret_status, err) < 0 ||
	    finish_captures(s, err) < 0)
		return err->code;

	return 0;
}

int command_run(struct inside *in, const struct job *job, struct err *err)
{
	auto_free struct scene *s = calloc(1, sizeof(*s));
	char text[32];
	int status = 0, r;

	if (!s)
		return err_sys(err, -ENOMEM, "command");
	s->in = in;
	s->job = job;
	s->echo = -1;
	s->keyboard.pipe = -1;
	r = play(s, &status, err);
	child_end(&s->command);
	child_end(&s->server);
	capture_end(&s->capture);
	if (r == 0) {
		int n = snprintf(text, sizeof(text), "{\"status\":%d}", status);

		r = frame_send(in->channel, FRAME_RESULT, text, (size_t)n);
		if (r < 0)
			err_sys(err, r, "send the status");
	}

	return r;
}
