// SPDX-License-Identifier: ISC
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "cli/lab_docs.h"
#include "hybrid/lab_fields.h"

static const char *const verb_names[] = {
	[LAB_REACHABLE] = "reachable",
	[LAB_UNREACHABLE] = "unreachable",
	[LAB_PATH] = "path",
	[LAB_ESTABLISHED] = "established",
	[LAB_MTU] = "mtu",
	[LAB_FAILOVER] = "failover",
	[LAB_GOODPUT] = "goodput",
	[LAB_LATENCY] = "latency",
};

_Static_assert(ARRAY_SIZE(verb_names) == LAB_VERB_COUNT, "a name for every verb");

/* What needs a field needs it wherever it may be. */
static void print_verbs(const struct lab_field *f)
{
	const char *before = f->needed_by ? "needed with " : "with ";

	for (enum lab_verb v = 0; !f->verb && v < LAB_VERB_COUNT; v++) {
		if (!(f->verbs & 1U << v))
			continue;
		(void)printf("%s%s", before, verb_names[v]);
		before = ", ";
	}
	if (f->verbs && !f->verb)
		(void)printf("; ");
}

static void print_field(const struct lab_field *f, int width)
{
	char allowed[LAB_ALLOWED_MAX];

	(void)printf("  %-*s  %s\n  %-*s  ", width, f->name, f->help, width, "");
	print_verbs(f);
	(void)printf("%s", lab_allowed(f, allowed, sizeof(allowed)));
	if (f->needed)
		(void)printf("; needed");
	else if (f->otherwise)
		(void)printf("; otherwise %s", f->otherwise);
	(void)printf("\n");
}

/* What is said in the heading of a section: where its fields stand. */
static void print_heading(const struct lab_section *s, const char *path)
{
	static const char *const forms[] = {
		[LAB_FORM_SINGLE] = "", [LAB_FORM_NAMED] = ".NAME", [LAB_FORM_ITEMS] = "[]"
	};

	(void)printf("\n%s%s: %s", path, forms[s->form], s->help);
	if (s->max)
		(void)printf("; up to %u", s->max);
	(void)printf("\n");
}

static void print_section(const struct lab_section *s, const char *path)
{
	int width = 0;

	if (*path)
		print_heading(s, path);
	for (const struct lab_field *f = s->fields; f && f->name; f++)
		width = MAX(width, (int)strlen(f->name));
	for (const struct lab_field *f = s->fields; f && f->name; f++)
		print_field(f, width);
	for (const struct lab_section *in = s->sections; in && in->name; in++) {
		char inner[128];

		(void)snprintf(inner, sizeof(inner), "%s%s%s%s", path,
			       s->form == LAB_FORM_NAMED ? ".NAME" : "", *path ? "." : "",
			       in->name);
		print_section(in, inner);
	}
}

void lab_print_keys(void)
{
	(void)puts("of the lab:");
	print_section(&lab_file, "");
}
