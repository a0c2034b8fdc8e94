/* SPDX-License-Identifier: ISC */
/* For tests of plans. */
#ifndef DXEMU_TESTS_UNIT_PLANS_H
#define DXEMU_TESTS_UNIT_PLANS_H

#include <criterion/criterion.h>
#include <string.h>

#include "emul/plan.h"
#include "tests/unit/shipped.h"

static inline struct plan plan_of(const struct profile *p, uint64_t seed)
{
	struct plan plan;
	struct err err;

	cr_assert_eq(profile_check(p, &err), 0, "%s", err.msg);
	cr_assert_eq(plan_make(p, seed, &plan, &err), 0, "%s", err.msg);

	return plan;
}

/* Calls @fn with every profile that comes with dxemu. */
static inline void each_profile(void (*fn)(const struct profile *p))
{
	char **names;
	struct err err;
	size_t n;

	cr_assert_eq(profile_names(PROFILES, &names, &n, &err), 0, "%s", err.msg);
	cr_assert_gt(n, 10);
	for (size_t i = 0; i < n; i++) {
		struct profile p = load(names[i]);

		fn(&p);
	}
	profile_names_free(names, n);
}

/*
 * The operation of this kind on this device, or NULL; it is the only one, netems below the root aside, which are
 * found for @below.
 */
static const struct op *find_at(const struct plan *plan, enum op_kind kind, const char *ns,
				const char *dev, bool below)
{
	const struct op *found = NULL;

	for (size_t i = 0; i < plan->n; i++) {
		const struct op *op = &plan->ops[i];

		if (op->kind != kind || strcmp(op->ns, ns) != 0 || strcmp(op->dev, dev) != 0 ||
		    (kind == OP_NETEM && op->netem.child != below))
			continue;
		cr_expect_null(found, "%s %s: kind %d twice", ns, dev, (int)kind);
		found = op;
	}

	return found;
}

static inline const struct op *find(const struct plan *plan, enum op_kind kind, const char *ns,
				    const char *dev)
{
	return find_at(plan, kind, ns, dev, false);
}

static inline size_t count(const struct plan *plan, enum op_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		n += plan->ops[i].kind == kind;

	return n;
}

#endif
