// SPDX-License-Identifier: ISC
#include "model/profile_places.h"

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

/* The place of a key that is not there. */
static const struct place *place_around(const struct places *p, unsigned layer, const char *path)
{
	const struct place *place = NULL;
	char section[YAML_PATH_MAX];
	char *dot;

	(void)snprintf(section, sizeof(section), "%s", path);
	while (!place && (dot = strrchr(section, '.')) != NULL) {
		*dot = '\0';
		place = places_find(p, layer, section);
	}
	if (!place)
		place = places_find(p, 0, "kind");

	return place ? place : &p->list[0];
}

const struct place *places_of_fault(const struct places *p, const struct fault *fault,
				    char *ret_path, size_t size)
{
	unsigned layer = (unsigned)(fault->step + 1);
	const char *name = fault->key->name, *dir = dir_names[fault->dir], *scope;
	const struct place *place;

	if (!fault->key->per_dir) {
		place = places_find(p, layer, name);
		(void)snprintf(ret_path, size, "%s", name);
		return place ? place : place_around(p, layer, name);
	}

	place = places_find_in(p, layer, dir, name);
	scope = place || (places_find(p, layer, dir) && !places_find_in(p, layer, "both", name))
			? dir
			: "both";
	if (!place)
		place = places_find_in(p, layer, "both", name);
	(void)snprintf(ret_path, size, "%s.%s", scope, name);

	return place ? place : place_around(p, layer, ret_path);
}
