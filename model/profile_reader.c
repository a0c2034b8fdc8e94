// SPDX-License-Identifier: ISC
#include "model/profile_reader.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/util.h"
#include "model/profile_keys.h"

/* The path within the layer at hand: "both.delay", "" for the step itself. */
static const char *path_in_layer(const struct reader *r, const struct yaml_at *at)
{
	return strlen(at->path) < r->prefix ? "" : at->path + r->prefix;
}

/* Where the value of a key goes in the layer at hand. */
static void *field_of(struct reader *r, const struct key *key, enum dir d)
{
	if (!key->per_dir)
		return key_field(&r->profile, key);

	return key_field(r->layer ? &r->profile.step[r->layer - 1].dir[d] : &r->profile.dir[d],
			 key);
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

static int add_place(struct reader *r, const char *path, const struct yaml_at *at, struct err *err)
{
	if (places_add(&r->places, r->layer, path, at) < 0)
		return err_set(err, -ENOMEM, "%s: out of memory", r->name);

	return 0;
}

/* What is in "schedule:" and no key of its own is the time of a step. Times may have a dot, keys not. */
static bool is_step(const struct reader *r, const struct yaml_at *at, const char *text)
{
	static const char section[] = "schedule.";
	struct key_ref ref;

	return !r->layer && strncmp(at->path, section, strlen(section)) == 0 &&
	       strcmp(at->path + strlen(section), text) == 0 && !key_resolve(at->path, false, &ref);
}

static int begin_step(struct reader *r, const struct yaml_at *at, const char *text, struct err *err)
{
	static const struct key time = { .type = KEY_QUANTITY,
					 .unit = UNIT_TIME,
					 .max = PROFILE_SCHEDULE_MAX_NS };
	struct profile *p = &r->profile;
	uint64_t at_ns;
	struct err cause;
	char before[32];

	if (!isdigit((unsigned char)*text))
		return yaml_fail(at, err,
				 "unknown key; allowed: period, start, or the time of a step, e.g. "
				 "20s");
	if (key_parse(&time, text, &at_ns, &cause) < 0)
		return yaml_fail(at, err, "%s", cause.msg);
	if (p->n_steps && at_ns <= p->step[p->n_steps - 1].at_ns)
		return yaml_fail(at, err,
				 "not after the step before it, %s; write steps in the order of "
				 "their times",
				 unit_format(UNIT_TIME, p->step[p->n_steps - 1].at_ns, before,
					     sizeof(before)));
	if (p->n_steps == PROFILE_STEPS_MAX)
		return yaml_fail(at, err, "one step too many; a schedule has at most %d",
				 PROFILE_STEPS_MAX);

	(void)snprintf(r->step_paths[p->n_steps], YAML_PATH_MAX, "%s", at->path);
	p->step[p->n_steps++].at_ns = at_ns;
	r->layer = p->n_steps;
	r->prefix = strlen(at->path) + 1;

	return add_place(r, "", at, err);
}

/* Refuses what is right in the link itself, but not in a step. */
static int check_in_step(const char *path, const struct yaml_at *at, struct err *err)
{
	struct key_ref ref;

	if (!strchr(path, '.') && strcmp(path, "both") != 0 &&
	    strcmp(path, dir_names[TO_VPC]) != 0 && strcmp(path, dir_names[TO_ONPREM]) != 0)
		return yaml_fail(at, err, "belongs to the link, not to a step of its schedule");
	if (key_resolve(path, false, &ref) && ref.key->fixed)
		return yaml_fail(at, err, "cannot change in mid-run: %s", ref.key->fixed);

	return 0;
}

static int see_key(struct reader *r, const struct yaml_at *at, const char *text, struct err *err)
{
	const char *path = path_in_layer(r, at);
	const struct place *first;
	char owner_path[YAML_PATH_MAX] = "", hint[128];
	struct key_ref ref;
	const char *part;

	if (is_step(r, at, text))
		return begin_step(r, at, text, err);
	if (strchr(text, '.'))
		return yaml_fail(at, err, "a key with a dot; write nested mappings");
	first = places_find(&r->places, r->layer, path);
	if (first)
		return yaml_fail(at, err, "given twice; first at line %d", first->line);
	if (!key_resolve(path, false, &ref) && !key_is_section(path) &&
	    !is_annotation(path, owner_path, sizeof(owner_path), &part)) {
		if (key_resolve(owner_path, false, &ref))
			return yaml_fail(at, err, "unknown; allowed: value, source, confidence");
		return yaml_fail(at, err, "unknown key; %s",
				 key_suggest(path, false, hint, sizeof(hint)));
	}
	if (r->layer && check_in_step(path, at, err) < 0)
		return err->code;

	return add_place(r, path, at, err);
}

/* Stores the value of the key at @path; that for both directions yields to a direction's own. */
static int store(struct reader *r, const char *path, const char *text, const struct yaml_at *at,
		 struct err *err)
{
	bool both = strncmp(path, "both.", 5) == 0;
	struct layer *layer = &r->layers[r->layer];
	char table[PATH_MAX];
	struct key_ref ref;
	struct err cause;
	uint64_t bit;

	if (!key_resolve(path, false, &ref))
		return yaml_fail(at, err, "a single value, where a mapping of keys is expected");

	bit = key_bit(ref.key);
	text = key_text_from(r->dir, ref.key, text, table, sizeof(table));
	for (size_t d = 0; d < DIR_COUNT; d++) {
		if (!(ref.dirs & 1U << d) || (both && layer->direct[d] & bit))
			continue;
		if (key_parse(ref.key, text, field_of(r, ref.key, d), &cause) < 0)
			return yaml_fail(at, err, "%s", cause.msg);
		layer->given[d] |= bit;
		layer->direct[d] |= both ? 0 : bit;
	}

	return 0;
}

static int see_value(struct reader *r, const struct yaml_at *at, const char *text, struct err *err)
{
	const char *path = path_in_layer(r, at);
	char key[YAML_PATH_MAX], shown[48];
	const char *part;

	if (!is_annotation(path, key, sizeof(key), &part))
		return store(r, path, text, at, err);
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

/* The mapping at hand is complete. */
static int leave(struct reader *r, const struct yaml_at *at, struct err *err)
{
	const char *path = path_in_layer(r, at);
	struct key_ref ref;

	if (key_resolve(path, false, &ref) && !places_find_in(&r->places, r->layer, path, "value"))
		return yaml_fail(at, err, "has no 'value'");
	if (r->layer && !*path) {
		r->layer = 0;
		r->prefix = 0;
	}

	return 0;
}

int reader_handle(void *context, enum yaml_event event, const struct yaml_at *at, const char *text,
		  struct err *err)
{
	struct reader *r = context;
	char key[YAML_PATH_MAX];
	const char *part;

	switch (event) {
	case YAML_KEY:
		return see_key(r, at, text, err);
	case YAML_VALUE:
		return see_value(r, at, text, err);
	case YAML_ENTER:
		if (is_annotation(path_in_layer(r, at), key, sizeof(key), &part))
			return yaml_fail(at, err, "a mapping, where a single value is expected");
		return 0;
	case YAML_LEAVE:
		return leave(r, at, err);
	case YAML_LIST:
	case YAML_LIST_END:
		return yaml_fail(at, err, "a list; there are only keys and values here");
	}

	return 0;
}
