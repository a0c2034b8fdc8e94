// SPDX-License-Identifier: ISC
#include "world/kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <sha2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/util.h"

/* As many hexadecimal digits of the config's SHA-256 as build.sh puts into a kernel's directory name. */
#define HASH_DIGITS 12

#define REMEDY "build it with 'dxemu kernel build' (or 'make kernel'): about 4 minutes, once"

static void auto_closedir_fn(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

#define auto_closedir __attribute__((cleanup(auto_closedir_fn)))

static int path_format(char *buf, size_t size, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static int path_format(char *buf, size_t size, struct err *err, const char *fmt, ...)
{
	char path[PATH_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= MIN(size, sizeof(path)))
		return err_set(err, -ENAMETOOLONG, "path of the world's kernel is too long");
	memcpy(buf, path, (size_t)n + 1);

	return 0;
}

static int cache_dir(char *buf, size_t size, struct err *err)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	/* The base directory specification wants a relative path ignored. */
	if (cache && cache[0] == '/')
		return path_format(buf, size, err, "%s/dxemu", cache);
	if (home && home[0] == '/')
		return path_format(buf, size, err, "%s/.cache/dxemu", home);

	return err_env(err, "no place to look for the world's kernel: set HOME, XDG_CACHE_HOME or "
			    "DXEMU_KERNEL");
}

/* 0, or what is wrong with it as a negative errno. */
static int check_program(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (access(path, X_OK) < 0)
		return -errno;

	return 0;
}

static int config_hash(const char *datadir, char ret_hash[static HASH_DIGITS + 1], struct err *err)
{
	char path[PATH_MAX], hex[SHA256_DIGEST_STRING_LENGTH];
	int r;

	r = path_format(path, sizeof(path), err, "%s/world/kernel/config", datadir);
	if (r < 0)
		return r;
	if (!SHA256File(path, hex))
		return err_env(err, "%s: %s; dxemu's data files are incomplete, install it again",
			       path, strerror(errno));
	memcpy(ret_hash, hex, HASH_DIGITS);
	ret_hash[HASH_DIGITS] = '\0';

	return 0;
}

/* The newest kernel in @cache; "" if there is none. */
static int find_newest(const char *cache, const char *hash, char *ret_path, size_t size,
		       struct err *err)
{
	char pattern[64], newest[NAME_MAX + 1] = "";
	auto_closedir DIR *dir = opendir(cache);

	if (!dir && errno != ENOENT)
		return err_env(err,
			       "world's kernel: %s: %s; set HOME, XDG_CACHE_HOME or DXEMU_KERNEL",
			       cache, strerror(errno));
	(void)snprintf(pattern, sizeof(pattern), "linux-*-%s", hash);

	for (struct dirent *d; dir && (d = readdir(dir));) {
		char path[PATH_MAX];

		if (fnmatch(pattern, d->d_name, 0) != 0 || strverscmp(d->d_name, newest) <= 0)
			continue;
		if (path_format(path, sizeof(path), err, "%s/%s/linux", cache, d->d_name) == 0 &&
		    check_program(path) == 0)
			memcpy(newest, d->d_name, strlen(d->d_name) + 1);
	}

	return newest[0] ? path_format(ret_path, size, err, "%s/%s/linux", cache, newest)
			 : path_format(ret_path, size, err, "%s", "");
}

int kernel_find(const char *datadir, char *ret_path, size_t size, struct err *err)
{
	char cache[PATH_MAX], path[PATH_MAX] = "", hash[HASH_DIGITS + 1];
	const char *own = getenv("DXEMU_KERNEL");
	int r;

	if (own && own[0]) {
		r = check_program(own);
		if (r == 0 && !realpath(own, path))
			r = -errno;
		if (r < 0)
			return err_env(err, "DXEMU_KERNEL is '%s': %s", own, strerror(-r));
		return path_format(ret_path, size, err, "%s", path);
	}

	r = config_hash(datadir, hash, err);
	if (r < 0)
		return r;
	r = cache_dir(cache, sizeof(cache), err);
	if (r < 0)
		return r;
	r = find_newest(cache, hash, path, sizeof(path), err);
	if (r < 0)
		return r;
	if (!path[0])
		return err_env(err, "no kernel for worlds in %s (linux-*-%s); " REMEDY, cache,
			       hash);

	return path_format(ret_path, size, err, "%s", path);
}
