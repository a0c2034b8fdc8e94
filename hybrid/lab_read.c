// SPDX-License-Identifier: ISC
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "hybrid/lab_check.h"
#include "hybrid/lab_reader.h"
#include "model/file.h"

/* The place of a path, or of what is around it where it is not there. */
static const struct place *place_near(const struct places *p, const char *path)
{
	const struct place *place = places_find(p, 0, path);
	char around[YAML_PATH_MAX];
	char *end;

	(void)snprintf(around, sizeof(around), "%s", path);
	while (!place && (end = strrchr(around, '.')) != NULL) {
		*end = '\0';
		place = places_find(p, 0, around);
	}

	return place ? place : &p->list[0];
}

static int fail(const struct lab_reader *r, const struct lab_fault *f, struct err *err)
{
	const struct place *place = place_near(&r->places, f->path);
	struct yaml_at at = { .name = r->name, .line = place->line, .column = place->column };

	(void)snprintf(at.path, sizeof(at.path), "%s", f->path);

	return yaml_fail(&at, err, "%s", f->msg);
}

static int read_into(struct lab_reader *r, const char *text, size_t len, struct err *err)
{
	struct lab_fault fault;
	int ret = yaml_walk(text, len, r->name, lab_handle, r, err);

	if (ret < 0)
		return ret;
	if (!r->places.n)
		return err_input(err, "%s: empty; see labs/vpn-only.yaml for what a lab looks like",
				 r->name);
	ret = lab_resolve(r, err);
	if (ret < 0)
		return ret;
	if (!r->lab->title[0])
		(void)snprintf(r->lab->title, sizeof(r->lab->title), "%s", r->lab->name);

	return lab_fault(r->lab, &fault) ? fail(r, &fault, err) : 0;
}

int lab_read(const char *text, size_t len, const char *name, const struct lab_dirs *dirs,
	     struct lab *ret_lab, struct err *err)
{
	auto_free struct lab *lab = NULL;
	auto_free struct lab_reader *r = NULL;
	int ret;

	if (len > LAB_MAX_BYTES)
		return err_input(err, "%s: %zu bytes; a lab has at most %u", name, len,
				 LAB_MAX_BYTES);
	lab = calloc(1, sizeof(*lab));
	r = calloc(1, sizeof(*r));
	if (!lab || !r)
		return err_set(err, -ENOMEM, "%s: out of memory", name);

	*r = (struct lab_reader){ .lab = lab, .dirs = dirs, .name = name };
	ret = read_into(r, text, len, err);
	free(r->places.list);
	free(r->pending);
	if (ret == 0)
		*ret_lab = *lab;

	return ret;
}

int lab_load(const char *path, const char *profiles, struct lab *ret_lab, struct err *err)
{
	auto_free char *text = NULL, *dir = NULL, *copy = NULL;
	struct lab_dirs dirs = { .profiles = profiles };
	auto_close int fd = file_open(path);
	size_t len = 0;
	int ret;

	if (fd < 0)
		return err_input(err, "%s: %s", path, strerror(-fd));
	ret = file_read(fd, path, "lab", &text, &len, err);
	if (ret < 0)
		return ret;
	copy = strdup(path);
	if (copy)
		dir = realpath(dirname(copy), NULL);
	if (!dir)
		return err_sys(err, -errno, "%s", path);
	dirs.lab = dir;

	return lab_read(text, len, path, &dirs, ret_lab, err);
}

bool lab_is_file(const char *path)
{
	auto_close int fd = file_open(path);
	auto_free char *text = NULL;
	struct err ignored;
	size_t len;

	if (fd < 0 || file_read(fd, path, "lab", &text, &len, &ignored) < 0)
		return false;

	return strncmp(text, "lab:", 4) == 0 || strstr(text, "\nlab:") != NULL;
}
