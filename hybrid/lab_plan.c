// SPDX-License-Identifier: ISC
#include "hybrid/lab_plan.h"

#include <bsd/string.h>

#include "base/rng.h"
#include "base/util.h"
#include "emul/link_plan.h"
#include "hybrid/network.h"

#define ETH_MTU 1500
#define TPID_CTAG 0x8100
#define VPC_MTU 9001 /* EC2 User Guide, "Network MTU for your EC2 instance" */

struct builder {
	const struct lab *lab;
	struct plan *plan;
	uint64_t seed;
	unsigned n_wires;
};

/* An end of a wire. */
struct end {
	const char *ns, *dev;
	struct mac mac;
};

static struct mac mac_of(unsigned wire, unsigned end)
{
	return (struct mac){
		.b = { 0x02, 0, 0, (uint8_t)(wire >> 8), (uint8_t)wire, (uint8_t)(end + 1) },
	};
}

/* Between two namespaces that are there; fills in both addresses. */
static void add_wire(struct builder *b, struct end *from, struct end *to, unsigned mtu)
{
	struct op *op = plan_add(b->plan, OP_VETH, from->ns, from->dev);

	b->n_wires++;
	op->veth.mac = from->mac = mac_of(b->n_wires, 0);
	op->veth.peer_mac = to->mac = mac_of(b->n_wires, 1);
	(void)strlcpy(op->veth.peer_ns, to->ns, sizeof(op->veth.peer_ns));
	(void)strlcpy(op->veth.peer_dev, to->dev, sizeof(op->veth.peer_dev));
	op->veth.mtu = mtu;
}

/* Both ends of a subnet know each other, so that nobody asks in mid-measurement. */
static void add_subnet(struct builder *b, const struct end *a, const struct ipv4_net *at_a,
		       const struct end *z, const struct ipv4_net *at_z)
{
	plan_address(b->plan, a->ns, a->dev, at_a->address, at_a->len);
	plan_address(b->plan, z->ns, z->dev, at_z->address, at_z->len);
	plan_neighbour(b->plan, a->ns, a->dev, at_z->address, z->mac);
	plan_neighbour(b->plan, z->ns, z->dev, at_a->address, a->mac);
}

static void add_node(struct builder *b, const char *name, bool forwards)
{
	plan_add(b->plan, OP_NETNS, name, "");
	if (!forwards)
		return;
	plan_sysctl(b->plan, name, "net.ipv4.ip_forward", "1");
	/* Two routers of a site share its LAN; hosts go on asking the first. */
	plan_sysctl(b->plan, name, "net.ipv4.conf.all.send_redirects", "0");
	plan_sysctl(b->plan, name, "net.ipv4.conf.default.send_redirects", "0");
	/* ECMP by the five-tuple, as AWS does it. */
	plan_sysctl(b->plan, name, "net.ipv4.fib_multipath_hash_policy", "1");
}

static void add_nodes(struct builder *b)
{
	static const struct {
		enum lab_kind kind;
		bool forwards;
	} kinds[] = { { LAB_HOST, false }, { LAB_ROUTER, true }, { LAB_VGW, true },
		      { LAB_TGW, true },   { LAB_DXGW, true },	 { LAB_VPC, true } };

	add_node(b, NODE_LAN, false);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		for (unsigned n = 0; n < lab_count(b->lab, kinds[i].kind); n++)
			add_node(b, lab_name(b->lab, (struct lab_ref){ kinds[i].kind, n }),
				 kinds[i].forwards);
	for (unsigned i = 0; i < b->lab->n_vifs; i++) {
		if (b->lab->vifs[i].type == LAB_VIF_PUBLIC) {
			add_node(b, NODE_PUBLIC, true);
			break;
		}
	}
}

/* The largest packet that a site's hosts can send over Direct Connect. */
static unsigned site_mtu(const struct lab *lab)
{
	unsigned mtu = ETH_MTU;

	for (unsigned i = 0; i < lab->n_vifs; i++)
		mtu = MAX(mtu, lab->vifs[i].mtu);

	return mtu;
}

/* A host, or a router, at a switch. */
static struct end add_at_switch(struct builder *b, const char *ns, const char *dev, const char *sw,
				const char *port, unsigned mtu)
{
	struct end member = { .ns = ns, .dev = dev }, other = { .ns = sw, .dev = port };

	add_wire(b, &member, &other, mtu);
	plan_port(b->plan, sw, DEV_BRIDGE, port);

	return member;
}

static void add_host_tcp(struct builder *b, const struct end *host)
{
	/* It cuts what it sends to frames, as a network card does. */
	plan_add(b->plan, OP_NO_TSO, host->ns, host->dev);
	/* A second connection starts like the first, not from what that one learned. */
	plan_sysctl(b->plan, host->ns, "net.ipv4.tcp_no_metrics_save", "1");
}

static const struct ipv4_net *cidr_of(const struct ipv4_net *cidrs, unsigned n,
				      struct in_addr address, unsigned *ret_index)
{
	for (*ret_index = 0; *ret_index < n; ++*ret_index)
		if (ipv4_net_contains(&cidrs[*ret_index], address))
			return &cidrs[*ret_index];

	return NULL;
}

static const struct in_addr anywhere;

/* On-premises hosts and routers share one switch; every CIDR is a subnet there, and the first router is the way out. */
static void add_site(struct builder *b)
{
	const struct lab *lab = b->lab;
	struct end routers[LAB_ROUTERS_MAX];
	unsigned mtu = site_mtu(lab), cidr;
	char port[IFNAMSIZ];

	plan_bridge(b->plan, NODE_LAN, DEV_BRIDGE, mac_of(0, 0), mtu);
	for (unsigned i = 0; i < lab->n_routers; i++) {
		routers[i] = add_at_switch(b, lab->routers[i].name, DEV_LAN, NODE_LAN,
					   network_dev("r", i, port), mtu);
		for (cidr = 0; cidr < lab->onprem.n_cidrs; cidr++) {
			struct ipv4_net own = network_lan_address(lab, cidr, i);

			plan_address(b->plan, routers[i].ns, DEV_LAN, own.address, own.len);
		}
	}
	for (unsigned i = 0; i < lab->n_hosts; i++) {
		const struct lab_host *h = &lab->hosts[i];
		const struct ipv4_net *net;
		struct ipv4_net own;
		struct end host;

		if (h->vpc.kind != LAB_NONE)
			continue;
		net = cidr_of(lab->onprem.cidrs, lab->onprem.n_cidrs, h->address, &cidr);
		host = add_at_switch(b, h->name, DEV_HOST, NODE_LAN, network_dev("h", i, port),
				     mtu);
		add_host_tcp(b, &host);
		plan_address(b->plan, host.ns, host.dev, h->address, net->len);
		for (unsigned r = 0; r < lab->n_routers; r++) {
			own = network_lan_address(lab, cidr, r);
			plan_neighbour(b->plan, host.ns, host.dev, own.address, routers[r].mac);
			plan_neighbour(b->plan, routers[r].ns, routers[r].dev, h->address,
				       host.mac);
		}
		own = network_lan_address(lab, cidr, 0);
		plan_route(b->plan, host.ns, anywhere, 0, own.address, 0);
	}
}

/* A VPC is its router, with the hosts of all subnets at one switch behind it. */
static void add_vpcs(struct builder *b)
{
	const struct lab *lab = b->lab;
	char port[IFNAMSIZ];

	for (unsigned v = 0; v < lab->n_vpcs; v++) {
		const struct lab_vpc *vpc = &lab->vpcs[v];
		struct mac mac = mac_of(0, v + 1);

		plan_bridge(b->plan, vpc->name, DEV_BRIDGE, mac, VPC_MTU);
		for (unsigned c = 0; c < vpc->n_cidrs; c++) {
			struct ipv4_net own = network_vpc_address(vpc, c);

			plan_address(b->plan, vpc->name, DEV_BRIDGE, own.address, own.len);
		}
		for (unsigned i = 0; i < lab->n_hosts; i++) {
			const struct lab_host *h = &lab->hosts[i];
			const struct ipv4_net *net;
			struct ipv4_net own;
			struct end host;
			unsigned cidr;

			if (h->vpc.kind != LAB_VPC || h->vpc.index != v)
				continue;
			net = cidr_of(vpc->cidrs, vpc->n_cidrs, h->address, &cidr);
			own = network_vpc_address(vpc, cidr);
			host = add_at_switch(b, h->name, DEV_HOST, vpc->name,
					     network_dev("h", i, port), VPC_MTU);
			add_host_tcp(b, &host);
			plan_address(b->plan, host.ns, host.dev, h->address, net->len);
			plan_neighbour(b->plan, host.ns, host.dev, own.address, mac);
			plan_neighbour(b->plan, vpc->name, DEV_BRIDGE, h->address, host.mac);
			plan_route(b->plan, host.ns, anywhere, 0, own.address, 0);
		}
	}
}

/* Gateways and their VPCs; a VPC's way out is its VGW, or else its first TGW. */
static void add_attachments(struct builder *b)
{
	struct attachment list[ATTACHMENTS_MAX];
	unsigned n = network_attachments(b->lab, list);
	bool has_way_out[LAB_VPCS_MAX] = { false };

	for (unsigned i = 0; i < n; i++) {
		const struct ipv4_net near = network_attachment_address(i, 0),
				      far = network_attachment_address(i, 1);
		char dev[IFNAMSIZ];
		struct end gateway = { .ns = lab_name(b->lab, list[i].gateway),
				       .dev = network_dev("att", i, dev) };
		struct end to = { .ns = lab_name(b->lab, list[i].to), .dev = dev };

		add_wire(b, &gateway, &to, VPC_MTU);
		add_subnet(b, &gateway, &near, &to, &far);
		if (list[i].to.kind == LAB_VPC && !has_way_out[list[i].to.index]) {
			has_way_out[list[i].to.index] = true;
			plan_route(b->plan, to.ns, anywhere, 0, near.address, 0);
		}
	}
}

/* Two namespaces between both ends, in which the link is; each direction enters one and leaves the other. */
static void add_link(struct builder *b, struct lab_ref ref, const struct profile *p, unsigned mtu,
		     struct end *near, struct end *far)
{
	const uint64_t seed = rng_derive(b->seed, (uint64_t)ref.kind << 32 | ref.index);
	char node_a[NS_NAME_MAX], node_z[NS_NAME_MAX];
	struct end a0 = { .ns = network_part(b->lab, ref, "a", node_a), .dev = DEV_TO_ONPREM };
	struct end z0 = { .ns = network_part(b->lab, ref, "z", node_z), .dev = DEV_TO_ONPREM };
	struct end a1 = { .ns = node_a, .dev = DEV_TO_VPC };
	struct end z1 = { .ns = node_z, .dev = DEV_TO_VPC };
	const struct way link[DIR_COUNT] = {
		[TO_VPC] = { node_a, node_z, DEV_TO_ONPREM, DEV_TO_VPC },
		[TO_ONPREM] = { node_z, node_a, DEV_TO_VPC, DEV_TO_ONPREM },
	};

	add_node(b, node_a, false);
	add_node(b, node_z, false);
	add_wire(b, near, &a0, mtu);
	add_wire(b, &a1, &z0, mtu);
	add_wire(b, &z1, far, mtu);
	plan_add(b->plan, OP_NO_TSO, near->ns, near->dev);
	plan_add(b->plan, OP_NO_TSO, far->ns, far->dev);
	plan_link(b->plan, p, seed, link);
}

/* On a hosted connection the partner pops the S-tag by taking frames off a VLAN device into a plain bridge. */
static struct end add_partner(struct builder *b, unsigned connection, unsigned mtu,
			      struct end *router, char node[NS_NAME_MAX])
{
	const struct lab_connection *c = &b->lab->connections[connection];
	struct lab_ref ref = { LAB_CONNECTION, connection };
	struct end access = { .ns = network_part(b->lab, ref, "partner", node),
			      .dev = DEV_TO_ONPREM };

	add_node(b, node, false);
	add_wire(b, router, &access, mtu);
	plan_vlan(b->plan, node, access.dev, "s", c->profile.s_tpid, c->s_vlan, mtu);
	plan_bridge(b->plan, node, DEV_BRIDGE, access.mac, mtu);
	plan_port(b->plan, node, DEV_BRIDGE, "s");

	return (struct end){ .ns = node, .dev = DEV_TO_VPC };
}

/* What a connection's virtual interfaces hang on. */
struct port {
	char router_dev[IFNAMSIZ]; /* with the S-tag where there is one */
	char node[NS_NAME_MAX];	   /* AWS's end: DEV_TO_ONPREM there */
	struct mac router_mac, aws_mac;
};

static void add_connection(struct builder *b, unsigned i, unsigned mtu, struct port *ret)
{
	const struct lab_connection *c = &b->lab->connections[i];
	struct lab_ref ref = { LAB_CONNECTION, i };
	char dev[IFNAMSIZ], partner[NS_NAME_MAX];
	struct end router = { .ns = lab_name(b->lab, c->router), .dev = network_dev("dx", i, dev) };
	struct end aws = { .ns = network_part(b->lab, ref, "aws", ret->node),
			   .dev = DEV_TO_ONPREM };

	add_node(b, ret->node, false);
	(void)strlcpy(ret->router_dev, dev, sizeof(ret->router_dev));
	if (c->s_vlan) {
		struct end near = add_partner(b, i, mtu, &router, partner);

		add_link(b, ref, &c->profile, mtu, &near, &aws);
		plan_port(b->plan, partner, DEV_BRIDGE, near.dev);
		(void)snprintf(ret->router_dev, IFNAMSIZ, "dx%u.%hu", i, (unsigned short)c->s_vlan);
		plan_vlan(b->plan, router.ns, dev, ret->router_dev, c->profile.s_tpid, c->s_vlan,
			  mtu);
	} else {
		add_link(b, ref, &c->profile, mtu, &router, &aws);
	}
	ret->router_mac = router.mac;
	ret->aws_mac = aws.mac;
}

static unsigned connection_mtu(const struct lab *lab, unsigned connection)
{
	unsigned mtu = ETH_MTU;

	for (unsigned i = 0; i < lab->n_vifs; i++)
		if (lab_ref_equal(lab->vifs[i].connection,
				  (struct lab_ref){ LAB_CONNECTION, connection }))
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
	plan_vlan(b->plan, port->node, DEV_TO_ONPREM, dev, TPID_CTAG, v->vlan, v->mtu);
	(void)strlcpy(b->plan->ops[b->plan->n - 1].vlan.into_ns, aws.ns, NS_NAME_MAX);
	add_subnet(b, &router, &v->customer_address, &aws, &v->amazon_address);
}

static void add_direct_connect(struct builder *b)
{
	const struct lab *lab = b->lab;

	for (unsigned i = 0; i < lab->n_connections; i++) {
		struct port port;

		add_connection(b, i, connection_mtu(lab, i), &port);
		for (unsigned v = 0; v < lab->n_vifs; v++)
			if (lab_ref_equal(lab->vifs[v].connection,
					  (struct lab_ref){ LAB_CONNECTION, i }))
				add_vif(b, v, &port);
	}
}

/* The internet between both ends of a tunnel, as its profile has it; ESP adds its own bytes. */
static struct profile internet_of(const struct lab_vpn *vpn)
{
	struct profile p = vpn->profile;

	p.encap_bytes = 0;
	p.mtu = ETH_MTU;
	p.pmtud = PMTUD_HOSTS;

	return p;
}

/*
 * AWS's end of a tunnel is a namespace of its own, as there it is a machine of its own; the tunnel's inside is in the
 * gateway all the same.
 */
static void add_tunnel(struct builder *b, unsigned number)
{
	const struct lab_vpn *vpn;
	const struct lab_tunnel *t = network_tunnel(b->lab, number, &vpn);
	const struct lab_ref ref = { LAB_TUNNEL, number };
	const struct ipv4_net near = network_internet_address(number, 0),
			      far = network_internet_address(number, 1);
	const struct in_addr customer = network_outer_address(b->lab, number, 0),
			     endpoint = network_outer_address(b->lab, number, 1);
	const struct profile internet = internet_of(vpn);
	char inet[IFNAMSIZ], tun[IFNAMSIZ], node[NS_NAME_MAX];
	struct end router = { .ns = lab_name(b->lab, vpn->router),
			      .dev = network_dev("inet", number, inet) };
	struct end aws = { .ns = network_part(b->lab, ref, "aws", node), .dev = DEV_TO_ONPREM };

	add_node(b, node, true);
	add_link(b, ref, &internet, ETH_MTU, &router, &aws);
	add_subnet(b, &router, &near, &aws, &far);
	plan_address(b->plan, node, "lo", endpoint, 32);
	plan_route(b->plan, router.ns, endpoint, 32, far.address, 0);
	plan_route(b->plan, node, customer, 32, near.address, 0);
	(void)network_dev("tun", number, tun);
	for (unsigned end = 0; end < 2; end++) {
		const char *inside = lab_name(b->lab, end ? vpn->gateway : vpn->router);
		const struct ipv4_net address = network_inside_address(b->lab, number, end);
		struct op *op = plan_add(b->plan, OP_XFRM, end ? node : inside, tun);

		op->xfrm.if_id = number + 1;
		op->xfrm.mtu = lab_tunnel_mtu(t, vpn->nat_t);
		if (end)
			(void)strlcpy(op->xfrm.into_ns, inside, NS_NAME_MAX);
		plan_address(b->plan, inside, tun, address.address, address.len);
	}
}

/* One outer address for all of a router's tunnels, as a customer gateway has. */
static void add_vpns(struct builder *b)
{
	bool has_address[LAB_ROUTERS_MAX] = { false };

	for (unsigned i = 0; i < LAB_TUNNELS * b->lab->n_vpns; i++) {
		const struct lab_vpn *vpn = &b->lab->vpns[i / LAB_TUNNELS];

		if (!has_address[vpn->router.index])
			plan_address(b->plan, lab_name(b->lab, vpn->router), "lo",
				     network_outer_address(b->lab, i, 0), 32);
		has_address[vpn->router.index] = true;
		add_tunnel(b, i);
	}
}

int lab_plan(const struct lab *lab, uint64_t seed, struct plan *ret, struct err *err)
{
	struct plan plan = { 0 };
	struct builder b = { .lab = lab, .plan = &plan, .seed = seed };

	if (lab->n_lags)
		return err_input(err, "%s: a LAG: dxemu cannot build one yet", lab->name);
	for (unsigned i = 0; i < lab->n_vpns; i++)
		if (lab->vpns[i].over.kind != LAB_NONE)
			return err_input(err, "%s: %s over %s: dxemu cannot build that yet",
					 lab->name, lab->vpns[i].name,
					 lab_name(lab, lab->vpns[i].over));
	add_nodes(&b);
	add_site(&b);
	add_vpcs(&b);
	add_attachments(&b);
	add_direct_connect(&b);
	add_vpns(&b);
	if (plan_check(&plan, err) < 0) {
		plan_free(&plan);
		return err->code;
	}
	*ret = plan;

	return 0;
}

void lab_plan_print(const struct plan *plan, const struct lab *lab, FILE *out)
{
	(void)fprintf(out,
		      "#!/bin/sh\n"
		      "# %s: %s\n"
		      "# The network that dxemu builds for this lab, without its daemons, for a "
		      "kernel "
		      "with sch_netem and 8021q.\n"
		      "# Run it as root; `ip -all netns delete` takes every named namespace away.\n"
		      "set -e\n",
		      lab->name, lab->title);
	plan_print_ops(plan, out);
}
