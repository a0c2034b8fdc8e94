/* SPDX-License-Identifier: ISC */
/*
 * Where in its text a profile says what. A layer is the link itself (0) or a step of its schedule (1, 2, ...), in
 * which paths begin anew; "" is the step itself. Internal to model/.
 */
#ifndef DXEMU_MODEL_PROFILE_PLACES_H
#define DXEMU_MODEL_PROFILE_PLACES_H

#include <stddef.h>

#include "model/link.h"
#include "model/profile_keys.h"
#include "model/profile_yaml.h"

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

/*
 * places_of_fault() - where to send the user with @fault: to the key, by itself or for both directions; where it is
 * not there, to the innermost mapping that it belongs into, else to the kind.
 * @ret_path: the key's path as it is or should be written
 */
const struct place *places_of_fault(const struct places *p, const struct fault *fault,
				    char *ret_path, size_t size);

#endif
