// SPDX-License-Identifier: ISC
#include "model/profile_places.h"

#include <stdio.h>
#include <string.h>

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
