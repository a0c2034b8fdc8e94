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
	unsigned models; /* of loss.*: bit mask by enum loss_model; 0 where that does not matter */
	const char *fixed;  /* why no step of a schedule changes it; NULL if one may */
	const char *limits; /* why it has these limits, where they do not speak for themselves */
};

/* So many that a bit mask holds them all. */
#define PROFILE_KEYS_MAX 64

extern const struct key profile_keys[];
extern const size_t profile_keys_n;

static inline uint64_t key_bit(const struct key *key)
{
	return UINT64_C(1) << (key - profile_keys);
}

/* The key of that name, which exists. */
const struct key *key_named(const char *name);

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

/* Where the value of @key is in @owner, a struct profile_dir if it is per direction, else a struct profile. */
static inline void *key_field(void *owner, const struct key *key)
{
	return (char *)owner + key->offset;
}

static inline const void *key_field_const(const void *owner, const struct key *key)
{
	return (const char *)owner + key->offset;
}

/* Whether a field holds nothing: an empty text, zero, or the first choice. */
bool key_is_zero(const struct key *key, const void *field);

/* Whether two fields hold the same. */
bool key_is_equal(const struct key *key, const void *a, const void *b);

/* Parses, checks the range and stores. err: "'4': no unit, write e.g. 10ms". */
int key_parse(const struct key *key, const char *text, void *field, struct err *err);

/*
 * What to parse for @key where it is said in a file in @dir: a jitter.table that is relative is meant from there.
 * Returns @text or buf; with @dir NULL always @text.
 */
const char *key_text_from(const char *dir, const struct key *key, const char *text, char *buf,
			  size_t size);

/* The value as key_parse() reads it; returns buf. KEY_VALUE_MAX is enough. */
#define KEY_VALUE_MAX 128
char *key_format(const struct key *key, const void *field, char *buf, size_t size);

/* What is allowed: "100kbit to 400gbit", "one of l1, l2, l3"; returns buf. */
char *key_allowed(const struct key *key, char *buf, size_t size);

/* "hosted", "dedicated or vpn"; returns buf. */
char *key_kinds(unsigned kinds, char *buf, size_t size);

/*
 * A contradiction within a profile, found by profile_fault(): the key to blame, in which direction, and what
 * is wrong. Returns false where there is none.
 */
struct fault {
	const struct key *key;
	enum dir dir;
	int step; /* of the schedule; -1: the link itself */
	char msg[256];
};

bool profile_fault(const struct profile *p, struct fault *ret_fault);

/* The fault that a missing key is. */
void fault_missing(const struct profile *p, const struct key *key, enum dir d,
		   struct fault *ret_fault);

/*
 * key_displace() - @key has been given in @d: clears what has no meaning beside it (the values of another loss
 * model, the scale of no jitter, ...) but the keys in @keep, a bit mask. Returns those that have no meaning, but for
 * @keep.
 */
uint64_t key_displace(struct profile_dir *d, const struct key *key, uint64_t keep);

/*
 * Where both policers of a hosted connection were the same @before, they stay so in @d when one of them is given
 * (@own): the tighter one would hide the change.
 */
void key_keep_equal(const struct profile_dir *before, struct profile_dir *d, uint64_t own);

/* Brings steps of the schedule up to date: what is not their own is as in the step before. */
void profile_follow(struct profile *p);

/* profile_read() of a file in @dir: a relative jitter.table is taken from there. NULL: stays as it is. */
int profile_read_from(const char *dir, const char *text, size_t len, const char *name,
		      struct profile *ret_profile, struct err *err);

/* What does not depend on the text: the accounting of a policer that names none, and the like. */
void profile_defaults(struct profile *p);

#endif
