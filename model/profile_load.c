// SPDX-License-Identifier: ISC
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "model/file.h"
#include "model/profile_keys.h"

static bool has_suffix(const char *text, const char *suffix)
{
	size_t n = strlen(text), m = strlen(suffix);

	return n > m && strcmp(text + n - m, suffix) == 0;
}

bool profile_is_path(const char *name)
{
	return strchr(name, '/') || has_suffix(name, ".yaml") || has_suffix(name, ".yml");
}

static int unknown_name(const char *dir, const char *name, struct err *err)
{
	char shown[72];
	const char *near;
	char **names = NULL;
	size_t n = 0;
	int r;

	r = profile_names(dir, &names, &n, err);
	if (r < 0)
		return r;

	near = nearest(name, (const char *const *)names, n);
	r = err_input(err,
		      "%s: no such profile%s%s%s; see 'dxemu profile list', or give the path of a "
		      "file",
		      text_for_message(name, shown, sizeof(shown)), near ? "; did you mean '" : "",
		      near ? near : "", near ? "'?" : "");
	profile_names_free(names, n);

	return r;
}

int profile_text(const char *dir, const char *name, char *ret_path, size_t size, char **ret_text,
		 size_t *ret_len, struct err *err)
{
	auto_close int fd = -1;
	char path[PATH_MAX];
	int n;

	if (profile_is_path(name))
		n = snprintf(path, sizeof(path), "%s", name);
	else
		n = snprintf(path, sizeof(path), "%s/%s.yaml", dir, name);
	fd = n < 0 || (size_t)n >= sizeof(path) ? -ENAMETOOLONG : file_open(path);
	if (!profile_is_path(name) && (fd == -ENOENT || fd == -ENAMETOOLONG))
		return unknown_name(dir, name, err);
	if (fd < 0)
		return err_input(err, "%.200s: %s", path, strerror(-fd));

	(void)snprintf(ret_path, size, "%s", path);

	return file_read(fd, path, "profile", ret_text, ret_len, err);
}

int profile_load(const char *dir, const char *name, struct profile *ret_profile, struct err *err)
{
	auto_free char *text = NULL, *place = NULL;
	char path[PATH_MAX], copy[PATH_MAX];
	size_t len = 0;
	int r;

	r = profile_text(dir, name, path, sizeof(path), &text, &len, err);
	if (r < 0)
		return r;
	(void)snprintf(copy, sizeof(copy), "%s", path);
	place = realpath(dirname(copy), NULL);

	return profile_read_from(place, text, len, path, ret_profile, err);
}

static int is_profile(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && has_suffix(entry->d_name, ".yaml");
}

int profile_names(const char *dir, char ***ret_names, size_t *ret_n, struct err *err)
{
	struct dirent **entries;
	char **names;
	int n;

	n = scandir(dir, &entries, is_profile, versionsort);
	if (n < 0)
		return err_sys(err, -errno, "%s: cannot list profiles", dir);

	names = calloc((size_t)n + 1, sizeof(*names));
	for (int i = 0; i < n; i++) {
		size_t length = strlen(entries[i]->d_name) - strlen(".yaml");

		if (names)
			names[i] = strndup(entries[i]->d_name, length);
		free(entries[i]);
	}
	free(entries);

	for (int i = 0; names && i < n; i++) {
		if (!names[i]) {
			profile_names_free(names, (size_t)n);
			names = NULL;
		}
	}
	if (!names)
		return err_set(err, -ENOMEM, "%s: out of memory", dir);

	*ret_names = names;
	*ret_n = (size_t)n;
	return 0;
}

void profile_names_free(char **names, size_t n)
{
	for (size_t i = 0; names && i < n; i++)
		free(names[i]);
	free(names);
}
