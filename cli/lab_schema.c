// SPDX-License-Identifier: ISC
/*
 * A JSON Schema made of the tables of fields, for editors. It tells types, ranges, choices, and what must be there; what
 * depends on several values (two VPCs that overlap) only `dxemu lab check` tells.
 */
#include <stdio.h>

#include "cli/lab_docs.h"
#include "hybrid/lab_fields.h"

#define NAME "^[A-Za-z0-9_-]{1,31}$"
#define NUMBER "^[0-9]+(\\.[0-9]+)?"
#define ADDRESS "[0-9]{1,3}(\\.[0-9]{1,3}){3}"

/* Set where memory has run out: the document lacks something. */
static bool incomplete;

static json_t *put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		incomplete = true;

	return object;
}

static json_t *pattern(const char *text)
{
	return json_pack("{s:s, s:s}", "type", "string", "pattern", text);
}

/* Text that may look like a number to YAML. */
static json_t *scalar(const char *text)
{
	return json_pack("{s:[s,s], s:s}", "type", "string", "number", "pattern", text);
}

static json_t *choices(const struct lab_field *f)
{
	json_t *names = json_array();
	uint64_t number;

	for (size_t i = 0; i < f->n_choices; i++) {
		/* Without quotes, YAML takes "14" for a number. */
		json_t *name = unit_parse(UNIT_NONE, f->choices[i], &number)
				       ? json_string(f->choices[i])
				       : json_integer((json_int_t)number);

		if (json_array_append_new(names, name) < 0)
			incomplete = true;
	}

	return json_pack("{s:o}", "enum", names);
}

static json_t *quantity(enum unit unit)
{
	switch (unit) {
	case UNIT_RATE:
		return pattern(NUMBER "(bit|kbit|mbit|gbit)$");
	case UNIT_TIME:
		return pattern(NUMBER "(ns|us|ms|s|min|h)$");
	case UNIT_BYTES:
		return pattern(NUMBER "(B|kB|MB|KiB|MiB)$");
	case UNIT_PPS:
		return pattern(NUMBER "(pps|kpps|mpps)$");
	case UNIT_NONE:
		break;
	}

	return json_object();
}

/* One value, or one item. */
static json_t *value_schema(const struct lab_field *f)
{
	json_t *set;

	switch (f->type) {
	case LAB_IDENT:
		return scalar(NAME);
	case LAB_TEXT:
	case LAB_FILE:
	case LAB_PROFILE:
		return json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
	case LAB_UNSIGNED:
		return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum",
				 (json_int_t)f->min, "maximum", (json_int_t)f->max);
	case LAB_QUANTITY:
		return quantity(f->unit);
	case LAB_SWITCH: /* YAML 1.1 has them for booleans */
		return json_pack("{s:[s,s,b,b]}", "enum", "on", "off", 1, 0);
	case LAB_CHOICE:
		return choices(f);
	case LAB_SET:
		set = choices(f);
		return json_pack("{s:[O, {s:s, s:o, s:i}]}", "anyOf", set, "type", "array", "items",
				 set, "minItems", 1);
	case LAB_ADDRESS:
		return pattern("^" ADDRESS "$");
	case LAB_INTERFACE:
	case LAB_CIDR:
		return pattern("^" ADDRESS "/[0-9]{1,2}$");
	case LAB_COMMUNITY: /* YAML 1.1 has numbers to the base of 60 */
		return scalar("^[0-9]{1,5}:[0-9]{1,5}$");
	case LAB_REF:
		return f->suffix ? pattern("^[A-Za-z0-9_.-]+ down$") : scalar("^[A-Za-z0-9_.-]+$");
	case LAB_PORT:
		return pattern("^[0-9]{1,5}/(tcp|udp)$");
	case LAB_PSK:
		return scalar("^[A-Za-z1-9._][A-Za-z0-9._]{7,63}$");
	case LAB_MD5:
		return scalar("^[!-~]{1,80}$");
	case LAB_SETTINGS:
		return json_pack("{s:s}", "type", "object");
	case LAB_TYPE_COUNT:
		break;
	}

	return NULL;
}

static json_t *field_schema(const struct lab_field *f)
{
	char text[LAB_ALLOWED_MAX + 256], allowed[LAB_ALLOWED_MAX];
	json_t *schema = value_schema(f);

	if (lab_field_is_list(f))
		schema = json_pack("{s:s, s:o, s:i, s:i}", "type", "array", "items", schema,
				   "minItems", 1, "maxItems", (int)lab_list_max(f));
	(void)snprintf(text, sizeof(text), "%s; allowed: %s%s%s", f->help,
		       lab_allowed(f, allowed, sizeof(allowed)), f->otherwise ? "; otherwise " : "",
		       f->otherwise ? f->otherwise : "");

	return put(schema, "description", json_string(text));
}

/* A line under expect: has one verb, and what that needs. */
static json_t *verb_rules(void)
{
	const struct lab_field *fields = lab_expect_fields;
	json_t *rules = json_array();

	for (const struct lab_field *f = fields; f->name; f++) {
		json_t *needed = json_pack("[s]", f->name);

		for (const struct lab_field *l = fields; f->verb && l->name; l++) {
			if (l->needed_by & 1U << (f->verb - 1) &&
			    json_array_append_new(needed, json_string(l->name)) < 0)
				incomplete = true;
		}
		if (!f->verb)
			json_decref(needed);
		else if (json_array_append_new(rules, json_pack("{s:o}", "required", needed)) < 0)
			incomplete = true;
	}

	return rules;
}

static json_t *section_schema(const struct lab_section *s)
{
	json_t *properties = json_object(), *required = json_array(), *object;

	for (const struct lab_field *f = s->fields; f && f->name; f++) {
		put(properties, f->name, field_schema(f));
		if (f->needed && json_array_append_new(required, json_string(f->name)) < 0)
			incomplete = true;
	}
	for (const struct lab_section *in = s->sections; in && in->name; in++)
		put(properties, in->name, section_schema(in));
	object = json_pack("{s:s, s:b, s:o, s:o}", "type", "object", "additionalProperties", 0,
			   "properties", properties, "required", required);
	if (s->form == LAB_FORM_NAMED)
		object = json_pack("{s:s, s:o, s:{s:s}, s:i}", "type", "object",
				   "additionalProperties", object, "propertyNames", "pattern", NAME,
				   "maxProperties", (int)s->max);
	if (s->form == LAB_FORM_ITEMS) {
		put(object, "oneOf", verb_rules());
		object = json_pack("{s:s, s:o, s:i}", "type", "array", "items", object, "maxItems",
				   (int)s->max);
	}

	return s->help ? put(object, "description", json_string(s->help)) : object;
}

json_t *lab_schema(void)
{
	json_t *schema;

	incomplete = false;
	schema = section_schema(&lab_file);
	put(schema, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	put(schema, "title", json_string("dxemu lab"));
	put(schema, "description",
	    json_string("Made by 'dxemu lab schema'. A network between an on-premises site and "
			"VPCs; "
			"'dxemu lab keys' prints the same as text."));
	if (incomplete) {
		json_decref(schema);
		return NULL;
	}

	return schema;
}
