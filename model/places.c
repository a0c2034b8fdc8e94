// SPDX-License-Identifier: ISC
#include "model/places.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int places_add(struct places *p, unsigned layer, const char *path, const struct yaml_at *at)
{
	struct place *place;

	if (p->n == p->room) {
		size_t room = p->room ? 2 * p->room : 64;
		struct place *grown = reallocarray(p->list, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		p->list = grown;
		p->room = room;
	}

	place = &p->list[p->n++];
	*place = (struct place){ .layer = layer, .line = at->line, .column = at->column };
	(void)snprintf(place->path, sizeof(place->path), "%s", path);

	return 0;
}

const struct place *places_find(const struct places *p, unsigned layer, const char *path)
{
	/* The last ones are of the layer that is being read. */
	for (size_t i = p->n; i-- > 0;) {
		if (p->list[i].layer == layer && strcmp(p->list[i].path, path) == 0)
			return &p->list[i];
	}

	return NULL;
}

const struct place *places_find_in(const struct places *p, unsigned layer, const char *scope,
				   const char *key)
{
	char path[YAML_PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s.%s", scope, key);

	return places_find(p, layer, path);
}
