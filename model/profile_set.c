// SPDX-License-Identifier: ISC
/* Overrides from the command line. */
#include <stdio.h>
#include <string.h>

#include "model/profile_keys.h"

void profile_defaults(struct profile *p)
{
	*p = (struct profile){ 0 };
	for (size_t d = 0; d < DIR_COUNT; d++)
		p->dir[d].accounting = ACCOUNT_L2;
}

/*
 * Changing the loss model drops what belongs to the old one: the assignments that follow say what the new
 * one is, and profile_check() misses what they leave out.
 */
static void set_loss_model(struct profile_dir *d, enum loss_model model)
{
	if (model == LOSS_RANDOM) {
		d->loss_p = 0;
		d->loss_r = 0;
	} else {
		d->loss_ratio = 0;
	}
	if (model != LOSS_GILBERT_ELLIOTT) {
		d->loss_bad = 0;
		d->loss_good = 0;
	}
	d->loss_model = model;
}

/*
 * One number must be enough to switch loss or jitter off on any link, so a ratio makes the loss random and a
 * scale of zero takes the jitter's shape away. The reverse is not so: p and r of a link whose loss is random
 * would mean nothing, which is more likely a mistake than a wish.
 */
static void follow_up(struct profile_dir *d, const struct key *key)
{
	if (strcmp(key->name, "loss.model") == 0)
		set_loss_model(d, d->loss_model);
	else if (strcmp(key->name, "loss.ratio") == 0)
		set_loss_model(d, LOSS_RANDOM);
	else if (strcmp(key->name, "jitter.scale") == 0 && !d->jitter_ns)
		d->jitter_shape = JITTER_NONE;
	else if (strcmp(key->name, "jitter.shape") == 0 && d->jitter_shape == JITTER_NONE)
		d->jitter_ns = 0;
}

static int refuse_meaningless(const struct profile *p, const struct key *key, enum dir d,
			      struct err *err)
{
	enum loss_model model = p->dir[d].loss_model;
	char kinds[64];

	if (key->identity)
		return err_input(err, "says which profile this is and cannot be set; write a "
				      "profile of your own");
	if (!(key->kinds & 1U << p->kind))
		return err_input(err, "does not apply to a %s link, only to %s",
				 link_kind_names[p->kind],
				 key_kinds(key->kinds, kinds, sizeof(kinds)));

	if ((strcmp(key->name, "loss.p") == 0 || strcmp(key->name, "loss.r") == 0) &&
	    model == LOSS_RANDOM)
		return err_input(err, "does not belong to loss.model 'random'; set "
				      "loss.model=gilbert first");
	if ((strcmp(key->name, "loss.bad") == 0 || strcmp(key->name, "loss.good") == 0) &&
	    model != LOSS_GILBERT_ELLIOTT)
		return err_input(err,
				 "does not belong to loss.model '%s'; set "
				 "loss.model=gilbert-elliott first",
				 loss_model_names[model]);

	return 0;
}

int profile_set(struct profile *p, const char *assignment, struct err *err)
{
	const char *equals = strchr(assignment, '=');
	struct profile changed = *p;
	char path[64], shown[48], hint[128];
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

	for (size_t d = 0; d < DIR_COUNT; d++) {
		if (!(ref.dirs & 1U << d))
			continue;
		r = refuse_meaningless(p, ref.key, d, err);
		if (r == 0)
			r = key_parse(ref.key, equals + 1, &changed, d, err);
		if (r < 0)
			return err_wrap(err, "%s", path);
		if (ref.key->per_dir)
			follow_up(&changed.dir[d], ref.key);
	}

	*p = changed;
	return 0;
}
