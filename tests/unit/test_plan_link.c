// SPDX-License-Identifier: ISC
/* What becomes of a profile's numbers in its plan: rates, delays, policers, MTUs and tags, and where. */
#include "tests/unit/plans.h"

#include "base/util.h"
#include "emul/plan.h"

/* Each direction as frames meet it: what enters the link's first node, and what leaves the second. */
static const struct {
	const char *first, *second, *in, *out;
} ways[DIR_COUNT] = {
	[TO_VPC] = { "a", "z", "e0", "e1" },
	[TO_ONPREM] = { "z", "a", "e1", "e0" },
};

static void rate_before_delay(const struct profile *shipped)
{
	struct profile own = *shipped, *p = &own;
	struct plan plan;

	/* Each direction with numbers of its own, which the other one must not get. */
	own.dir[TO_ONPREM].rate_bps /= 2;
	own.dir[TO_ONPREM].delay_ns *= 2;
	plan = plan_of(p, 1);
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		const struct op *rate = find(&plan, OP_NETEM, ways[d].first, ways[d].out);
		const struct op *delay = find(&plan, OP_NETEM, ways[d].second, ways[d].out);
		const struct op *dice = find_at(&plan, OP_NETEM, ways[d].second, ways[d].out, true);
		const struct op *enter = find(&plan, OP_FORWARD, ways[d].first, ways[d].in);
		const struct op *leave = find(&plan, OP_FORWARD, ways[d].second, ways[d].in);

		cr_expect_eq(rate != NULL, p->dir[d].rate_bps != 0, "%s", p->name);
		if (rate) {
			cr_expect_eq(rate->netem.rate_bps, p->dir[d].rate_bps, "%s", p->name);
			cr_expect_eq(rate->netem.delay_ns, 0, "%s", p->name);
		}
		cr_assert_not_null(delay, "%s", p->name);
		cr_expect_eq(delay->netem.delay_ns, p->dir[d].delay_ns, "%s", p->name);
		cr_expect_eq(delay->netem.loss_ratio, 0, "%s", p->name);
		cr_expect_eq(delay->netem.overhead, 0, "%s", p->name);
		/* Lost frames have used the link: below the delay, and never in front of the rate. */
		cr_assert_not_null(dice, "%s", p->name);
		cr_expect(dice > delay, "%s", p->name);
		cr_expect_eq(dice->netem.rate_bps, 0, "%s", p->name);
		/* Straight through both nodes. */
		cr_assert(enter && leave, "%s", p->name);
		cr_expect_str_eq(enter->forward.to, ways[d].out, "%s", p->name);
		cr_expect_str_eq(leave->forward.to, ways[d].out, "%s", p->name);
	}
	/* And no impairment anywhere else, least of all on a host. */
	cr_expect_eq(count(&plan, OP_NETEM), p->kind == LINK_HOSTED ? 4 : 6, "%s", p->name);
	cr_expect_eq(count(&plan, OP_FORWARD), 4, "%s", p->name);
	cr_expect_eq(count(&plan, OP_CLSACT), 4, "%s", p->name);
	plan_free(&plan);
}

Test(plan_link, rate_comes_before_delay)
{
	each_profile(rate_before_delay);
}

static struct plan plan_changed(const char *profile, const char *const *changes)
{
	struct profile p = load_changed(profile, changes);

	return plan_of(&p, 1);
}

static struct plan plan_with(const char *profile, const char *setting)
{
	return plan_changed(profile, (const char *const[]){ setting, NULL });
}

static bool on_host(const struct op *op)
{
	return !strcmp(op->ns, "onprem") || !strcmp(op->ns, "vpc");
}

/* How many policers a frame passes at each of the four places, in the order of `places` below. */
Test(plan_link, policers)
{
	static const struct {
		const char *ns, *dev;
	} places[] = { { "a", "e0" }, { "z", "e0" }, { "z", "e1" }, { "a", "e1" } };
	static const struct {
		const char *profile, *setting;
		unsigned n[ARRAY_SIZE(places)];
		uint64_t first_bps, second_pps;
	} rows[] = {
		/* to the VPC: enter, leave; to on-premises: enter, leave */
		{ "dx-dedicated-1g", "mtu=1500", { 0, 0, 0, 0 }, 0, 0 },
		/* The partner's policer and AWS's hold at the link's entrance, in either direction. */
		{ "dx-hosted-50m", "mtu=1500", { 2, 0, 2, 0 }, 50000000, 0 },
		/* The tunnel ends at AWS: behind the access on the way there, before it on the way back. */
		{ "vpn-metro", "mtu=1446", { 0, 2, 2, 0 }, 1250000000, 140000 },
		{ "vpn-metro", "pmtud=icmp", { 0, 2, 2, 0 }, 1250000000, 140000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct plan plan = plan_with(rows[i].profile, rows[i].setting);

		for (size_t k = 0; k < ARRAY_SIZE(places); k++) {
			const struct op *op = find(&plan, OP_FORWARD, places[k].ns, places[k].dev);

			cr_assert_not_null(op);
			cr_expect_eq(op->forward.n_police, rows[i].n[k], "%s at %s %s",
				     rows[i].profile, places[k].ns, places[k].dev);
			if (rows[i].n[k] > 0)
				cr_expect_eq(op->forward.police[0].rate_bps, rows[i].first_bps,
					     "%s", rows[i].profile);
			if (rows[i].n[k] > 1)
				cr_expect_eq(op->forward.police[1].pps, rows[i].second_pps, "%s",
					     rows[i].profile);
		}
		plan_free(&plan);
	}
}

Test(plan_link, mtu)
{
	static const struct {
		const char *profile, *changes[3];
		unsigned wire, link, host, router; /* the latter two: routes; 0 = the device's */
	} rows[] = {
		{ "dx-dedicated-1g", { "mtu=1500" }, 1500, 1500, 0, 0 },
		{ "dx-dedicated-1g", { "mtu=9001" }, 9001, 9001, 0, 0 },
		{ "dx-dedicated-1g", { "mtu=1300" }, 1500, 1300, 1300, 1300 },
		{ "dx-dedicated-1g", { "mtu=1300", "pmtud=icmp" }, 1500, 1300, 0, 1300 },
		{ "dx-dedicated-1g", { "mtu=9001", "pmtud=icmp" }, 9001, 9001, 0, 0 },
		{ "dx-hosted-200m", { "mtu=1500" }, 1500, 1500, 0, 0 },
		{ "dx-hosted-200m", { "mtu=1400", "pmtud=icmp" }, 1500, 1400, 0, 1400 },
		/* Untagged: no device of its own. */
		{ "vpn-metro", { "mtu=1446" }, 1500, 0, 1446, 1446 },
		{ "vpn-intercontinental", { "mtu=1438" }, 1500, 0, 1438, 1438 },
		{ "vpn-metro", { "pmtud=hosts" }, 1500, 0, 1446, 1446 },
		{ "vpn-metro", { "pmtud=icmp" }, 1500, 0, 0, 1446 },
		{ "vpn-metro", { "pmtud=none" }, 1500, 0, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct plan plan = plan_changed(rows[i].profile, rows[i].changes);

		for (size_t k = 0; k < plan.n; k++) {
			const struct op *op = &plan.ops[k];

			if (op->kind == OP_VETH)
				cr_expect_eq(op->veth.mtu, rows[i].wire, "%s", rows[i].profile);
			if (op->kind == OP_VLAN)
				cr_expect_eq(op->vlan.mtu, rows[i].link, "%s", rows[i].profile);
			if (op->kind == OP_BRIDGE)
				cr_expect_eq(op->bridge.mtu, rows[i].link, "%s", rows[i].profile);
			if (op->kind == OP_ROUTE)
				cr_expect_eq(op->route.mtu,
					     on_host(op) ? rows[i].host : rows[i].router,
					     "row %zu: %s", i, op->ns);
		}
		cr_expect_eq(count(&plan, OP_ROUTE), 4);
		plan_free(&plan);
	}
}

/* One tag all the way; or two, of which the partner takes the outer one; or none. */
Test(plan_link, tags)
{
	static const struct vlan {
		const char *ns, *link, *dev;
		unsigned id;
		bool outer;
	} dedicated[] = {
		{ "cgw", "e1", "e1.101", 101, false },
		{ "vgw", "e0", "e0.101", 101, false },
	}, hosted[] = {
		{ "cgw", "e1", "e1.900", 900, true },
		{ "cgw", "e1.900", "e1.900.101", 101, false },
		{ "partner", "e0", "e0.900", 900, true },
		{ "vgw", "e0", "e0.101", 101, false },
	};
	static const struct {
		const char *profile, *setting;
		const struct vlan *vlans;
		size_t n, ports;
		unsigned outer_tpid;
	} rows[] = {
		{ "dx-dedicated-1g", "mtu=1500", dedicated, ARRAY_SIZE(dedicated), 0, 0 },
		{ "dx-hosted-200m", "mtu=1500", hosted, ARRAY_SIZE(hosted), 2, 0x8100 },
		{ "dx-hosted-200m", "vlan.s_tpid=0x88a8", hosted, ARRAY_SIZE(hosted), 2, 0x88a8 },
		{ "vpn-metro", "mtu=1446", NULL, 0, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct plan plan = plan_with(rows[i].profile, rows[i].setting);

		cr_expect_eq(count(&plan, OP_VLAN), rows[i].n, "%s", rows[i].profile);
		cr_expect_eq(count(&plan, OP_PORT), rows[i].ports, "%s", rows[i].profile);
		for (size_t k = 0; k < rows[i].n; k++) {
			const struct vlan *v = &rows[i].vlans[k];
			const struct op *op = find(&plan, OP_VLAN, v->ns, v->dev);

			cr_assert_not_null(op, "%s: %s", rows[i].profile, v->dev);
			cr_expect_str_eq(op->vlan.link, v->link);
			cr_expect_eq(op->vlan.tpid, v->outer ? rows[i].outer_tpid : 0x8100,
				     "%s: %s", rows[i].setting, v->dev);
			cr_expect_eq(op->vlan.id, v->id);
		}
		plan_free(&plan);
	}
}
