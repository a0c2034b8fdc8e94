// SPDX-License-Identifier: ISC
/* Values into objects, and objects as wholes: defaults, what is missing, the verb of an expectation. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "base/util.h"
#include "hybrid/lab_reader.h"
#include "model/profile_keys.h"

int lab_add_pending(struct lab_reader *r, const struct lab_pending *p, struct err *err)
{
	if (r->n_pending == r->room) {
		size_t room = r->room ? 2 * r->room : 64;
		struct lab_pending *grown = reallocarray(r->pending, room, sizeof(*grown));

		if (!grown)
			return err_set(err, -ENOMEM, "%s: out of memory", r->name);
		r->pending = grown;
		r->room = room;
	}
	r->pending[r->n_pending++] = *p;

	return 0;
}

static int take_reference(struct lab_reader *r, const struct lab_field *f, void *slot,
			  const struct yaml_at *at, const char *text, struct err *err)
{
	struct lab_pending p = { .field = f, .kinds = f->kinds, .target = slot, .at = *at };

	(void)snprintf(p.name, sizeof(p.name), "%s", text);

	return lab_add_pending(r, &p, err);
}

/* A path as it is meant from the lab's directory; returns false where it is too long. */
static bool path_from(const struct lab_dirs *dirs, const char *text, char *buf, size_t size)
{
	bool relative = dirs->lab && *text != '/';
	int n = snprintf(buf, size, "%s%s%s", relative ? dirs->lab : "", relative ? "/" : "", text);

	return n >= 0 && (size_t)n < size;
}

static int take_file(struct lab_reader *r, const struct lab_field *f, char *slot,
		     const struct yaml_at *at, const char *text, struct err *err)
{
	const char *wrong = NULL;
	char shown[64];
	struct stat st;

	if (!*text)
		wrong = "empty";
	else if (!path_from(r->dirs, text, slot, f->size))
		wrong = "too long";
	else if (r->dirs->lab && stat(slot, &st) < 0)
		wrong = strerror(errno);
	else if (r->dirs->lab && !S_ISREG(st.st_mode))
		wrong = "not a regular file";
	if (!wrong)
		return 0;

	return yaml_fail(at, err, "'%s': %s; allowed: a file's path, from the lab file's directory",
			 text_for_message(text, shown, sizeof(shown)), wrong);
}

static int take_profile(struct lab_reader *r, const struct yaml_at *at, const char *text,
			struct err *err)
{
	bool is_path = profile_is_path(text);
	char shown[64];

	if (is_path && !r->dirs->lab)
		return yaml_fail(at, err, "'%s': a path; only names are allowed here",
				 text_for_message(text, shown, sizeof(shown)));
	if (!*text)
		return yaml_fail(at, err, "empty; see 'dxemu profile list'");
	if (is_path ? !path_from(r->dirs, text, r->profile, sizeof(r->profile))
		    : strlen(text) >= sizeof(r->profile))
		return yaml_fail(at, err, "too long");
	if (!is_path)
		(void)snprintf(r->profile, sizeof(r->profile), "%s", text);
	r->profile_at = *at;

	return 0;
}

int lab_take_value(struct lab_reader *r, const struct lab_field *f, void *object,
		   const struct yaml_at *at, const char *text, struct err *err)
{
	char *slot = (char *)object + f->offset;
	unsigned *n = NULL;
	struct err cause;
	int ret;

	if (lab_field_is_list(f)) {
		n = (unsigned *)((char *)object + f->count);
		if (*n == lab_list_max(f))
			return yaml_fail(at, err, "one too many; at most %u", lab_list_max(f));
		slot += *n * lab_type_size(f);
		++*n;
		if (places_add(&r->places, 0, at->path, at) < 0)
			return err_set(err, -ENOMEM, "%s: out of memory", r->name);
	}
	if (f->type == LAB_REF)
		return take_reference(r, f, slot, at, text, err);
	if (f->type == LAB_FILE)
		return take_file(r, f, slot, at, text, err);
	if (f->type == LAB_PROFILE)
		return take_profile(r, at, text, err);
	ret = lab_parse(f, text, slot, &cause);

	return ret < 0 ? yaml_fail(at, err, "%s", cause.msg) : 0;
}

void lab_defaults(const struct lab_section *section, void *object)
{
	struct err err;

	for (const struct lab_field *f = section->fields; f && f->name; f++) {
		char *slot = (char *)object + f->offset;

		if (f->type == LAB_SET)
			*(unsigned *)slot = (1U << f->n_choices) - 1;
		else if (f->otherwise)
			(void)lab_parse(f, f->otherwise, slot, &err);
	}
	if (section->form == LAB_FORM_ITEMS)
		((struct lab_expect *)object)->prefixes = LAB_ANY_NUMBER;
}

/* At the key, or at the object, which is where something is missing. */
static int fail_object(const struct lab_reader *r, const struct lab_frame *f, struct err *err,
		       const char *key, const char *msg)
{
	struct yaml_at at = { .name = r->name, .line = 1, .column = 1 };
	const struct place *place;

	(void)snprintf(at.path, sizeof(at.path), "%.*s%s%s", YAML_PATH_MAX / 2 + 32, f->path,
		       *f->path && *key ? "." : "", key);
	place = places_find(&r->places, 0, at.path);
	if (!place)
		place = places_find(&r->places, 0, f->path);
	if (place) {
		at.line = place->line;
		at.column = place->column;
	}

	return yaml_fail(&at, err, "%s", msg);
}

static int missing(const struct lab_reader *r, const struct lab_frame *f,
		   const struct lab_field *field, struct err *err)
{
	char msg[LAB_ALLOWED_MAX + 160], allowed[LAB_ALLOWED_MAX];

	(void)snprintf(msg, sizeof(msg), "missing: %s; allowed: %s", field->help,
		       lab_allowed(field, allowed, sizeof(allowed)));

	return fail_object(r, f, err, field->name, msg);
}

static bool is_given(const struct lab_frame *f, const struct lab_field *field)
{
	return f->given & UINT64_C(1) << (field - f->section->fields);
}

/* Exactly one verb, and with it what belongs to it. */
static int finish_expect(const struct lab_reader *r, struct lab_frame *f, struct err *err)
{
	const struct lab_field *fields = lab_expect_fields, *verb = NULL;
	struct lab_expect *e = f->object;
	char msg[256];
	size_t used = 0;

	msg[0] = '\0';
	for (const struct lab_field *l = fields; l->name; l++) {
		if (l->verb)
			used += (size_t)snprintf(msg + used, sizeof(msg) - used, "%s%s",
						 used ? ", " : "expects nothing; write one of ",
						 l->name);
	}
	for (const struct lab_field *l = fields; l->name; l++) {
		if (!l->verb || !is_given(f, l))
			continue;
		if (verb) {
			(void)snprintf(msg, sizeof(msg), "beside '%s'; one of them to a line",
				       verb->name);
			return fail_object(r, f, err, l->name, msg);
		}
		verb = l;
	}
	if (!verb)
		return fail_object(r, f, err, "", msg);

	e->verb = verb->verb - 1;
	e->line = places_find(&r->places, 0, f->path)->line;
	for (const struct lab_field *l = fields; l->name; l++) {
		if (!is_given(f, l) && l->needed_by & 1U << e->verb)
			return missing(r, f, l, err);
		if (!is_given(f, l) || l->verbs & 1U << e->verb)
			continue;
		(void)snprintf(msg, sizeof(msg), "does not belong to '%s'", verb->name);
		return fail_object(r, f, err, l->name, msg);
	}

	return 0;
}

static int load_profile(struct lab_reader *r, const struct lab_field *f, void *object,
			struct err *err)
{
	struct profile *p = (struct profile *)((char *)object + f->offset);
	struct err cause = { 0 };
	char kinds[64];

	if (profile_load(r->dirs->profiles, r->profile, p, &cause) < 0) {
		if (cause.kind == ERR_INPUT)
			return yaml_fail(&r->profile_at, err, "%s", cause.msg);
		*err = cause;
		return err->code;
	}
	if (!(f->kinds & LAB_ON(p->kind)))
		return yaml_fail(&r->profile_at, err, "%s is of kind %s; allowed: %s", p->name,
				 link_kind_names[p->kind],
				 key_kinds(f->kinds, kinds, sizeof(kinds)));
	for (size_t i = 0; i < r->n_settings; i++) {
		if (profile_set(p, r->settings[i].text, &cause) < 0)
			return yaml_fail(&r->settings[i].at, err, "%s", cause.msg);
	}
	if (r->n_settings && profile_check(p, &cause) < 0)
		return yaml_fail(&r->profile_at, err, "with what is set: %s", cause.msg);

	return 0;
}

int lab_finish_object(struct lab_reader *r, struct lab_frame *f, struct err *err)
{
	for (const struct lab_field *l = f->section->fields; l && l->name; l++) {
		if (l->needed && !is_given(f, l))
			return missing(r, f, l, err);
		if (l->type != LAB_PROFILE)
			continue;
		if (!is_given(f, l) && r->n_settings)
			return yaml_fail(&r->settings[0].at, err,
					 "there is no profile to set it in");
		if (is_given(f, l) && load_profile(r, l, f->object, err) < 0)
			return err->code;
		r->n_settings = 0;
	}

	return f->section->form == LAB_FORM_ITEMS ? finish_expect(r, f, err) : 0;
}
