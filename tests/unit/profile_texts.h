/* SPDX-License-Identifier: ISC */
/* For tests of profiles as texts: what good ones mean, and what is said about bad ones. */
#ifndef DXEMU_TESTS_UNIT_PROFILE_TEXTS_H
#define DXEMU_TESTS_UNIT_PROFILE_TEXTS_H

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "model/profile.h"

/* Lines 1 to 3 of a dedicated link; both: belongs behind. */
#define HEAD "profile: x\nkind: dedicated\nvlan: {c_tag: 101}\n"
#define BOTH "both: {rate: 1gbit, queue: 10ms, delay: 1ms}\n"
#define MTU "mtu: 1500\n"
#define HOSTED "profile: x\nkind: hosted\nmtu: 1500\nvlan: {c_tag: 101, s_tag: 900}\n"

static inline struct profile read_good(const char *text)
{
	struct profile p;
	struct err err;

	cr_assert_eq(profile_read(text, strlen(text), "t.yaml", &p, &err), 0, "%s\n%s", err.msg,
		     text);

	return p;
}

struct bad {
	const char *text, *msg;
};

static inline void expect_refused(const char *text, size_t len, const char *msg)
{
	struct profile p, before;
	struct err err = { 0 };
	int r;

	memset(&p, 0x5a, sizeof(p));
	before = p;
	r = profile_read(text, len, "t.yaml", &p, &err);
	cr_expect_eq(r, -EINVAL, "read: %.60s", text);
	cr_expect_eq(err.kind, ERR_INPUT);
	cr_expect_str_eq(err.msg, msg);
	cr_expect(memcmp(&p, &before, sizeof(p)) == 0, "result was written: %.60s", text);
}

static inline void expect_all_refused(const struct bad *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_refused(rows[i].text, strlen(rows[i].text), rows[i].msg);
}

#endif
