// SPDX-License-Identifier: ISC
#include "cli/document.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/report.h"

int document_begin(const struct options *o, const struct profile *profiles, size_t n,
		   struct result *ret, struct err *err)
{
	struct result result = {
		.seed = o->seed,
		.deterministic = o->world == WORLD_VIRTUAL,
		.links = calloc(n, sizeof(*result.links)),
		.n_links = n,
	};

	if (!result.links)
		return err_sys(err, -ENOMEM, "result");
	(void)strlcpy(result.version, DXEMU_VERSION, sizeof(result.version));
	(void)strlcpy(result.world_kind, world_kind_names[o->world], sizeof(result.world_kind));
	for (size_t i = 0; i < n; i++) {
		struct link_result *l = &result.links[i];

		l->profile = profiles[i];
		(void)strlcpy(l->title, profiles[i].title, sizeof(l->title));
	}
	*ret = result;

	return 0;
}

static void free_link(struct link_result *l)
{
	free(l->verification);
	if (!l->test)
		return;
	for (size_t i = 0; i < TABLE_COUNT; i++)
		table_free(&l->test->tables[i]);
	free(l->test->probes);
	free(l->test);
}

void document_free(struct result *result)
{
	for (size_t i = 0; i < result->n_links; i++)
		free_link(&result->links[i]);
	free(result->links);
	*result = (struct result){ 0 };
}

/* A pipe, a terminal, /dev/full: what is there already and cannot be replaced by a file. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

int document_check_output(const struct options *o, struct err *err)
{
	char copy[PATH_MAX];
	struct stat st;
	const char *dir;

	if (!o->output)
		return 0;
	if (!o->output[0])
		return err_input(err, "-o '': name a file");
	if (strlcpy(copy, o->output, sizeof(copy)) >= sizeof(copy) - 16)
		return err_input(err, "-o '%.32s...': the path is too long", o->output);
	if (stat(o->output, &st) == 0 && S_ISDIR(st.st_mode))
		return err_input(err, "-o '%s': it is a directory; name a file", o->output);
	if (is_special(o->output))
		return access(o->output, W_OK) < 0
			       ? err_input(err, "-o '%s': %s", o->output, strerror(errno))
			       : 0;
	dir = dirname(copy);
	if (stat(dir, &st) < 0 || access(dir, W_OK) < 0)
		return err_input(err, "-o '%s': %s", o->output, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_input(err, "-o '%s': '%s' is no directory", o->output, dir);

	return 0;
}

static int write_document(int fd, const struct result *result, struct err *err)
{
	FILE *out = fdopen(fd, "w");
	int r;

	if (!out) {
		(void)close(fd);
		return err_sys(err, -ENOMEM, "result document");
	}
	r = report_json(result, out, err);
	if (fclose(out) != 0 && r == 0)
		r = err_sys(err, -errno, "result document");

	return r;
}

/* Of a file that is replaced, as if it had been written to; of a new one, what the user's umask leaves. */
static mode_t mode_for(const char *path)
{
	struct stat st;
	mode_t mask;

	if (stat(path, &st) == 0)
		return st.st_mode & 0777;
	mask = umask(0);
	(void)umask(mask);

	return 0666 & ~mask;
}

/* Under another name first: a full disk leaves the old file, or none. */
static int save(const char *path, const struct result *result, struct err *err)
{
	char temporary[PATH_MAX];
	int fd, r;

	if (is_special(path)) {
		fd = open(path, O_WRONLY | O_CLOEXEC);
		return fd < 0 ? err_sys(err, -errno, "open") : write_document(fd, result, err);
	}
	(void)snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, -errno, "create");
	(void)fchmod(fd, mode_for(path));
	r = write_document(fd, result, err);
	if (r == 0 && rename(temporary, path) < 0)
		r = err_sys(err, -errno, "rename");
	if (r < 0)
		(void)unlink(temporary);

	return r;
}

int document_show(const struct options *o, const struct result *result,
		  int (*print)(const struct result *result, FILE *out, struct err *err),
		  struct err *err)
{
	struct err save_err;
	int saved = 0, printed;

	/* Each whether or not the other works: what was measured took its time. */
	if (o->output && save(o->output, result, &save_err) < 0)
		saved = err_wrap(&save_err, "-o '%s'", o->output);
	printed = o->json ? report_json(result, stdout, err) : print(result, stdout, err);
	if (saved < 0)
		*err = save_err;

	return saved < 0 ? saved : printed;
}
