// SPDX-License-Identifier: ISC
/* What holds for the plan of every link, whatever its numbers; what plans look like is in tests/golden/. */
#include "emul/plan.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "emul/topology.h"

#define PROFILES "profiles"

static struct plan plan_of(const struct profile *p, uint64_t seed)
{
	struct plan plan;
	struct err err;

	cr_assert_eq(profile_check(p, &err), 0, "%s", err.msg);
	cr_assert_eq(plan_make(p, seed, &plan, &err), 0, "%s", err.msg);

	return plan;
}

static struct profile load(const char *name)
{
	struct profile p;
	struct err err;

	cr_assert_eq(profile_load(PROFILES, name, &p, &err), 0, "%s", err.msg);

	return p;
}

/* Calls @fn with every profile that comes with dxemu. */
static void each_profile(void (*fn)(const struct profile *p))
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

/* The operation of this kind on this device, or NULL; it is the only one. */
static const struct op *find(const struct plan *plan, enum op_kind kind, const char *ns,
			     const char *dev)
{
	const struct op *found = NULL;

	for (size_t i = 0; i < plan->n; i++) {
		const struct op *op = &plan->ops[i];

		if (op->kind != kind || strcmp(op->ns, ns) != 0 || strcmp(op->dev, dev) != 0)
			continue;
		cr_expect_null(found, "%s %s: kind %d twice", ns, dev, (int)kind);
		found = op;
	}

	return found;
}

static size_t count(const struct plan *plan, enum op_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		n += plan->ops[i].kind == kind;

	return n;
}

/* What exists so far: "ns" and "ns dev". */
struct names {
	char list[128][NS_NAME_MAX + IFNAMSIZ + 1];
	size_t n;
};

static bool known(const struct names *names, const char *ns, const char *dev)
{
	char name[NS_NAME_MAX + IFNAMSIZ + 1];

	(void)snprintf(name, sizeof(name), "%s %s", ns, dev);
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->list[i], name))
			return true;

	return false;
}

static void make(struct names *names, const char *ns, const char *dev)
{
	cr_expect_not(known(names, ns, dev), "%s %s is made twice", ns, dev);
	cr_assert_lt(names->n, ARRAY_SIZE(names->list));
	(void)snprintf(names->list[names->n++], sizeof(names->list[0]), "%s %s", ns, dev);
}

static void in_order(const struct profile *p)
{
	struct plan plan = plan_of(p, 1);
	struct names names = { 0 };

	for (size_t i = 0; i < plan.n; i++) {
		const struct op *op = &plan.ops[i];

		if (op->kind == OP_NETNS) {
			make(&names, op->ns, "");
			continue;
		}
		cr_expect(known(&names, op->ns, ""), "%s: in '%s', before it is there", p->name,
			  op->ns);
		if (op->kind == OP_VETH) {
			cr_expect(known(&names, op->veth.peer_ns, ""), "%s: peer in '%s'", p->name,
				  op->veth.peer_ns);
			make(&names, op->ns, op->dev);
			make(&names, op->veth.peer_ns, op->veth.peer_dev);
		} else if (op->kind == OP_VLAN) {
			cr_expect(known(&names, op->ns, op->vlan.link), "%s: %s on %s", p->name,
				  op->dev, op->vlan.link);
			make(&names, op->ns, op->dev);
		} else if (op->kind == OP_BRIDGE) {
			make(&names, op->ns, op->dev);
		} else if (op->dev[0]) {
			cr_expect(known(&names, op->ns, op->dev), "%s: %s %s", p->name, op->ns,
				  op->dev);
		}
		if (op->kind == OP_PORT)
			cr_expect(known(&names, op->ns, op->port.bridge), "%s", p->name);
		if (op->kind == OP_FORWARD && op->forward.to[0])
			cr_expect(known(&names, op->ns, op->forward.to), "%s", p->name);
		if (op->kind == OP_FORWARD)
			cr_expect_not_null(find(&plan, OP_CLSACT, op->ns, op->dev), "%s: %s %s",
					   p->name, op->ns, op->dev);
	}
	plan_free(&plan);
}

/* Nothing is used before it is made, and nothing is made twice. */
Test(plan, order)
{
	each_profile(in_order);
}

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
		const struct op *enter = find(&plan, OP_FORWARD, ways[d].first, ways[d].in);
		const struct op *leave = find(&plan, OP_FORWARD, ways[d].second, ways[d].in);

		cr_expect_eq(rate != NULL, p->dir[d].rate_bps != 0, "%s", p->name);
		if (rate) {
			cr_expect_eq(rate->netem.rate_bps, p->dir[d].rate_bps, "%s", p->name);
			cr_expect_eq(rate->netem.delay_ns, 0, "%s", p->name);
		}
		cr_assert_not_null(delay, "%s", p->name);
		cr_expect_eq(delay->netem.delay_ns, p->dir[d].delay_ns, "%s", p->name);
		cr_expect_eq(delay->netem.rate_bps, 0, "%s", p->name);
		/* Straight through both nodes. */
		cr_assert(enter && leave, "%s", p->name);
		cr_expect_str_eq(enter->forward.to, ways[d].out, "%s", p->name);
		cr_expect_str_eq(leave->forward.to, ways[d].out, "%s", p->name);
	}
	/* And no impairment anywhere else, least of all on a host. */
	cr_expect_eq(count(&plan, OP_NETEM), p->kind == LINK_HOSTED ? 2 : 4, "%s", p->name);
	cr_expect_eq(count(&plan, OP_FORWARD), 4, "%s", p->name);
	cr_expect_eq(count(&plan, OP_CLSACT), 4, "%s", p->name);
	plan_free(&plan);
}

Test(plan, rate_comes_before_delay)
{
	each_profile(rate_before_delay);
}

/* How many policers a frame passes at each of the four places, in the order of `places` below. */
Test(plan, policers)
{
	static const struct {
		const char *ns, *dev;
	} places[] = { { "a", "e0" }, { "z", "e0" }, { "z", "e1" }, { "a", "e1" } };
	static const struct {
		const char *profile;
		unsigned n[ARRAY_SIZE(places)];
		uint64_t first_bps;
	} rows[] = {
		/* to the VPC: enter, leave; to on-premises: enter, leave */
		{ "dx-dedicated-1g", { 0, 0, 0, 0 }, 0 },
		/* The CIR holds at the link's entrance, in either direction. */
		{ "dx-hosted-50m", { 1, 0, 1, 0 }, 50000000 },
		/* The tunnel ends at AWS: behind the access on the way there, before it on the way back. */
		{ "vpn-metro", { 0, 2, 2, 0 }, 1250000000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load(rows[i].profile);
		struct plan plan = plan_of(&p, 1);

		for (size_t k = 0; k < ARRAY_SIZE(places); k++) {
			const struct op *op = find(&plan, OP_FORWARD, places[k].ns, places[k].dev);

			cr_assert_not_null(op);
			cr_expect_eq(op->forward.n_police, rows[i].n[k], "%s at %s %s",
				     rows[i].profile, places[k].ns, places[k].dev);
			if (rows[i].n[k] > 0)
				cr_expect_eq(op->forward.police[0].rate_bps, rows[i].first_bps,
					     "%s", rows[i].profile);
			if (rows[i].n[k] > 1)
				cr_expect_eq(op->forward.police[1].pps, 140000);
		}
		plan_free(&plan);
	}
}

Test(plan, mtu)
{
	static const struct {
		const char *profile, *setting;
		unsigned wire, link, route; /* route: 0 = the device's own */
	} rows[] = {
		{ "dx-dedicated-1g", "mtu=1500", 1500, 1500, 0 },
		{ "dx-dedicated-1g", "mtu=9001", 9001, 9001, 0 },
		{ "dx-dedicated-1g", "mtu=1300", 1500, 1300, 1300 },
		{ "dx-hosted-200m", "mtu=1500", 1500, 1500, 0 },
		/* Untagged: no device of its own. */
		{ "vpn-metro", "mtu=1446", 1500, 0, 1446 },
		{ "vpn-intercontinental", "mtu=1438", 1500, 0, 1438 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load(rows[i].profile);
		struct plan plan;
		struct err err;

		cr_assert_eq(profile_set(&p, rows[i].setting, &err), 0, "%s", err.msg);
		plan = plan_of(&p, 1);
		for (size_t k = 0; k < plan.n; k++) {
			const struct op *op = &plan.ops[k];

			if (op->kind == OP_VETH)
				cr_expect_eq(op->veth.mtu, rows[i].wire, "%s", rows[i].profile);
			if (op->kind == OP_VLAN)
				cr_expect_eq(op->vlan.mtu, rows[i].link, "%s", rows[i].profile);
			if (op->kind == OP_BRIDGE)
				cr_expect_eq(op->bridge.mtu, rows[i].link, "%s", rows[i].profile);
			if (op->kind == OP_ROUTE)
				cr_expect_eq(op->route.mtu, rows[i].route, "%s", rows[i].profile);
		}
		cr_expect_eq(count(&plan, OP_ROUTE), 4);
		plan_free(&plan);
	}
}

/* One tag all the way; or two, of which the partner takes the outer one; or none. */
Test(plan, tags)
{
	static const struct {
		const char *profile, *setting;
		struct {
			const char *ns, *link, *dev;
			unsigned tpid, id;
		} vlans[4];
		size_t n, ports;
	} rows[] = {
		{ "dx-dedicated-1g",
		  "mtu=1500",
		  { { "cgw", "e1", "e1.101", 0x8100, 101 },
		    { "vgw", "e0", "e0.101", 0x8100, 101 } },
		  2,
		  0 },
		{ "dx-hosted-200m",
		  "mtu=1500",
		  { { "cgw", "e1", "e1.900", 0x8100, 900 },
		    { "cgw", "e1.900", "e1.900.101", 0x8100, 101 },
		    { "partner", "e0", "e0.900", 0x8100, 900 },
		    { "vgw", "e0", "e0.101", 0x8100, 101 } },
		  4,
		  2 },
		{ "dx-hosted-200m",
		  "vlan.s_tpid=0x88a8",
		  { { "cgw", "e1", "e1.900", 0x88a8, 900 },
		    { "cgw", "e1.900", "e1.900.101", 0x8100, 101 },
		    { "partner", "e0", "e0.900", 0x88a8, 900 },
		    { "vgw", "e0", "e0.101", 0x8100, 101 } },
		  4,
		  2 },
		{ "vpn-metro", "mtu=1446", { { 0 } }, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load(rows[i].profile);
		struct plan plan;
		struct err err;

		cr_assert_eq(profile_set(&p, rows[i].setting, &err), 0, "%s", err.msg);
		plan = plan_of(&p, 1);
		cr_expect_eq(count(&plan, OP_VLAN), rows[i].n, "%s", rows[i].profile);
		cr_expect_eq(count(&plan, OP_PORT), rows[i].ports, "%s", rows[i].profile);
		for (size_t k = 0; k < rows[i].n; k++) {
			const struct op *op =
				find(&plan, OP_VLAN, rows[i].vlans[k].ns, rows[i].vlans[k].dev);

			cr_assert_not_null(op, "%s: %s", rows[i].profile, rows[i].vlans[k].dev);
			cr_expect_str_eq(op->vlan.link, rows[i].vlans[k].link);
			cr_expect_eq(op->vlan.tpid, rows[i].vlans[k].tpid, "%s: %s",
				     rows[i].setting, op->dev);
			cr_expect_eq(op->vlan.id, rows[i].vlans[k].id);
		}
		plan_free(&plan);
	}
}

static void macs(const struct profile *p)
{
	struct plan plan = plan_of(p, 1);
	const struct mac *seen[2 * TOPOLOGY_NODES_MAX];
	size_t n = 0, wires = topology_of(p).n_nodes - 1;

	for (size_t i = 0; i < plan.n; i++)
		if (plan.ops[i].kind == OP_VETH) {
			seen[n++] = &plan.ops[i].veth.mac;
			seen[n++] = &plan.ops[i].veth.peer_mac;
		}
	cr_expect_eq(n, 2 * wires, "%s", p->name);
	for (size_t i = 0; i < n; i++) {
		/* Unicast, and of those that anybody may give out (IEEE 802). */
		cr_expect_eq(seen[i]->b[0] & 3, 2, "%s", p->name);
		for (size_t k = 0; k < i; k++)
			cr_expect_neq(memcmp(seen[i], seen[k], sizeof(*seen[i])), 0, "%s: %zu, %zu",
				      p->name, i, k);
	}
	plan_free(&plan);
}

Test(plan, mac_addresses_are_distinct)
{
	each_profile(macs);
}

/* Who has this address, and with which MAC address: from the devices, not from the neighbour entries. */
static bool owner(const struct plan *plan, struct in_addr addr, struct mac *ret)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct op *op = &plan->ops[i], *veth;
		char dev[IFNAMSIZ];

		if (op->kind != OP_ADDR || op->addr.addr.s_addr != addr.s_addr)
			continue;
		(void)snprintf(dev, sizeof(dev), "%.*s", (int)strcspn(op->dev, "."), op->dev);
		veth = find(plan, OP_VETH, op->ns, dev);
		if (veth) {
			*ret = veth->veth.mac;
			return true;
		}
		for (size_t k = 0; k < plan->n; k++)
			if (plan->ops[k].kind == OP_VETH &&
			    !strcmp(plan->ops[k].veth.peer_ns, op->ns) &&
			    !strcmp(plan->ops[k].veth.peer_dev, dev)) {
				*ret = plan->ops[k].veth.peer_mac;
				return true;
			}
	}

	return false;
}

static void neighbours(const struct profile *p)
{
	struct plan plan = plan_of(p, 1);

	for (size_t i = 0; i < plan.n; i++) {
		const struct op *op = &plan.ops[i];
		struct mac mac = { 0 };
		bool resolved = false;

		if (op->kind == OP_NEIGH) {
			cr_expect(owner(&plan, op->neigh.addr, &mac), "%s: %s", p->name, op->ns);
			cr_expect_arr_eq(op->neigh.mac.b, mac.b, sizeof(mac.b), "%s: %s %s",
					 p->name, op->ns, inet_ntoa(op->neigh.addr));
		}
		if (op->kind != OP_ROUTE)
			continue;
		for (size_t k = 0; k < plan.n && !resolved; k++)
			resolved = plan.ops[k].kind == OP_NEIGH &&
				   !strcmp(plan.ops[k].ns, op->ns) &&
				   plan.ops[k].neigh.addr.s_addr == op->route.via.s_addr;
		cr_expect(resolved, "%s: nobody knows the gateway of %s", p->name, op->ns);
	}
	cr_expect_eq(count(&plan, OP_NEIGH), 6, "%s", p->name);
	plan_free(&plan);
}

/* Nobody ever asks who has an address: all that are needed are known, and right. */
Test(plan, neighbours)
{
	each_profile(neighbours);
}

static void segments(const struct profile *p)
{
	/* Frames, not super-packets, meet the impairments: whoever makes packets cuts them. */
	static const struct {
		const char *ns, *dev;
	} makers[] = { { "onprem", "e0" }, { "cgw", "e1" }, { "vgw", "e0" }, { "vpc", "e0" } };
	struct plan plan = plan_of(p, 1);

	for (size_t i = 0; i < ARRAY_SIZE(makers); i++)
		cr_expect_not_null(find(&plan, OP_NO_TSO, makers[i].ns, makers[i].dev), "%s: %s",
				   p->name, makers[i].ns);
	plan_free(&plan);
}

Test(plan, senders_segment)
{
	each_profile(segments);
}

static void seeds(const struct profile *p)
{
	struct plan one = plan_of(p, 1), again = plan_of(p, 1), other = plan_of(p, 2);
	size_t differences = 0;

	cr_assert_eq(one.n, again.n);
	cr_assert_eq(one.n, other.n);
	cr_expect_eq(memcmp(one.ops, again.ops, one.n * sizeof(*one.ops)), 0, "%s", p->name);
	for (size_t i = 0; i < one.n; i++) {
		if (memcmp(&one.ops[i], &other.ops[i], sizeof(one.ops[i])) == 0)
			continue;
		cr_expect_eq(one.ops[i].kind, OP_NETEM, "%s", p->name);
		cr_expect_neq(one.ops[i].netem.seed, other.ops[i].netem.seed);
		other.ops[i].netem.seed = one.ops[i].netem.seed;
		cr_expect_eq(memcmp(&one.ops[i], &other.ops[i], sizeof(one.ops[i])), 0);
		differences++;
	}
	cr_expect_eq(differences, DIR_COUNT, "%s", p->name);
	plan_free(&one);
	plan_free(&again);
	plan_free(&other);
}

/* Two plans of one seed are the same; those of two seeds differ in the seeds of delay and loss alone. */
Test(plan, seeds)
{
	each_profile(seeds);
}
