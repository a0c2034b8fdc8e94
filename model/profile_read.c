// SPDX-License-Identifier: ISC
#include <string.h>

#include "base/util.h"
#include "model/profile_keys.h"
#include "model/profile_yaml.h"

/* Sections, and keys in their three scopes, each plain or with value, source and confidence: 268. */
#define MAX_PLACES 320

struct place {
	char path[64];
	int line, column;
};

struct reader {
	const char *name;
	struct profile profile;
	struct place places[MAX_PLACES]; /* of all keys seen so far */
	size_t n_places;
};

static const struct place *find_place(const struct reader *r, const char *path)
{
	for (size_t i = 0; i < r->n_places; i++) {
		if (strcmp(r->places[i].path, path) == 0)
			return &r->places[i];
	}

	return NULL;
}

static const struct place *find_in(const struct reader *r, const char *scope, const char *key)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s.%s", scope, key);

	return find_place(r, path);
}

/* Where a key was given that counts for direction @d: by itself, or for both. */
static const struct place *find_key(const struct reader *r, const struct key *key, enum dir d)
{
	const struct place *place;

	if (!key->per_dir)
		return find_place(r, key->name);
	place = find_in(r, dir_names[d], key->name);

	return place ? place : find_in(r, "both", key->name);
}

/*
 * Whether @path is one of a key's value, source and confidence: copies the key's path to @key, and points
 * *ret_part to the word.
 */
static bool is_annotation(const char *path, char *key, size_t size, const char **ret_part)
{
	static const char *const parts[] = { "value", "source", "confidence" };
	const char *dot = strrchr(path, '.');
	struct key_ref ref;

	if (!dot)
		return false;
	(void)snprintf(key, size, "%.*s", (int)(dot - path), path);
	if (!key_resolve(key, false, &ref))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strcmp(dot + 1, parts[i]) == 0) {
			*ret_part = parts[i];
			return true;
		}
	}

	return false;
}

static int see_key(struct reader *r, const struct yaml_at *at, struct err *err)
{
	const struct place *first = find_place(r, at->path);
	char owner[64] = "", hint[128];
	struct place *place;
	struct key_ref ref;
	const char *part;

	if (first)
		return yaml_fail(at, err, "given twice; first at line %d", first->line);
	if (!key_resolve(at->path, false, &ref) && !key_is_section(at->path) &&
	    !is_annotation(at->path, owner, sizeof(owner), &part)) {
		if (key_resolve(owner, false, &ref))
			return yaml_fail(at, err, "unknown; allowed: value, source, confidence");
		return yaml_fail(at, err, "unknown key; %s",
				 key_suggest(at->path, false, hint, sizeof(hint)));
	}
	if (r->n_places == MAX_PLACES)
		return yaml_fail(at, err, "too many keys");

	place = &r->places[r->n_places++];
	(void)snprintf(place->path, sizeof(place->path), "%s", at->path);
	place->line = at->line;
	place->column = at->column;

	return 0;
}

/* Stores the value of the key at @path; that for both directions yields to a direction's own. */
static int store(struct reader *r, const char *path, const char *text, const struct yaml_at *at,
		 struct err *err)
{
	bool both = strncmp(path, "both.", 5) == 0;
	struct key_ref ref;
	struct err cause;

	if (!key_resolve(path, false, &ref))
		return yaml_fail(at, err, "a single value, where a mapping of keys is expected");

	for (size_t d = 0; d < DIR_COUNT; d++) {
		if (!(ref.dirs & 1U << d) || (both && find_in(r, dir_names[d], ref.key->name)))
			continue;
		if (key_parse(ref.key, text, &r->profile, d, &cause) < 0)
			return yaml_fail(at, err, "%s", cause.msg);
	}

	return 0;
}

static int see_value(struct reader *r, const struct yaml_at *at, const char *text, struct err *err)
{
	char key[64], shown[48];
	const char *part;

	if (!is_annotation(at->path, key, sizeof(key), &part))
		return store(r, at->path, text, at, err);
	if (strcmp(part, "value") == 0)
		return store(r, key, text, at, err);
	if (strcmp(part, "source") == 0 && !*text)
		return yaml_fail(at, err, "empty; say where the value comes from");
	if (strcmp(part, "confidence") == 0 && strcmp(text, "high") != 0 &&
	    strcmp(text, "medium") != 0 && strcmp(text, "low") != 0)
		return yaml_fail(at, err, "'%s': unknown; allowed: one of high, medium, low",
				 text_for_message(text, shown, sizeof(shown)));

	return 0;
}

static int handle(void *context, enum yaml_event event, const struct yaml_at *at, const char *text,
		  struct err *err)
{
	struct reader *r = context;
	struct key_ref ref;
	char key[64];
	const char *part;

	switch (event) {
	case YAML_KEY:
		return see_key(r, at, err);
	case YAML_VALUE:
		return see_value(r, at, text, err);
	case YAML_ENTER:
		if (is_annotation(at->path, key, sizeof(key), &part))
			return yaml_fail(at, err, "a mapping, where a single value is expected");
		return 0;
	case YAML_LEAVE:
		if (key_resolve(at->path, false, &ref) && !find_in(r, at->path, "value"))
			return yaml_fail(at, err, "has no 'value'");
		return 0;
	}

	return 0;
}

/*
 * A direction overrides single values of both:, but its own loss.model, or a jitter.shape of none, leaves
 * the inherited values that belong to the other model or shape without a meaning.
 */
static void drop_inherited(struct reader *r)
{
	for (size_t d = 0; d < DIR_COUNT; d++) {
		struct profile_dir *dir = &r->profile.dir[d];
		const char *name = dir_names[d];

		if (find_in(r, name, "jitter.shape") && dir->jitter_shape == JITTER_NONE &&
		    !find_in(r, name, "jitter.scale"))
			dir->jitter_ns = 0;

		for (size_t i = 0; find_in(r, name, "loss.model") && i < profile_keys_n; i++) {
			const struct key *key = &profile_keys[i];

			if (strncmp(key->name, "loss.", 5) == 0 && key->type == KEY_RATIO &&
			    !find_in(r, name, key->name))
				*(double *)key_field(&r->profile, key, d) = 0;
		}
	}
}

/* The place of a key that is not there: the innermost mapping that it belongs into, else the kind. */
static const struct place *missing_place(const struct reader *r, const char *path)
{
	const struct place *place = NULL;
	char section[64];
	char *dot;

	(void)snprintf(section, sizeof(section), "%s", path);
	while (!place && (dot = strrchr(section, '.')) != NULL) {
		*dot = '\0';
		place = find_place(r, section);
	}
	if (!place)
		place = find_place(r, "kind");

	return place ? place : &r->places[0];
}

static int fail_key(const struct reader *r, const struct fault *f, struct err *err)
{
	const struct place *place = find_key(r, f->key, f->dir);
	struct yaml_at at = { .name = r->name };

	if (place) {
		(void)snprintf(at.path, sizeof(at.path), "%s", place->path);
	} else {
		const char *scope = find_place(r, dir_names[f->dir]) ? dir_names[f->dir] : "both";

		(void)snprintf(at.path, sizeof(at.path), "%s%s%s", f->key->per_dir ? scope : "",
			       f->key->per_dir ? "." : "", f->key->name);
		place = missing_place(r, at.path);
	}
	at.line = place->line;
	at.column = place->column;

	return yaml_fail(&at, err, "%s", f->msg);
}

/* Which keys must be there, and which must not, depends on the kind, which may come last. */
static int check_presence(const struct reader *r, struct err *err)
{
	const struct profile *p = &r->profile;
	unsigned kind = 1U << p->kind;
	struct fault f;
	char kinds[64];

	if (!find_place(r, "kind"))
		return err_input(err, "%s: kind: missing; allowed: %s", r->name,
				 key_kinds((1U << LINK_KIND_COUNT) - 1, kinds, sizeof(kinds)));

	for (size_t i = 0; i < profile_keys_n * DIR_COUNT; i++) {
		const struct key *key = &profile_keys[i / DIR_COUNT];
		enum dir d = i % DIR_COUNT;
		bool given = find_key(r, key, d);

		if (!given && key->needed & kind) {
			fault_missing(p, key, d, &f);
			return fail_key(r, &f, err);
		}
		if (given && !(key->kinds & kind)) {
			f = (struct fault){ .key = key, .dir = d };
			(void)snprintf(f.msg, sizeof(f.msg),
				       "does not apply to a %s link, only to %s",
				       link_kind_names[p->kind],
				       key_kinds(key->kinds, kinds, sizeof(kinds)));
			return fail_key(r, &f, err);
		}
	}

	return 0;
}

int profile_read(const char *text, size_t len, const char *name, struct profile *ret_profile,
		 struct err *err)
{
	struct reader r = { .name = name };
	struct fault f;
	int ret;

	if (len > PROFILE_MAX_BYTES)
		return err_input(err, "%s: %zu bytes; a profile has at most %u", name, len,
				 PROFILE_MAX_BYTES);

	profile_defaults(&r.profile);
	ret = yaml_walk(text, len, name, handle, &r, err);
	if (ret < 0)
		return ret;
	if (!r.n_places)
		return err_input(err,
				 "%s: empty; see 'dxemu profile show dx-hosted-200m' for "
				 "what a profile looks like",
				 name);

	drop_inherited(&r);
	ret = check_presence(&r, err);
	if (ret < 0)
		return ret;
	if (r.profile.kind == LINK_HOSTED && !r.profile.s_tpid)
		r.profile.s_tpid = 0x8100;
	if (!r.profile.title[0])
		(void)snprintf(r.profile.title, sizeof(r.profile.title), "%s", r.profile.name);
	if (profile_fault(&r.profile, &f))
		return fail_key(&r, &f, err);

	*ret_profile = r.profile;
	return 0;
}
