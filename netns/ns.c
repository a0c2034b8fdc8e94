// SPDX-License-Identifier: ISC
#include "netns/ns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/auto.h"

#define NS_DIR "/run/netns"

/* The calling thread's own: namespaces belong to threads, and /proc/self is the first one. */
#define NS_SELF "/proc/thread-self/ns/net"

/* Where a thread came from; closing it goes back. */
struct home {
	int fd;
};

static void go_home(struct home *home)
{
	if (home->fd < 0)
		return;
	/*
	 * In a foreign namespace nothing this thread does next would be what it means: not
	 * survivable.
	 */
	if (setns(home->fd, CLONE_NEWNET) < 0)
		abort();
	close(home->fd);
}

#define auto_home __attribute__((cleanup(go_home)))

/*
 * Remembers the current namespace. Entering it, where the thread already is, needs the permissions
 * that coming back will need (they may lack in a user namespace that does not own it): so it fails
 * here or never.
 */
static int leave_home(struct home *home, struct err *err)
{
	auto_close int fd = open(NS_SELF, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, -errno, "%s", NS_SELF);
	if (setns(fd, CLONE_NEWNET) < 0)
		return err_sys(err, -errno, "no permission to change the network namespace");

	home->fd = take_fd(&fd);

	return 0;
}

static int ns_path(const char *name, char *buf, size_t size, struct err *err)
{
	if (!name[0] || name[0] == '.' || strchr(name, '/'))
		return err_set(err, -EINVAL, "'%s' is no name of a namespace", name);
	if ((size_t)snprintf(buf, size, NS_DIR "/%s", name) >= size)
		return err_set(err, -ENAMETOOLONG, "name of namespace '%s' is too long", name);

	return 0;
}

/*
 * As `ip netns add` does it, so that both agree: a mount point of its own, shared, so that
 * namespaces made in one mount namespace show up in others and can be removed there. The lock
 * keeps two at once from mounting it twice.
 */
static int share_ns_dir(struct err *err)
{
	auto_close int lock = -1;

	if (mkdir(NS_DIR, 0755) < 0 && errno != EEXIST)
		return err_sys(err, -errno, "create %s", NS_DIR);

	lock = open(NS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		return err_sys(err, -errno, "lock %s", NS_DIR);

	if (mount("", NS_DIR, "none", MS_SHARED | MS_REC, NULL) == 0)
		return 0;
	/* EINVAL: not a mount point yet */
	if (errno != EINVAL || mount(NS_DIR, NS_DIR, "none", MS_BIND | MS_REC, NULL) < 0 ||
	    mount("", NS_DIR, "none", MS_SHARED | MS_REC, NULL) < 0)
		return err_sys(err, -errno, "make %s a shared mount", NS_DIR);

	return 0;
}

static int loopback_up(struct err *err)
{
	auto_close int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq req = { .ifr_name = "lo" };

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &req) < 0)
		return err_sys(err, -errno, "loopback device");
	req.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &req) < 0)
		return err_sys(err, -errno, "loopback device up");

	return 0;
}

static int make_namespace_at(const char *path, struct err *err)
{
	auto_home struct home home = { -1 };
	int r = leave_home(&home, err);

	if (r < 0)
		return r;
	if (unshare(CLONE_NEWNET) < 0)
		return err_sys(err, -errno, "new network namespace");
	r = loopback_up(err);
	if (r < 0)
		return r;
	if (mount(NS_SELF, path, "none", MS_BIND, NULL) < 0)
		return err_sys(err, -errno, "mount %s", path);

	return 0;
}

int ns_add(const char *name, struct err *err)
{
	char path[PATH_MAX];
	int fd, r;

	r = ns_path(name, path, sizeof(path), err);
	if (r < 0)
		return r;
	r = share_ns_dir(err);
	if (r < 0)
		return r;

	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(err, -errno, "namespace '%s'", name);
	close(fd);

	r = make_namespace_at(path, err);
	if (r < 0) {
		(void)unlink(path);
		return err_wrap(err, "namespace '%s'", name);
	}

	return 0;
}

int ns_open(const char *name, struct err *err)
{
	char path[PATH_MAX] = NS_SELF;
	int fd, r;

	if (name[0]) {
		r = ns_path(name, path, sizeof(path), err);
		if (r < 0)
			return r;
	}

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, -errno, "namespace '%s'", name);

	return fd;
}

static int enter(const char *name, struct home *home, struct err *err)
{
	auto_close int fd = ns_open(name, err);
	int r;

	if (fd < 0)
		return fd;
	if (home) {
		r = leave_home(home, err);
		if (r < 0)
			return r;
	}
	if (setns(fd, CLONE_NEWNET) < 0)
		return err_sys(err, -errno, "enter namespace '%s'", name);

	return 0;
}

int ns_socket(const char *name, int family, int type, int protocol, struct err *err)
{
	auto_home struct home home = { -1 };
	int fd, r;

	if (name[0]) {
		r = enter(name, &home, err);
		if (r < 0)
			return r;
	}

	fd = socket(family, type | SOCK_CLOEXEC, protocol);
	if (fd < 0)
		return err_sys(err, -errno, "socket in namespace '%s'", name);

	return fd;
}

int ns_open_file(const char *name, const char *path, struct err *err)
{
	auto_home struct home home = { -1 };
	int fd, r = name[0] ? enter(name, &home, err) : 0;

	if (r < 0)
		return r;
	fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? err_sys(err, -errno, "%s of namespace '%s'", path, name) : fd;
}

/*
 * "net.ipv4.ip_forward", or "net/ipv4/conf/e0.101/forwarding" where a name has dots, as sysctl(8)
 * reads.
 */
static int sysctl_path(const char *key, char *buf, size_t size, struct err *err)
{
	bool slashes = strchr(key, '/');
	int n = snprintf(buf, size, "/proc/sys/%s", key);

	if (n < 0 || (size_t)n >= size)
		return err_set(err, -ENAMETOOLONG, "sysctl '%s' is too long", key);
	for (char *p = buf; !slashes && *p; p++) {
		if (*p == '.')
			*p = '/';
	}

	return 0;
}

int ns_sysctl(const char *name, const char *key, const char *value, struct err *err)
{
	auto_home struct home home = { -1 };
	auto_close int fd = -1;
	char path[256];
	int r;

	r = sysctl_path(key, path, sizeof(path), err);
	if (r < 0)
		return r;
	if (name[0]) {
		r = enter(name, &home, err);
		if (r < 0)
			return r;
	}

	/* /proc/sys/net is that of the namespace of whoever opens it. */
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, -errno, "sysctl %s", key);
	if (write(fd, value, strlen(value)) < 0)
		return err_sys(err, -errno, "sysctl %s=%s", key, value);

	return 0;
}

int ns_enter(const char *name, struct err *err)
{
	int r = enter(name, NULL, err);
	unsigned long flags = 0;
	struct statvfs fs;

	if (r < 0)
		return r;

	/*
	 * A new sysfs shows the devices of the namespace it is mounted from; nobody else shall see
	 * it.
	 */
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
		return err_sys(err, -errno, "private mounts for namespace '%s'", name);
	/* In a container it may be read-only, and may then not be mounted otherwise. */
	if (statvfs("/sys", &fs) == 0 && (fs.f_flag & ST_RDONLY))
		flags = MS_RDONLY;
	(void)umount2("/sys", MNT_DETACH);
	if (mount(name, "/sys", "sysfs", flags, NULL) < 0)
		return err_sys(err, -errno, "/sys of namespace '%s'", name);

	return 0;
}
