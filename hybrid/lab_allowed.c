// SPDX-License-Identifier: ISC
/* What is said of fields and kinds. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "hybrid/lab_fields.h"

/* Depth first. */
static const struct lab_section *find_kind(const struct lab_section *s, enum lab_kind kind)
{
	for (; s && s->name; s++) {
		const struct lab_section *inner;

		if (s->kind == kind)
			return s;
		inner = find_kind(s->sections, kind);
		if (inner)
			return inner;
	}

	return NULL;
}

const struct lab_section *lab_section_of(enum lab_kind kind)
{
	return find_kind(lab_file.sections, kind);
}

const char *lab_noun(enum lab_kind kind)
{
	const struct lab_section *s = lab_section_of(kind);

	return s ? s->noun : "LAG";
}

char *lab_nouns(unsigned kinds, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (enum lab_kind k = 0; k < LAB_KIND_COUNT; k++) {
		if (kinds & LAB_ON(k) && used < size)
			used += (size_t)snprintf(buf + used, size - used, "%s%s",
						 used ? " or " : "", lab_noun(k));
	}

	return buf;
}

static void one_of(const struct lab_field *f, char *buf, size_t size)
{
	size_t used = (size_t)snprintf(buf, size, "%s",
				       f->type == LAB_SET ? "one or a list of " : "one of ");

	for (size_t i = 0; i < f->n_choices && used < size; i++)
		used += (size_t)snprintf(buf + used, size - used, "%s%s", i ? ", " : "",
					 f->choices[i]);
}

/* Of one value. */
static void allowed(const struct lab_field *f, char *buf, size_t size)
{
	char a[160], b[32];

	switch (f->type) {
	case LAB_IDENT:
		(void)snprintf(buf, size, "up to %zu of a-z A-Z 0-9 _ -", f->size - 1);
		break;
	case LAB_TEXT:
		(void)snprintf(buf, size, "one line of UTF-8, up to %zu bytes", f->size - 1);
		break;
	case LAB_UNSIGNED:
	case LAB_QUANTITY:
		(void)snprintf(buf, size, "%s to %s", unit_format(f->unit, f->min, a, sizeof(a)),
			       unit_format(f->unit, f->max, b, sizeof(b)));
		break;
	case LAB_SWITCH:
		(void)snprintf(buf, size, "on, off");
		break;
	case LAB_CHOICE:
	case LAB_SET:
		one_of(f, buf, size);
		break;
	case LAB_ADDRESS:
		(void)snprintf(buf, size, "an IPv4 address such as 10.0.1.10");
		break;
	case LAB_INTERFACE:
		(void)snprintf(buf, size,
			       "an address with the length of its prefix, such as "
			       "169.254.9.1/30");
		break;
	case LAB_CIDR:
		(void)snprintf(buf, size, "a network such as 10.0.0.0/16");
		break;
	case LAB_COMMUNITY:
		(void)snprintf(buf, size, "a community such as 7224:7100");
		break;
	case LAB_REF:
		(void)snprintf(buf, size, "the name of a %s%s%s%s",
			       lab_nouns(f->kinds, a, sizeof(a)), f->suffix ? " and '" : "",
			       f->suffix ? f->suffix + 1 : "", f->suffix ? "'" : "");
		break;
	case LAB_PORT:
		(void)snprintf(buf, size, "1 to 65535 with /tcp or /udp, such as 443/tcp");
		break;
	case LAB_FILE:
		(void)snprintf(buf, size, "a file's path, from the lab file's directory");
		break;
	case LAB_PSK:
		(void)snprintf(buf, size, "8 to 64 of a-z A-Z 0-9 . _, not starting with 0");
		break;
	case LAB_MD5:
		(void)snprintf(buf, size, "up to %zu characters of ASCII but spaces, \" and \\",
			       f->size - 1);
		break;
	case LAB_PROFILE:
		(void)snprintf(buf, size, "a name that 'dxemu profile list' shows, or a path");
		break;
	case LAB_SETTINGS:
		(void)snprintf(buf, size, "a mapping of what 'dxemu profile keys' shows");
		break;
	case LAB_TYPE_COUNT:
		break;
	}
}

char *lab_allowed(const struct lab_field *f, char *buf, size_t size)
{
	int used = 0;

	if (lab_field_is_list(f))
		used = snprintf(buf, size, "a list of up to %u, each ", lab_list_max(f));
	allowed(f, buf + used, size - (size_t)used);

	return buf;
}
