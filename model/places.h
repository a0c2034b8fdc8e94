/* SPDX-License-Identifier: ISC */
/*
 * Where in a YAML text a key is. Paths begin anew in each layer: of a profile, the link itself (0) or a step of its
 * schedule (1, 2, ...), where "" is the step itself. What has no layers has layer 0.
 */
#ifndef DXEMU_MODEL_PLACES_H
#define DXEMU_MODEL_PLACES_H

#include <stddef.h>

#include "model/yaml.h"

struct place {
	unsigned layer;
	int line, column;
	char path[YAML_PATH_MAX];
};

struct places {
	struct place *list; /* free() it */
	size_t n, room;
};

/* Returns 0 or -ENOMEM. */
int places_add(struct places *p, unsigned layer, const char *path, const struct yaml_at *at);

const struct place *places_find(const struct places *p, unsigned layer, const char *path);

/* Where "@scope.@key" is. */
const struct place *places_find_in(const struct places *p, unsigned layer, const char *scope,
				   const char *key);

#endif
