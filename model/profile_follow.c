// SPDX-License-Identifier: ISC
/* What one value does to others: those that lose their meaning beside it, and those of later steps. */
#include <string.h>

#include "base/util.h"
#include "model/profile_keys.h"

/* A key that, once given, takes others' meaning away. */
static const struct rule {
	const char *key;
	bool if_zero; /* only where it says "none" */
	const char *displaced;
} rules[] = {
	{ "queue", false, "queue_frames" },
	{ "queue_frames", false, "queue" },
	{ "partner.cir", true, "partner.burst" },
	{ "jitter.shape", true, "jitter.scale" },
	{ "jitter.shape", true, "jitter.correlation" },
	{ "reorder.ratio", true, "reorder.depth" },
};

static bool displaces(const struct profile_dir *d, const struct key *key, const struct key *other)
{
	if (strcmp(key->name, "loss.model") == 0)
		return other->models && !(other->models & 1U << d->loss_model);
	if (strcmp(key->name, "jitter.shape") == 0 && strcmp(other->name, "jitter.table") == 0)
		return d->jitter_shape != JITTER_TABLE;

	for (const struct rule *r = rules; r < rules + ARRAY_SIZE(rules); r++) {
		if (strcmp(key->name, r->key) == 0 && strcmp(other->name, r->displaced) == 0)
			return !r->if_zero || key_is_zero(key, key_field_const(d, key));
	}

	return false;
}

uint64_t key_displace(struct profile_dir *d, const struct key *key, uint64_t keep)
{
	uint64_t displaced = 0;

	for (const struct key *k = profile_keys; k < profile_keys + profile_keys_n; k++) {
		if (keep & key_bit(k) || !displaces(d, key, k))
			continue;
		memset(key_field(d, k), 0, k->size);
		displaced |= key_bit(k);
	}

	return displaced;
}

/* A key that stays the same as another where it was so, unless it is given itself. */
static const struct {
	const char *key, *equal;
} equals[] = {
	{ "cir", "partner.cir" },
	{ "burst", "partner.burst" },
};

void key_keep_equal(const struct profile_dir *before, struct profile_dir *d, uint64_t own)
{
	for (size_t i = 0; i < ARRAY_SIZE(equals); i++) {
		const struct key *key = key_named(equals[i].key);
		const struct key *other = key_named(equals[i].equal);

		if ((own & key_bit(key)) && !(own & key_bit(other)) &&
		    memcmp(key_field_const(before, key), key_field_const(before, other),
			   key->size) == 0)
			memcpy(key_field(d, other), key_field(d, key), key->size);
	}
}

/* Makes @d what @before was, but for its own values and what these displace. */
static void follow(struct profile_dir *d, uint64_t own, const struct profile_dir *before)
{
	struct profile_dir values = *d;

	*d = *before;
	for (const struct key *k = profile_keys; k < profile_keys + profile_keys_n; k++) {
		if (own & key_bit(k))
			memcpy(key_field(d, k), key_field(&values, k), k->size);
	}
	for (const struct key *k = profile_keys; k < profile_keys + profile_keys_n; k++) {
		if (own & key_bit(k))
			(void)key_displace(d, k, own);
	}
	key_keep_equal(before, d, own);
}

void profile_follow(struct profile *p)
{
	const struct profile_dir *before = p->dir;

	for (struct profile_step *s = p->step; s < p->step + p->n_steps; s++) {
		for (size_t d = 0; d < DIR_COUNT; d++)
			follow(&s->dir[d], s->own[d], &before[d]);
		before = s->dir;
	}
}
