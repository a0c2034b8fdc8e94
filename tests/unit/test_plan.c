// SPDX-License-Identifier: ISC
/* What holds for the plan of every link, whatever its numbers; what plans look like is in tests/golden/. */
#include "tests/unit/plan_order.h"
#include "tests/unit/plans.h"

#include <arpa/inet.h>

#include "base/util.h"
#include "emul/plan.h"
#include "emul/topology.h"

static void in_order(const struct profile *p)
{
	struct plan plan = plan_of(p, 1);

	expect_order(&plan, p->name);
	plan_free(&plan);
}

/* Nothing is used before it is made, and nothing is made twice. */
Test(plan, order)
{
	each_profile(in_order);
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
	cr_expect_eq(differences, count(&one, OP_NETEM), "%s", p->name);
	plan_free(&one);
	plan_free(&again);
	plan_free(&other);
}

/* Two plans of one seed are the same; those of two seeds differ in the seeds of netems alone. */
Test(plan, seeds)
{
	each_profile(seeds);
}
