// SPDX-License-Identifier: ISC
/*
 * A JSON Schema made of the table of keys, for editors. It tells types, units, choices, where a key belongs and which
 * must be there; what depends on several values at once (a queue of less than one frame) only dxemu tells.
 */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "cli/profile_docs.h"
#include "model/profile_keys.h"

#define NUMBER "^[0-9]+(\\.[0-9]+)?"

#define TIME NUMBER "(ns|us|ms|s|min|h)$"

static const struct unit_name {
	const char *name, *pattern;
} unit_names[] = {
	[UNIT_RATE] = { "rate", NUMBER "(bit|kbit|mbit|gbit)$" },
	[UNIT_TIME] = { "time", TIME },
	[UNIT_BYTES] = { "bytes", NUMBER "(B|kB|MB|KiB|MiB)$" },
	[UNIT_PPS] = { "pps", NUMBER "(pps|kpps|mpps)$" },
};

static const char *const scopes[] = { "both", "to_vpc", "to_onprem" };

#define SHARE_PATTERN "^[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?%?$"

/* Set where memory has run out: the document lacks something. jansson passes a NULL on, and refuses to store it. */
static bool incomplete;

static void put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		incomplete = true;
}

static void append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		incomplete = true;
}

static json_t *ref(const char *name)
{
	return json_pack("{s:s+}", "$ref", "#/$defs/", name);
}

/* { "type": "object" } that holds nothing but what is put into its "properties". */
static json_t *mapping(void)
{
	return json_pack("{s:s, s:b, s:{}}", "type", "object", "additionalProperties", 0,
			 "properties");
}

static json_t *choices(const struct key *key)
{
	json_t *names = json_array();

	for (size_t i = 0; i < key->n_choices; i++)
		append(names, json_string(key->choices[i]));

	return json_pack("{s:o}", "enum", names);
}

/* A value by itself, or with where it comes from and how much it can be trusted. */
static json_t *annotated(json_t *value)
{
	json_t *object =
		json_pack("{s:s, s:b, s:{s:O, s:o, s:o}, s:[s]}", "type", "object",
			  "additionalProperties", 0, "properties", "value", value, "source",
			  ref("source"), "confidence", ref("confidence"), "required", "value");

	return json_pack("{s:[o,o]}", "anyOf", value, object);
}

static json_t *value_schema(const struct key *key)
{
	switch (key->type) {
	case KEY_IDENT:
		return annotated(json_pack("{s:s, s:s, s:i}", "type", "string", "pattern",
					   "^[A-Za-z0-9._-]+$", "maxLength", (int)key->size - 1));
	case KEY_TEXT:
		return annotated(json_pack("{s:s, s:i, s:i}", "type", "string", "minLength", 1,
					   "maxLength", (int)key->size - 1));
	case KEY_CHOICE:
		return annotated(choices(key));
	case KEY_TPID: /* without quotes, YAML takes it for a number */
		return annotated(
			json_pack("{s:[s,s,i,i]}", "enum", "0x8100", "0x88a8", 0x8100, 0x88a8));
	case KEY_UNSIGNED:
		if (key->unit == UNIT_NONE)
			return annotated(json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum",
						   (json_int_t)key->min, "maximum",
						   (json_int_t)key->max));
		return ref(unit_names[key->unit].name);
	case KEY_QUANTITY:
		return ref(unit_names[key->unit].name);
	case KEY_RATIO:
		return ref("share");
	}

	return NULL;
}

static json_t *described(json_t *schema, const char *description)
{
	put(schema, "description", json_string(description));

	return schema;
}

static json_t *key_schema(const struct key *key)
{
	const unsigned any = (1U << LINK_KIND_COUNT) - 1;
	char text[512], allowed[128], kinds[64];

	(void)snprintf(text, sizeof(text), "%s; allowed: %s%s%s", key->help,
		       key_allowed(key, allowed, sizeof(allowed)),
		       key->kinds == any ? "" : "; only of kind ",
		       key->kinds == any ? "" : key_kinds(key->kinds, kinds, sizeof(kinds)));

	return described(value_schema(key), text);
}

/* Into the "properties" of @object, or of the mapping made in there for a name such as "jitter.scale". */
static void put_key(json_t *object, const char *name, json_t *(*make)(void), json_t *value)
{
	json_t *properties = json_object_get(object, "properties");
	const char *dot = strchr(name, '.');
	char section[32];

	if (dot) {
		(void)snprintf(section, sizeof(section), "%.*s", (int)(dot - name), name);
		if (!json_object_get(properties, section))
			put(properties, section, make());
		properties = json_object_get(json_object_get(properties, section), "properties");
	}
	put(properties, dot ? dot + 1 : name, value);
}

/* The mapping of all keys of a scope for which @wanted says so. */
static json_t *scope_schema(bool per_dir, bool (*wanted)(const struct key *key))
{
	json_t *scope = mapping();

	for (size_t i = 0; i < profile_keys_n; i++) {
		const struct key *key = &profile_keys[i];

		if (key->per_dir == per_dir && wanted(key))
			put_key(scope, key->name, mapping, key_schema(key));
	}

	return scope;
}

static bool every(const struct key *key)
{
	return key != NULL;
}

static json_t *only_properties(void)
{
	return json_pack("{s:{}}", "properties");
}

/* Refuses the keys of a scope that do not apply to a kind. */
static json_t *foreign_keys(bool per_dir, unsigned kind)
{
	json_t *scope = only_properties();

	for (size_t i = 0; i < profile_keys_n; i++) {
		const struct key *key = &profile_keys[i];

		if (key->per_dir == per_dir && !(key->kinds & kind))
			put_key(scope, key->name, only_properties, json_false());
	}

	return scope;
}

/* Wants the key that @path names, and the mappings that it is in. */
static json_t *requires(const char *path)
{
	const char *dot = strchr(path, '.');
	json_t *inner;
	char section[32];

	if (!dot)
		return json_pack("{s:[s]}", "required", path);
	(void)snprintf(section, sizeof(section), "%.*s", (int)(dot - path), path);
	inner = requires(dot + 1);

	return json_pack("{s:[s], s:{s:o}}", "required", section, "properties", section, inner);
}

/* A key per direction must be there for both, or for each of them. */
static json_t *requires_both_ways(const char *name)
{
	char both[64], one[DIR_COUNT][64];

	(void)snprintf(both, sizeof(both), "both.%s", name);
	for (size_t d = 0; d < DIR_COUNT; d++)
		(void)snprintf(one[d], sizeof(one[d]), "%s.%s", dir_names[d], name);

	return json_pack("{s:[o, {s:[o,o]}]}", "anyOf", requires(both), "allOf",
			 requires(one[TO_VPC]), requires(one[TO_ONPREM]));
}

/* If the profile is of that kind, then it has these keys and not those. */
static json_t *kind_rule(enum link_kind kind)
{
	const char *name = link_kind_names[kind];
	json_t *condition, *rules = json_array(), *foreign = foreign_keys(false, 1U << kind);
	json_t *of_dir = foreign_keys(true, 1U << kind);

	condition = json_pack("{s:[s], s:{s:{s:[{s:s},{s:s, s:[s], s:{s:{s:s}}}]}}}", "required",
			      "kind", "properties", "kind", "anyOf", "const", name, "type",
			      "object", "required", "value", "properties", "value", "const", name);
	for (size_t i = 0; i < ARRAY_SIZE(scopes); i++)
		put(json_object_get(foreign, "properties"), scopes[i], json_incref(of_dir));
	json_decref(of_dir);
	append(rules, foreign);

	for (size_t i = 0; i < profile_keys_n; i++) {
		const struct key *key = &profile_keys[i];

		if (key->needed & 1U << kind)
			append(rules,
			       key->per_dir ? requires_both_ways(key->name) : requires(key->name));
	}

	return json_pack("{s:o, s:{s:o}}", "if", condition, "then", "allOf", rules);
}

static bool changes(const struct key *key)
{
	return !key->fixed;
}

/* Beside the schedule's own keys there are times in it, "20h:", with what is different from then on. */
static void add_steps(json_t *schedule)
{
	json_t *step = mapping();

	for (size_t i = 0; i < ARRAY_SIZE(scopes); i++)
		put(json_object_get(step, "properties"), scopes[i], ref("change"));
	put(schedule, "patternProperties", json_pack("{s:o}", TIME, step));
}

/* What several keys have in common. A share may be a number, since YAML has those, or a percentage. */
static json_t *definitions(void)
{
	json_t *defs = json_pack("{s:{s:s, s:s, s:i}, s:{s:s, s:[s,s,s]}}", "source", "description",
				 "where the value comes from", "type", "string", "minLength", 1,
				 "confidence", "description", "how much it can be trusted", "enum",
				 "high", "medium", "low");
	json_t *share =
		json_pack("{s:[{s:s, s:i, s:i}, {s:s, s:s}]}", "anyOf", "type", "number", "minimum",
			  0, "maximum", 1, "type", "string", "pattern", SHARE_PATTERN);

	put(defs, "share", annotated(share));
	for (size_t i = 0; i < ARRAY_SIZE(unit_names); i++) {
		if (unit_names[i].name)
			put(defs, unit_names[i].name,
			    annotated(json_pack("{s:s, s:s}", "type", "string", "pattern",
						unit_names[i].pattern)));
	}
	put(defs, "direction", scope_schema(true, every));
	put(defs, "change", scope_schema(true, changes));

	return defs;
}

json_t *profile_schema(void)
{
	json_t *schema, *properties, *rules = json_array();

	incomplete = false;
	schema = json_pack("{s:s, s:s, s:s}", "$schema",
			   "https://json-schema.org/draft/2020-12/schema", "title",
			   "dxemu link profile", "description",
			   "Made by 'dxemu profile schema'. What a link is like; README.md beside "
			   "this file explains it.");
	if (json_object_update_new(schema, scope_schema(false, every)) < 0)
		incomplete = true;
	properties = json_object_get(schema, "properties");
	for (size_t i = 0; i < ARRAY_SIZE(scopes); i++)
		put(properties, scopes[i], ref("direction"));
	add_steps(json_object_get(properties, "schedule"));

	for (unsigned kind = 0; kind < LINK_KIND_COUNT; kind++)
		append(rules, kind_rule(kind));
	put(schema, "required", json_pack("[s]", "kind"));
	put(schema, "allOf", rules);
	put(schema, "$defs", definitions());
	if (incomplete) {
		json_decref(schema);
		return NULL;
	}

	return schema;
}
