// SPDX-License-Identifier: ISC
/* Profiles from files, and what is no such file. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "model/profile.h"

#define PROFILES "profiles"

static char tmp[64];

static void make_tmp(void)
{
	(void)snprintf(tmp, sizeof(tmp), "/tmp/dxemu-test.XXXXXX");
	cr_assert_not_null(mkdtemp(tmp));
}

static void remove_tmp(void)
{
	static const char *const names[] = { "fifo",	"large.yaml", "huge.yaml",
					     "x.yaml",	"table.yaml", "b10.yaml",
					     "b9.yaml", ".b1.yaml",   "readme.txt" };
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", tmp, names[i]);
		(void)unlink(path);
	}
	cr_expect_eq(rmdir(tmp), 0);
}

/* In the directory of its own; returns the path. */
static const char *make_file(const char *name, const char *text, off_t size)
{
	static char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", tmp, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	if (size)
		cr_assert_eq(ftruncate(fd, size), 0);
	close(fd);

	return path;
}

static void expect_refused(const char *name, const char *msg)
{
	struct profile p;
	struct err err = { 0 };

	/* What blocks shall not hold the tests up. */
	alarm(5);
	cr_expect_eq(profile_load(PROFILES, name, &p, &err), -EINVAL, "%s", name);
	alarm(0);
	cr_expect_eq(err.kind, ERR_INPUT, "%s", name);
	cr_expect_str_eq(err.msg, msg);
}

Test(load, by_name_and_by_path)
{
	struct profile a, b;
	struct err err = { 0 };

	cr_assert_eq(profile_load(PROFILES, "vpn-metro", &a, &err), 0, "%s", err.msg);
	cr_assert_eq(profile_load("/nonexistent", PROFILES "/vpn-metro.yaml", &b, &err), 0, "%s",
		     err.msg);
	cr_expect_str_eq(a.name, "vpn-metro");
	cr_expect_str_eq(b.name, "vpn-metro");
}

Test(load, refused)
{
	static const struct {
		const char *name, *msg;
	} rows[] = {
		{ "dx-hosted-250m", "dx-hosted-250m: no such profile; did you mean "
				    "'dx-hosted-200m'?; see 'dxemu profile list', or give the path "
				    "of "
				    "a file" },
		{ "vpn", "vpn: no such profile; did you mean 'vpn-metro'?; see 'dxemu profile "
			 "list', "
			 "or give the path of a file" },
		{ "qqq", "qqq: no such profile; see 'dxemu profile list', or give the path of a "
			 "file" },
		{ "", ": no such profile; see 'dxemu profile list', or give the path of a file" },
		{ "/nonexistent/x.yaml", "/nonexistent/x.yaml: No such file or directory" },
		{ "nonexistent.yml", "nonexistent.yml: No such file or directory" },
		{ "/", "/: a directory, not a profile" },
		{ "/dev/zero", "/dev/zero: not a regular file" },
		{ "/dev/null", "/dev/null: not a regular file" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_refused(rows[i].name, rows[i].msg);
}

Test(load, long_name)
{
	char name[6000], msg[256];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	(void)snprintf(msg, sizeof(msg),
		       "%.68s...: no such profile; see 'dxemu profile list', or give "
		       "the path of a file",
		       name);
	expect_refused(name, msg);
}

Test(load, odd_files, .init = make_tmp, .fini = remove_tmp)
{
	char path[128], msg[256];

	(void)snprintf(path, sizeof(path), "%s/fifo", tmp);
	cr_assert_eq(mkfifo(path, 0600), 0);
	(void)snprintf(msg, sizeof(msg), "%s: not a regular file", path);
	expect_refused(path, msg);

	(void)snprintf(path, sizeof(path), "%s", make_file("huge.yaml", "", 100 << 20));
	(void)snprintf(msg, sizeof(msg), "%s: 104857600 bytes; a profile has at most 1048576",
		       path);
	expect_refused(path, msg);

	(void)snprintf(path, sizeof(path), "%s", make_file("large.yaml", "#", 0));
	(void)snprintf(msg, sizeof(msg),
		       "%s: empty; see 'dxemu profile show dx-hosted-200m' for what "
		       "a profile looks like",
		       path);
	expect_refused(path, msg);

	(void)snprintf(path, sizeof(path), "%s", make_file("x.yaml", "mtu: 1\n", 0));
	(void)snprintf(msg, sizeof(msg), "%s:1:6: mtu: '1': out of range; allowed: 68 to 9001",
		       path);
	expect_refused(path, msg);

	if (geteuid() == 0)
		cr_assert_eq(seteuid(65534), 0);
	else
		cr_assert_eq(chmod(path, 0), 0);
	(void)snprintf(msg, sizeof(msg), "%s: Permission denied", path);
	expect_refused(path, msg);
	if (getuid() == 0)
		cr_assert_eq(seteuid(0), 0);
}

/* A table is meant from where the profile is, by whatever way that is named. */
Test(load, table, .init = make_tmp, .fini = remove_tmp)
{
	static const char text[] = "profile: x\nkind: dedicated\nmtu: 1500\nvlan: {c_tag: 1}\n"
				   "both: {rate: 1gbit, queue: 1ms, delay: 1ms,\n"
				   "  jitter: {shape: table, scale: 1us, table: %s}}\n"
				   "schedule: {1s: {both: {delay: 2ms}}}\n";
	char written[512], path[128], expected[128], name[120];
	struct err err = { 0 };
	struct profile p;

	(void)snprintf(written, sizeof(written), text, "../y.dist");
	make_file("table.yaml", written, 0);
	(void)snprintf(path, sizeof(path), "%s/../%s/table.yaml", tmp, strrchr(tmp, '/') + 1);
	(void)snprintf(expected, sizeof(expected), "%s/../y.dist", tmp);
	cr_assert_eq(profile_load(PROFILES, path, &p, &err), 0, "%s", err.msg);
	cr_expect_str_eq(p.dir[TO_VPC].jitter_table, expected);
	cr_expect_str_eq(p.step[0].dir[TO_VPC].jitter_table, expected);

	(void)snprintf(written, sizeof(written), text, "/y.dist");
	make_file("x.yaml", written, 0);
	(void)snprintf(path, sizeof(path), "%s/x.yaml", tmp);
	cr_assert_eq(profile_load(PROFILES, path, &p, &err), 0, "%s", err.msg);
	cr_expect_str_eq(p.dir[TO_VPC].jitter_table, "/y.dist");

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	(void)snprintf(written, sizeof(written), text, name);
	(void)snprintf(path, sizeof(path), "%s", make_file("large.yaml", written, 0));
	cr_assert_eq(profile_load(PROFILES, path, &p, &err), -EINVAL);
	cr_expect_not_null(strstr(err.msg, "/large.yaml:6:45: both.jitter.table: '/tmp/"), "%s",
			   err.msg);
	cr_expect_not_null(strstr(err.msg, "too long; allowed: one line of UTF-8, up to 127 bytes"),
			   "%s", err.msg);
}

Test(names, sorted_with_numbers_by_value, .init = make_tmp, .fini = remove_tmp)
{
	struct err err = { 0 };
	char **names = NULL;
	size_t n = 0;

	make_file("b10.yaml", "", 0);
	make_file("b9.yaml", "", 0);
	make_file(".b1.yaml", "", 0);
	make_file("readme.txt", "", 0);
	cr_assert_eq(profile_names(tmp, &names, &n, &err), 0, "%s", err.msg);
	cr_assert_eq(n, 2);
	cr_expect_str_eq(names[0], "b9");
	cr_expect_str_eq(names[1], "b10");
	profile_names_free(names, n);
}

Test(names, of_what_is_no_directory)
{
	struct err err = { 0 };
	char **names = NULL;
	size_t n = 0;

	cr_expect_eq(profile_names("/nonexistent", &names, &n, &err), -ENOENT);
	cr_expect_str_eq(err.msg, "/nonexistent: cannot list profiles: No such file or directory");
	cr_expect_null(names);
}
