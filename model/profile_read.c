// SPDX-License-Identifier: ISC
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "model/profile_keys.h"
#include "model/profile_reader.h"

/*
 * A direction overrides single values of both:, but what it says itself leaves inherited values that belong
 * to, say, another loss model without a meaning.
 */
static void drop_inherited(struct reader *r)
{
	for (size_t i = 0; i <= r->profile.n_steps; i++) {
		struct profile_dir *dirs = i ? r->profile.step[i - 1].dir : r->profile.dir;
		struct layer *layer = &r->layers[i];

		for (size_t d = 0; d < DIR_COUNT; d++) {
			uint64_t own = layer->given[d];

			for (size_t k = 0; k < profile_keys_n; k++) {
				const struct key *key = &profile_keys[k];

				if (key->per_dir && layer->direct[d] & key_bit(key))
					own &= ~key_displace(&dirs[d], key, layer->direct[d]);
			}
			if (i)
				r->profile.step[i - 1].own[d] = own;
		}
	}
}

static int fail_key(const struct reader *r, const struct fault *f, struct err *err)
{
	const char *step = f->step < 0 ? "" : r->step_paths[f->step];
	char path[YAML_PATH_MAX];
	const struct place *place = places_of_fault(&r->places, f, path, sizeof(path));

	return err_input(err, "%s:%d:%d: %s%s%s: %s", r->name, place->line, place->column, step,
			 *step ? "." : "", path, f->msg);
}

/* Which keys must be there, and which must not, depends on the kind, which may come last. */
static int check_presence(const struct reader *r, size_t i, struct err *err)
{
	const struct profile *p = &r->profile;
	unsigned kind = 1U << p->kind;
	struct fault f;
	char kinds[64];

	for (size_t k = 0; k < profile_keys_n * DIR_COUNT; k++) {
		const struct key *key = &profile_keys[k / DIR_COUNT];
		enum dir d = k % DIR_COUNT;
		bool given = r->layers[i].given[d] & key_bit(key);

		if (!i && !given && key->needed & kind) {
			fault_missing(p, key, d, &f);
			return fail_key(r, &f, err);
		}
		if (given && !(key->kinds & kind)) {
			f = (struct fault){ .key = key, .dir = d, .step = (int)i - 1 };
			(void)snprintf(f.msg, sizeof(f.msg),
				       "does not apply to a %s link, only to %s",
				       link_kind_names[p->kind],
				       key_kinds(key->kinds, kinds, sizeof(kinds)));
			return fail_key(r, &f, err);
		}
	}

	return 0;
}

static int check_layers(const struct reader *r, struct err *err)
{
	char kinds[64];

	if (!places_find(&r->places, 0, "kind"))
		return err_input(err, "%s: kind: missing; allowed: %s", r->name,
				 key_kinds((1U << LINK_KIND_COUNT) - 1, kinds, sizeof(kinds)));

	for (unsigned i = 0; i <= r->profile.n_steps; i++) {
		const uint64_t *given = r->layers[i].given;
		const struct place *place = places_find(&r->places, i, "");

		if (i && !given[TO_VPC] && !given[TO_ONPREM])
			return err_input(err,
					 "%s:%d:%d: %s: changes nothing; write what does, e.g. "
					 "both: {delay: 30ms}",
					 r->name, place->line, place->column, r->step_paths[i - 1]);
		if (check_presence(r, i, err) < 0)
			return err->code;
	}

	return 0;
}

/* What a text that has been walked through means. */
static int finish(struct reader *r, struct err *err)
{
	struct profile *p = &r->profile;
	struct fault f;
	int ret;

	if (!r->places.n)
		return err_input(err,
				 "%s: empty; see 'dxemu profile show dx-hosted-200m' for "
				 "what a profile looks like",
				 r->name);

	drop_inherited(r);
	profile_follow(p);
	ret = check_layers(r, err);
	if (ret < 0)
		return ret;
	if (p->kind == LINK_HOSTED && !p->s_tpid)
		p->s_tpid = 0x8100;
	if (!p->title[0])
		(void)snprintf(p->title, sizeof(p->title), "%s", p->name);

	return profile_fault(p, &f) ? fail_key(r, &f, err) : 0;
}

int profile_read_from(const char *dir, const char *text, size_t len, const char *name,
		      struct profile *ret_profile, struct err *err)
{
	struct reader r = { .name = name, .dir = dir };
	int ret;

	if (len > PROFILE_MAX_BYTES)
		return err_input(err, "%s: %zu bytes; a profile has at most %u", name, len,
				 PROFILE_MAX_BYTES);

	profile_defaults(&r.profile);
	ret = yaml_walk(text, len, name, reader_handle, &r, err);
	if (ret == 0)
		ret = finish(&r, err);
	free(r.places.list);
	if (ret == 0)
		*ret_profile = r.profile;

	return ret;
}

int profile_read(const char *text, size_t len, const char *name, struct profile *ret_profile,
		 struct err *err)
{
	return profile_read_from(NULL, text, len, name, ret_profile, err);
}
