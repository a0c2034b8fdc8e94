// SPDX-License-Identifier: ISC
#include "hybrid/lab_plan.h"

#include "base/util.h"
#include "hybrid/lab_builder.h"

#define VPC_MTU 9001 /* EC2 User Guide, "Network MTU for your EC2 instance" */

static void add_nodes(struct builder *b)
{
	static const struct {
		enum lab_kind kind;
		bool forwards;
	} kinds[] = { { LAB_HOST, false }, { LAB_ROUTER, true }, { LAB_VGW, true },
		      { LAB_TGW, true },   { LAB_DXGW, true },	 { LAB_VPC, true } };

	build_node(b, NODE_LAN, false);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		for (unsigned n = 0; n < lab_count(b->lab, kinds[i].kind); n++)
			build_node(b, lab_name(b->lab, (struct lab_ref){ kinds[i].kind, n }),
				   kinds[i].forwards);
	for (unsigned i = 0; i < b->lab->n_vifs; i++) {
		if (b->lab->vifs[i].type == LAB_VIF_PUBLIC) {
			build_node(b, NODE_PUBLIC, true);
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

	build_wire(b, &member, &other, mtu);
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
	struct end routers[LAB_ROUTERS_MAX] = { 0 };
	unsigned mtu = site_mtu(lab), cidr;
	char port[IFNAMSIZ];

	plan_bridge(b->plan, NODE_LAN, DEV_BRIDGE, build_mac(0, 0), mtu);
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
		struct mac mac = build_mac(0, v + 1);

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

		build_wire(b, &gateway, &to, VPC_MTU);
		build_subnet(b, &gateway, &near, &to, &far);
		if (list[i].to.kind == LAB_VPC && !has_way_out[list[i].to.index]) {
			has_way_out[list[i].to.index] = true;
			plan_route(b->plan, to.ns, anywhere, 0, near.address, 0);
		}
	}
}

int lab_plan(const struct lab *lab, uint64_t seed, struct plan *ret, struct err *err)
{
	struct plan plan = { 0 };
	struct builder b = { .lab = lab, .plan = &plan, .seed = seed };

	for (unsigned i = 0; i < lab->n_vpns; i++)
		if (lab->vpns[i].over.kind != LAB_NONE)
			return err_input(err, "%s: %s over %s: dxemu cannot build that yet",
					 lab->name, lab->vpns[i].name,
					 lab_name(lab, lab->vpns[i].over));
	add_nodes(&b);
	add_site(&b);
	add_vpcs(&b);
	add_attachments(&b);
	build_direct_connect(&b);
	build_vpns(&b);
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
