// SPDX-License-Identifier: ISC
/* Keys of a lab: fields and sections of an object, names of new objects, settings. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/util.h"
#include "hybrid/lab_reader.h"

#define WORDS_MAX 40

int lab_add_place(struct lab_reader *r, const struct yaml_at *at, struct err *err)
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
	struct lab_frame *f = lab_top(r);
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
			return lab_add_place(r, at, err);
		}
	}
	for (const struct lab_section *s = f->section->sections; s && s->name; s++) {
		if (strcmp(s->name, text) == 0) {
			f->inner = s;
			return lab_add_place(r, at, err);
		}
	}

	return unknown_key(f, at, text, err);
}

/* A new object in the section that frame @f is: its name, and a reference to it. */
int lab_new_object(struct lab_reader *r, const struct lab_frame *f, const struct yaml_at *at,
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
	struct lab_frame *f = lab_top(r);
	const struct lab_section *s = f->section;
	struct lab_pending after = { .kinds = s->named_after, .at = *at };
	struct lab_frame next = { 0 };
	const char *wrong = lab_bad_name(text, LAB_NAME_MAX);

	if (wrong)
		return yaml_fail(at, err, "%s; allowed: up to %d of a-z A-Z 0-9 _ -", wrong,
				 LAB_NAME_MAX - 1);
	if (lab_add_place(r, at, err) < 0 || lab_new_object(r, f, at, &next, err) < 0)
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

int lab_see_key(struct lab_reader *r, const struct yaml_at *at, const char *text, struct err *err)
{
	switch (lab_top(r)->kind) {
	case LAB_FRAME_OBJECT:
		return key_of_object(r, at, text, err);
	case LAB_FRAME_NAMES:
		return key_of_section(r, at, text, err);
	case LAB_FRAME_SETTINGS:
		(void)snprintf(r->setting, sizeof(r->setting), "%s", text);
		return lab_add_place(r, at, err);
	case LAB_FRAME_ITEMS:
	case LAB_FRAME_VALUES:
		break;
	}

	return 0;
}
