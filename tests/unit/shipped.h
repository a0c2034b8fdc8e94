/* SPDX-License-Identifier: ISC */
/* Profiles that come with dxemu, for tests. */
#ifndef DXEMU_TESTS_UNIT_SHIPPED_H
#define DXEMU_TESTS_UNIT_SHIPPED_H

#include <criterion/criterion.h>

#include "model/profile.h"

#define PROFILES "profiles"

static inline struct profile load(const char *name)
{
	struct profile p;
	struct err err;

	cr_assert_eq(profile_load(PROFILES, name, &p, &err), 0, "%s", err.msg);

	return p;
}

/* With these changes, NULL behind the last. */
static inline struct profile load_changed(const char *name, const char *const *changes)
{
	struct profile p = load(name);
	struct err err;

	for (; changes && *changes; changes++)
		cr_assert_eq(profile_set(&p, *changes, &err), 0, "%s", err.msg);
	cr_assert_eq(profile_check(&p, &err), 0, "%s", err.msg);

	return p;
}

static inline struct profile load_with(const char *name, const char *setting)
{
	return load_changed(name, (const char *const[]){ setting, NULL });
}

#endif
