// SPDX-License-Identifier: ISC
#include <string.h>

#include "base/util.h"
#include "model/profile_keys.h"

/* Whether a key says anything in this profile; the rest is what a reader assumes anyway. */
static bool has_meaning(const struct profile *p, const struct key *key, enum dir dir)
{
	const struct profile_dir *d = &p->dir[dir];

	if (!(key->kinds & 1U << p->kind))
		return false;
	if (strcmp(key->name, "accounting") == 0)
		return d->cir_bps;
	if (strcmp(key->name, "loss.model") == 0)
		return true;
	if (strcmp(key->name, "loss.ratio") == 0)
		return d->loss_model == LOSS_RANDOM;

	return key->needed & 1U << p->kind || !key_is_zero(p, key, dir);
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

static void write_value(const struct profile *p, const struct key *key, enum dir d, FILE *out)
{
	char value[sizeof(p->title)];

	(void)key_format(key, p, d, value, sizeof(value));
	/* A name may look like a number, and a TPID does. */
	if (key->type == KEY_IDENT || key->type == KEY_TEXT || key->type == KEY_TPID)
		write_quoted(value, out);
	else
		(void)fputs(value, out);
	(void)fputc('\n', out);
}

/* The keys of the link or of one direction; "section.key" goes under a line "section:". */
static void write_keys(const struct profile *p, bool per_dir, enum dir d, FILE *out)
{
	const char *indent = per_dir ? "  " : "";
	char open[16] = "";

	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		const char *dot = strchr(key->name, '.');

		if (key->per_dir != per_dir || !has_meaning(p, key, d))
			continue;
		if (dot) {
			int n = (int)(dot - key->name);

			if (strncmp(open, key->name, (size_t)n) != 0 || open[n])
				(void)fprintf(out, "%s%.*s:\n", indent, n, key->name);
			(void)snprintf(open, sizeof(open), "%.*s", n, key->name);
			(void)fprintf(out, "%s  %s: ", indent, dot + 1);
		} else {
			(void)fprintf(out, "%s%s: ", indent, key->name);
		}
		write_value(p, key, d, out);
	}
}

static bool same_both_ways(const struct profile *p)
{
	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		char a[64], b[64];

		if (!key->per_dir)
			continue;
		if (has_meaning(p, key, TO_VPC) != has_meaning(p, key, TO_ONPREM) ||
		    strcmp(key_format(key, p, TO_VPC, a, sizeof(a)),
			   key_format(key, p, TO_ONPREM, b, sizeof(b))) != 0)
			return false;
	}

	return true;
}

void profile_write(const struct profile *p, FILE *out)
{
	write_keys(p, false, TO_VPC, out);
	if (same_both_ways(p)) {
		(void)fputs("both:\n", out);
		write_keys(p, true, TO_VPC, out);
		return;
	}
	for (size_t d = 0; d < DIR_COUNT; d++) {
		(void)fprintf(out, "%s:\n", dir_names[d]);
		write_keys(p, true, d, out);
	}
}
