// SPDX-License-Identifier: ISC
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/units.h"
#include "base/util.h"
#include "cli/profile_docs.h"

char *profile_rate_cell(const struct profile_dir *d, char *buf, size_t size)
{
	return unit_format(UNIT_RATE, d->cir_bps ? d->cir_bps : d->rate_bps, buf, size);
}

char *profile_delay_cell(const struct profile_dir *d, char *buf, size_t size)
{
	return unit_format(UNIT_TIME, d->delay_ns, buf, size);
}

char *profile_jitter_cell(const struct profile_dir *d, char *buf, size_t size)
{
	char scale[32];

	if (d->jitter_shape == JITTER_NONE)
		(void)snprintf(buf, size, "-");
	else
		(void)snprintf(buf, size, "%s %s",
			       unit_format(UNIT_TIME, d->jitter_ns, scale, sizeof(scale)),
			       jitter_shape_names[d->jitter_shape]);

	return buf;
}

char *profile_share(double ratio, char *buf, size_t size)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%.1e", ratio);

	return ratio_format(strtod(text, NULL), buf, size);
}

static char *loss_cell(const struct profile_dir *d, char *buf, size_t size)
{
	char ratio[32];

	(void)profile_share(profile_loss_ratio(d), ratio, sizeof(ratio));
	if (d->loss_model == LOSS_RANDOM)
		(void)snprintf(buf, size, "%s", ratio);
	else
		(void)snprintf(buf, size, "%s %s", ratio, loss_model_names[d->loss_model]);

	return buf;
}

/* The columns that each direction may have its own value in. */
static const struct column {
	const char *title;
	profile_cell *cell;
} columns[] = {
	{ "RATE", profile_rate_cell },
	{ "DELAY", profile_delay_cell },
	{ "JITTER", profile_jitter_cell },
	{ "LOSS", loss_cell },
};

/* What belongs together: "dx-hosted" of "dx-hosted-50m". */
static size_t family_length(const char *name)
{
	const char *dash = strrchr(name, '-');
	size_t digits;

	if (!dash)
		return strlen(name);
	digits = strspn(dash + 1, "0123456789");

	return digits && isalpha((unsigned char)dash[1 + digits]) && !dash[2 + digits]
		       ? (size_t)(dash - name)
		       : strlen(name);
}

static int compare(const void *a, const void *b)
{
	const struct profile *p = a, *q = b;
	size_t n = family_length(p->name), m = family_length(q->name);
	const struct profile_dir *d = &p->dir[TO_VPC], *e = &q->dir[TO_VPC];
	uint64_t x = d->cir_bps + d->rate_bps, y = e->cir_bps + e->rate_bps;
	int r;

	if (p->kind != q->kind)
		return p->kind < q->kind ? -1 : 1;
	r = strncmp(p->name, q->name, MIN(n, m));
	if (r == 0 && n != m)
		return n < m ? -1 : 1;
	if (r == 0 && x != y)
		return x < y ? -1 : 1;

	return r ? r : strcmp(p->name, q->name);
}

int shipped_profiles(const char *dir, struct profile **ret, size_t *ret_n, struct err *err)
{
	auto_free struct profile *profiles = NULL;
	char **names;
	size_t n;
	int r;

	r = profile_names(dir, &names, &n, err);
	if (r < 0)
		return r;
	profiles = calloc(n + 1, sizeof(*profiles));
	if (!profiles) {
		profile_names_free(names, n);
		return err_set(err, -ENOMEM, "%s: out of memory", dir);
	}
	for (size_t i = 0; r == 0 && i < n; i++)
		r = profile_load(dir, names[i], &profiles[i], err);
	profile_names_free(names, n);
	if (r < 0)
		return r;

	qsort(profiles, n, sizeof(*profiles), compare);
	*ret = take_ptr(profiles);
	*ret_n = n;
	return 0;
}

struct widths {
	int name, column[ARRAY_SIZE(columns)];
};

static struct widths measure(const struct profile *profiles, size_t n)
{
	struct widths w = { .name = 4 };
	char cell[64];

	for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
		w.column[c] = (int)strlen(columns[c].title);
	for (const struct profile *p = profiles; p < profiles + n; p++) {
		w.name = MAX(w.name, (int)strlen(p->name));
		for (size_t i = 0; i < ARRAY_SIZE(columns) * DIR_COUNT; i++) {
			size_t c = i / DIR_COUNT;
			const struct profile_dir *d = &p->dir[i % DIR_COUNT];

			w.column[c] = MAX(w.column[c],
					  (int)strlen(columns[c].cell(d, cell, sizeof(cell))));
		}
	}

	return w;
}

static bool looks_the_same_both_ways(const struct profile *p)
{
	char a[64], b[64];

	for (size_t c = 0; c < ARRAY_SIZE(columns); c++) {
		if (strcmp(columns[c].cell(&p->dir[TO_VPC], a, sizeof(a)),
			   columns[c].cell(&p->dir[TO_ONPREM], b, sizeof(b))) != 0)
			return false;
	}

	return true;
}

static void print_row(const char *name, const char *kind, const struct profile_dir *d,
		      const struct widths *w)
{
	char cell[64];

	printf("%-*s  %-9s", w->name, name, kind);
	for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
		printf("  %-*s", w->column[c], columns[c].cell(d, cell, sizeof(cell)));
}

void profile_print_list(const struct profile *profiles, size_t n)
{
	const struct widths w = measure(profiles, n);

	printf("%-*s  %-9s", w.name, "NAME", "KIND");
	for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
		printf("  %-*s", w.column[c], columns[c].title);
	printf("  %4s  TITLE\n", "MTU");

	for (const struct profile *p = profiles; p < profiles + n; p++) {
		if (p > profiles && p->kind != p[-1].kind)
			printf("\n");
		print_row(p->name, link_kind_names[p->kind], &p->dir[TO_VPC], &w);
		printf("  %4u  %s\n", p->mtu, p->title);
		if (looks_the_same_both_ways(p))
			continue;
		print_row("", "", &p->dir[TO_ONPREM], &w);
		printf("  %4s  to on-premises\n", "");
	}
}
