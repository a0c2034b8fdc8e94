/* SPDX-License-Identifier: ISC */
/* A lab while it is being read: where in it the text is, and what can be understood only at its end. */
#ifndef DXEMU_HYBRID_LAB_READER_H
#define DXEMU_HYBRID_LAB_READER_H

#include "hybrid/lab_fields.h"
#include "model/places.h"
#include "model/yaml.h"

enum lab_frame_kind {
	LAB_FRAME_OBJECT,   /* its fields and sections */
	LAB_FRAME_NAMES,    /* names of a section's objects */
	LAB_FRAME_ITEMS,    /* a section that is a list */
	LAB_FRAME_VALUES,   /* a field's list */
	LAB_FRAME_SETTINGS, /* what is different in a profile */
};

/* A mapping or list that the text is in. */
struct lab_frame {
	enum lab_frame_kind kind;
	const struct lab_section *section; /* that the object is of */
	void *object;
	struct lab_ref self;	  /* the object, if it can be referred to */
	uint64_t given;		  /* bit mask over its fields */
	char path[YAML_PATH_MAX]; /* its own */
	/* What the last key in it was: a field, or a section. */
	const struct lab_field *field;
	const struct lab_section *inner;
};

/* A reference by name, which may be to what comes later. */
struct lab_pending {
	const struct lab_field *field; /* NULL: the name of an association */
	unsigned kinds;
	struct lab_ref *target;
	char name[LAB_FULL_NAME_MAX + 8];
	struct yaml_at at;
};

#define LAB_SETTINGS_MAX 16

struct lab_setting {
	char text[128]; /* "delay=4ms" */
	struct yaml_at at;
};

struct lab_reader {
	struct lab *lab;
	const struct lab_dirs *dirs;
	const char *name; /* of the file, for messages */
	struct places places;
	struct lab_frame frames[YAML_DEPTH_MAX + 1]; /* the last one only ever to come */
	size_t depth;
	struct lab_pending *pending; /* free() it */
	size_t n_pending, room;
	/* Of the connection at hand: the name of its profile, "" before it is given, and what is different. */
	char profile[LAB_PATH_MAX];
	struct yaml_at profile_at;
	struct lab_setting settings[LAB_SETTINGS_MAX];
	size_t n_settings;
	char setting[48]; /* the last key of them */
};

/* A yaml_handler; the context is a struct lab_reader. */
int lab_handle(void *context, enum yaml_event event, const struct yaml_at *at, const char *text,
	       struct err *err);

/* The mapping or list at hand; there is one. */
static inline struct lab_frame *lab_top(struct lab_reader *r)
{
	return &r->frames[r->depth - 1];
}

/* Notes where a key or an item is; refuses one that was there before. */
int lab_add_place(struct lab_reader *r, const struct yaml_at *at, struct err *err);

/* A new object in the section that @f is in: *ret has it, what it is of, and how to refer to it. */
int lab_new_object(struct lab_reader *r, const struct lab_frame *f, const struct yaml_at *at,
		   struct lab_frame *ret, struct err *err);

/* A key of the mapping at hand. */
int lab_see_key(struct lab_reader *r, const struct yaml_at *at, const char *text, struct err *err);

/* A value or an item of the field at hand: stored, or noted to be understood at the end. */
int lab_take_value(struct lab_reader *r, const struct lab_field *f, void *object,
		   const struct yaml_at *at, const char *text, struct err *err);

/* Notes a reference. */
int lab_add_pending(struct lab_reader *r, const struct lab_pending *p, struct err *err);

/* What fields are where nothing is said of them. */
void lab_defaults(const struct lab_section *section, void *object);

/* The mapping of an object is complete: what is missing, which verb it has, which profile. */
int lab_finish_object(struct lab_reader *r, struct lab_frame *f, struct err *err);

/* All objects are known: makes LAGs, and finds what references are to. */
int lab_resolve(struct lab_reader *r, struct err *err);

#endif
