// SPDX-License-Identifier: ISC
#include "emul/plan.h"

#include <arpa/inet.h>
#include <bsd/string.h>

#include "base/util.h"
#include "emul/link_plan.h"
#include "emul/stages.h"
#include "emul/topology.h"

/* Subnets: one per side, and a /30 between the two routers as Direct Connect and VPN have it. */
#define ADDR_CGW_LAN "192.168.10.1"
#define ADDR_VGW_LAN "10.0.1.1"
#define ADDR_CGW_LINK "169.254.100.1"
#define ADDR_VGW_LINK "169.254.100.2"
#define NET_ONPREM "192.168.0.0"
#define NET_VPC "10.0.0.0"
#define SITE_PREFIX_LEN 16
#define LAN_PREFIX_LEN 24
#define LINK_PREFIX_LEN 30

#define HOST_MTU 1500

/* The most a socket may grow to: room for 10 Gbit/s over intercontinental distances. */
#define TCP_MEMORY "4096 131072 134217728"

static struct in_addr ip(const char *text)
{
	struct in_addr a = { 0 };

	(void)inet_pton(AF_INET, text, &a);

	return a;
}

/* Hosts keep Ethernet's MTU on a link with a smaller one, as the hosts of a site with a VPN do. */
static unsigned host_mtu(const struct profile *p)
{
	return MAX(p->mtu, (unsigned)HOST_MTU);
}

static void add_wires(struct plan *plan, const struct profile *p, const struct topology *t)
{
	for (size_t i = 0; i < t->n_nodes; i++)
		plan_add(plan, OP_NETNS, t->nodes[i], "");

	for (size_t i = 0; i + 1 < t->n_nodes; i++) {
		struct op *op = plan_add(plan, OP_VETH, t->nodes[i], wire_near_dev(i));

		op->veth.mac = wire_mac(i, false);
		op->veth.peer_mac = wire_mac(i, true);
		(void)strlcpy(op->veth.peer_ns, t->nodes[i + 1], sizeof(op->veth.peer_ns));
		(void)strlcpy(op->veth.peer_dev, WIRE_FAR_DEV, sizeof(op->veth.peer_dev));
		op->veth.mtu = host_mtu(p);
	}
	/* Whoever makes packets cuts them to frames, as a network card does; the others forward frames. */
	plan_add(plan, OP_NO_TSO, NODE_ONPREM, DEV_TO_ONPREM);
	plan_add(plan, OP_NO_TSO, NODE_CGW, DEV_TO_VPC);
	plan_add(plan, OP_NO_TSO, NODE_VGW, DEV_TO_ONPREM);
	plan_add(plan, OP_NO_TSO, NODE_VPC, DEV_TO_ONPREM);
}

/* Writes the names of the devices that carry IP between the routers. */
static void add_tags(struct plan *plan, const struct profile *p, char cgw_dev[IFNAMSIZ],
		     char vgw_dev[IFNAMSIZ])
{
	char outer[IFNAMSIZ], partner[IFNAMSIZ];

	(void)strlcpy(cgw_dev, DEV_TO_VPC, IFNAMSIZ);
	(void)strlcpy(vgw_dev, DEV_TO_ONPREM, IFNAMSIZ);
	if (p->kind == LINK_VPN)
		return;

	(void)snprintf(vgw_dev, IFNAMSIZ, DEV_TO_ONPREM ".%u", p->c_tag);
	if (p->kind == LINK_DEDICATED) {
		(void)snprintf(cgw_dev, IFNAMSIZ, DEV_TO_VPC ".%u", p->c_tag);
		plan_vlan(plan, NODE_CGW, DEV_TO_VPC, cgw_dev, 0x8100, p->c_tag, p->mtu);
	} else {
		(void)snprintf(outer, sizeof(outer), DEV_TO_VPC ".%u", p->s_tag);
		(void)snprintf(cgw_dev, IFNAMSIZ, DEV_TO_VPC ".%hu.%hu", (unsigned short)p->s_tag,
			       (unsigned short)p->c_tag);
		(void)snprintf(partner, sizeof(partner), DEV_TO_ONPREM ".%u", p->s_tag);
		plan_vlan(plan, NODE_CGW, DEV_TO_VPC, outer, p->s_tpid, p->s_tag, p->mtu);
		plan_vlan(plan, NODE_CGW, outer, cgw_dev, 0x8100, p->c_tag, p->mtu);
		/* The partner pops the S-tag by taking frames off a VLAN device into a plain bridge. */
		plan_vlan(plan, NODE_PARTNER, DEV_TO_ONPREM, partner, p->s_tpid, p->s_tag, p->mtu);
		plan_bridge(plan, NODE_PARTNER, "br0", wire_mac(1, true), p->mtu);
		plan_port(plan, NODE_PARTNER, "br0", partner);
		plan_port(plan, NODE_PARTNER, "br0", DEV_TO_VPC);
	}
	plan_vlan(plan, NODE_VGW, DEV_TO_ONPREM, vgw_dev, 0x8100, p->c_tag, p->mtu);
}

/* Addresses, permanent neighbours (nobody asks for one in mid-measurement) and routes. */
static void add_ip(struct plan *plan, const struct profile *p, const struct topology *t,
		   const char *cgw_dev, const char *vgw_dev)
{
	size_t last = t->n_nodes - 2; /* the wire between the AWS router and the VPC's host */
	struct mac cgw_mac = wire_mac(1, false), vgw_mac = wire_mac(last - 1, true);
	unsigned path_mtu = p->mtu < host_mtu(p) ? p->mtu : 0;
	unsigned hosts_know = p->pmtud == PMTUD_HOSTS ? path_mtu : 0;
	unsigned routers_know = p->pmtud == PMTUD_NONE ? 0 : path_mtu;

	plan_address(plan, NODE_ONPREM, DEV_TO_ONPREM, ip(ADDR_ONPREM), LAN_PREFIX_LEN);
	plan_address(plan, NODE_CGW, DEV_TO_ONPREM, ip(ADDR_CGW_LAN), LAN_PREFIX_LEN);
	plan_address(plan, NODE_CGW, cgw_dev, ip(ADDR_CGW_LINK), LINK_PREFIX_LEN);
	plan_address(plan, NODE_VGW, vgw_dev, ip(ADDR_VGW_LINK), LINK_PREFIX_LEN);
	plan_address(plan, NODE_VGW, DEV_TO_VPC, ip(ADDR_VGW_LAN), LAN_PREFIX_LEN);
	plan_address(plan, NODE_VPC, DEV_TO_ONPREM, ip(ADDR_VPC), LAN_PREFIX_LEN);

	plan_neighbour(plan, NODE_ONPREM, DEV_TO_ONPREM, ip(ADDR_CGW_LAN), wire_mac(0, true));
	plan_neighbour(plan, NODE_CGW, DEV_TO_ONPREM, ip(ADDR_ONPREM), wire_mac(0, false));
	plan_neighbour(plan, NODE_CGW, cgw_dev, ip(ADDR_VGW_LINK), vgw_mac);
	plan_neighbour(plan, NODE_VGW, vgw_dev, ip(ADDR_CGW_LINK), cgw_mac);
	plan_neighbour(plan, NODE_VGW, DEV_TO_VPC, ip(ADDR_VPC), wire_mac(last, true));
	plan_neighbour(plan, NODE_VPC, DEV_TO_ONPREM, ip(ADDR_VGW_LAN), wire_mac(last, false));

	/* Hosts that know the link's MTU stand in for MSS clamping; routers that do not, do not answer. */
	plan_route(plan, NODE_ONPREM, ip("0.0.0.0"), 0, ip(ADDR_CGW_LAN), hosts_know);
	plan_route(plan, NODE_CGW, ip(NET_VPC), SITE_PREFIX_LEN, ip(ADDR_VGW_LINK), routers_know);
	plan_route(plan, NODE_VGW, ip(NET_ONPREM), SITE_PREFIX_LEN, ip(ADDR_CGW_LINK),
		   routers_know);
	plan_route(plan, NODE_VPC, ip("0.0.0.0"), 0, ip(ADDR_VGW_LAN), hosts_know);
	plan_sysctl(plan, NODE_CGW, "net.ipv4.ip_forward", "1");
	plan_sysctl(plan, NODE_VGW, "net.ipv4.ip_forward", "1");
}

int plan_make(const struct profile *p, uint64_t seed, struct plan *ret, struct err *err)
{
	struct plan plan = { 0 };
	struct topology t = topology_of(p);
	struct op shaper;
	char cgw_dev[IFNAMSIZ], vgw_dev[IFNAMSIZ];
	static const char *const hosts[] = { NODE_ONPREM, NODE_VPC };

	add_wires(&plan, p, &t);
	add_tags(&plan, p, cgw_dev, vgw_dev);
	add_ip(&plan, p, &t, cgw_dev, vgw_dev);
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		plan_sysctl(&plan, hosts[i], "net.ipv4.tcp_rmem", TCP_MEMORY);
		plan_sysctl(&plan, hosts[i], "net.ipv4.tcp_wmem", TCP_MEMORY);
		/* A second connection starts like the first, not from what that one learned. */
		plan_sysctl(&plan, hosts[i], "net.ipv4.tcp_no_metrics_save", "1");
	}
	if (stage_shaper(p, TO_VPC, &shaper))
		plan_add(&plan, OP_SHAPER, NODE_CGW, DEV_TO_VPC)->shaper = shaper.shaper;
	plan_link(&plan, p, seed, ways);
	if (plan_check(&plan, err) < 0) {
		plan_free(&plan);
		return err->code;
	}
	*ret = plan;

	return 0;
}

void plan_print(const struct plan *plan, const struct profile *p, FILE *out)
{
	(void)fprintf(out,
		      "#!/bin/sh\n"
		      "# %s: %s\n"
		      "# The lab that dxemu builds for this link, for a kernel with sch_netem and "
		      "8021q.\n"
		      "# Run it as root; `ip -all netns delete` takes every named namespace away.\n"
		      "set -e\n",
		      p->name, p->title);
	plan_print_ops(plan, out);
}
