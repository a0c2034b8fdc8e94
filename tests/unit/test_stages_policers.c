// SPDX-License-Identifier: ISC
/* The policers of a link, computed by hand: where they stand, what they count and hold. */
#include "emul/stages.h"

#include <criterion/criterion.h>

#include "base/util.h"
#include "tests/unit/shipped.h"

/* A policer at ingress sees no MAC header, so that belongs to its overhead in l1 and l2. */
Test(policers, policer_accounting)
{
	static const struct {
		const char *accounting;
		uint16_t overhead;
	} rows[] = {
		{ "accounting=l1", 14 + 4 + 4 + 20 },
		{ "accounting=l2", 14 + 4 + 4 },
		{ "accounting=l3", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_with("dx-hosted-200m", rows[i].accounting);
		struct police police[OP_POLICE_MAX] = { 0 };

		p.dir[TO_VPC].partner_cir_bps = 0;
		cr_assert_eq(stage_policers(&p, TO_VPC, police), 1);
		cr_expect_eq(police[0].overhead, rows[i].overhead, "%s: %u", rows[i].accounting,
			     police[0].overhead);
		cr_expect_eq(police[0].rate_bps, 200000000);
		cr_expect_eq(police[0].burst_bytes, 250000);
		cr_expect_eq(police[0].pps, 0);
	}
}

Test(policers, who_has_policers)
{
	static const struct {
		const char *profile, *setting;
		unsigned policers, caps;
	} rows[] = {
		{ "dx-dedicated-1g", "mtu=1500", 0, 0 },
		{ "dx-hosted-50m", "mtu=1500", 2, 0 },
		{ "dx-hosted-50m", "partner.cir=0bit", 1, 0 },
		{ "vpn-metro", "mtu=1446", 0, 2 },
		{ "vpn-metro", "cap.pps=0pps", 0, 1 },
		{ "vpn-metro", "cap.rate=0gbit", 0, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_with(rows[i].profile, rows[i].setting);
		struct police police[OP_POLICE_MAX];

		for (enum dir d = 0; d < DIR_COUNT; d++) {
			cr_expect_eq(stage_policers(&p, d, police), rows[i].policers, "%s",
				     rows[i].profile);
			cr_expect_eq(stage_tunnel_caps(&p, d, police), rows[i].caps, "%s %s",
				     rows[i].profile, rows[i].setting);
			/* A VPN's stand at AWS, a hosted connection's where a direction enters. */
			for (int leaving = 0; leaving < 2; leaving++) {
				unsigned here = leaving ? 0 : rows[i].policers;

				if (leaving == (d == TO_VPC))
					here += rows[i].caps;
				cr_expect_eq(stage_policers_at(&p, d, leaving, police), here,
					     "%s %s: %s, leaving %d", rows[i].profile,
					     rows[i].setting, dir_names[d], leaving);
			}
		}
	}
}

Test(policers, tunnel_caps)
{
	static const struct {
		const char *setting;
		uint64_t rate_bps, burst_bytes, pps, pps_burst;
	} rows[] = {
		/* 10 ms of either, but 64 KiB and one packet at least */
		{ "mtu=1446", 1250000000, 1562500, 140000, 1400 },
		{ "cap.rate=10mbit", 10000000, 65536, 140000, 1400 },
		{ "cap.pps=50pps", 1250000000, 1562500, 50, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_with("vpn-metro", rows[i].setting);
		struct police police[OP_POLICE_MAX] = { 0 };

		cr_assert_eq(stage_tunnel_caps(&p, TO_ONPREM, police), 2);
		cr_expect_eq(police[0].rate_bps, rows[i].rate_bps, "%s", rows[i].setting);
		cr_expect_eq(police[0].burst_bytes, rows[i].burst_bytes, "%s: %lu", rows[i].setting,
			     police[0].burst_bytes);
		/* The outer IP packet counts. */
		cr_expect_eq(police[0].overhead, 54, "%s", rows[i].setting);
		cr_expect_eq(police[0].pps, 0, "%s", rows[i].setting);
		cr_expect_eq(police[1].rate_bps, 0, "%s", rows[i].setting);
		cr_expect_eq(police[1].pps, rows[i].pps, "%s", rows[i].setting);
		cr_expect_eq(police[1].pps_burst, rows[i].pps_burst, "%s", rows[i].setting);
	}
}

/*
 * A black hole takes what is too large where it enters, before any bucket, and whether there are buckets or not. Its
 * measure is the frame as the kernel counts it at ingress: the packet and 14 bytes of MAC header.
 */
Test(policers, black_hole)
{
	static const struct {
		const char *changes[4];
		/* of each direction: how many enter, which frame passes the first of them, how many leave */
		struct {
			unsigned entering, mtu, leaving;
		} dir[DIR_COUNT];
	} rows[] = {
		{ { "pmtud=hosts" }, { { 0, 0, 2 }, { 2, 0, 0 } } },
		{ { "pmtud=icmp" }, { { 0, 0, 2 }, { 2, 0, 0 } } },
		{ { "pmtud=none" }, { { 1, 1446 + 14, 2 }, { 3, 1446 + 14, 0 } } },
		{ { "pmtud=none", "mtu=1300" }, { { 1, 1300 + 14, 2 }, { 3, 1300 + 14, 0 } } },
		{ { "pmtud=none", "cap.rate=0bit", "cap.pps=0pps" },
		  { { 1, 1446 + 14, 0 }, { 1, 1446 + 14, 0 } } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_changed("vpn-metro", rows[i].changes);

		for (enum dir d = 0; d < DIR_COUNT; d++) {
			struct police enter[OP_POLICE_MAX] = { 0 }, leave[OP_POLICE_MAX] = { 0 };

			cr_expect_eq(stage_policers_at(&p, d, false, enter),
				     rows[i].dir[d].entering, "row %zu, %s", i, dir_names[d]);
			cr_expect_eq(stage_policers_at(&p, d, true, leave), rows[i].dir[d].leaving,
				     "row %zu, %s", i, dir_names[d]);
			cr_expect_eq(enter[0].mtu, rows[i].dir[d].mtu, "row %zu, %s", i,
				     dir_names[d]);
			cr_expect_not(enter[0].mtu && (enter[0].rate_bps || enter[0].pps));
			cr_expect_not(enter[1].mtu || enter[2].mtu || leave[0].mtu || leave[1].mtu,
				      "row %zu, %s", i, dir_names[d]);
		}
	}
}

/* The partner's policer comes first, and counts as the other does. */
Test(policers, partner)
{
	struct profile p = load_with("dx-hosted-200m", "accounting=l3");
	struct police police[OP_POLICE_MAX] = { 0 };
	struct err err;

	cr_assert_eq(profile_set(&p, "partner.cir=100mbit", &err), 0);
	cr_assert_eq(profile_set(&p, "partner.burst=90kB", &err), 0);
	cr_assert_eq(stage_policers(&p, TO_ONPREM, police), 2);
	cr_expect_eq(police[0].rate_bps, 100000000);
	cr_expect_eq(police[0].burst_bytes, 90000);
	cr_expect_eq(police[0].overhead, 0);
	cr_expect_eq(police[1].rate_bps, 200000000);
}
