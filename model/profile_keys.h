/* SPDX-License-Identifier: ISC */
/*
 * The keys of a profile, as data. Parsing, range checks, --set, profile_write() and the key reference of
 * `dxemu profile keys` all read this table. Internal to model/, but for cli/cmd_profile.c.
 */
#ifndef DXEMU_MODEL_PROFILE_KEYS_H
#define DXEMU_MODEL_PROFILE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/units.h"
#include "model/profile.h"

enum key_type {
	KEY_IDENT,    /* char[size]: letters, digits, '.', '_', '-' */
	KEY_TEXT,     /* char[size]: one line of UTF-8 */
	KEY_CHOICE,   /* an enum, index into choices */
	KEY_TPID,     /* unsigned, written in hexadecimal */
	KEY_UNSIGNED, /* unsigned */
	KEY_QUANTITY, /* uint64_t */
	KEY_RATIO,    /* double, 0 to 1 */
};

struct key {
	const char *name; /* without the direction: "mtu", "vlan.c_tag", "jitter.scale" */
	const char *help;
	enum key_type type;
	enum unit unit;
	bool per_dir;  /* @offset is into struct profile_dir, else into struct profile */
	bool identity; /* says which profile this is: not for --set */
	bool optional; /* 0 is allowed beside min to max, and means "none" */
	size_t offset, size;
	uint64_t min, max;
	const char *const *choices;
	size_t n_choices;
	unsigned kinds;	 /* bit mask by enum link_kind: where it applies */
	unsigned needed; /* and where it must be given */
};

extern const struct key profile_keys[];
extern const size_t profile_keys_n;

/* A key together with the directions it is meant for. */
struct key_ref {
	const struct key *key;
	unsigned dirs; /* bit mask by enum dir; of no meaning where !key->per_dir */
};

/*
 * key_resolve() - the key that a dotted path names.
 * "mtu", "vlan.c_tag", "both.delay", "to_vpc.delay"; with @bare also "delay", which means both directions.
 */
bool key_resolve(const char *path, bool bare, struct key_ref *ret_ref);

/* Whether a path is a mapping of keys: "vlan", "both", "to_vpc.jitter". */
bool key_is_section(const char *path);

/* "; did you mean 'both.delay'?", or where to look; returns buf. */
char *key_suggest(const char *path, bool bare, char *buf, size_t size);

/* Where the value of @key is. */
void *key_field(struct profile *p, const struct key *key, enum dir d);
const void *key_field_const(const struct profile *p, const struct key *key, enum dir d);

/* Whether it holds nothing: an empty text, zero, or the first choice. */
bool key_is_zero(const struct profile *p, const struct key *key, enum dir d);

/* Parses, checks the range and stores. err: "'4': no unit, write e.g. 10ms". */
int key_parse(const struct key *key, const char *text, struct profile *p, enum dir d,
	      struct err *err);

/* The value as key_parse() reads it; returns buf. */
char *key_format(const struct key *key, const struct profile *p, enum dir d, char *buf,
		 size_t size);

/* What is allowed: "100kbit to 400gbit", "one of l1, l2, l3"; returns buf. */
char *key_allowed(const struct key *key, char *buf, size_t size);

/* "hosted", "dedicated or vpn"; returns buf. */
char *key_kinds(unsigned kinds, char *buf, size_t size);

/* For messages: @text shortened, without control characters; returns buf. */
char *text_for_message(const char *text, char *buf, size_t size);

/* The candidate with the smallest edit distance, or NULL where nothing is near. */
const char *nearest(const char *text, const char *const *candidates, size_t n);

/*
 * A contradiction within a profile, found by profile_fault(): the key to blame, in which direction, and what
 * is wrong. Returns false where there is none.
 */
struct fault {
	const struct key *key;
	enum dir dir;
	char msg[256];
};

bool profile_fault(const struct profile *p, struct fault *ret_fault);

/* The fault that a missing key is. */
void fault_missing(const struct profile *p, const struct key *key, enum dir d,
		   struct fault *ret_fault);

/* What does not depend on the text: the accounting of a policer that names none, and the like. */
void profile_defaults(struct profile *p);

#endif
