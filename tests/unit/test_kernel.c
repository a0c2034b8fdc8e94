// SPDX-License-Identifier: ISC
#include "world/kernel.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"

/* The first digits of the SHA-256 of the config that set_up() writes. */
#define CONFIG "CONFIG_X=y\n"
#define HASH "1f7630d899dc"
#define OTHER "0123456789ab"

static char root[] = "/tmp/dxemu-test-kernel-XXXXXX";

static void write_file(const char *name, const char *text, mode_t mode)
{
	char path[PATH_MAX];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		(void)mkdir(path, 0755);
		*slash = '/';
	}
	f = fopen(path, "w");
	cr_assert_not_null(f, "%s", path);
	(void)fputs(text, f);
	(void)fclose(f);
	cr_assert_eq(chmod(path, mode), 0);
}

static void set_up(void)
{
	cr_assert_not_null(mkdtemp(root));
	write_file("data/world/kernel/config", CONFIG, 0644);
	write_file("cache/dxemu/linux-6.12.9-" HASH "/linux", "", 0755);
	write_file("cache/dxemu/linux-6.12.117-" HASH "/linux", "", 0755);
	write_file("cache/dxemu/linux-6.12.118-" HASH "/linux", "not executable", 0644);
	write_file("cache/dxemu/linux-6.13.1-" OTHER "/linux", "another config", 0755);
	write_file("cache/dxemu/linux-6.14.1-" HASH "/.config", "no kernel", 0644);
	write_file("other/dxemu/linux-6.13.1-" OTHER "/linux", "", 0755);
	write_file("home/.cache/dxemu/linux-6.6.1-" HASH "/linux", "", 0755);
	write_file("own", "", 0755);
	cr_assert_eq(chdir(root), 0);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void tear_down(void)
{
	(void)nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* Writes "@/x" as the path of x below the test's directory. */
static const char *expand(const char *text, char buf[static PATH_MAX])
{
	(void)snprintf(buf, PATH_MAX, "%s%s", text[0] == '@' ? root : "",
		       text[0] == '@' ? text + 1 : text);
	return buf;
}

static void set_env(const char *name, const char *value)
{
	char buf[PATH_MAX];

	if (value)
		(void)setenv(name, expand(value, buf), 1);
	else
		(void)unsetenv(name);
}

static const struct {
	const char *what;
	const char *own, *cache, *home; /* DXEMU_KERNEL, XDG_CACHE_HOME, HOME */
	const char *data;
	const char *found; /* or part of the message */
	int code;
} rows[] = {
	{ "newest by version, not by spelling", NULL, "@/cache", "@/home", "@/data",
	  "@/cache/dxemu/linux-6.12.117-" HASH "/linux", 0 },
	{ "without XDG_CACHE_HOME", NULL, NULL, "@/home", "@/data",
	  "@/home/.cache/dxemu/linux-6.6.1-" HASH "/linux", 0 },
	{ "empty is unset", "", "", "@/home", "@/data",
	  "@/home/.cache/dxemu/linux-6.6.1-" HASH "/linux", 0 },
	{ "relative XDG_CACHE_HOME is ignored", NULL, "cache", "@/home", "@/data",
	  "@/home/.cache/dxemu/linux-6.6.1-" HASH "/linux", 0 },
	{ "no home at all", NULL, NULL, NULL, "@/data", "set HOME", -ENOTSUP },
	{ "only for another config", NULL, "@/other", "@/home", "@/data", "make kernel", -ENOTSUP },
	{ "no cache yet", NULL, "@/none", NULL, "@/data", "dxemu kernel build", -ENOTSUP },
	{ "cache is a file", NULL, "@/own", NULL, "@/data", "Not a directory", -ENOTSUP },
	{ "data files gone", NULL, "@/cache", NULL, "@/none", "world/kernel/config", -ENOTSUP },
	{ "one's own", "@/own", "@/cache", NULL, "@/none", "@/own", 0 },
	{ "one's own, relative", "./own", NULL, NULL, "@/none", "@/own", 0 },
	{ "one's own is missing", "@/nope", "@/cache", NULL, "@/data", "DXEMU_KERNEL", -ENOTSUP },
	{ "one's own is a directory", "@/cache", "@/cache", NULL, "@/data", "directory", -ENOTSUP },
	{ "one's own is no program", "@/data/world/kernel/config", "@/cache", NULL, "@/data",
	  "Permission denied", -ENOTSUP },
};

Test(kernel, find, .init = set_up, .fini = tear_down)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char found[PATH_MAX] = "untouched", expected[PATH_MAX], data[PATH_MAX];
		struct err err = { 0 };
		int r;

		set_env("DXEMU_KERNEL", rows[i].own);
		set_env("XDG_CACHE_HOME", rows[i].cache);
		set_env("HOME", rows[i].home);
		r = kernel_find(expand(rows[i].data, data), found, sizeof(found), &err);
		cr_expect_eq(r, rows[i].code, "%s: %d, %s", rows[i].what, r, err.msg);
		if (rows[i].code == 0) {
			cr_expect_str_eq(found, expand(rows[i].found, expected), "%s: %s",
					 rows[i].what, found);
			continue;
		}
		cr_expect_str_eq(found, "untouched", "%s", rows[i].what);
		cr_expect_eq(err.kind, ERR_ENV, "%s", rows[i].what);
		cr_expect(strstr(err.msg, rows[i].found) != NULL, "%s: %s", rows[i].what, err.msg);
	}
}

Test(kernel, does_not_fit, .init = set_up, .fini = tear_down)
{
	char small[16] = "untouched";
	struct err err = { 0 };

	set_env("DXEMU_KERNEL", "@/own");
	cr_expect_eq(kernel_find("", small, sizeof(small), &err), -ENAMETOOLONG);
	cr_expect_str_eq(small, "untouched");
}
