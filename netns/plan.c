// SPDX-License-Identifier: ISC
#include "netns/plan.h"

#include <bsd/string.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/util.h"
#include "netns/ready.h"

/* How long devices may take to come up: the kernel tells such news once a second (net/core/link_watch.c). */
#define READY_LIMIT_MS 5000
#define READY_STEP_MS 10

#define OPS_AT_FIRST 64

struct op *plan_add(struct plan *plan, enum op_kind kind, const char *ns, const char *dev)
{
	static _Thread_local struct op nowhere;
	struct op *op = &nowhere;

	if (plan->n == plan->room) {
		size_t room = MAX(2 * plan->room, (size_t)OPS_AT_FIRST);
		struct op *more = reallocarray(plan->ops, room, sizeof(*more));

		if (more) {
			plan->ops = more;
			plan->room = room;
		}
	}
	if (plan->n < plan->room)
		op = &plan->ops[plan->n++];
	else
		plan->failed = true;
	*op = (struct op){ .kind = kind };
	(void)strlcpy(op->ns, ns, sizeof(op->ns));
	(void)strlcpy(op->dev, dev, sizeof(op->dev));

	return op;
}

void plan_sysctl(struct plan *plan, const char *ns, const char *key, const char *value)
{
	struct op *op = plan_add(plan, OP_SYSCTL, ns, "");

	(void)strlcpy(op->sysctl.key, key, sizeof(op->sysctl.key));
	(void)strlcpy(op->sysctl.value, value, sizeof(op->sysctl.value));
}

void plan_vlan(struct plan *plan, const char *ns, const char *link, const char *dev, unsigned tpid,
	       unsigned id, unsigned mtu)
{
	struct op *op = plan_add(plan, OP_VLAN, ns, dev);

	(void)strlcpy(op->vlan.link, link, sizeof(op->vlan.link));
	op->vlan.tpid = tpid;
	op->vlan.id = id;
	op->vlan.mtu = mtu;
}

void plan_bridge(struct plan *plan, const char *ns, const char *dev, struct mac mac, unsigned mtu)
{
	struct op *op = plan_add(plan, OP_BRIDGE, ns, dev);

	op->bridge.mac = mac;
	op->bridge.mtu = mtu;
}

void plan_port(struct plan *plan, const char *ns, const char *bridge, const char *dev)
{
	struct op *op = plan_add(plan, OP_PORT, ns, dev);

	(void)strlcpy(op->port.bridge, bridge, sizeof(op->port.bridge));
}

void plan_bond(struct plan *plan, const char *ns, const char *dev, struct mac mac, unsigned mtu)
{
	struct op *op = plan_add(plan, OP_BOND, ns, dev);

	op->bond.mac = mac;
	op->bond.mtu = mtu;
}

void plan_member(struct plan *plan, const char *ns, const char *bond, const char *dev)
{
	struct op *op = plan_add(plan, OP_MEMBER, ns, dev);

	(void)strlcpy(op->member.bond, bond, sizeof(op->member.bond));
}

void plan_address(struct plan *plan, const char *ns, const char *dev, struct in_addr address,
		  unsigned prefix_len)
{
	struct op *op = plan_add(plan, OP_ADDR, ns, dev);

	op->addr.addr = address;
	op->addr.prefix_len = prefix_len;
}

void plan_neighbour(struct plan *plan, const char *ns, const char *dev, struct in_addr address,
		    struct mac mac)
{
	struct op *op = plan_add(plan, OP_NEIGH, ns, dev);

	op->neigh.addr = address;
	op->neigh.mac = mac;
}

void plan_route(struct plan *plan, const char *ns, struct in_addr dst, unsigned prefix_len,
		struct in_addr via, unsigned mtu)
{
	struct op *op = plan_add(plan, OP_ROUTE, ns, "");

	op->route.dst = dst;
	op->route.prefix_len = prefix_len;
	op->route.via = via;
	op->route.mtu = mtu;
}

int plan_check(const struct plan *plan, struct err *err)
{
	return plan->failed ? err_sys(err, -ENOMEM, "plan") : 0;
}

void plan_free(struct plan *plan)
{
	free(plan->ops);
	*plan = (struct plan){ 0 };
}

void plan_print_ops(const struct plan *plan, FILE *out)
{
	for (size_t i = 0; i < plan->n; i++)
		op_print(&plan->ops[i], out);
}

/* A device drops frames until it is operational; the SYN of a first connection would be one of them. */
static int wait_until_ready(const char *ns, struct err *err)
{
	const struct timespec step = { .tv_nsec = READY_STEP_MS * NSEC_PER_MSEC };

	for (unsigned waited_ms = 0; waited_ms < READY_LIMIT_MS; waited_ms += READY_STEP_MS) {
		bool ready;

		if (ns_ready(ns, &ready, err) < 0)
			return err->code;
		if (ready)
			return 0;
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &step, NULL);
	}

	return err_set(err, -ETIMEDOUT, "devices in '%s' do not come up", ns);
}

int plan_apply(const struct plan *plan, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < plan->n && r == 0; i++)
		r = op_apply(&plan->ops[i], err);
	for (size_t i = 0; i < plan->n && r == 0; i++)
		if (plan->ops[i].kind == OP_NETNS)
			r = wait_until_ready(plan->ops[i].ns, err);

	return r < 0 ? err_wrap(err, "build the lab") : 0;
}
