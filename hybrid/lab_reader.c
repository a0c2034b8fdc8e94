// SPDX-License-Identifier: ISC
/* The events of a YAML text, and what they mean where the text is: values, mappings, lists. */
#include "hybrid/lab_reader.h"

#include <stdio.h>

static struct lab_frame *push(struct lab_reader *r, enum lab_frame_kind kind,
			      const struct yaml_at *at)
{
	struct lab_frame *f = &r->frames[r->depth++];

	*f = (struct lab_frame){ .kind = kind };
	(void)snprintf(f->path, sizeof(f->path), "%s", at->path);

	return f;
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
	struct lab_frame *f = lab_top(r);
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
	const struct lab_frame *f = lab_top(r);
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
	switch (lab_top(r)->kind) {
	case LAB_FRAME_OBJECT:
		return enter_inner(r, at, err);
	case LAB_FRAME_NAMES:
		return enter_object(r, &r->frames[r->depth], at);
	case LAB_FRAME_ITEMS:
		if (lab_add_place(r, at, err) < 0 ||
		    lab_new_object(r, lab_top(r), at, &next, err) < 0)
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
	const struct lab_frame *f = r->depth ? lab_top(r) : NULL;
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
		return lab_see_key(r, at, text, err);
	case YAML_VALUE:
		return see_value(r, at, text, err);
	case YAML_ENTER:
		return enter_mapping(r, at, err);
	case YAML_LIST:
		return enter_list(r, at, err);
	case YAML_LEAVE:
		if (lab_top(r)->kind == LAB_FRAME_OBJECT)
			ret = lab_finish_object(r, lab_top(r), err);
		r->depth--;
		return ret;
	case YAML_LIST_END:
		return leave_list(r, at, err);
	}

	return 0;
}
