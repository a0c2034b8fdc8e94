// SPDX-License-Identifier: ISC
#include "emul/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/util.h"
#include "netns/ns.h"

#define STATUS_NOT_EXECUTABLE 126
#define STATUS_NOT_FOUND 127

static char *const minimal_env[] = {
	(char *)"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	NULL,
};

static _Noreturn void child_main(const struct child_opts *o, pid_t parent, int out, int err_fd)
{
	struct err err;
	sigset_t none;
	int null;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	(void)signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)setsid();

	null = open("/dev/null", O_RDONLY);
	(void)dup2(o->in >= 0 ? o->in : null, STDIN_FILENO);
	(void)dup2(out, STDOUT_FILENO);
	(void)dup2(o->merge ? out : err_fd, STDERR_FILENO);
	if (ns_enter(o->node, &err) < 0) {
		(void)dprintf(STDERR_FILENO, "dxemu: %s\n", err.msg);
		_exit(STATUS_NOT_EXECUTABLE);
	}
	if (chdir(o->cwd ? o->cwd : "/") < 0)
		(void)dprintf(STDERR_FILENO, "dxemu: not in '%s': %s\n", o->cwd, strerror(errno));
	(void)execvpe(o->argv[0], o->argv, o->env ? o->env : minimal_env);
	(void)dprintf(STDERR_FILENO, "dxemu: %s: %s\n", o->argv[0], strerror(errno));
	_exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE);
}

int child_start(const struct child_opts *opts, struct child *ret, struct err *err)
{
	int out[2] = { -1, -1 }, err_pipe[2] = { -1, -1 };
	pid_t parent = getpid(), pid = -1;

	if (pipe2(out, O_CLOEXEC) == 0 && (opts->merge || pipe2(err_pipe, O_CLOEXEC) == 0))
		pid = fork();
	if (pid == 0) {
		/* execvpe() looks along the PATH of the caller. */
		for (char *const *e = opts->env ? opts->env : minimal_env; *e; e++)
			if (!strncmp(*e, "PATH=", 5))
				(void)setenv("PATH", *e + 5, 1);
		child_main(opts, parent, out[1], err_pipe[1]);
	}
	if (pid < 0)
		err_sys(err, -errno, "start '%s'", opts->argv[0]);
	if (out[1] >= 0)
		(void)close(out[1]);
	if (err_pipe[1] >= 0)
		(void)close(err_pipe[1]);
	if (pid < 0) {
		if (out[0] >= 0)
			(void)close(out[0]);
		return err->code;
	}
	*ret = (struct child){ .pid = pid, .out = out[0], .err = err_pipe[0] };

	return 0;
}

void child_end(struct child *c)
{
	if (c->pid <= 0)
		return;
	(void)kill(c->pid, SIGKILL);
	(void)waitpid(c->pid, NULL, 0);
	if (c->out >= 0)
		(void)close(c->out);
	if (c->err >= 0)
		(void)close(c->err);
	*c = (struct child){ 0 };
}

int child_wait_for(struct child *c, const char *text, double timeout_s, struct err *err)
{
	char seen[4096];
	size_t used = 0;
	struct pollfd p = { .fd = c->out, .events = POLLIN };

	while (used < sizeof(seen) - 1) {
		int r = poll(&p, 1, (int)(timeout_s * 1000));
		ssize_t n;

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return err_sys(err, r < 0 ? -errno : -ETIMEDOUT, "wait for \"%s\"", text);
		n = read(c->out, seen + used, sizeof(seen) - 1 - used);
		if (n <= 0) {
			seen[used] = '\0';
			return err_set(err, -EPIPE, "it ended: %s", seen);
		}
		used += (size_t)n;
		seen[used] = '\0';
		if (strstr(seen, text))
			return 0;
	}

	return err_set(err, -EPROTO, "\"%s\" does not come", text);
}

int child_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}
