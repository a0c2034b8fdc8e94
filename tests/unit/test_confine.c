// SPDX-License-Identifier: ISC
/*
 * Confinement, tried out: a child confines itself and then attacks a directory that anybody may write to. Each
 * wall is tried alone, too: a seccomp filter makes the system call fail that the other one is made with.
 */
#include "world/confine.h"

#include <bsd/string.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#include "base/util.h"

#define MEMORY_MB 16
#define NO_SYSCALL (-1)
#define NOBODY 65534
#define LIST_SIZE 256

/* Filled by the child, read by the test. */
struct outcome {
	int code; /* of confine() */
	struct confinement conf;
	struct err err;
	uid_t uid;
	char broke_through[LIST_SIZE]; /* what it could do and should not */
	char missing[LIST_SIZE];       /* what it could not do and should */
};

static char dir[64];

static const char *const names[] = { "/file", "/sub", "" };

static void give_to_nobody(void)
{
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", dir, names[i]);
		cr_assert_eq(chown(path, NOBODY, NOBODY), 0, "%s", path);
	}
}

static void set_up(void)
{
	mode_t mask = umask(0);
	char path[128];
	int fd;

	(void)strlcpy(dir, "/tmp/dxemu-test-confine-XXXXXX", sizeof(dir));
	cr_assert_not_null(mkdtemp(dir));
	cr_assert_eq(chmod(dir, 0777), 0);
	(void)snprintf(path, sizeof(path), "%s/file", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0666);
	cr_assert_eq(write(fd, "text", 4), 4);
	close(fd);
	(void)snprintf(path, sizeof(path), "%s/sub", dir);
	cr_assert_eq(mkdir(path, 0777), 0);
	(void)umask(mask);
	/* Who gives up root owns what is attacked all the same. */
	if (getuid() == 0)
		give_to_nobody();
	/* Not that of whoever runs the tests. */
	(void)unsetenv("SUDO_UID");
	(void)unsetenv("SUDO_GID");
}

static void tear_down(void)
{
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", dir, names[i]);
		cr_expect_eq(remove(path), 0, "%s", path);
	}
}

/* Every way to change something by its name. */
#define ATTACK(name, call)             \
	static int attack_##name(void) \
	{                              \
		return (int)(call);    \
	}
ATTACK(write, open("file", O_WRONLY))
ATTACK(append, open("file", O_RDWR | O_APPEND))
ATTACK(open_and_empty, open("file", O_RDONLY | O_TRUNC))
ATTACK(create, open("new", O_WRONLY | O_CREAT, 0666))
ATTACK(create_unnamed, open(".", O_WRONLY | O_TMPFILE, 0666))
ATTACK(mkdir, mkdir("new", 0777))
ATTACK(mkfifo, mkfifo("new", 0666))
ATTACK(symlink, symlink("file", "new"))
ATTACK(link, link("file", "sub/new"))
ATTACK(rename, rename("file", "sub/new"))
ATTACK(unlink, unlink("file"))
ATTACK(rmdir, rmdir("sub"))
ATTACK(truncate, truncate("file", 1))
ATTACK(chmod, chmod("file", 0600))
ATTACK(fchmodat, fchmodat(AT_FDCWD, "file", 0600, 0))
ATTACK(chown, chown("file", (uid_t)-1, (gid_t)-1))
ATTACK(utime, utime("file", NULL))
ATTACK(utimensat, utimensat(AT_FDCWD, "file", NULL, 0))
ATTACK(setxattr, setxattr("file", "user.x", "y", 1, 0))

static const struct {
	const char *name;
	int (*run)(void);
	bool optional; /* not every kernel or file system has it */
} attacks[] = {
	{ "write", attack_write, false },
	{ "append", attack_append, false },
	{ "open and empty", attack_open_and_empty, false },
	{ "create", attack_create, false },
	{ "create unnamed", attack_create_unnamed, false },
	{ "mkdir", attack_mkdir, false },
	{ "mkfifo", attack_mkfifo, false },
	{ "symlink", attack_symlink, false },
	{ "link", attack_link, false },
	{ "rename", attack_rename, false },
	{ "unlink", attack_unlink, false },
	{ "rmdir", attack_rmdir, false },
	{ "truncate", attack_truncate, false },
	{ "chmod", attack_chmod, false },
	{ "fchmodat", attack_fchmodat, false },
	{ "chown", attack_chown, false },
	{ "utime", attack_utime, false },
	{ "utimensat", attack_utimensat, false },
	{ "setxattr", attack_setxattr, true },
};

/* All that a world needs of its memory: files without a name that can be written and executed. */
static bool memory_works(int memory_dir)
{
	int fd = openat(memory_dir, ".", O_TMPFILE | O_RDWR, 0700);

	return fd >= 0 && ftruncate(fd, 4096) == 0 &&
	       mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, fd, 0) !=
		       MAP_FAILED;
}

static void note(char list[LIST_SIZE], const char *what)
{
	(void)strlcat(list, what, LIST_SIZE);
	(void)strlcat(list, "; ", LIST_SIZE);
}

static void attack(struct outcome *o)
{
	char text[8];
	int fd;

	for (size_t i = 0; i < ARRAY_SIZE(attacks); i++)
		if (attacks[i].run() >= 0)
			note(o->broke_through, attacks[i].name);
	fd = open("file", O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text)) != 4)
		note(o->missing, "read a file");
	if (!memory_works(o->conf.memory_dir))
		note(o->missing, "memory");
	if (open("/dev/null", O_WRONLY) < 0)
		note(o->missing, "/dev/null");
}

static void refuse(int call)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (!filter || seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) != 0 ||
	    seccomp_load(filter) != 0)
		_exit(EXIT_FAILURE);
	seccomp_release(filter);
}

/* What becomes of a process that confines itself while these system calls (or NO_SYSCALL) fail. */
static struct outcome confined_without(int call, int other_call)
{
	struct outcome *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct outcome o;
	int status;
	pid_t pid;

	cr_assert_neq(shared, MAP_FAILED);
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		if (chdir(dir) < 0)
			_exit(EXIT_FAILURE);
		if (call != NO_SYSCALL)
			refuse(call);
		if (other_call != NO_SYSCALL)
			refuse(other_call);
		shared->code = confine(MEMORY_MB, &shared->conf, &shared->err);
		shared->uid = geteuid();
		if (shared->code == 0)
			attack(shared);
		_exit(EXIT_SUCCESS);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
	o = *shared;
	(void)munmap(shared, sizeof(*shared));

	return o;
}

/* Root of a container may lack the rights that it takes. */
static bool can_give_up_root(void)
{
	int status;
	pid_t pid = geteuid() == 0 ? fork() : -1;

	if (pid < 0)
		return false;
	if (pid == 0)
		_exit(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT) == 0 && setgroups(0, NULL) == 0 &&
				      setresuid(NOBODY, NOBODY, NOBODY) == 0
			      ? 0
			      : 1);
	cr_assert_eq(waitpid(pid, &status, 0), pid);

	return status == 0;
}

static void expect_confined(const struct outcome *o)
{
	char path[128];
	struct stat st;

	cr_expect_str_empty(o->broke_through);
	cr_expect_str_empty(o->missing);
	cr_expect(o->conf.memory_dir >= 0);
	(void)snprintf(path, sizeof(path), "%s/file", dir);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_size, 4);
	cr_expect_eq(st.st_mode & 0777, 0666);
	cr_expect_eq(o->conf.gave_up_root, can_give_up_root());
	cr_expect_eq(o->uid, can_give_up_root() ? NOBODY : geteuid());
}

Test(confine, as_it_comes, .init = set_up, .fini = tear_down)
{
	struct outcome o = confined_without(NO_SYSCALL, NO_SYSCALL);

	cr_assert_eq(o.code, 0, "%s", o.err.msg);
	cr_expect(o.conf.mounts || o.conf.landlock);
	expect_confined(&o);
}

/* The attacks are good ones: without a wall all of them succeed. */
Test(confine, attacks_work)
{
	for (size_t i = 0; i < ARRAY_SIZE(attacks); i++) {
		int status;
		pid_t pid;

		set_up();
		pid = fork();
		cr_assert_geq(pid, 0);
		if (pid == 0)
			_exit(chdir(dir) == 0 && attacks[i].run() >= 0 ? 0 : 1);
		cr_assert_eq(waitpid(pid, &status, 0), pid);
		if (!attacks[i].optional)
			cr_expect_eq(status, 0, "%s", attacks[i].name);
		(void)!chdir(dir);
		(void)unlink("new");
		(void)rmdir("new");
		(void)unlink("sub/new");
		(void)mkdir("sub", 0777);
		close(open("file", O_CREAT | O_WRONLY, 0666));
		(void)!chdir("/");
		tear_down();
	}
}

/* With the system call that fails, confinement has to make do with the other wall. */
static void expect_one_wall(int refused, bool mounts, const char *lacking)
{
	struct outcome o = confined_without(refused, NO_SYSCALL);

	if (o.code == -ENOTSUP)
		cr_skip_test("%s", lacking);
	cr_assert_eq(o.code, 0, "%s", o.err.msg);
	cr_expect_eq(o.conf.mounts, mounts);
	cr_expect_eq(o.conf.landlock, !mounts);
	expect_confined(&o);
}

Test(confine, mounts_alone, .init = set_up, .fini = tear_down)
{
	expect_one_wall(SCMP_SYS(landlock_create_ruleset), true,
			"no mount namespace to be had here");
}

Test(confine, landlock_alone, .init = set_up, .fini = tear_down)
{
	expect_one_wall(SCMP_SYS(unshare), false, "no Landlock here");
}

/* No wall, no world; and the message says what there could be. */
Test(confine, neither, .init = set_up, .fini = tear_down)
{
	struct outcome o = confined_without(SCMP_SYS(unshare), SCMP_SYS(landlock_create_ruleset));

	cr_expect_eq(o.code, -ENOTSUP);
	cr_expect_eq(o.err.kind, ERR_ENV);
	cr_expect(strstr(o.err.msg, "user namespaces: Operation not permitted"), "%s", o.err.msg);
	cr_expect(strstr(o.err.msg, "Landlock: Operation not permitted"), "%s", o.err.msg);
}

/* Memory that the place has no room for is refused before anything is booted in it. */
Test(confine, too_much_memory, .init = set_up, .fini = tear_down)
{
	int status;
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		struct confinement conf;
		struct err err;
		int r = confine(UINT32_MAX, &conf, &err);

		_exit(r == -ENOTSUP && err.kind == ERR_ENV && strstr(err.msg, "MB wanted") ? 0 : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0);
}
