/* SPDX-License-Identifier: ISC */
/*
 * What a lab file can hold, as data: sections of objects, and the fields of an object. Reading, range checks, defaults,
 * `dxemu lab keys` and the JSON Schema all come from these tables. Internal to hybrid/, but for cli/lab_*.c.
 */
#ifndef DXEMU_HYBRID_LAB_FIELDS_H
#define DXEMU_HYBRID_LAB_FIELDS_H

#include "base/units.h"
#include "hybrid/lab.h"

enum lab_type {
	LAB_IDENT,     /* char[size]: letters, digits, '-', '_' */
	LAB_TEXT,      /* char[size]: one line of UTF-8 */
	LAB_UNSIGNED,  /* unsigned */
	LAB_QUANTITY,  /* uint64_t, with a unit */
	LAB_SWITCH,    /* bool: on or off */
	LAB_CHOICE,    /* unsigned, index into choices */
	LAB_SET,       /* unsigned, bit mask over choices; one of them or a list */
	LAB_ADDRESS,   /* struct in_addr */
	LAB_INTERFACE, /* struct ipv4_net: an address in its subnet */
	LAB_CIDR,      /* struct ipv4_net without bits behind the prefix */
	LAB_COMMUNITY, /* uint32_t, "7224:7100" */
	LAB_REF,       /* struct lab_ref, the name of an object of certain kinds */
	LAB_PORT,      /* struct lab_port, "443/tcp" */
	LAB_FILE,      /* char[size]: path of a file that is there */
	LAB_PSK,       /* char[size]: a secret */
	LAB_MD5,       /* the same, of BGP */
	LAB_PROFILE,   /* struct profile, by its name or path */
	LAB_SETTINGS,  /* a mapping: what is different in that profile */
	LAB_TYPE_COUNT,
};

struct lab_field {
	const char *name, *help;
	enum lab_type type;
	size_t offset, size; /* in the object; of a list, all of it */
	size_t count;	     /* list: offset of how many (unsigned); 0 where it is none */
	uint64_t min, max;
	enum unit unit;
	const char *const *choices;
	size_t n_choices;
	unsigned kinds;	    /* of a reference, or of profiles: bit mask */
	const char *suffix; /* behind a reference: "dx1 down" */
	const char *
		otherwise; /* its value where it is not given, as text; "all" of a set; NULL: zero */
	bool needed;
	/* Of a line under expect:. A field is its verb (1 + enum lab_verb), or goes with verbs, and is needed by some. */
	unsigned verb, verbs, needed_by;
};

enum lab_form {
	LAB_FORM_SINGLE, /* a mapping of fields */
	LAB_FORM_NAMED,	 /* a mapping of names to such */
	LAB_FORM_ITEMS,	 /* a list of such */
};

struct lab_section {
	const char *name, *noun, *help; /* noun: what one is called, "virtual interface" */
	enum lab_form form;
	enum lab_kind kind;		    /* of its objects, if they can be referred to */
	const struct lab_field *fields;	    /* up to one without a name; NULL: none */
	const struct lab_section *sections; /* the same */
	bool in_lab; /* offsets are into struct lab, not into the object that the section is in */
	size_t offset, size, count;
	unsigned max;
	bool has_place; /* objects hold a reference to the one around them, if it has a kind, at this offset */
	size_t place;
	unsigned named_after; /* names are those of objects of these kinds; the reference to them is at place */
};

/* The whole file, a single mapping. */
extern const struct lab_section lab_file;

/* Parts of it, in files of their own. */
extern const struct lab_field lab_vif_fields[], lab_vpn_fields[], lab_tunnel_fields[],
	lab_expect_fields[];

#define LAB_ON(kind) (1U << (kind))
#define LAB_FIELD(owner, member) \
	.offset = offsetof(struct owner, member), .size = sizeof(((struct owner *)0)->member)
#define LAB_LIST(owner, member)                                                                \
	.offset = offsetof(struct owner, member), .size = sizeof(((struct owner *)0)->member), \
	.count = offsetof(struct owner, n_##member)
#define LAB_CHOICES(names) .choices = (names), .n_choices = sizeof(names) / sizeof((names)[0])

static inline bool lab_field_is_list(const struct lab_field *f)
{
	return f->count != 0;
}

/* The section and what is called "a virtual interface" of a kind. */
const struct lab_section *lab_section_of(enum lab_kind kind);
const char *lab_noun(enum lab_kind kind);

/* "connection or LAG", of a bit mask; returns buf. */
char *lab_nouns(unsigned kinds, char *buf, size_t size);

/* Bytes of one value of the field, or of one item of a list. */
size_t lab_type_size(const struct lab_field *f);

/* How many items a list has room for. */
unsigned lab_list_max(const struct lab_field *f);

/* What is allowed: "1 to 4094", "one of bgp, static"; returns buf. */
#define LAB_ALLOWED_MAX 320
char *lab_allowed(const struct lab_field *f, char *buf, size_t size);

/*
 * lab_parse() - one value, or one item of a list, checked and stored at @value. Not for references, profiles and files,
 * which need more than the text. err: "'4096': out of range; allowed: 1 to 4094". A secret is not in it.
 */
int lab_parse(const struct lab_field *f, const char *text, void *value, struct err *err);

/* What is wrong with the name of an object, or NULL. */
const char *lab_bad_name(const char *name, size_t size);

#endif
