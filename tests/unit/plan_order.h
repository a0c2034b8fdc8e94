/* SPDX-License-Identifier: ISC */
/* For tests of plans: whether one can be done from its first to its last operation. */
#ifndef DXEMU_TESTS_UNIT_PLAN_ORDER_H
#define DXEMU_TESTS_UNIT_PLAN_ORDER_H

#include "base/util.h"
#include "tests/unit/plans.h"

/* What exists so far: "ns" and "ns dev". */
struct names {
	char list[512][NS_NAME_MAX + IFNAMSIZ + 1];
	size_t n;
};

static inline bool known(const struct names *names, const char *ns, const char *dev)
{
	char name[NS_NAME_MAX + IFNAMSIZ + 1];

	(void)snprintf(name, sizeof(name), "%s %s", ns, dev);
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->list[i], name))
			return true;

	return false;
}

static inline void make(struct names *names, const char *ns, const char *dev)
{
	cr_expect_not(known(names, ns, dev), "%s %s is made twice", ns, dev);
	cr_assert_lt(names->n, ARRAY_SIZE(names->list));
	(void)snprintf(names->list[names->n++], sizeof(names->list[0]), "%s %s", ns, dev);
}

/* Nothing is used before it is made, and nothing is made twice. */
static inline void expect_order(const struct plan *plan, const char *what)
{
	static struct names names;

	names.n = 0;
	for (size_t i = 0; i < plan->n; i++) {
		const struct op *op = &plan->ops[i];

		if (op->kind == OP_NETNS) {
			make(&names, op->ns, "");
			make(&names, op->ns, "lo");
			continue;
		}
		cr_expect(known(&names, op->ns, ""), "%s: in '%s', before it is there", what,
			  op->ns);
		if (op->kind == OP_VETH) {
			cr_expect(known(&names, op->veth.peer_ns, ""), "%s: peer in '%s'", what,
				  op->veth.peer_ns);
			make(&names, op->ns, op->dev);
			make(&names, op->veth.peer_ns, op->veth.peer_dev);
		} else if (op->kind == OP_VLAN) {
			cr_expect(known(&names, op->ns, op->vlan.link), "%s: %s on %s", what,
				  op->dev, op->vlan.link);
			make(&names, op->vlan.into_ns[0] ? op->vlan.into_ns : op->ns, op->dev);
		} else if (op->kind == OP_XFRM) {
			make(&names, op->xfrm.into_ns[0] ? op->xfrm.into_ns : op->ns, op->dev);
		} else if (op->kind == OP_BRIDGE || op->kind == OP_BOND) {
			make(&names, op->ns, op->dev);
		} else if (op->dev[0]) {
			cr_expect(known(&names, op->ns, op->dev), "%s: %s %s", what, op->ns,
				  op->dev);
		}
		if (op->kind == OP_MEMBER)
			cr_expect(known(&names, op->ns, op->member.bond), "%s", what);
		if (op->kind == OP_PORT)
			cr_expect(known(&names, op->ns, op->port.bridge), "%s", what);
		if (op->kind == OP_FORWARD && op->forward.to[0])
			cr_expect(known(&names, op->ns, op->forward.to), "%s", what);
		if (op->kind == OP_FORWARD)
			cr_expect_not_null(find(plan, OP_CLSACT, op->ns, op->dev), "%s: %s %s",
					   what, op->ns, op->dev);
	}
}

#endif
