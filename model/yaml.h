/* SPDX-License-Identifier: ISC */
/*
 * A YAML document of nested mappings, lists and plain values, walked event by event: no aliases, anchors or
 * tags, one document. A handler that refuses the first key it does not know, and a list where it wants none,
 * leaves neither nesting nor repetition anything to cost. Under profiles and labs.
 */
#ifndef DXEMU_MODEL_YAML_H
#define DXEMU_MODEL_YAML_H

#include <stddef.h>

#include "base/err.h"

#define YAML_PATH_MAX 128
#define YAML_DEPTH_MAX 8 /* of mappings and lists in each other */

struct yaml_at {
	const char *name; /* of the file */
	int line, column; /* from 1 */
	char path[YAML_PATH_MAX]; /* "both.cir.value", "cidrs[0]"; "" at the top; shortened where it is longer */
};

enum yaml_event {
	YAML_KEY,   /* @text is its name: the end of the path, but for what is shortened there */
	YAML_VALUE, /* @text is the value of the path; "" where there is none */
	YAML_ENTER, /* the path is a mapping, which begins */
	YAML_LEAVE, /* and ends */
	YAML_LIST, /* the path is a list, which begins; its items have YAML_VALUE, YAML_ENTER or YAML_LIST */
	YAML_LIST_END,
};

/* Returns 0, or what err_input() and the like returned, which ends the walk. */
typedef int yaml_handler(void *context, enum yaml_event event, const struct yaml_at *at,
			 const char *text, struct err *err);

/* Walks @text; returns 0 or -errno. An empty text has no events. Prints nothing. */
int yaml_walk(const char *text, size_t len, const char *name, yaml_handler *handler, void *context,
	      struct err *err);

/* err_input() with "name:line:column: path: " in front. */
int yaml_fail(const struct yaml_at *at, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
