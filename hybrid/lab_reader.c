// SPDX-License-Identifier: ISC
/* The events of a YAML text, and what they mean where the text is: keys, names, lists. */
#include "hybrid/lab_reader.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/util.h"

#define WORDS_MAX 40

static struct lab_frame *top(struct lab_reader *r)
{
	return &r->frames[r->depth - 1];
}

static struct lab_frame *push(struct lab_reader *r, enum lab_frame_kind kind,
			      const struct yaml_at *at)
{
	struct lab_frame *f = &r->frames[r->depth++];

	*f = (struct lab_frame){ .kind = kind };
	(void)snprintf(f->path, sizeof(f->path), "%s", at->path);

	return f;
}

static int add_place(struct lab_reader *r, const struct yaml_at *at, struct err *err)
{
	const struct place *first = places_find(&r->places, 0, at->path);

	if (first)
		return yaml_fail(at, err, "given twice; first at line %d", first->line);
	if (places_add(&r->places, 0, at->path, at) < 0)
		return err_set(err, -ENOMEM, "%s: out of memory", r->name);

	return 0;
}

static int unknown_key(const struct lab_frame *f, const struct yaml_at *at, const char *text,
		       struct err *err)
{
	const char *words[WORDS_MAX], *near;
	size_t n = 0;

	for (const struct lab_field *l = f->section->fields; l && l->name && n < WORDS_MAX; l++)
		words[n++] = l->name;
	for (const struct lab_section *s = f->section->sections; s && s->name && n < WORDS_MAX; s++)
		words[n++] = s->name;
	near = nearest(text, words, n);

	return yaml_fail(at, err, "unknown key of %s %s; %s%s%s",
			 strchr("aeiou", f->section->noun[0]) ? "an" : "a", f->section->noun,
			 near ? "did you mean '" : "see 'dxemu lab keys'", near ? near : "",
			 near ? "'?" : "");
}

static int key_of_object(struct lab_reader *r, const struct yaml_at *at, const char *text,
			 struct err *err)
{
	struct lab_frame *f = top(r);
	unsigned bit = 0;

	f->field = NULL;
	f->inner = NULL;
	for (const struct lab_field *l = f->section->fields; l && l->name; l++, bit++) {
		if (strcmp(l->name, text) == 0) {
			f->field = l;
			f->given |= UINT64_C(1) << bit;
			/* What is given takes the place of the default, to which an item would be added. */
			if (l->type == LAB_SET)
				*(unsigned *)((char *)f->object + l->offset) = 0;
			return add_place(r, at, err);
		}
	}
	for (const struct lab_section *s = f->section->sections; s && s->name; s++) {
		if (strcmp(s->name, text) == 0) {
			f->inner = s;
			return add_place(r, at, err);
		}
	}

	return unknown_key(f, at, text, err);
}

/* A new object in the section that frame @f is: its name, and a reference to it. */
static int new_object(struct lab_reader *r, const struct lab_frame *f, const struct yaml_at *at,
		      struct lab_frame *ret, struct err *err)
{
	const struct lab_section *s = f->section;
	char *owner = s->in_lab ? (char *)r->lab : f->object;
	unsigned *n = (unsigned *)(owner + s->count);

	if (*n == s->max)
		return yaml_fail(at, err, "one %s too many; at most %u", s->noun, s->max);
	ret->section = s;
	ret->object = owner + s->offset + s->size * *n;
	ret->self = (struct lab_ref){ s->kind, *n };
	/* The tunnels of all VPN connections are counted as one. */
	if (s->kind == LAB_TUNNEL)
		ret->self.index += LAB_TUNNELS * f->self.index;
	lab_defaults(s, ret->object);
	if (s->has_place)
		*(struct lab_ref *)((char *)ret->object + s->place) = f->self;
	++*n;

	return 0;
}

/* The name of an object; its mapping comes next. */
static int key_of_section(struct lab_reader *r, const struct yaml_at *at, const char *text,
			  struct err *err)
{
	struct lab_frame *f = top(r);
	const struct lab_section *s = f->section;
	struct lab_pending after = { .kinds = s->named_after, .at = *at };
	struct lab_frame next = { 0 };
	const char *wrong = lab_bad_name(text, LAB_NAME_MAX);

	if (wrong)
		return yaml_fail(at, err, "%s; allowed: up to %d of a-z A-Z 0-9 _ -", wrong,
				 LAB_NAME_MAX - 1);
	if (add_place(r, at, err) < 0 || new_object(r, f, at, &next, err) < 0)
		return err->code;
	(void)snprintf(next.object, LAB_NAME_MAX, "%s", text);
	if (s->named_after) {
		after.target = (struct lab_ref *)((char *)next.object + s->place);
		(void)snprintf(after.name, sizeof(after.name), "%s", text);
		if (lab_add_pending(r, &after, err) < 0)
			return err->code;
	}
	/* Where the mapping is to be found when it begins: the level above it. */
	r->frames[r->depth] = next;

	return 0;
}

static int see_key(struct lab_reader *r, const struct yaml_at *at, const char *text,
		   struct err *err)
{
	switch (top(r)->kind) {
	case LAB_FRAME_OBJECT:
		return key_of_object(r, at, text, err);
	case LAB_FRAME_NAMES:
		return key_of_section(r, at, text, err);
	case LAB_FRAME_SETTINGS:
		(void)snprintf(r->setting, sizeof(r->setting), "%s", text);
		return add_place(r, at, err);
	case LAB_FRAME_ITEMS:
	case LAB_FRAME_VALUES:
		break;
	}

	return 0;
}

static int add_setting(struct lab_reader *r, const struct yaml_at *at, const char *text,
		       struct err *err)
{
	struct lab_setting *s = &r->settings[r->n_settings];

	if (r->n_settings == LAB_SETTINGS_MAX)
		return yaml_fail(at, err, "one setting too many; at most %d", LAB_SETTINGS_MAX);
	s->at = *at;
	if ((size_t)snprintf(s->text, sizeof(s->text), "%s=%s", r->setting, text) >=
	    sizeof(s->text))
		return yaml_fail(at, err, "too long");
	r->n_settings++;

	return 0;
}

static int see_value(struct lab_reader *r, const struct yaml_at *at, const char *text,
		     struct err *err)
{
	struct lab_frame *f = top(r);
	const char *wanted = "mapping of keys";

	switch (f->kind) {
	case LAB_FRAME_OBJECT:
		if (f->field && f->field->type != LAB_SETTINGS && !lab_field_is_list(f->field))
			return lab_take_value(r, f->field, f->object, at, text, err);
		if (f->field && lab_field_is_list(f->field))
			wanted = "list";
		if (f->inner && f->inner->form == LAB_FORM_ITEMS)
			wanted = "list";
		break;
	case LAB_FRAME_VALUES:
		return lab_take_value(r, f->field, f->object, at, text, err);
	case LAB_FRAME_SETTINGS:
		return add_setting(r, at, text, err);
	case LAB_FRAME_NAMES:
	case LAB_FRAME_ITEMS:
		break;
	}

	return yaml_fail(at, err, "a single value, where a %s is expected", wanted);
}

static int enter_object(struct lab_reader *r, const struct lab_frame *next,
			const struct yaml_at *at)
{
	struct lab_frame object = *next;
	struct lab_frame *f = push(r, LAB_FRAME_OBJECT, at);

	f->section = object.section;
	f->object = object.object;
	f->self = object.self;

	return 0;
}

/* Into the section that a key named, or into the field's settings. */
static int enter_inner(struct lab_reader *r, const struct yaml_at *at, struct err *err)
{
	const struct lab_frame *f = top(r);
	const struct lab_section *s = f->inner;
	struct lab_frame single = { .section = s }, *names;

	if (f->field && f->field->type == LAB_SETTINGS) {
		push(r, LAB_FRAME_SETTINGS, at);
		return 0;
	}
	if (f->field || s->form == LAB_FORM_ITEMS)
		return yaml_fail(at, err, "a mapping, where a %s is expected",
				 f->field && !lab_field_is_list(f->field) ? "single value"
									  : "list");
	if (s->form == LAB_FORM_SINGLE) {
		single.object = (char *)r->lab + s->offset;
		return enter_object(r, &single, at);
	}
	names = push(r, LAB_FRAME_NAMES, at);
	names->section = s;
	names->object = f->object;
	names->self = f->self;

	return 0;
}

static int enter_mapping(struct lab_reader *r, const struct yaml_at *at, struct err *err)
{
	struct lab_frame next = { .section = &lab_file, .object = r->lab };

	if (!r->depth)
		return enter_object(r, &next, at);
	switch (top(r)->kind) {
	case LAB_FRAME_OBJECT:
		return enter_inner(r, at, err);
	case LAB_FRAME_NAMES:
		return enter_object(r, &r->frames[r->depth], at);
	case LAB_FRAME_ITEMS:
		if (add_place(r, at, err) < 0 || new_object(r, top(r), at, &next, err) < 0)
			return err->code;
		return enter_object(r, &next, at);
	case LAB_FRAME_VALUES:
	case LAB_FRAME_SETTINGS:
		break;
	}

	return yaml_fail(at, err, "a mapping, where a single value is expected");
}

static int enter_list(struct lab_reader *r, const struct yaml_at *at, struct err *err)
{
	const struct lab_frame *f = r->depth ? top(r) : NULL;
	const char *wanted = "mapping of keys";
	struct lab_frame *list;

	if (f && f->kind == LAB_FRAME_OBJECT) {
		const struct lab_field *field = f->field;

		if (field && (lab_field_is_list(field) || field->type == LAB_SET)) {
			list = push(r, LAB_FRAME_VALUES, at);
			list->field = field;
			list->object = f->object;
			return 0;
		}
		if (f->inner && f->inner->form == LAB_FORM_ITEMS) {
			list = push(r, LAB_FRAME_ITEMS, at);
			list->section = f->inner;
			return 0;
		}
		if (field && field->type != LAB_SETTINGS)
			wanted = "single value";
	}
	if (f && (f->kind == LAB_FRAME_VALUES || f->kind == LAB_FRAME_SETTINGS))
		wanted = "single value";

	return yaml_fail(at, err, "a list, where a %s is expected", wanted);
}

/* A list that holds nothing is more likely a mistake than a wish, which would be to leave it out. */
static int leave_list(struct lab_reader *r, const struct yaml_at *at, struct err *err)
{
	const struct lab_frame *f = &r->frames[--r->depth];
	const struct lab_field *field = f->field;
	const char *object = f->object;

	if (f->kind == LAB_FRAME_VALUES &&
	    !*(const unsigned *)(object + (field->type == LAB_SET ? field->offset : field->count)))
		return yaml_fail(at, err, "an empty list; leave it out, or write what is in it");

	return 0;
}

int lab_handle(void *context, enum yaml_event event, const struct yaml_at *at, const char *text,
	       struct err *err)
{
	struct lab_reader *r = context;
	int ret = 0;

	switch (event) {
	case YAML_KEY:
		return see_key(r, at, text, err);
	case YAML_VALUE:
		return see_value(r, at, text, err);
	case YAML_ENTER:
		return enter_mapping(r, at, err);
	case YAML_LIST:
		return enter_list(r, at, err);
	case YAML_LEAVE:
		if (top(r)->kind == LAB_FRAME_OBJECT)
			ret = lab_finish_object(r, top(r), err);
		r->depth--;
		return ret;
	case YAML_LIST_END:
		return leave_list(r, at, err);
	}

	return 0;
}
