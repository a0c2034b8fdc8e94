// SPDX-License-Identifier: ISC
/* Direct Connect: connections, their partners, LAGs, virtual interfaces. */
#include <bsd/string.h>

#include "base/util.h"
#include "emul/topology.h"
#include "hybrid/lab_builder.h"

#define TPID_CTAG 0x8100

/* On a hosted connection the partner pops the S-tag by taking frames off a VLAN device into a plain bridge. */
static struct end add_partner(struct builder *b, unsigned connection, unsigned mtu,
			      struct end *router, char node[NS_NAME_MAX])
{
	const struct lab_connection *c = &b->lab->connections[connection];
	struct lab_ref ref = { LAB_CONNECTION, connection };
	struct end access = { .ns = network_part(b->lab, ref, "partner", node),
			      .dev = DEV_TO_ONPREM };

	build_node(b, node, false);
	build_wire(b, router, &access, mtu);
	plan_vlan(b->plan, node, access.dev, "s", c->profile.s_tpid, c->s_vlan, mtu);
	plan_bridge(b->plan, node, DEV_BRIDGE, access.mac, mtu);
	plan_port(b->plan, node, DEV_BRIDGE, "s");

	return (struct end){ .ns = node, .dev = DEV_TO_VPC };
}

/* What virtual interfaces hang on: at the router, with the S-tag where there is one, and at AWS. */
struct port {
	char router_dev[IFNAMSIZ], aws_dev[IFNAMSIZ];
	char node[NS_NAME_MAX]; /* AWS's */
	struct mac router_mac, aws_mac;
};

/* Fills in what its end at AWS, @ret->node and @ret->aws_dev, does not say. */
static void add_connection(struct builder *b, unsigned i, unsigned mtu, struct port *ret)
{
	const struct lab_connection *c = &b->lab->connections[i];
	struct lab_ref ref = { LAB_CONNECTION, i };
	char dev[IFNAMSIZ], partner[NS_NAME_MAX];
	struct end router = { .ns = lab_name(b->lab, c->router), .dev = network_dev("dx", i, dev) };
	struct end aws = { .ns = ret->node, .dev = ret->aws_dev };

	(void)strlcpy(ret->router_dev, dev, sizeof(ret->router_dev));
	if (c->s_vlan) {
		struct end near = add_partner(b, i, mtu, &router, partner);

		build_link(b, ref, &c->profile, mtu, &near, &aws);
		plan_port(b->plan, partner, DEV_BRIDGE, near.dev);
		(void)snprintf(ret->router_dev, IFNAMSIZ, "dx%u.%hu", i, (unsigned short)c->s_vlan);
		plan_vlan(b->plan, router.ns, dev, ret->router_dev, c->profile.s_tpid, c->s_vlan,
			  mtu);
	} else {
		build_link(b, ref, &c->profile, mtu, &router, &aws);
	}
	ret->router_mac = router.mac;
	ret->aws_mac = aws.mac;
}

/* Connections that LACP makes one: the router's ends and AWS's are members of a bond each. */
static void add_lag(struct builder *b, unsigned i, unsigned mtu, struct port *ret)
{
	const struct lab_lag *lag = &b->lab->lags[i];
	const char *router = lab_name(b->lab, b->lab->connections[lag->members[0].index].router);
	struct port member;

	(void)strlcpy(member.node, ret->node, sizeof(member.node));
	(void)network_dev("lag", i, ret->router_dev);
	(void)network_dev("lag", i, ret->aws_dev);
	b->n_wires++;
	ret->router_mac = build_mac(b->n_wires, 0);
	ret->aws_mac = build_mac(b->n_wires, 1);
	plan_bond(b->plan, router, ret->router_dev, ret->router_mac, mtu);
	plan_bond(b->plan, ret->node, ret->aws_dev, ret->aws_mac, mtu);
	for (unsigned m = 0; m < lag->n_members; m++) {
		(void)network_dev("e", m, member.aws_dev);
		add_connection(b, lag->members[m].index, mtu, &member);
		plan_member(b->plan, router, ret->router_dev, member.router_dev);
		plan_member(b->plan, ret->node, ret->aws_dev, member.aws_dev);
	}
}

/* The largest packet of what hangs on a connection, or on a LAG. */
static unsigned port_mtu(const struct lab *lab, struct lab_ref ref)
{
	unsigned mtu = ETH_MTU;

	for (unsigned i = 0; i < lab->n_vifs; i++)
		if (lab_ref_equal(lab->vifs[i].connection, ref))
			mtu = MAX(mtu, lab->vifs[i].mtu);

	return mtu;
}

/* A tag at both ends: the customer's in the router, AWS's in the gateway, though the port is elsewhere. */
static void add_vif(struct builder *b, unsigned i, const struct port *port)
{
	const struct lab_vif *v = &b->lab->vifs[i];
	char dev[IFNAMSIZ];
	const struct end router = { lab_name(b->lab, lab_vif_router(b->lab, v)),
				    network_dev("vif", i, dev), port->router_mac };
	const struct end aws = { network_vif_node(b->lab, v), dev, port->aws_mac };

	plan_vlan(b->plan, router.ns, port->router_dev, dev, TPID_CTAG, v->vlan, v->mtu);
	plan_vlan(b->plan, port->node, port->aws_dev, dev, TPID_CTAG, v->vlan, v->mtu);
	(void)strlcpy(b->plan->ops[b->plan->n - 1].vlan.into_ns, aws.ns, NS_NAME_MAX);
	build_subnet(b, &router, &v->customer_address, &aws, &v->amazon_address);
}

static void add_port(struct builder *b, struct lab_ref ref)
{
	const unsigned mtu = port_mtu(b->lab, ref);
	struct port port = { .aws_dev = DEV_TO_ONPREM };

	build_node(b, network_part(b->lab, ref, "aws", port.node), false);
	if (ref.kind == LAB_LAG)
		add_lag(b, ref.index, mtu, &port);
	else
		add_connection(b, ref.index, mtu, &port);
	for (unsigned v = 0; v < b->lab->n_vifs; v++)
		if (lab_ref_equal(b->lab->vifs[v].connection, ref))
			add_vif(b, v, &port);
}

void build_direct_connect(struct builder *b)
{
	for (unsigned i = 0; i < b->lab->n_connections; i++)
		if (b->lab->connections[i].lag.kind == LAB_NONE)
			add_port(b, (struct lab_ref){ LAB_CONNECTION, i });
	for (unsigned i = 0; i < b->lab->n_lags; i++)
		add_port(b, (struct lab_ref){ LAB_LAG, i });
}
