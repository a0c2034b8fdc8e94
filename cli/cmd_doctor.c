// SPDX-License-Identifier: ISC
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/util.h"
#include "cli/options.h"
#include "cli/print.h"
#include "emul/job.h"
#include "netns/probe.h"
#include "world/confine.h"
#include "world/cpu.h"
#include "world/kernel.h"

/* What one check found. A need that is not met makes the exit status 3; the rest is good to know. */
struct finding {
	const char *name;
	enum { FOUND, MISSING, OPTIONAL_MISSING } state;
	char text[512]; /* what was found, or what is missing and the remedy */
};

#define FINDINGS_MAX 32

struct report {
	struct finding list[FINDINGS_MAX];
	size_t n;
};

static const char *const state_names[] = {
	[FOUND] = "ok", [MISSING] = "missing", [OPTIONAL_MISSING] = "optional"
};

static struct finding *add(struct report *r, const char *name, int state)
{
	struct finding *f = &r->list[MIN(r->n, (size_t)FINDINGS_MAX - 1)];

	r->n += r->n < FINDINGS_MAX;
	f->name = name;
	f->state = state;

	return f;
}

static void __attribute__((format(printf, 4, 5)))
note(struct report *r, const char *name, int state, const char *fmt, ...)
{
	struct finding *f = add(r, name, state);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

static void check_machine(struct report *r)
{
	struct utsname u;

	(void)uname(&u);
	if (!strcmp(u.machine, "x86_64"))
		note(r, "machine", FOUND, "%s, Linux %s", u.machine, u.release);
	else
		note(r, "machine", MISSING, "%s: worlds need x86_64 (User-Mode Linux)", u.machine);
	note(r, "cpus", FOUND, "%d: as many virtual worlds run at once", cpu_count());
}

static void check_kernel(struct report *r, char *kernel, size_t size)
{
	struct err err;

	if (kernel_find(data_dir(), kernel, size, &err) == 0) {
		note(r, "kernel", FOUND, "%s", kernel);
	} else {
		note(r, "kernel", MISSING, "%s", err.msg);
		kernel[0] = '\0';
	}
}

/* In a child, since confinement is for good; what it found comes back over a pipe. */
static void check_confinement(struct report *r)
{
	struct finding *f = add(r, "confinement", MISSING);
	ssize_t n;
	int pair[2], status;
	pid_t pid;

	if (pipe(pair) < 0) {
		(void)snprintf(f->text, sizeof(f->text), "pipe: %s", strerror(errno));
		return;
	}
	pid = fork();
	if (pid < 0)
		(void)dprintf(pair[1], "process to try it in: %s", strerror(errno));
	if (pid == 0) {
		struct confinement c;
		struct err err = { 0 };

		if (confine(WORLD_MEMORY_MB, &c, &err) < 0) {
			(void)dprintf(pair[1], "%s", err.msg);
			_exit(EXIT_LACKS);
		}
		(void)dprintf(pair[1], "%s%s%s%s", c.mounts ? "read-only mount namespace" : "",
			      c.mounts && c.landlock ? ", " : "",
			      c.landlock ? "Landlock and seccomp" : "",
			      c.gave_up_root ? "; gives up root" : "");
		_exit(EXIT_YES);
	}
	(void)close(pair[1]);
	n = read(pair[0], f->text, sizeof(f->text) - 1);
	f->text[MAX(n, 0)] = '\0';
	(void)close(pair[0]);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) == EXIT_YES)
		f->state = FOUND;
}

struct boot_answer {
	char text[1024];
};

static int on_frame(void *ctx, enum frame_type type, const uint8_t *data, size_t len)
{
	struct boot_answer *a = ctx;

	if (type == FRAME_RESULT)
		(void)snprintf(a->text, sizeof(a->text), "%.*s", (int)len, (const char *)data);

	return 0;
}

/* Boots a world and asks its kernel what it can do. */
static void check_boot(struct report *r)
{
	struct options o = { .world = WORLD_VIRTUAL, .wall_limit_s = 30 };
	struct boot_answer answer = { 0 };
	struct world_task task = { .on_frame = on_frame, .ctx = &answer };
	struct world_opts world;
	struct job job = { .kind = JOB_PROBE };
	auto_free struct profile *p = NULL;
	char *names[] = { (char *)"dx-dedicated-1g" };
	auto_free char *text = NULL;
	struct err err;

	if (options_world(&o, &world, &err) < 0 || options_profiles(&o, names, 1, &p, &err) < 0) {
		note(r, "world", MISSING, "%s", err.msg);
		return;
	}
	job.profile = *p;
	text = job_write(&job);
	task.job = text;
	task.job_len = text ? strlen(text) : 0;
	if (!text || world_run_all(&world, &task, 1, -1, NULL, NULL, &err) < 0)
		note(r, "world", MISSING, "does not boot: %s", text ? err.msg : "no memory");
	else if (strcmp(answer.text, "{}") != 0)
		note(r, "world", MISSING, "its kernel lacks %s: build it with 'dxemu kernel build'",
		     answer.text);
	else
		note(r, "world", FOUND, "boots in %.2f s; its kernel has all that labs need",
		     task.wall_s);
}

static void check_programs(struct report *r)
{
	static const struct {
		const char *program, *package, *use;
	} list[] = {
		{ "ip", "iproute2", "'dxemu plan' scripts, labs" },
		{ "tc", "iproute2", "'dxemu plan' scripts" },
		{ "ethtool", "ethtool", "'dxemu plan' scripts" },
		{ "iperf3", "iperf3", "the server on the VPC's host" },
		{ "ping", "iputils-ping", "commands in a world" },
		{ "tcpdump", "tcpdump", "'dxemu run --pcap'" },
	};
	static const char *const dirs[] = { "/usr/sbin", "/usr/bin",	    "/sbin",
					    "/bin",	 "/usr/local/sbin", "/usr/local/bin" };

	for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
		char path[PATH_MAX] = "";
		bool found = false;

		for (size_t d = 0; d < ARRAY_SIZE(dirs) && !found; d++) {
			(void)snprintf(path, sizeof(path), "%s/%s", dirs[d], list[i].program);
			found = access(path, X_OK) == 0;
		}
		if (found)
			note(r, list[i].program, FOUND, "%s", path);
		else
			note(r, list[i].program, OPTIONAL_MISSING, "for %s: apt-get install %s",
			     list[i].use, list[i].package);
	}
}

/* The machine's own kernel, which only --world host needs. */
static void check_host(struct report *r)
{
	const struct kernel_feature *features;
	char missing[400] = "";
	struct err err;
	size_t n;

	if (geteuid() != 0) {
		note(r, "host world", OPTIONAL_MISSING, "--world host needs root");
		return;
	}
	if (kernel_probe(&features, &n, &err) < 0) {
		note(r, "host world", OPTIONAL_MISSING, "%s", err.msg);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(missing);

		if (features[i].status < 0)
			(void)snprintf(missing + used, sizeof(missing) - used, "%s%s (%s)",
				       used ? ", " : "", features[i].name, features[i].option);
	}
	if (*missing)
		note(r, "host world", OPTIONAL_MISSING,
		     "this machine's kernel lacks %s; virtual worlds do not need it", missing);
	else
		note(r, "host world", FOUND, "this machine's kernel can run labs (--world host)");
}

static json_t *document(const struct report *r)
{
	json_t *doc = json_object();
	int failed = 0;

	for (size_t i = 0; i < r->n; i++)
		failed |= json_object_set_new(doc, r->list[i].name,
					      json_pack("{s:s, s:s}", "state",
							state_names[r->list[i].state], "text",
							r->list[i].text));
	if (!failed)
		return doc;
	json_decref(doc);

	return NULL;
}

static int run(int argc, char **argv, struct err *err)
{
	struct report r = { 0 };
	char kernel[PATH_MAX];
	struct options o;
	int first, end, command, status = EXIT_YES;

	first = options_parse(&cmd_doctor, OPT_JSON, argc, argv, &o, &end, &command, err);
	if (first < 0)
		return first;
	if (first == OPTIONS_HELP)
		return cmd_help(&cmd_doctor);
	if (first != argc)
		return cmd_usage(&cmd_doctor, err, "unexpected argument '%s'", argv[first]);

	check_machine(&r);
	check_kernel(&r, kernel, sizeof(kernel));
	check_confinement(&r);
	if (*kernel)
		check_boot(&r);
	check_programs(&r);
	check_host(&r);

	for (size_t i = 0; i < r.n; i++) {
		if (r.list[i].state == MISSING)
			status = EXIT_LACKS;
		if (!o.json)
			(void)printf("%-12s %-9s %s\n", r.list[i].name,
				     state_names[r.list[i].state], r.list[i].text);
	}
	if (o.json && print_json(document(&r), err) < 0)
		return err->code;

	return status;
}

const struct cmd cmd_doctor = {
	.name = "doctor",
	.args = "[--json]",
	.summary = "what this machine can run, what is missing, and the remedy for each",
	.help = "Exit status 0: worlds run here. 3: something that they need is missing.\n",
	.run = run,
};
