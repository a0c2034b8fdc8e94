// SPDX-License-Identifier: ISC
#include "world/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/util.h"
#include "world/repeat.h"

bool inside_is_init(void)
{
	return getpid() == 1 && getenv(INSIDE_ENV);
}

static enum world_kind kind_of_env(void)
{
	const char *name = getenv(INSIDE_ENV);

	return name && !strcmp(name, world_kind_names[WORLD_REALTIME]) ? WORLD_REALTIME
								       : WORLD_VIRTUAL;
}

int inside_send_error(int channel, const struct err *err)
{
	json_t *doc = json_pack("{s:i, s:i, s:s}", "kind", (int)err->kind, "code", err->code,
				"message", err->msg);
	auto_free char *text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;

	json_decref(doc);
	if (!text)
		return -ENOMEM;

	return frame_send(channel, FRAME_ERROR, text, strlen(text));
}

void inside_parse_error(const uint8_t *data, size_t len, struct err *ret)
{
	json_t *doc = json_loadb((const char *)data, len, 0, NULL);
	const char *message = NULL;
	int kind = 0, code = 0;

	if (!doc || json_unpack(doc, "{s:i, s:i, s:s}", "kind", &kind, "code", &code, "message",
				&message) < 0)
		err_set(ret, -EPROTO, "the world sent an error that cannot be read");
	else if (kind == ERR_INPUT)
		err_input(ret, "%s", message);
	else if (kind == ERR_ENV)
		err_env(ret, "%s", message);
	else
		err_set(ret, code < 0 ? code : -EIO, "%s", message);
	json_decref(doc);
}

int inside_send_progress(struct inside *in)
{
	struct timespec now;
	char text[64];
	int n;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	n = snprintf(text, sizeof(text), "{\"virtual_s\":%lld.%03ld}", (long long)now.tv_sec,
		     now.tv_nsec / 1000000);

	return frame_send(in->channel, FRAME_PROGRESS, text, (size_t)n);
}

double inside_parse_progress(const uint8_t *data, size_t len)
{
	json_t *doc = json_loadb((const char *)data, len, 0, NULL);
	double s = json_number_value(json_object_get(doc, "virtual_s"));

	json_decref(doc);

	return s;
}

int inside_put_file(const char *path, const char *text, struct err *err)
{
	char copy[] = "/run/dxemu-file-XXXXXX";
	auto_close int fd = mkostemp(copy, O_CLOEXEC);

	if (fd < 0 || fchmod(fd, 0644) < 0 || write(fd, text, strlen(text)) < 0)
		return err_sys(err, -errno, "file for '%s'", path);
	if (mount(copy, path, NULL, MS_BIND, NULL) < 0)
		return err_sys(err, -errno, "put a file over '%s'", path);

	return 0;
}

/* One frame of the launcher's, as the readers below want it. */
struct incoming {
	bool done;
	char *job;
	size_t job_len;
	int input; /* where FRAME_STDIN goes */
};

static int on_frame(void *ctx, enum frame_type type, const uint8_t *data, size_t len)
{
	struct incoming *in = ctx;

	if (type == FRAME_JOB && !in->job) {
		in->job = malloc(len + 1);
		if (!in->job)
			return -ENOMEM;
		memcpy(in->job, data, len);
		in->job[len] = '\0';
		in->job_len = len;
		in->done = true;
		return 1; /* standard input may follow, and is not for this reader */
	}
	if (type == FRAME_STDIN && in->input >= 0) {
		in->done = len == 0;
		if (write(in->input, data, len) != (ssize_t)len)
			return -EIO;
	}

	return 0;
}

/*
 * Reads frames until one of them says that this was all. A virtual world asks again and again instead of
 * waiting: if everybody waited, its time would run on; as long as somebody runs, it stands still.
 */
static int read_until_done(struct inside *in, struct incoming *want)
{
	while (!want->done) {
		struct pollfd p = { .fd = in->channel, .events = POLLIN };
		int r = frame_read(&in->reader, in->channel, on_frame, want);

		if (r == 0 && in->kind == WORLD_HOST)
			return -EPIPE;
		if (r < 0 && r != -EAGAIN)
			return r;
		if (r == -EAGAIN && in->kind == WORLD_VIRTUAL)
			(void)sched_yield();
		else if (r == -EAGAIN && poll(&p, 1, -1) < 0 && errno != EINTR)
			return -errno;
	}

	return 0;
}

int inside_read_stdin(struct inside *in, struct err *err)
{
	auto_close int fd = memfd_create("stdin", MFD_CLOEXEC);
	struct incoming want = { .input = fd };
	int r = fd < 0 ? -errno : read_until_done(in, &want);

	if (r < 0)
		return err_sys(err, r, "standard input");
	(void)lseek(fd, 0, SEEK_SET);

	return take_fd(&fd);
}

void inside_start_at(const struct inside *in, int64_t s)
{
	if (in->kind == WORLD_VIRTUAL)
		clock_sleep_until(CLOCK_MONOTONIC, s * NSEC_PER_SEC);
}

static int run_job(struct inside *in, world_job_fn fn)
{
	struct incoming want = { .input = -1 };
	struct err err = { 0 };
	int r = read_until_done(in, &want);

	if (r < 0)
		err_sys(&err, r, "read the job");
	inside_start_at(in, INSIDE_START_S);
	if (r == 0)
		r = fn(in, want.job, want.job_len, &err);
	free(want.job);
	frame_reader_free(&in->reader);
	if (r < 0)
		(void)inside_send_error(in->channel, &err);

	return r;
}

static int mount_file_systems(struct err *err)
{
	static const struct {
		const char *type, *at;
	} list[] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },
		{ "tmpfs", "/run" },
	};

	/*
	 * Everybody in the world is root already. Set-uid programs would make him another user where the
	 * machine's root is not known to the launcher's user namespace, and files of his are nobody's.
	 */
	if (mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID, NULL) < 0)
		return err_sys(err, -errno, "remount /");
	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		if (mount(list[i].type, list[i].at, list[i].type, 0, NULL) < 0)
			return err_sys(err, -errno, "mount %s on %s", list[i].type, list[i].at);

	/* The machine's files stay visible in /tmp, what is written there stays in the world. */
	if (mkdir("/run/tmp", 0755) < 0 || mkdir("/run/tmp/new", 01777) < 0 ||
	    chmod("/run/tmp/new", 01777) < 0 || mkdir("/run/tmp/work", 0755) < 0 ||
	    mount("overlay", "/tmp", "overlay", 0,
		  "lowerdir=/tmp,upperdir=/run/tmp/new,workdir=/run/tmp/work") < 0)
		return err_sys(err, -errno, "mount on /tmp");

	if (mkdir("/dev/pts", 0755) < 0 || mount("devpts", "/dev/pts", "devpts", 0, NULL) < 0 ||
	    mkdir("/dev/shm", 0755) < 0 || mount("tmpfs", "/dev/shm", "tmpfs", 0, NULL) < 0)
		return err_sys(err, -errno, "mount below /dev");
	/* devtmpfs makes the device nodes only. */
	if (symlink("/proc/self/fd", "/dev/fd") < 0 ||
	    symlink("/proc/self/fd/0", "/dev/stdin") < 0 ||
	    symlink("/proc/self/fd/1", "/dev/stdout") < 0 ||
	    symlink("/proc/self/fd/2", "/dev/stderr") < 0)
		return err_sys(err, -errno, "links below /dev");

	return 0;
}

static int open_tty(const char *path, struct err *err)
{
	auto_close int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	struct termios raw;

	if (fd < 0 || tcgetattr(fd, &raw) < 0)
		return err_sys(err, -errno, "open %s", path);
	cfmakeraw(&raw);
	if (tcsetattr(fd, TCSANOW, &raw) < 0)
		return err_sys(err, -errno, "set up %s", path);

	return take_fd(&fd);
}

/*
 * The serial line to the launcher, with the job on it since before the boot. Of what was there before, this
 * kernel is not told. It looks at all of its lines when one of them has news, which a byte that comes back on
 * the second line is; and at a moment that does not depend on the machine.
 */
static int open_line(struct err *err)
{
	auto_close int fd = open_tty("/dev/ttyS0", err);
	auto_close int nudge = fd < 0 ? -1 : open_tty("/dev/ttyS1", err);

	if (nudge < 0)
		return err->code;
	if (write(nudge, "", 1) != 1)
		return err_sys(err, -errno, "nudge the serial line");

	return take_fd(&fd);
}

_Noreturn void inside_init(world_job_fn fn)
{
	struct inside in = { .kind = kind_of_env(), .channel = -1 };
	struct err err = { 0 };

	/* Before anybody waits for random numbers; the job has the user's own seed. */
	if (mount_file_systems(&err) == 0 &&
	    (in.kind != WORLD_VIRTUAL || repeat_seed(0, &err) == 0))
		in.channel = open_line(&err);
	if (in.channel < 0)
		(void)dprintf(STDERR_FILENO, "dxemu: %s\n", err.msg);
	else
		(void)run_job(&in, fn);
	channel_drain(in.channel);
	(void)reboot(RB_POWER_OFF);
	_exit(EXIT_FAILURE);
}

/* In the first process of a PID namespace: when it goes, the kernel ends all that the job started. */
static _Noreturn void host_first_process(struct inside *in, world_job_fn fn)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)mount("proc", "/proc", "proc", 0, NULL);
	_exit(run_job(in, fn) < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}

int inside_host(world_job_fn fn, int channel)
{
	struct inside in = { .kind = WORLD_HOST, .channel = channel };
	struct err err = { 0 };
	pid_t pid = -1;

	(void)fcntl(channel, F_SETFL, O_NONBLOCK);
	/* Named namespaces live under /run: with a private tmpfs there, ours have names of their own. */
	if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("tmpfs", "/run", "tmpfs", 0, NULL) == 0)
		pid = fork();
	if (pid < 0) {
		err_env(&err, "a world on this machine's own kernel needs root: %s",
			strerror(errno));
		(void)inside_send_error(channel, &err);
		return -EPERM;
	}
	if (pid == 0)
		host_first_process(&in, fn);
	(void)waitpid(pid, NULL, 0);

	return 0;
}
