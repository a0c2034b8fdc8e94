// SPDX-License-Identifier: ISC
/* What profile_write() writes reads back as the same profile. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"
#include "model/profile.h"

#define PROFILES "profiles"

/* memcmp() would look at the padding, and at what is behind the end of a name. */
static bool same_dir(const struct profile_dir *a, const struct profile_dir *b)
{
	return a->rate_bps == b->rate_bps && a->queue_ns == b->queue_ns &&
	       a->cir_bps == b->cir_bps && a->burst_bytes == b->burst_bytes &&
	       a->accounting == b->accounting && a->cap_bps == b->cap_bps &&
	       a->cap_pps == b->cap_pps && a->delay_ns == b->delay_ns &&
	       a->jitter_shape == b->jitter_shape && a->jitter_ns == b->jitter_ns &&
	       a->loss_model == b->loss_model && a->loss_ratio == b->loss_ratio &&
	       a->loss_p == b->loss_p && a->loss_r == b->loss_r && a->loss_bad == b->loss_bad &&
	       a->loss_good == b->loss_good;
}

static bool same(const struct profile *a, const struct profile *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->title, b->title) == 0 &&
	       a->kind == b->kind && a->mtu == b->mtu && a->c_tag == b->c_tag &&
	       a->s_tag == b->s_tag && a->s_tpid == b->s_tpid && a->encap_bytes == b->encap_bytes &&
	       same_dir(&a->dir[TO_VPC], &b->dir[TO_VPC]) &&
	       same_dir(&a->dir[TO_ONPREM], &b->dir[TO_ONPREM]);
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

static uint64_t state = 1;

/* From @low to @high, small values as often as large ones. */
static uint64_t any(uint64_t low, uint64_t high)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);

	return low + ((state >> 1) >> (state >> 58)) % (high - low + 1);
}

static double any_ratio(void)
{
	return ldexp((double)any(1, UINT64_C(1) << 53), -53);
}

static void any_loss(struct profile_dir *d)
{
	d->loss_model = any(0, LOSS_MODEL_COUNT - 1);
	if (d->loss_model == LOSS_RANDOM) {
		d->loss_ratio = any(0, 1) ? any_ratio() : 0;
		return;
	}
	d->loss_p = any_ratio();
	d->loss_r = any_ratio();
	if (d->loss_model == LOSS_GILBERT_ELLIOTT) {
		d->loss_bad = any_ratio();
		d->loss_good = any(0, 1) ? d->loss_bad / 2 : 0;
	}
}

static void any_dir(enum link_kind kind, struct profile_dir *d)
{
	*d = (struct profile_dir){ .accounting = ACCOUNT_L2 };
	if (kind == LINK_HOSTED) {
		d->cir_bps = any(100000, UINT64_C(400000000000));
		d->burst_bytes = any(9100, 1000000000);
		d->accounting = any(0, ACCOUNTING_COUNT - 1);
	} else {
		d->rate_bps = any(100000, UINT64_C(400000000000));
		d->queue_ns = any(UINT64_C(1000000000), UINT64_C(10000000000));
	}
	if (kind == LINK_VPN) {
		d->cap_bps = any(0, 1) ? any(100000, UINT64_C(400000000000)) : 0;
		d->cap_pps = any(0, 1000000000);
	}
	d->delay_ns = any(0, UINT64_C(10000000000));
	d->jitter_shape = any(0, JITTER_SHAPE_COUNT - 1);
	if (d->jitter_shape != JITTER_NONE)
		d->jitter_ns = any(1, UINT64_C(10000000000));
	any_loss(d);
}

static struct profile any_profile(void)
{
	static const char *const titles[] = {
		"plain", "a: b # c", "\"quoted\" \\ 'it'", " - x ", "\u4e13\u7ebf \u00e4",
		"null",	 "[1, 2"
	};
	struct profile p = { .kind = any(0, LINK_KIND_COUNT - 1), .mtu = (unsigned)any(68, 9001) };

	(void)snprintf(p.name, sizeof(p.name), "%s", any(0, 1) ? "1e3" : "some-name");
	(void)snprintf(p.title, sizeof(p.title), "%s", titles[any(0, ARRAY_SIZE(titles) - 1)]);
	if (p.kind == LINK_VPN)
		p.encap_bytes = (unsigned)any(20, 200);
	else
		p.c_tag = (unsigned)any(1, 4094);
	if (p.kind == LINK_HOSTED) {
		p.s_tag = (unsigned)any(1, 4094);
		p.s_tpid = any(0, 1) ? 0x8100 : 0x88a8;
	}
	any_dir(p.kind, &p.dir[TO_VPC]);
	p.dir[TO_ONPREM] = p.dir[TO_VPC];
	if (any(0, 1))
		any_dir(p.kind, &p.dir[TO_ONPREM]);

	return p;
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
	for (size_t i = 0; i < 3000; i++) {
		struct profile p = any_profile();

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
