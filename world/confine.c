// SPDX-License-Identifier: ISC
#include "world/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/securebits.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/util.h"

#define NOBODY 65534

/* Enough of a mapping to see whether it is allowed. */
#define PROBE_BYTES 4096

/* Every right to change something that Landlock's first version knows; later ones only add more. */
#define LANDLOCK_WRITES                                                  \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |     \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |   \
	 LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

static int write_file(const char *path, const char *text)
{
	auto_close int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return -errno;

	return 0;
}

/* A user namespace that maps the caller to itself, with a mount namespace in it. */
static int unshare_mounts(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char map[64];

	if (uid == 0 && unshare(CLONE_NEWNS) == 0)
		return 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return -errno;

	(void)snprintf(map, sizeof(map), "%u %u 1", uid, uid);
	if (write_file("/proc/self/uid_map", map) < 0)
		return -EPERM;
	/* Both fail only where groups stay unmapped, which costs the right to read by group. */
	(void)write_file("/proc/self/setgroups", "deny");
	(void)snprintf(map, sizeof(map), "%u %u 1", gid, gid);
	(void)write_file("/proc/self/gid_map", map);

	return 0;
}

/* Everything read-only in a mount namespace of our own; returns a private tmpfs that has no place in it. */
static int wall_of_mounts(void)
{
	struct mount_attr ro = { .attr_set = MOUNT_ATTR_RDONLY, .propagation = MS_PRIVATE };
	auto_close int fs = -1;
	int r = unshare_mounts();

	if (r < 0)
		return r;
	if (mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &ro, sizeof(ro)) < 0)
		return -errno;

	fs = fsopen("tmpfs", FSOPEN_CLOEXEC);
	if (fs < 0 || fsconfig(fs, FSCONFIG_SET_STRING, "mode", "0700", 0) < 0)
		return -errno;
	/* Huge pages spare the world page faults; a machine without them refuses the option. */
	(void)fsconfig(fs, FSCONFIG_SET_STRING, "huge", "within_size", 0);
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	r = fsmount(fs, 0, 0);

	return r < 0 ? -errno : r;
}

/* Whether a file in this directory can be the world's memory: mapped executable, and large enough. */
static int check_memory(int dir, unsigned mb, struct err *err)
{
	auto_close int file = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0700);
	struct statfs st;
	uint64_t free_mb;
	void *p;

	if (file < 0 || ftruncate(file, PROBE_BYTES) < 0)
		return err_env(err, "cannot make a file: %s", strerror(errno));
	p = mmap(NULL, PROBE_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, file, 0);
	if (p == MAP_FAILED)
		return err_env(err, "cannot be mapped executable (mounted noexec?)");
	(void)munmap(p, PROBE_BYTES);
	if (fstatfs(dir, &st) < 0)
		return err_env(err, "%s", strerror(errno));
	free_mb = (uint64_t)st.f_bavail * (uint64_t)st.f_bsize >> 20;
	if (st.f_blocks && free_mb < mb)
		return err_env(err, "%llu MB free, %u MB wanted", (unsigned long long)free_mb, mb);

	return 0;
}

/* A directory that is removed at once: files without a name can be made in it all the same. */
static int nameless_dir(unsigned mb, struct err *err)
{
	const char *const parents[] = { getenv("TMPDIR"), "/dev/shm", "/tmp" };
	char tried[512] = "";

	for (size_t i = 0; i < ARRAY_SIZE(parents); i++) {
		char path[PATH_MAX];
		size_t used = strlen(tried);
		auto_close int fd = -1;

		if (!parents[i] || (size_t)snprintf(path, sizeof(path), "%s/dxemu-XXXXXX",
						    parents[i]) >= sizeof(path))
			continue;
		if (mkdtemp(path)) {
			fd = open(path, O_RDONLY | O_DIRECTORY);
			(void)rmdir(path);
		}
		if (fd < 0)
			err_env(err, "%s", strerror(errno));
		else if (check_memory(fd, mb, err) == 0)
			return take_fd(&fd);
		(void)snprintf(tried + used, sizeof(tried) - used, "; %s: %.100s", parents[i],
			       err->msg);
	}

	return err_env(err,
		       "no place for the world's memory%s; set TMPDIR to a larger directory "
		       "that is not mounted noexec",
		       tried);
}

static int landlock_allow(int ruleset, int fd, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = access, .parent_fd = fd };

	return (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

static int wall_of_landlock(int memory_dir)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = LANDLOCK_WRITES };
	auto_close int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	auto_close int null = open("/dev/null", O_PATH | O_CLOEXEC);

	if (ruleset < 0)
		return -errno;
	if (landlock_allow(ruleset, memory_dir,
			   LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
				   LANDLOCK_ACCESS_FS_REMOVE_FILE) < 0 ||
	    (null >= 0 && landlock_allow(ruleset, null, LANDLOCK_ACCESS_FS_WRITE_FILE) < 0))
		return -errno;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		return -errno;

	return 0;
}

/*
 * What Landlock leaves open: changing the mode, owner, times, attributes or length of a file by its name. The
 * filter is for the calls that hostfs makes of the machine (arch/um/os-Linux, fs/hostfs); those of programs in
 * the world never reach the machine's kernel.
 */
static int wall_of_seccomp(void)
{
	static const int calls[] = {
		SCMP_SYS(chmod),       SCMP_SYS(fchmod),       SCMP_SYS(fchmodat),
		SCMP_SYS(chown),       SCMP_SYS(lchown),       SCMP_SYS(fchown),
		SCMP_SYS(fchownat),    SCMP_SYS(utime),	       SCMP_SYS(utimes),
		SCMP_SYS(futimesat),   SCMP_SYS(utimensat),    SCMP_SYS(truncate),
		SCMP_SYS(setxattr),    SCMP_SYS(lsetxattr),    SCMP_SYS(fsetxattr),
		SCMP_SYS(removexattr), SCMP_SYS(lremovexattr), SCMP_SYS(fremovexattr),
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int r = filter ? 0 : -ENOMEM;

	for (size_t i = 0; i < ARRAY_SIZE(calls) && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), calls[i], 0);
	/* Before its third version Landlock takes emptying a file while opening it for reading. */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 1,
				     SCMP_A1(SCMP_CMP_MASKED_EQ, O_TRUNC, O_TRUNC));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, O_TRUNC, O_TRUNC));
	/* Its flags are out of a filter's sight. */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0);
	if (r == 0)
		r = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);

	return r;
}

static int keep_only(uint32_t caps)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = caps, .permitted = caps, .inheritable = caps },
	};

	return syscall(SYS_capset, &head, data) < 0 ? -errno : 0;
}

/* A user's or group's number that sudo left, unless that is root's. */
static unsigned sudo_id(const char *name)
{
	const char *text = getenv(name);
	unsigned long id = text ? strtoul(text, NULL, 10) : 0;

	return id > 0 && id < UINT_MAX ? (unsigned)id : NOBODY;
}

static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

/*
 * From root to the user behind sudo, or else nobody, who may still read what root reads: the files that the
 * world is to see are root's. Without the securebit, access(2), by which hostfs checks permissions, would not
 * count that right.
 */
static int give_up_root(int memory_dir, bool *ret_given_up)
{
	const uint32_t read_all = 1U << CAP_DAC_READ_SEARCH;
	uid_t uid = NOBODY;
	gid_t gid = NOBODY;
	bool switched;

	/*
	 * Other processes of the user's have mounts that can be written to, and /proc/PID/root leads there. In a
	 * user namespace the kernel refuses to follow it; of root's child, Landlock does.
	 */
	if (has_landlock()) {
		uid = sudo_id("SUDO_UID");
		gid = sudo_id("SUDO_GID");
	}

	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP | SECBIT_NOROOT, 0, 0, 0) < 0)
		return keep_only(0); /* root of a container that is not root outside */

	switched = fchownat(memory_dir, "", uid, gid, AT_EMPTY_PATH) == 0 &&
		   setgroups(0, NULL) == 0 && setresgid(gid, gid, gid) == 0 &&
		   setresuid(uid, uid, uid) == 0;
	if (keep_only(read_all) < 0)
		return -errno;
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0);
	*ret_given_up = switched;

	return 0;
}

int confine(unsigned memory_mb, struct confinement *ret, struct err *err)
{
	struct confinement c = { .memory_dir = wall_of_mounts() };
	int mounts_error = c.memory_dir, r;

	c.mounts = c.memory_dir >= 0;
	if (c.mounts && check_memory(c.memory_dir, memory_mb, err) < 0)
		return err_wrap(err, "the world's memory, in a tmpfs of its own");
	if (!c.mounts)
		c.memory_dir = nameless_dir(memory_mb, err);
	if (c.memory_dir < 0)
		return err->code;

	if (geteuid() == 0) {
		r = give_up_root(c.memory_dir, &c.gave_up_root);
		if (r < 0)
			return err_sys(err, r, "give up root");
	}
	r = wall_of_landlock(c.memory_dir);
	if (r == 0)
		r = wall_of_seccomp();
	c.landlock = r == 0;
	if (!c.mounts && !c.landlock)
		return err_env(err,
			       "nothing confines the world: user namespaces: %s; Landlock: %s "
			       "(allow "
			       "one: sysctl kernel.unprivileged_userns_clone=1, "
			       "kernel.apparmor_restrict_unprivileged_userns=0, or boot with "
			       "lsm=landlock,...)",
			       strerror(-mounts_error), strerror(-r));
	*ret = c;

	return 0;
}
