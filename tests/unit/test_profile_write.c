// SPDX-License-Identifier: ISC
/* What profile_write() writes reads back as the same profile. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"
#include "model/profile_keys.h"
#include "tests/unit/any_profile.h"

#define PROFILES "profiles"

static bool same_dir(const struct profile_dir *a, const struct profile_dir *b)
{
	for (size_t i = 0; i < profile_keys_n; i++) {
		const struct key *key = &profile_keys[i];

		if (key->per_dir &&
		    !key_is_equal(key, key_field_const(a, key), key_field_const(b, key)))
			return false;
	}

	return true;
}

static bool same_dirs(const struct profile_dir *a, const struct profile_dir *b)
{
	return same_dir(&a[TO_VPC], &b[TO_VPC]) && same_dir(&a[TO_ONPREM], &b[TO_ONPREM]);
}

/* memcmp() would look at the padding, and at what is behind the end of a name. */
static bool same(const struct profile *a, const struct profile *b)
{
	for (size_t i = 0; i < profile_keys_n; i++) {
		const struct key *key = &profile_keys[i];

		if (!key->per_dir &&
		    !key_is_equal(key, key_field_const(a, key), key_field_const(b, key)))
			return false;
	}
	if (!same_dirs(a->dir, b->dir) || a->n_steps != b->n_steps)
		return false;
	for (size_t i = 0; i < a->n_steps; i++) {
		const struct profile_step *x = &a->step[i], *y = &b->step[i];

		if (x->at_ns != y->at_ns || x->own[TO_VPC] != y->own[TO_VPC] ||
		    x->own[TO_ONPREM] != y->own[TO_ONPREM] || !same_dirs(x->dir, y->dir))
			return false;
	}

	return true;
}

static char *written(const struct profile *p)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	cr_assert_not_null(f);
	profile_write(p, f);
	(void)fclose(f);

	return text;
}

static void expect_round_trip(const struct profile *p)
{
	auto_free char *text = written(p);
	struct profile back;
	struct err err = { 0 };

	cr_assert_eq(profile_read(text, strlen(text), "written", &back, &err), 0, "%s\n%s", err.msg,
		     text);
	cr_assert(same(p, &back), "%s", text);
}

Test(write, round_trip_of_shipped)
{
	struct err err = { 0 };
	char **names;
	size_t n;

	cr_assert_eq(profile_names(PROFILES, &names, &n, &err), 0, "%s", err.msg);
	cr_expect_geq(n, 11);
	for (size_t i = 0; i < n; i++) {
		struct profile p;

		cr_assert_eq(profile_load(PROFILES, names[i], &p, &err), 0, "%s", err.msg);
		cr_expect_str_eq(p.name, names[i]);
		expect_round_trip(&p);
	}
	profile_names_free(names, n);
}

Test(write, round_trip_of_any)
{
	size_t tried = 0, done[2] = { 0 };

	/* Few of those made at random are without a contradiction, with a schedule one in hundreds. */
	while (done[0] < 2000 || done[1] < 200) {
		struct profile p = any_profile();
		struct err err;

		cr_assert_lt(++tried, 1000000, "%zu and %zu are right", done[0], done[1]);
		if (profile_check(&p, &err) < 0)
			continue;
		done[p.n_steps > 0]++;
		expect_round_trip(&p);
	}
}

Test(write, text)
{
	struct profile p = {
		.name = "x",
		.title = "a \"b\"",
		.kind = LINK_HOSTED,
		.mtu = 1500,
		.c_tag = 101,
		.s_tag = 900,
		.s_tpid = 0x8100,
		.dir[TO_VPC] = { .cir_bps = 200000000,
				 .burst_bytes = 65536,
				 .accounting = ACCOUNT_L2,
				 .delay_ns = 0,
				 .jitter_shape = JITTER_NORMAL,
				 .jitter_ns = 300000 },
	};
	auto_free char *both = NULL, *each = NULL;

	p.dir[TO_ONPREM] = p.dir[TO_VPC];
	both = written(&p);
	cr_expect_str_eq(both, "profile: \"x\"\n"
			       "title: \"a \\\"b\\\"\"\n"
			       "kind: hosted\n"
			       "mtu: 1500\n"
			       "vlan:\n"
			       "  c_tag: 101\n"
			       "  s_tag: 900\n"
			       "  s_tpid: \"0x8100\"\n"
			       "both:\n"
			       "  cir: 200mbit\n"
			       "  burst: 64KiB\n"
			       "  accounting: l2\n"
			       "  delay: 0s\n"
			       "  jitter:\n"
			       "    shape: normal\n"
			       "    scale: 300us\n"
			       "  loss:\n"
			       "    model: random\n"
			       "    ratio: 0\n");
	p.dir[TO_ONPREM].delay_ns = 1500;
	each = written(&p);
	cr_expect_null(strstr(each, "both:"));
	cr_expect_not_null(strstr(each, "\nto_vpc:\n  cir: 200mbit\n"));
	cr_expect_not_null(strstr(each, "\nto_onprem:\n  cir: 200mbit\n"));
	cr_expect_not_null(strstr(each, "  delay: 1.5us\n"));
}

/* Steps are written as they are said, not as they come out. */
Test(write, schedule)
{
	static const char head[] = "profile: \"x\"\n"
				   "title: \"x\"\n"
				   "kind: dedicated\n"
				   "mtu: 1500\n"
				   "vlan:\n"
				   "  c_tag: 101\n"
				   "both:\n"
				   "  rate: 1gbit\n"
				   "  queue_frames: 100\n"
				   "  delay: 5ms\n"
				   "  loss:\n"
				   "    model: random\n"
				   "    ratio: 0\n"
				   "schedule:\n";
	static const char *const tails[] = {
		"  20s:\n"
		"    both:\n"
		"      delay: 30ms\n",
		"  period: 24h\n"
		"  start: 19h\n"
		"  1.5s:\n"
		"    to_vpc:\n"
		"      loss:\n"
		"        model: gilbert\n"
		"        p: 0.1\n"
		"        r: 0.5\n"
		"  20h:\n"
		"    to_vpc:\n"
		"      delay: 1ms\n"
		"    to_onprem:\n"
		"      delay: 2ms\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(tails); i++) {
		auto_free char *back = NULL;
		char text[1024];
		struct profile p;
		struct err err;

		(void)snprintf(text, sizeof(text), "%s%s", head, tails[i]);
		cr_assert_eq(profile_read(text, strlen(text), "t.yaml", &p, &err), 0, "%s",
			     err.msg);
		back = written(&p);
		cr_expect_str_eq(back, text);
	}
}

/* What a step says of both directions and one of them takes back is not said of that one. */
Test(write, own_loss_model_in_a_step)
{
	static const char text[] = "profile: x\nkind: dedicated\nmtu: 1500\nvlan: {c_tag: 101}\n"
				   "both: {rate: 1gbit, queue: 1ms, delay: 1ms}\n"
				   "schedule: {1s: {both: {loss: {model: gilbert, p: 0.1, r: "
				   "0.5}},\n"
				   "  to_vpc: {loss: {model: random, ratio: 0.5}}}}\n";
	auto_free char *back = NULL;
	struct profile p;
	struct err err;

	cr_assert_eq(profile_read(text, strlen(text), "t.yaml", &p, &err), 0, "%s", err.msg);
	back = written(&p);
	cr_expect_not_null(strstr(back, "  1s:\n"
					"    to_vpc:\n"
					"      loss:\n"
					"        model: random\n"
					"        ratio: 0.5\n"
					"    to_onprem:\n"));
}
