// SPDX-License-Identifier: ISC
#include "model/jitter_table.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "base/util.h"
#include "model/file.h"
#include "model/jitter.h"
#include "model/profile_keys.h"

/* A scale is 8192; the kernel keeps entries as 16-bit numbers, which is where JITTER_REACH comes from. */
#define TABLE_UNIT 8192.0

struct table {
	double *entries; /* JITTER_TABLE_MAX */
	size_t n;
};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The blank-separated numbers of one line, which is taken apart. */
static int take_line(struct table *t, char *line, const char *path, unsigned number,
		     struct err *err)
{
	static const char blanks[] = " \t\r\v\f";
	char shown[32], *rest = NULL;

	if (*line == '#')
		return 0;
	for (char *word = strtok_r(line, blanks, &rest); word;
	     word = strtok_r(NULL, blanks, &rest)) {
		char *end;
		long value;

		errno = 0;
		value = strtol(word, &end, 10);
		if (*end)
			return err_input(err,
					 "%s:%u: '%s': not a whole number; a table of jitter has "
					 "numbers in units of 1/8192 of the scale",
					 path, number,
					 text_for_message(word, shown, sizeof(shown)));
		if (errno || value < INT16_MIN || value > INT16_MAX)
			return err_input(err, "%s:%u: '%s': out of range; allowed: %d to %d", path,
					 number, text_for_message(word, shown, sizeof(shown)),
					 INT16_MIN, INT16_MAX);
		if (t->n == JITTER_TABLE_MAX)
			return err_input(err,
					 "%s:%u: a number too many; a table of jitter has at "
					 "most %d",
					 path, number, JITTER_TABLE_MAX);
		t->entries[t->n++] = (double)value / TABLE_UNIT;
	}

	return 0;
}

static int parse(struct table *t, char *text, size_t len, const char *path, struct err *err)
{
	unsigned number = 1;

	for (char *line = text, *end; line < text + len; line = end + 1, number++) {
		int r;

		end = memchr(line, '\n', (size_t)(text + len - line));
		if (!end)
			end = text + len;
		*end = '\0';
		if (strlen(line) != (size_t)(end - line))
			return err_input(err, "%s:%u: a NUL byte; this is no text file", path,
					 number);
		r = take_line(t, line, path, number, err);
		if (r < 0)
			return r;
	}
	if (t->n < 2)
		return err_input(err,
				 "%s: %s; a table of jitter has at least two numbers, in units of "
				 "1/8192 of the scale",
				 path, t->n ? "one number" : "no numbers");

	return 0;
}

static int read_table(int fd, const char *path, double **ret_table, size_t *ret_n, struct err *err)
{
	auto_free char *text = NULL;
	auto_free double *entries = calloc(JITTER_TABLE_MAX, sizeof(*entries));
	struct table t = { .entries = entries };
	size_t len = 0;
	int r;

	if (!entries)
		return err_set(err, -ENOMEM, "%s: out of memory", path);
	r = file_read(fd, path, "table of jitter", &text, &len, err);
	if (r == 0)
		r = parse(&t, text, len, path, err);
	if (r < 0)
		return r;

	qsort(entries, t.n, sizeof(*entries), compare);
	*ret_table = take_ptr(entries);
	*ret_n = t.n;
	return 0;
}

int jitter_table_read(const char *path, double **ret_table, size_t *ret_n, struct err *err)
{
	auto_close int fd = file_open(path);

	if (fd < 0)
		return err_input(err, "%s: %s", path, strerror(-fd));

	return read_table(fd, path, ret_table, ret_n, err);
}

int jitter_table_read_installed(const char *name, double **ret_table, size_t *ret_n,
				struct err *err)
{
	static const char *const dirs[] = { "/usr/lib/tc", "/usr/lib64/tc", "/usr/lib/*/tc" };
	const char *own_dir = getenv("TC_LIB_DIR");
	glob_t found = { 0 };
	int r;

	for (size_t i = 0; i < (own_dir ? 1 : ARRAY_SIZE(dirs)); i++) {
		char pattern[PATH_MAX];

		(void)snprintf(pattern, sizeof(pattern), "%s/%s.dist", own_dir ? own_dir : dirs[i],
			       name);
		if (glob(pattern, i ? GLOB_APPEND : 0, NULL, &found) == GLOB_NOSPACE) {
			globfree(&found);
			return err_set(err, -ENOMEM, "%s.dist: out of memory", name);
		}
	}
	if (found.gl_pathc)
		r = jitter_table_read(found.gl_pathv[0], ret_table, ret_n, err);
	else
		r = err_env(err,
			    "%s.dist, iproute2's table of that jitter: not in %s; remedy: apt-get "
			    "install iproute2",
			    name,
			    own_dir ? "$TC_LIB_DIR"
				    : "/usr/lib/tc, /usr/lib64/tc or /usr/lib/*/tc");
	globfree(&found);

	return r;
}
