// SPDX-License-Identifier: ISC
#include <assert.h>
#include <string.h>

#include "base/util.h"
#include "model/profile_keys.h"

/* Whether a key of a direction says anything; the rest is what a reader assumes anyway. */
static bool has_meaning(const struct profile_dir *d, const struct key *key)
{
	if (strcmp(key->name, "accounting") == 0)
		return d->cir_bps;
	if (strcmp(key->name, "loss.model") == 0)
		return true;
	if (strcmp(key->name, "loss.ratio") == 0)
		return d->loss_model == LOSS_RANDOM;

	return !key_is_zero(key, key_field_const(d, key));
}

/* The keys to write of the link (@d NULL), of one of its directions, or of its schedule. */
static uint64_t link_keys(const struct profile *p, const struct profile_dir *d, bool schedule)
{
	uint64_t keys = 0;

	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		unsigned kind = 1U << p->kind;

		if (!(key->kinds & kind) || key->per_dir != !!d)
			continue;
		if (!d && schedule != !strncmp(key->name, "schedule.", 9))
			continue;
		if (key->needed & kind ||
		    (d ? has_meaning(d, key) : !key_is_zero(key, key_field_const(p, key))))
			keys |= key_bit(key);
	}

	return keys;
}

/* Double quotes, in which only these two need escaping: control characters are refused on reading. */
static void write_quoted(const char *text, FILE *out)
{
	(void)fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			(void)fputc('\\', out);
		(void)fputc(*text, out);
	}
	(void)fputc('"', out);
}

static void write_value(const struct key *key, const void *field, FILE *out)
{
	char value[KEY_VALUE_MAX];

	(void)key_format(key, field, value, sizeof(value));
	/* A name may look like a number, and a TPID does. */
	if (key->type == KEY_IDENT || key->type == KEY_TEXT || key->type == KEY_TPID)
		write_quoted(value, out);
	else
		(void)fputs(value, out);
	(void)fputc('\n', out);
}

/* Those of @owner's keys in the mask; "section.key" goes under a line "section:". */
static void write_keys(const void *owner, uint64_t keys, int indent, FILE *out)
{
	char open[16] = "";

	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		const char *dot = strchr(key->name, '.');

		if (!(keys & key_bit(key)))
			continue;
		if (dot) {
			int n = (int)(dot - key->name);

			if (strncmp(open, key->name, (size_t)n) != 0 || open[n])
				(void)fprintf(out, "%*s%.*s:\n", indent, "", n, key->name);
			(void)snprintf(open, sizeof(open), "%.*s", n, key->name);
			(void)fprintf(out, "%*s%s: ", indent + 2, "", dot + 1);
		} else {
			(void)fprintf(out, "%*s%s: ", indent, "", key->name);
		}
		write_value(key, key_field_const(owner, key), out);
	}
}

static bool same_both_ways(const struct profile_dir *dirs, const uint64_t *keys)
{
	if (keys[TO_VPC] != keys[TO_ONPREM])
		return false;
	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		if (keys[TO_VPC] & key_bit(key) &&
		    !key_is_equal(key, key_field_const(&dirs[TO_VPC], key),
				  key_field_const(&dirs[TO_ONPREM], key)))
			return false;
	}

	return true;
}

static void write_dirs(const struct profile_dir *dirs, const uint64_t *keys, int indent, FILE *out)
{
	if (same_both_ways(dirs, keys)) {
		(void)fprintf(out, "%*sboth:\n", indent, "");
		write_keys(&dirs[TO_VPC], keys[TO_VPC], indent + 2, out);
		return;
	}
	for (size_t d = 0; d < DIR_COUNT; d++) {
		if (!keys[d])
			continue;
		(void)fprintf(out, "%*s%s:\n", indent, "", dir_names[d]);
		write_keys(&dirs[d], keys[d], indent + 2, out);
	}
}

void profile_write(const struct profile *p, FILE *out)
{
	uint64_t keys[DIR_COUNT];
	char at[32];

	for (size_t d = 0; d < DIR_COUNT; d++)
		keys[d] = link_keys(p, &p->dir[d], false);
	write_keys(p, link_keys(p, NULL, false), 0, out);
	write_dirs(p->dir, keys, 0, out);

	if (!p->n_steps)
		return;
	if (link_keys(p, NULL, true))
		write_keys(p, link_keys(p, NULL, true), 0, out);
	else
		(void)fputs("schedule:\n", out);
	for (const struct profile_step *s = p->step; s < p->step + p->n_steps; s++) {
		(void)fprintf(out, "  %s:\n", unit_format(UNIT_TIME, s->at_ns, at, sizeof(at)));
		write_dirs(s->dir, s->own, 4, out);
	}
}
