// SPDX-License-Identifier: ISC
#include "model/account_json.h"

#include <errno.h>

#include "base/util.h"

/* The names of an account's figures, in the order in which they are told. */
#define FIGURES (3 + LOSS_PLACE_COUNT)

static uint64_t *figure(struct loss_account *a, size_t i, const char **ret_name)
{
	static const char *const names[] = { "sent", "duplicated", "received" };
	uint64_t *const first[] = { &a->sent, &a->duplicated, &a->received };

	if (i < ARRAY_SIZE(first)) {
		*ret_name = names[i];
		return first[i];
	}
	*ret_name = loss_place_names[i - ARRAY_SIZE(first)];

	return &a->lost[i - ARRAY_SIZE(first)];
}

json_t *account_to_json(const struct loss_account a[DIR_COUNT])
{
	json_t *doc = json_object();
	int r = 0;

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		struct loss_account copy = a[d];
		json_t *dir = json_object();

		for (size_t i = 0; i < FIGURES; i++) {
			const char *name;
			const uint64_t *value = figure(&copy, i, &name);

			r |= json_object_set_new(dir, name, json_integer((json_int_t)*value));
		}
		r |= json_object_set_new(doc, dir_names[d], dir);
	}
	if (r) {
		json_decref(doc);
		return NULL;
	}

	return doc;
}

int account_from_json(const json_t *doc, struct loss_account ret[DIR_COUNT])
{
	struct loss_account a[DIR_COUNT];

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		const json_t *dir = json_object_get(doc, dir_names[d]);

		for (size_t i = 0; i < FIGURES; i++) {
			const char *name;
			uint64_t *to = figure(&a[d], i, &name);
			const json_t *value = json_object_get(dir, name);

			if (!json_is_integer(value) || json_integer_value(value) < 0)
				return -EPROTO;
			*to = (uint64_t)json_integer_value(value);
		}
	}
	for (enum dir d = 0; d < DIR_COUNT; d++)
		ret[d] = a[d];

	return 0;
}
