// SPDX-License-Identifier: ISC
/* Overrides, one after the other, and the check behind them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "model/profile.h"
#include "tests/unit/shipped.h"

#define MAX_SETTINGS 4

/* Applies settings up to the first that is refused, then the check; 0 or a message. */
static int apply(struct profile *p, const char *const *settings, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < MAX_SETTINGS && settings[i]; i++) {
		struct profile before = *p;

		r = profile_set(p, settings[i], err);
		if (r < 0)
			cr_expect(memcmp(p, &before, sizeof(*p)) == 0, "%s changed something",
				  settings[i]);
	}

	return r ? r : profile_check(p, err);
}

/* The partner's policer goes along where it was the same, and only there. */
Test(set, partner_goes_along)
{
	struct profile p = load("dx-hosted-200m");
	struct err err;

	cr_assert_eq(profile_set(&p, "to_vpc.cir=300mbit", &err), 0);
	cr_assert_eq(profile_set(&p, "burst=1MB", &err), 0);
	cr_expect_eq(p.dir[TO_VPC].partner_cir_bps, 300000000);
	cr_expect_eq(p.dir[TO_ONPREM].partner_cir_bps, 200000000);
	cr_expect_eq(p.dir[TO_ONPREM].partner_burst_bytes, 1000000);
	cr_assert_eq(profile_set(&p, "partner.cir=100mbit", &err), 0);
	cr_assert_eq(profile_set(&p, "cir=400mbit", &err), 0);
	cr_expect_eq(p.dir[TO_VPC].partner_cir_bps, 100000000);
	cr_assert_eq(profile_set(&p, "partner.cir=0bit", &err), 0);
	cr_assert_eq(profile_set(&p, "cir=500mbit", &err), 0);
	cr_expect_eq(p.dir[TO_VPC].partner_cir_bps, 0);
}

Test(set, one_direction_or_both)
{
	struct profile p = load("dx-dedicated-1g");
	struct err err;

	cr_assert_eq(profile_set(&p, "delay=4ms", &err), 0);
	cr_expect_eq(p.dir[TO_VPC].delay_ns, 4000000);
	cr_expect_eq(p.dir[TO_ONPREM].delay_ns, 4000000);
	cr_assert_eq(profile_set(&p, "to_vpc.delay=5ms", &err), 0);
	cr_expect_eq(p.dir[TO_VPC].delay_ns, 5000000);
	cr_expect_eq(p.dir[TO_ONPREM].delay_ns, 4000000);
	cr_assert_eq(profile_set(&p, "to_onprem.rate=2gbit", &err), 0);
	cr_expect_eq(p.dir[TO_VPC].rate_bps, 1000000000);
	cr_expect_eq(p.dir[TO_ONPREM].rate_bps, 2000000000);
	cr_assert_eq(profile_set(&p, "both.delay=6ms", &err), 0);
	cr_expect_eq(p.dir[TO_VPC].delay_ns, 6000000);
	cr_assert_eq(profile_set(&p, "mtu=9001", &err), 0);
	cr_expect_eq(p.mtu, 9001);
	cr_expect_eq(p.pmtud, PMTUD_HOSTS);
	cr_assert_eq(profile_set(&p, "pmtud=icmp", &err), 0);
	cr_expect_eq(p.pmtud, PMTUD_ICMP);
	cr_assert_eq(profile_set(&p, "title=a = b", &err), 0);
	cr_expect_str_eq(p.title, "a = b");
}

Test(set, accepted)
{
	static const struct {
		const char *profile;
		const char *settings[MAX_SETTINGS];
		double loss;
	} rows[] = {
		{ "dx-dedicated-1g", { "loss.ratio=0" }, 0 },
		{ "vpn-metro", { "loss.ratio=0" }, 0 },
		{ "vpn-intercontinental", { "loss.ratio=0.1%" }, 0.001 },
		{ "vpn-intercontinental", { "loss.p=0.5" }, 0.5 },
		{ "dx-hosted-50m", { "loss.model=gilbert", "loss.p=0.1", "loss.r=0.3" }, 0.25 },
		{ "vpn-metro", { "loss.model=gilbert", "loss.p=0.1", "loss.r=0.1" }, 0.5 },
		{ "vpn-metro", { "loss.model=random" }, 0 },
		{ "vpn-intercontinental",
		  { "loss.model=gilbert-elliott", "loss.bad=1" },
		  0.0015 / 0.5015 },
		{ "dx-hosted-50m", { "jitter.scale=0ms" }, 1e-5 },
		{ "dx-hosted-50m", { "jitter.shape=none" }, 1e-5 },
		{ "vpn-metro",
		  { "loss.model=four-state", "loss.p13=0.25", "loss.p31=0.5" },
		  1.0 / 3 },
		{ "vpn-metro", { "loss.model=four-state", "loss.p14=0.1", "loss.ratio=0.1" }, 0.1 },
		{ "dx-hosted-50m", { "partner.cir=1gbit", "partner.burst=1MB" }, 1e-5 },
		{ "dx-hosted-50m",
		  { "jitter.shape=table", "jitter.table=/x", "jitter.scale=0s" },
		  1e-5 },
		{ "dx-hosted-50m",
		  { "jitter.shape=table", "jitter.table=/x", "jitter.shape=uniform" },
		  1e-5 },
		{ "dx-hosted-50m", { "jitter.correlation=1s", "jitter.scale=0s" }, 1e-5 },
		{ "dx-hosted-50m", { "reorder.ratio=0.1", "reorder.depth=1ms" }, 1e-5 },
		{ "dx-hosted-50m",
		  { "reorder.ratio=0.1", "reorder.depth=1ms", "reorder.ratio=0" },
		  1e-5 },
		{ "dx-hosted-50m",
		  { "partner.cir=1gbit", "partner.burst=1MB", "partner.cir=0bit" },
		  1e-5 },
		{ "vpn-intercontinental", { "cap.rate=0gbit", "cap.pps=0pps", "loss.ratio=1" }, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load(rows[i].profile);
		struct err err = { 0 };

		cr_expect_eq(apply(&p, rows[i].settings, &err), 0, "%s %s: %s", rows[i].profile,
			     rows[i].settings[0], err.msg);
		for (size_t d = 0; d < DIR_COUNT; d++)
			cr_expect_float_eq(profile_loss_ratio(&p.dir[d]), rows[i].loss, 1e-12,
					   "%s %s", rows[i].profile, rows[i].settings[0]);
	}
}

/* Switching the jitter off leaves neither half of it. */
Test(set, jitter_off)
{
	static const char *const settings[] = { "jitter.scale=0ms", "jitter.shape=none" };

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		struct profile p = load("vpn-metro");
		struct err err;

		cr_assert_eq(profile_set(&p, settings[i], &err), 0);
		cr_expect_eq(p.dir[TO_VPC].jitter_shape, JITTER_NONE);
		cr_expect_eq(p.dir[TO_VPC].jitter_ns, 0);
	}
}

/* Frames take the place of time, and the other way round. */
Test(set, queue_in_frames_or_time)
{
	struct profile p = load("dx-dedicated-1g");
	struct err err;

	cr_assert_eq(profile_set(&p, "to_vpc.queue_frames=100", &err), 0);
	cr_assert_eq(profile_check(&p, &err), 0, "%s", err.msg);
	cr_expect_eq(p.dir[TO_VPC].queue_ns, 0);
	cr_expect_eq(p.dir[TO_ONPREM].queue_frames, 0);
	cr_assert_eq(profile_set(&p, "queue=20ms", &err), 0);
	cr_assert_eq(profile_check(&p, &err), 0, "%s", err.msg);
	cr_expect_eq(p.dir[TO_VPC].queue_frames, 0);
	cr_expect_eq(p.dir[TO_VPC].queue_ns, 20000000);
}

/* On the command line a path is meant from where that is typed. */
Test(set, table)
{
	struct profile p = load("vpn-metro");
	char path[256], here[200];
	struct err err;

	cr_assert_not_null(getcwd(here, sizeof(here)));
	(void)snprintf(path, sizeof(path), "%s/x.dist", here);
	cr_assert_eq(profile_set(&p, "jitter.shape=table", &err), 0);
	cr_assert_eq(profile_set(&p, "jitter.table=x.dist", &err), 0, "%s", err.msg);
	cr_expect_str_eq(p.dir[TO_VPC].jitter_table, path);
	cr_assert_eq(profile_set(&p, "jitter.table=/y.dist", &err), 0, "%s", err.msg);
	cr_expect_str_eq(p.dir[TO_VPC].jitter_table, "/y.dist");
}

Test(set, refused)
{
	static const struct {
		const char *profile;
		const char *settings[MAX_SETTINGS];
		const char *msg;
	} rows[] = {
		{ "vpn-metro", { "" }, "'': not KEY=VALUE; write e.g. delay=4ms" },
		{ "vpn-metro", { "delay" }, "'delay': not KEY=VALUE; write e.g. delay=4ms" },
		{ "vpn-metro", { "=4ms" }, "'=4ms': not KEY=VALUE; write e.g. delay=4ms" },
		{ "vpn-metro", { "dely=4ms" }, "dely: unknown key; did you mean 'delay'?" },
		{ "vpn-metro",
		  { "to_vpc.dely=4ms" },
		  "to_vpc.dely: unknown key; did you mean 'to_vpc.delay'?" },
		{ "vpn-metro",
		  { "to_aws.xyzzyxyzzy=4ms" },
		  "to_aws.xyzzyxyzzy: unknown key; see 'dxemu profile keys'" },
		{ "vpn-metro",
		  { "to_vpc.mtu=1400" },
		  "to_vpc.mtu: unknown key; did you mean 'mtu'?" },
		{ "vpn-metro",
		  { "jitter=1ms" },
		  "jitter: unknown key; did you mean 'jitter.shape'?" },
		{ "vpn-metro",
		  { "to_vpc.ratio=0" },
		  "to_vpc.ratio: unknown key; did you mean 'to_vpc.loss.ratio'?" },
		{ "vpn-metro",
		  { "delay=4" },
		  "delay: '4': no unit, write e.g. 10ms; allowed: 0s to 10s" },
		{ "vpn-metro",
		  { "cap.rate=1kbit" },
		  "cap.rate: '1kbit': out of range; allowed: 100kbit to 400gbit, or for none "
		  "0bit" },
		{ "vpn-metro",
		  { "kind=hosted" },
		  "kind: says which profile this is and cannot be set; write a profile of your "
		  "own" },
		{ "vpn-metro",
		  { "profile=x" },
		  "profile: says which profile this is and cannot be set; write a profile of your "
		  "own" },
		{ "vpn-metro",
		  { "cir=1gbit" },
		  "cir: does not apply to a vpn link, only to hosted" },
		{ "dx-hosted-50m",
		  { "rate=1gbit" },
		  "rate: does not apply to a hosted link, only to dedicated or vpn" },
		{ "dx-dedicated-1g",
		  { "loss.p=0.1" },
		  "loss.p: does not belong to loss.model 'random'; set loss.model=gilbert first" },
		{ "vpn-intercontinental",
		  { "loss.good=0.1" },
		  "loss.good: does not belong to loss.model 'gilbert'; set "
		  "loss.model=gilbert-elliott first" },
		{ "vpn-metro",
		  { "loss.p13=0.1" },
		  "loss.p13: does not belong to loss.model 'gilbert-elliott'; set "
		  "loss.model=four-state first" },
		{ "vpn-metro",
		  { "loss.model=four-state", "loss.p=0.1" },
		  "loss.p: does not belong to loss.model 'four-state'; set loss.model=gilbert "
		  "first" },
		{ "vpn-metro",
		  { "jitter.table=x" },
		  "jitter.table: does not belong to jitter.shape 'pareto-normal'; set "
		  "jitter.shape=table first" },
		{ "dx-dedicated-1g",
		  { "partner.cir=1gbit" },
		  "partner.cir: does not apply to a dedicated link, only to hosted" },
		{ "vpn-metro",
		  { "pmtud=yes" },
		  "pmtud: 'yes': unknown; allowed: one of hosts, icmp, none" },
		{ "vpn-metro",
		  { "to_vpc.pmtud=icmp" },
		  "to_vpc.pmtud: unknown key; did you mean 'pmtud'?" },
		/* Found by the check behind the last one. */
		{ "dx-dedicated-1g",
		  { "pmtud=none" },
		  "pmtud: 'none' does not apply to a dedicated link, only to vpn: the routers' "
		  "VLAN devices have the link's MTU, and they answer; write icmp" },
		{ "vpn-metro",
		  { "loss.model=four-state" },
		  "to_vpc.loss.p13: 0 or missing, as loss.p14 is; loss.model 'four-state' needs "
		  "one "
		  "of them above 0 (for no loss: loss.model random, loss.ratio 0)" },
		{ "vpn-metro",
		  { "jitter.shape=table" },
		  "to_vpc.jitter.shape: 'table' has no table; set jitter.table to the path of a "
		  ".dist file" },
		{ "dx-dedicated-1g",
		  { "aqm=codel" },
		  "to_onprem.aqm: it is the customer's router that manages its queue, and that "
		  "sends to_vpc only; write it under to_vpc" },
		{ "dx-dedicated-1g",
		  { "loss.model=gilbert" },
		  "to_vpc.loss.p: 0 or missing; loss.model 'gilbert' needs it above 0 (for no "
		  "loss: "
		  "loss.model random, loss.ratio 0)" },
		{ "dx-dedicated-1g",
		  { "to_onprem.loss.model=gilbert", "to_onprem.loss.p=0.1" },
		  "to_onprem.loss.r: 0 or missing, so that the bad state would never end; allowed: "
		  "above 0, up to 1" },
		{ "vpn-intercontinental",
		  { "loss.model=gilbert-elliott" },
		  "to_vpc.loss.bad: missing or not above loss.good" },
		{ "vpn-metro",
		  { "loss.good=0.5" },
		  "to_vpc.loss.bad: missing or not above loss.good" },
		{ "dx-dedicated-1g",
		  { "jitter.shape=none", "jitter.scale=1ms" },
		  "to_vpc.jitter.scale: has no shape; set jitter.shape" },
		{ "dx-dedicated-1g",
		  { "rate=1mbit" },
		  "to_vpc.queue: 10ms holds less than one full frame; allowed: 12336000ns or more "
		  "at "
		  "this rate and MTU" },
		{ "vpn-metro",
		  { "rate=100kbit" },
		  "to_vpc.queue: 50ms holds less than one full frame; allowed: 123040000ns or more "
		  "at "
		  "this rate and MTU" },
		{ "dx-hosted-50m",
		  { "mtu=9001", "burst=9022B" },
		  "to_vpc.burst: 9022B is less than one full frame, so that nothing of that size "
		  "passes; allowed: 9023B or more at this MTU" },
		{ "dx-hosted-50m",
		  { "accounting=l1", "burst=1541B" },
		  "to_vpc.burst: 1541B is less than one full frame, so that nothing of that size "
		  "passes; allowed: 1542B or more at this MTU" },
		{ "dx-hosted-50m",
		  { "accounting=l3", "burst=1499B" },
		  "to_vpc.burst: 1499B is less than one full frame, so that nothing of that size "
		  "passes; allowed: 1500B or more at this MTU" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load(rows[i].profile);
		struct err err = { 0 };

		cr_expect_eq(apply(&p, rows[i].settings, &err), -EINVAL, "%s", rows[i].settings[0]);
		cr_expect_eq(err.kind, ERR_INPUT);
		cr_expect_str_eq(err.msg, rows[i].msg);
	}
}

/* A profile that was not read, but made: what is needed must be there. */
Test(check, needed)
{
	static const struct {
		const char *profile, *key;
		size_t offset;
		bool wide;
	} fields[] = {
		{ "dx-hosted-50m", "to_vpc.cir", offsetof(struct profile, dir[TO_VPC].cir_bps),
		  true },
		{ "dx-hosted-50m", "to_onprem.burst",
		  offsetof(struct profile, dir[TO_ONPREM].burst_bytes), true },
		{ "dx-hosted-50m", "vlan.s_tag", offsetof(struct profile, s_tag), false },
		{ "dx-hosted-50m", "vlan.c_tag", offsetof(struct profile, c_tag), false },
		{ "dx-dedicated-1g", "vlan.c_tag", offsetof(struct profile, c_tag), false },
		{ "dx-dedicated-1g", "to_vpc.rate", offsetof(struct profile, dir[TO_VPC].rate_bps),
		  true },
		{ "vpn-metro", "to_vpc.queue", offsetof(struct profile, dir[TO_VPC].queue_ns),
		  true },
		{ "vpn-metro", "encap", offsetof(struct profile, encap_bytes), false },
		{ "vpn-metro", "mtu", offsetof(struct profile, mtu), false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		struct profile p = load(fields[i].profile);
		struct err err = { 0 };
		char start[64];

		cr_assert_eq(profile_check(&p, &err), 0, "%s", err.msg);
		memset((char *)&p + fields[i].offset, 0,
		       fields[i].wide ? sizeof(uint64_t) : sizeof(unsigned));
		cr_expect_eq(profile_check(&p, &err), -EINVAL, "%s", fields[i].key);
		(void)snprintf(start, sizeof(start), "%s: missing; a ", fields[i].key);
		cr_expect_eq(strncmp(err.msg, start, strlen(start)), 0, "%s", err.msg);
	}
}
