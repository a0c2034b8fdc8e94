// SPDX-License-Identifier: ISC
#include "cli/check.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/io.h"
#include "cli/document.h"
#include "cli/verification.h"
#include "report/verdict.h"
#include "world/cpu.h"

#define WORDS_MAX 1280

/* Both are given back at once: whoever else wants one may have it, and we may be late for once. */
static bool two_cpus_are_free(void)
{
	struct err err;
	int cpu;
	auto_close int one = cpu_take(&cpu, &err);
	auto_close int other = one >= 0 ? cpu_take(&cpu, &err) : -1;

	return other >= 0;
}

static void check(const struct options *options, const struct profile *p, int words)
{
	struct options o = *options;
	struct result result = { 0 };
	char text[WORDS_MAX] = "", failure[256];
	struct err err;

	o.quiet = true;
	o.verbose = false;
	if (verification_run(&o, p, 1, VERIFY_SHORT, &result, &err) < 0)
		(void)snprintf(text, sizeof(text), "%s was not checked: %s", p->name, err.msg);
	else if (*verdict_failure(&result.links[0], failure, sizeof(failure)))
		(void)snprintf(text, sizeof(text), "%s is not what it asks for: %s", p->name,
			       failure);
	document_free(&result);
	(void)write_all(words, (const uint8_t *)text, strlen(text));
}

void check_start(const struct options *o, const struct profile *p, struct check *ret)
{
	pid_t parent = getpid();
	int line[2];

	*ret = (struct check){ 0 };
	if (!verification_wanted(o) || !two_cpus_are_free() || pipe2(line, O_CLOEXEC) < 0)
		return;
	ret->pid = fork();
	if (ret->pid == 0) {
		(void)close(line[0]);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			check(o, p, line[1]);
		_exit(0);
	}
	(void)close(line[1]);
	if (ret->pid > 0) {
		ret->words = line[0];
		return;
	}
	(void)close(line[0]);
	ret->pid = 0;
}

void check_end(struct check *check)
{
	struct pollfd fd = { .fd = check->words, .events = POLLIN };
	char text[WORDS_MAX];
	ssize_t n = 0;

	if (!check->pid)
		return;
	/* It says all that it has to say at once, or nothing, and ends. */
	if (poll(&fd, 1, 0) > 0)
		n = read(check->words, text, sizeof(text));
	if (n > 0)
		(void)fprintf(stderr, "dxemu: %.*s\n", (int)n, text);
	(void)close(check->words);
	(void)kill(check->pid, SIGKILL);
	(void)waitpid(check->pid, NULL, 0);
	*check = (struct check){ 0 };
}
