// SPDX-License-Identifier: ISC
#include "world/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/util.h"
#include "world/confine.h"
#include "world/inside.h"

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

static void kernel_command_line(const struct world_opts *o, int channel, const int nudge[2],
				struct command_line *c)
{
	add(c, "dxemu-world");
	add(c, "mem=%uM", o->memory_mb);
	add(c, "root=/dev/root");
	add(c, "rootfstype=hostfs");
	add(c, "rootflags=/");
	add(c, "ro");
	/* Quoted: the kernel splits its command line at spaces. */
	add(c, "init=\"%s\"", o->init);
	add(c, "quiet");

	add(c, "con=null");
	add(c, "con0=null,fd:2");
	add(c, "ssl=null");
	add(c, "ssl0=fd:%d,fd:%d", channel, channel);
	/* What is written to this line comes back on it; see inside.c. */
	add(c, "ssl1=fd:%d,fd:%d", nudge[0], nudge[1]);
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

/* For the child: nothing of the launcher's signal state or standard streams goes along. */
static void fresh_process(int console)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(console, STDOUT_FILENO);
	(void)dup2(console, STDERR_FILENO);
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
	int nudge[2];

	if (confine(o->memory_mb, &conf, &err) < 0)
		fail(channel, &err);
	/* After the change of user, which clears it. */
	die_with(launcher);

	(void)snprintf(tmpdir, sizeof(tmpdir), "TMPDIR=/proc/self/fd/%d", conf.memory_dir);
	channel = dup(channel); /* the copy survives exec */
	if (channel < 0 || pipe(nudge) < 0) {
		err_sys(&err, -errno, "lines of the world");
		fail(channel, &err);
	}
	kernel_command_line(o, channel, nudge, &cmd);
	/* Its directory goes where its memory is, if it can make one at all: nothing to clean up. */
	add(&cmd, "uml_dir=/proc/self/fd/%d/", conf.memory_dir);
	(void)fexecve(kernel, cmd.argv, envp);
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
	auto_close int console = memfd_create("dxemu-console", MFD_CLOEXEC);
	auto_close int kernel = -1, ours = -1, theirs = -1, starting = -1, started = -1;
	pid_t launcher = getpid(), pid;
	int pair[2], room = 4 << 20;

	if (opts->kind != WORLD_HOST) {
		kernel = open(opts->kernel, O_PATH | O_CLOEXEC);
		if (kernel < 0)
			return err_sys(err, -errno, "world's kernel '%s'", opts->kernel);
		if (strchr(opts->init, '"') || strlen(opts->init) > 1024)
			return err_env(err,
				       "cannot boot a world from '%s': move dxemu to a path "
				       "without quotes and shorter than 1024 bytes",
				       opts->init);
	}
	if (console < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
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
		fresh_process(console);
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

void world_last_words(const struct booted *b, char *buf, size_t size)
{
	off_t end = lseek(b->console, 0, SEEK_END);
	off_t from = end > (off_t)size - 1 ? end - (off_t)size + 1 : 0;
	ssize_t n = pread(b->console, buf, size - 1, from);

	buf[n > 0 ? n : 0] = '\0';
	/* One line of message has no room for line breaks. */
	for (char *p = buf; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
}

void world_console_dump(const struct booted *b)
{
	char buf[4096];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(b->console, buf, sizeof(buf), at)) > 0) {
		(void)!write(STDERR_FILENO, buf, (size_t)n);
		at += n;
	}
}
