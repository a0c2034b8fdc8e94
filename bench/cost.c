// SPDX-License-Identifier: ISC
/*
 * usage: cost FILE COMMAND...
 *
 * Runs COMMAND and appends to FILE the wall and CPU seconds of it and all of its descendants. The shell's `time` knows
 * only those whose parent waited for them: a world is ended by SIGKILL, and the processes that its init and servers
 * run in would be missing. Exit status: COMMAND's; 3 if it could not be run, 4 if it died of a signal.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);

	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double cpu_seconds(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) * 1e-6;
}

int main(int argc, char **argv)
{
	double start = seconds(), end = start;
	struct rusage usage;
	int status = 0, s;
	pid_t pid, gone;
	FILE *file;

	if (argc < 3) {
		(void)fputs("usage: cost FILE COMMAND...\n", stderr);
		return 2;
	}
	/* Orphans become children, so that they can be waited for and count. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || (pid = fork()) < 0) {
		perror("cost");
		return 3;
	}
	if (pid == 0) {
		(void)execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(3);
	}
	while ((gone = wait(&s)) > 0 || errno == EINTR) {
		if (gone == pid) {
			status = s;
			end = seconds();
		}
	}
	(void)getrusage(RUSAGE_CHILDREN, &usage);
	file = fopen(argv[1], "ae");
	if (!file || fprintf(file, "%.3f %.3f\n", end - start, cpu_seconds(&usage)) < 0 ||
	    fclose(file) != 0) {
		perror(argv[1]);
		return 3;
	}

	return WIFEXITED(status) ? WEXITSTATUS(status) : 4;
}
