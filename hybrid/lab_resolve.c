// SPDX-License-Identifier: ISC
/* What names in a lab stand for. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/util.h"
#include "hybrid/lab_reader.h"

#define NAMES_MAX 160

/* The LAG of each connection that is in one. There is room: no more LAGs than connections. */
static int make_lags(struct lab *lab, struct lab_lag **ret_full)
{
	for (unsigned i = 0; i < lab->n_connections; i++) {
		struct lab_connection *c = &lab->connections[i];
		struct lab_lag *lag;

		if (!c->lag_name[0])
			continue;
		if (!lab_find(lab, c->lag_name, LAB_ON(LAB_LAG), &c->lag)) {
			c->lag = (struct lab_ref){ LAB_LAG, lab->n_lags++ };
			memcpy(lab->lags[c->lag.index].name, c->lag_name, LAB_NAME_MAX);
		}
		lag = &lab->lags[c->lag.index];
		if (lag->n_members == LAB_LAG_MEMBERS_MAX) {
			*ret_full = lag;
			return (int)i;
		}
		lag->members[lag->n_members++] = (struct lab_ref){ LAB_CONNECTION, i };
	}

	return -1;
}

static int no_such(const struct lab *lab, const struct lab_pending *p, const char *name,
		   struct err *err)
{
	char nouns[160], shown[72], texts[NAMES_MAX][LAB_FULL_NAME_MAX];
	const char *names[NAMES_MAX], *near;
	struct lab_ref other;
	size_t n = 0;

	(void)lab_nouns(p->kinds, nouns, sizeof(nouns));
	(void)text_for_message(name, shown, sizeof(shown));
	if (lab_find(lab, name, ~0U, &other))
		return yaml_fail(&p->at, err, "'%s': a %s; allowed: the name of a %s", shown,
				 lab_noun(other.kind), nouns);
	for (enum lab_kind kind = 0; kind < LAB_KIND_COUNT; kind++) {
		for (unsigned i = 0; p->kinds & LAB_ON(kind) && i < lab_count(lab, kind); i++) {
			struct lab_ref ref = { kind, i };

			if (n < NAMES_MAX)
				names[n] = lab_full_name(lab, ref, texts[n], sizeof(texts[n]));
			n += n < NAMES_MAX;
		}
	}
	near = nearest(name, names, n);

	return yaml_fail(&p->at, err, "'%s': there is no such %s%s%s%s", shown, nouns,
			 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int resolve(const struct lab *lab, const struct lab_pending *p, struct err *err)
{
	const char *suffix = p->field ? p->field->suffix : NULL;
	size_t length = strlen(p->name), behind = suffix ? strlen(suffix) : 0;
	char name[sizeof(p->name)], shown[72];

	(void)snprintf(name, sizeof(name), "%s", p->name);
	if (!length)
		return yaml_fail(&p->at, err, "empty");
	if (suffix) {
		(void)text_for_message(name, shown, sizeof(shown));
		if (length <= behind || strcmp(name + length - behind, suffix) != 0)
			return yaml_fail(&p->at, err,
					 "'%s': does not say what happens; write '%.*s%s'", shown,
					 (int)strcspn(shown, " "), shown, suffix);
		name[length - behind] = '\0';
	}
	if (!lab_find(lab, name, p->kinds, p->target))
		return no_such(lab, p, name, err);

	return 0;
}

int lab_resolve(struct lab_reader *r, struct err *err)
{
	struct lab *lab = r->lab;
	struct lab_lag *lag = NULL;
	int one_too_many = make_lags(lab, &lag);

	if (one_too_many >= 0) {
		const char *name = lab->connections[one_too_many].name;
		struct yaml_at at = { .name = r->name };
		const struct place *place;

		(void)snprintf(at.path, sizeof(at.path), "connections.%s.lag", name);
		place = places_find(&r->places, 0, at.path);
		at.line = place->line;
		at.column = place->column;
		return yaml_fail(&at, err, "%s has %d members already; allowed: up to %d",
				 lag->name, LAB_LAG_MEMBERS_MAX, LAB_LAG_MEMBERS_MAX);
	}
	for (size_t i = 0; i < r->n_pending; i++) {
		if (resolve(lab, &r->pending[i], err) < 0)
			return err->code;
	}

	return 0;
}
