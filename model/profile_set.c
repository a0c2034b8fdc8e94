// SPDX-License-Identifier: ISC
/* Overrides from the command line. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "model/profile_keys.h"

void profile_defaults(struct profile *p)
{
	*p = (struct profile){ 0 };
	for (size_t d = 0; d < DIR_COUNT; d++)
		p->dir[d].accounting = ACCOUNT_L2;
}

/* Whether a step of the schedule has jitter though the link itself has none. */
static bool jitter_comes_later(const struct profile *p, enum dir d)
{
	uint64_t scale = key_bit(key_named("jitter.scale"));

	for (size_t i = 0; i < p->n_steps; i++) {
		if (p->step[i].own[d] & scale && p->step[i].dir[d].jitter_ns)
			return true;
	}

	return false;
}

/*
 * One number must be enough to switch loss or jitter off on any link, so a ratio makes the loss random and a
 * scale of zero takes the jitter's shape away. The reverse is not so: p and r of a link whose loss is random
 * would mean nothing, which is more likely a mistake than a wish. What else is said of the old loss or jitter
 * goes: the assignments that follow say what the new one is, and profile_check() misses what they leave out.
 */
static void follow_up(struct profile *p, enum dir d, const struct key *key)
{
	struct profile_dir *dir = &p->dir[d];

	if (strcmp(key->name, "loss.ratio") == 0) {
		dir->loss_model = LOSS_RANDOM;
		key = key_named("loss.model");
	}
	if (strcmp(key->name, "jitter.scale") == 0 && !dir->jitter_ns &&
	    !jitter_comes_later(p, d)) {
		dir->jitter_shape = JITTER_NONE;
		key = key_named("jitter.shape");
	}
	(void)key_displace(dir, key, 0);
}

static int refuse_meaningless(const struct profile *p, const struct key *key, enum dir d,
			      struct err *err)
{
	enum loss_model model = p->dir[d].loss_model, other = LOSS_RANDOM;
	enum jitter_shape shape = p->dir[d].jitter_shape;
	char kinds[64];

	if (key->identity)
		return err_input(err, "says which profile this is and cannot be set; write a "
				      "profile of your own");
	if (!(key->kinds & 1U << p->kind))
		return err_input(err, "does not apply to a %s link, only to %s",
				 link_kind_names[p->kind],
				 key_kinds(key->kinds, kinds, sizeof(kinds)));

	while (key->models && !(key->models & 1U << other))
		other++;
	if (other != LOSS_RANDOM && !(key->models & 1U << model))
		return err_input(err, "does not belong to loss.model '%s'; set loss.model=%s first",
				 loss_model_names[model], loss_model_names[other]);
	if (strcmp(key->name, "jitter.table") == 0 && shape != JITTER_TABLE)
		return err_input(err,
				 "does not belong to jitter.shape '%s'; set jitter.shape=table "
				 "first",
				 jitter_shape_names[shape]);

	return 0;
}

int profile_set(struct profile *p, const char *assignment, struct err *err)
{
	const char *equals = strchr(assignment, '=');
	struct profile changed = *p;
	char path[64], shown[48], hint[128], table[PATH_MAX];
	auto_free char *here = NULL;
	const char *value;
	struct key_ref ref;
	int r;

	if (!equals || equals == assignment)
		return err_input(err, "'%s': not KEY=VALUE; write e.g. delay=4ms",
				 text_for_message(assignment, shown, sizeof(shown)));
	(void)snprintf(path, sizeof(path), "%.*s", (int)(equals - assignment), assignment);
	if (strlen(path) != (size_t)(equals - assignment) || !key_resolve(path, true, &ref))
		return err_input(err, "%s: unknown key; %s",
				 text_for_message(path, shown, sizeof(shown)),
				 key_suggest(path, true, hint, sizeof(hint)));

	here = realpath(".", NULL);
	value = key_text_from(here, ref.key, equals + 1, table, sizeof(table));
	for (size_t d = 0; d < DIR_COUNT; d++) {
		void *owner;

		if (!(ref.dirs & 1U << d))
			continue;
		owner = ref.key->per_dir ? (void *)&changed.dir[d] : &changed;
		r = refuse_meaningless(p, ref.key, d, err);
		if (r == 0)
			r = key_parse(ref.key, value, key_field(owner, ref.key), err);
		if (r < 0)
			return err_wrap(err, "%s", path);
		if (!ref.key->per_dir)
			continue;
		follow_up(&changed, d, ref.key);
		key_keep_equal(&p->dir[d], &changed.dir[d], key_bit(ref.key));
	}
	profile_follow(&changed);

	*p = changed;
	return 0;
}
