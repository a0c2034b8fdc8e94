// SPDX-License-Identifier: ISC
#include "world/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/auto.h"
#include "world/confine.h"
#include "world/console.h"
#include "world/inside.h"
#include "world/repeat.h"

const char *const world_kind_names[WORLD_KIND_COUNT] = {
	[WORLD_VIRTUAL] = "virtual",
	[WORLD_REALTIME] = "realtime",
	[WORLD_HOST] = "host",
};

/* The world's wall clock at boot, in virtual time: 2026-01-01T00:00:00Z, so that stamps repeat. */
#define VIRTUAL_EPOCH "1767225600000000000"

#define MAX_ARGS 32

/* A start takes a millisecond; one that hangs is ended all the same. */
#define START_LIMIT_MS 5000

struct command_line {
	char *argv[MAX_ARGS + 1];
	char text[8192];
	size_t used, n;
};

static void __attribute__((format(printf, 2, 3))) add(struct command_line *c, const char *fmt, ...)
{
	size_t room = sizeof(c->text) - c->used;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(c->text + c->used, room, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room || c->n >= MAX_ARGS)
		abort(); /* paths are at most PATH_MAX, and the list below is fixed */
	c->argv[c->n++] = c->text + c->used;
	c->used += (size_t)n + 1;
}

/* What a world's process has open beside its standard streams. */
enum {
	FD_CHANNEL,
	FD_NUDGE_IN,
	FD_NUDGE_OUT,
	FD_MEMORY,
	FD_INIT,
	FD_KERNEL,
	FD_COUNT,
};

static void kernel_command_line(const struct world_opts *o, const int fds[FD_COUNT],
				struct command_line *c)
{
	add(c, "dxemu-world");
	add(c, "mem=%uM", o->memory_mb);
	add(c, "root=/dev/root");
	add(c, "rootfstype=hostfs");
	add(c, "rootflags=/");
	add(c, "ro");
	add(c, "init=/proc/self/fd/%d", fds[FD_INIT]);
	add(c, "quiet");

	add(c, "con=null");
	add(c, "con0=null,fd:2");
	add(c, "ssl=null");
	add(c, "ssl0=fd:%d,fd:%d", fds[FD_CHANNEL], fds[FD_CHANNEL]);
	/* What is written to this line comes back on it; see inside.c. */
	add(c, "ssl1=fd:%d,fd:%d", fds[FD_NUDGE_IN], fds[FD_NUDGE_OUT]);
	/* The jitter entropy source, which ESP pulls in, never ends when time stands still. */
	add(c, "initcall_blacklist=jent_mod_init");
	add(c, "ipv6.disable=1");
	/* Or each namespace gets a gre0, a gretap0 and an erspan0. */
	add(c, "fb_tunnels=none");
	if (o->kind == WORLD_VIRTUAL) {
		add(c, "time-travel=inf-cpu");
		add(c, "time-travel-start=%s", VIRTUAL_EPOCH);
	}
	/* What the kernel does not know becomes init's environment. */
	add(c, INSIDE_ENV "=%s", world_kind_names[o->kind]);
}

/*
 * For the child: nothing of the launcher's signal state and descriptors goes along, nor of those that the launcher
 * was started with, which neither wall of confine() stands before.
 */
static int fresh_process(int console, struct err *err)
{
	auto_close int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(console, STDOUT_FILENO) < 0 ||
	    dup2(console, STDERR_FILENO) < 0 ||
	    close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC) < 0)
		return err_sys(err, -errno, "descriptors of the world");

	return 0;
}

static void pin(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

/* The child dies with the launcher, also if that is gone already. */
static void die_with(pid_t launcher)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != launcher)
		_exit(EXIT_FAILURE);
}

/* An error before the world can speak for itself goes down the line in the same form as its own. */
static _Noreturn void fail(int channel, const struct err *err)
{
	(void)inside_send_error(channel, err);
	_exit(EXIT_FAILURE);
}

static _Noreturn void child_uml(const struct world_opts *o, pid_t launcher, int kernel, int channel)
{
	struct command_line cmd = { 0 };
	struct confinement conf;
	struct err err = { 0 };
	char tmpdir[64], *envp[] = { tmpdir, NULL };
	/* The init goes by its descriptor too: where it is must make no difference. */
	int fds[FD_COUNT] = { [FD_CHANNEL] = channel }, nudge[2];

	if (confine(o->memory_mb, &conf, &err) < 0)
		fail(channel, &err);
	/* After the change of user, which clears it. */
	die_with(launcher);

	fds[FD_INIT] = open(o->init, O_PATH | O_CLOEXEC);
	if (fds[FD_INIT] < 0 || pipe(nudge) < 0) {
		err_sys(&err, -errno, "lines of the world");
		fail(channel, &err);
	}
	fds[FD_NUDGE_IN] = nudge[0];
	fds[FD_NUDGE_OUT] = nudge[1];
	fds[FD_MEMORY] = conf.memory_dir;
	fds[FD_KERNEL] = kernel;
	if (repeat_descriptors(fds, FD_COUNT, &err) < 0 ||
	    (o->kind == WORLD_VIRTUAL && repeat_begin(&err) < 0))
		fail(channel, &err);

	(void)snprintf(tmpdir, sizeof(tmpdir), "TMPDIR=/proc/self/fd/%d", fds[FD_MEMORY]);
	kernel_command_line(o, fds, &cmd);
	/* Its directory goes where its memory is, if it can make one at all: nothing to clean up. */
	add(&cmd, "uml_dir=/proc/self/fd/%d/", fds[FD_MEMORY]);
	(void)fexecve(fds[FD_KERNEL], cmd.argv, envp);
	err_sys(&err, -errno, "start the world's kernel '%s'", o->kernel);
	fail(channel, &err);
}

static _Noreturn void child_host(const struct world_opts *o, pid_t launcher, int channel)
{
	die_with(launcher);
	_exit(inside_host(o->job_fn, channel) < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* Writes what fits; the rest is the caller's. */
static size_t send_some(int fd, const uint8_t *data, size_t len)
{
	size_t sent = 0;
	ssize_t n;

	while (sent < len && (n = send(fd, data + sent, len - sent, MSG_NOSIGNAL)) > 0)
		sent += (size_t)n;

	return sent;
}

int world_boot(const struct world_opts *opts, int cpu, const uint8_t *line, size_t len,
	       struct booted *ret, size_t *ret_sent, struct err *err)
{
	auto_close int console = console_open(err);
	auto_close int kernel = -1, ours = -1, theirs = -1, starting = -1, started = -1;
	pid_t launcher = getpid(), pid;
	int pair[2], room = 4 << 20;

	if (console < 0)
		return console;
	if (opts->kind != WORLD_HOST) {
		kernel = open(opts->kernel, O_PATH | O_CLOEXEC);
		if (kernel < 0)
			return err_sys(err, -errno, "world's kernel '%s'", opts->kernel);
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(err, -errno, "line to the world");
	ours = pair[0];
	theirs = pair[1];
	if (pipe2(pair, O_CLOEXEC) < 0)
		return err_sys(err, -errno, "start of the world");
	starting = pair[0];
	started = pair[1];
	(void)setsockopt(ours, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	(void)setsockopt(theirs, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	(void)fcntl(ours, F_SETFL, O_NONBLOCK);
	*ret_sent = send_some(ours, line, len);

	pid = fork();
	if (pid < 0)
		return err_sys(err, -errno, "process for a world");
	if (pid == 0) {
		pin(cpu);
		if (fresh_process(console, err) < 0)
			fail(theirs, err);
		if (opts->kind == WORLD_HOST) {
			(void)close(started);
			child_host(opts, launcher, theirs);
		}
		child_uml(opts, launcher, kernel, theirs);
	}
	*ret = (struct booted){ .pid = pid,
				.channel = take_fd(&ours),
				.console = take_fd(&console),
				.starting = take_fd(&starting) };

	return 0;
}

void world_end(struct booted *b)
{
	struct pollfd starting = { .fd = b->starting };

	if (b->pid <= 0)
		return;
	/* While it confines itself a directory may have a name for a moment (world/confine.c). */
	(void)poll(&starting, 1, START_LIMIT_MS);
	(void)close(b->starting);
	/* Its helper processes are traced by it and go with it. */
	(void)kill(b->pid, SIGKILL);
	while (waitpid(b->pid, NULL, 0) < 0 && errno == EINTR)
		;
	(void)close(b->channel);
	(void)close(b->console);
	*b = (struct booted){ 0 };
}
