// SPDX-License-Identifier: ISC
#include "emul/plan.h"

#include <arpa/inet.h>
#include <bsd/string.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/util.h"
#include "emul/stages.h"
#include "emul/topology.h"
#include "netns/ready.h"

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

/* How long devices may take to come up: the kernel tells such news once a second (net/core/link_watch.c). */
#define READY_LIMIT_MS 5000
#define READY_STEP_MS 10

/* More operations than any lab of one link has. */
#define OPS_MAX 96

static struct op *add(struct plan *plan, enum op_kind kind, const char *ns, const char *dev)
{
	struct op *op;

	if (plan->n >= OPS_MAX)
		abort(); /* the list below is fixed */
	op = &plan->ops[plan->n++];
	*op = (struct op){ .kind = kind };
	(void)strlcpy(op->ns, ns, sizeof(op->ns));
	(void)strlcpy(op->dev, dev, sizeof(op->dev));

	return op;
}

static struct in_addr ip(const char *text)
{
	struct in_addr a = { 0 };

	(void)inet_pton(AF_INET, text, &a);

	return a;
}

static void add_sysctl(struct plan *plan, const char *ns, const char *key, const char *value)
{
	struct op *op = add(plan, OP_SYSCTL, ns, "");

	(void)strlcpy(op->sysctl.key, key, sizeof(op->sysctl.key));
	(void)strlcpy(op->sysctl.value, value, sizeof(op->sysctl.value));
}

static void add_vlan(struct plan *plan, const char *ns, const char *link, const char *dev,
		     unsigned tpid, unsigned id, unsigned mtu)
{
	struct op *op = add(plan, OP_VLAN, ns, dev);

	(void)strlcpy(op->vlan.link, link, sizeof(op->vlan.link));
	op->vlan.tpid = tpid;
	op->vlan.id = id;
	op->vlan.mtu = mtu;
}

static void add_address(struct plan *plan, const char *ns, const char *dev, const char *addr,
			unsigned prefix_len)
{
	struct op *op = add(plan, OP_ADDR, ns, dev);

	op->addr.addr = ip(addr);
	op->addr.prefix_len = prefix_len;
}

static void add_neighbour(struct plan *plan, const char *ns, const char *dev, const char *addr,
			  struct mac mac)
{
	struct op *op = add(plan, OP_NEIGH, ns, dev);

	op->neigh.addr = ip(addr);
	op->neigh.mac = mac;
}

static void add_route(struct plan *plan, const char *ns, const char *dst, unsigned prefix_len,
		      const char *via, unsigned mtu)
{
	struct op *op = add(plan, OP_ROUTE, ns, "");

	op->route.dst = ip(dst);
	op->route.prefix_len = prefix_len;
	op->route.via = ip(via);
	op->route.mtu = mtu;
}

/* Hosts keep Ethernet's MTU on a link with a smaller one, as the hosts of a site with a VPN do. */
static unsigned host_mtu(const struct profile *p)
{
	return MAX(p->mtu, (unsigned)HOST_MTU);
}

static void add_wires(struct plan *plan, const struct profile *p, const struct topology *t)
{
	for (size_t i = 0; i < t->n_nodes; i++)
		add(plan, OP_NETNS, t->nodes[i], "");

	for (size_t i = 0; i + 1 < t->n_nodes; i++) {
		struct op *op = add(plan, OP_VETH, t->nodes[i], wire_near_dev(i));

		op->veth.mac = wire_mac(i, false);
		op->veth.peer_mac = wire_mac(i, true);
		(void)strlcpy(op->veth.peer_ns, t->nodes[i + 1], sizeof(op->veth.peer_ns));
		(void)strlcpy(op->veth.peer_dev, WIRE_FAR_DEV, sizeof(op->veth.peer_dev));
		op->veth.mtu = host_mtu(p);
	}
	/* Whoever makes packets cuts them to frames, as a network card does; the others forward frames. */
	add(plan, OP_NO_TSO, NODE_ONPREM, DEV_TO_ONPREM);
	add(plan, OP_NO_TSO, NODE_CGW, DEV_TO_VPC);
	add(plan, OP_NO_TSO, NODE_VGW, DEV_TO_ONPREM);
	add(plan, OP_NO_TSO, NODE_VPC, DEV_TO_ONPREM);
}

/* Writes the names of the devices that carry IP between the routers. */
static void add_tags(struct plan *plan, const struct profile *p, char cgw_dev[IFNAMSIZ],
		     char vgw_dev[IFNAMSIZ])
{
	char outer[IFNAMSIZ], partner[IFNAMSIZ];
	struct op *op;

	(void)strlcpy(cgw_dev, DEV_TO_VPC, IFNAMSIZ);
	(void)strlcpy(vgw_dev, DEV_TO_ONPREM, IFNAMSIZ);
	if (p->kind == LINK_VPN)
		return;

	(void)snprintf(vgw_dev, IFNAMSIZ, DEV_TO_ONPREM ".%u", p->c_tag);
	if (p->kind == LINK_DEDICATED) {
		(void)snprintf(cgw_dev, IFNAMSIZ, DEV_TO_VPC ".%u", p->c_tag);
		add_vlan(plan, NODE_CGW, DEV_TO_VPC, cgw_dev, 0x8100, p->c_tag, p->mtu);
	} else {
		(void)snprintf(outer, sizeof(outer), DEV_TO_VPC ".%u", p->s_tag);
		(void)snprintf(cgw_dev, IFNAMSIZ, DEV_TO_VPC ".%hu.%hu", (unsigned short)p->s_tag,
			       (unsigned short)p->c_tag);
		(void)snprintf(partner, sizeof(partner), DEV_TO_ONPREM ".%u", p->s_tag);
		add_vlan(plan, NODE_CGW, DEV_TO_VPC, outer, p->s_tpid, p->s_tag, p->mtu);
		add_vlan(plan, NODE_CGW, outer, cgw_dev, 0x8100, p->c_tag, p->mtu);
		/* The partner pops the S-tag by taking frames off a VLAN device into a plain bridge. */
		add_vlan(plan, NODE_PARTNER, DEV_TO_ONPREM, partner, p->s_tpid, p->s_tag, p->mtu);
		op = add(plan, OP_BRIDGE, NODE_PARTNER, "br0");
		op->bridge.mac = wire_mac(1, true);
		op->bridge.mtu = p->mtu;
		op = add(plan, OP_PORT, NODE_PARTNER, partner);
		(void)strlcpy(op->port.bridge, "br0", sizeof(op->port.bridge));
		op = add(plan, OP_PORT, NODE_PARTNER, DEV_TO_VPC);
		(void)strlcpy(op->port.bridge, "br0", sizeof(op->port.bridge));
	}
	add_vlan(plan, NODE_VGW, DEV_TO_ONPREM, vgw_dev, 0x8100, p->c_tag, p->mtu);
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

	add_address(plan, NODE_ONPREM, DEV_TO_ONPREM, ADDR_ONPREM, LAN_PREFIX_LEN);
	add_address(plan, NODE_CGW, DEV_TO_ONPREM, ADDR_CGW_LAN, LAN_PREFIX_LEN);
	add_address(plan, NODE_CGW, cgw_dev, ADDR_CGW_LINK, LINK_PREFIX_LEN);
	add_address(plan, NODE_VGW, vgw_dev, ADDR_VGW_LINK, LINK_PREFIX_LEN);
	add_address(plan, NODE_VGW, DEV_TO_VPC, ADDR_VGW_LAN, LAN_PREFIX_LEN);
	add_address(plan, NODE_VPC, DEV_TO_ONPREM, ADDR_VPC, LAN_PREFIX_LEN);

	add_neighbour(plan, NODE_ONPREM, DEV_TO_ONPREM, ADDR_CGW_LAN, wire_mac(0, true));
	add_neighbour(plan, NODE_CGW, DEV_TO_ONPREM, ADDR_ONPREM, wire_mac(0, false));
	add_neighbour(plan, NODE_CGW, cgw_dev, ADDR_VGW_LINK, vgw_mac);
	add_neighbour(plan, NODE_VGW, vgw_dev, ADDR_CGW_LINK, cgw_mac);
	add_neighbour(plan, NODE_VGW, DEV_TO_VPC, ADDR_VPC, wire_mac(last, true));
	add_neighbour(plan, NODE_VPC, DEV_TO_ONPREM, ADDR_VGW_LAN, wire_mac(last, false));

	/* Hosts that know the link's MTU stand in for MSS clamping; routers that do not, do not answer. */
	add_route(plan, NODE_ONPREM, "0.0.0.0", 0, ADDR_CGW_LAN, hosts_know);
	add_route(plan, NODE_CGW, NET_VPC, SITE_PREFIX_LEN, ADDR_VGW_LINK, routers_know);
	add_route(plan, NODE_VGW, NET_ONPREM, SITE_PREFIX_LEN, ADDR_CGW_LINK, routers_know);
	add_route(plan, NODE_VPC, "0.0.0.0", 0, ADDR_VGW_LAN, hosts_know);
	add_sysctl(plan, NODE_CGW, "net.ipv4.ip_forward", "1");
	add_sysctl(plan, NODE_VGW, "net.ipv4.ip_forward", "1");
}

/* Where a direction enters the link, or leaves it: through the policers that stand there. */
static void add_forward(struct plan *plan, const struct profile *p, enum dir dir, bool leaving)
{
	const struct way *w = &ways[dir];
	struct op *op = add(plan, OP_FORWARD, leaving ? w->leave : w->enter, w->in);

	(void)strlcpy(op->forward.to, w->out, sizeof(op->forward.to));
	op->forward.n_police = stage_policers_at(p, dir, leaving, op->forward.police);
}

/* The netems of a direction: the rate where it enters the link, the others where it leaves. */
static void add_stages(struct plan *plan, const struct profile *p, enum dir dir, uint64_t seed)
{
	const struct way *w = &ways[dir];
	struct netem netem;

	for (enum stage i = 0; i < STAGE_COUNT; i++)
		if (stage_netem(p, dir, i, seed, &netem))
			add(plan, OP_NETEM, i == STAGE_RATE ? w->enter : w->leave, w->out)->netem =
				netem;
}

static void add_link(struct plan *plan, const struct profile *p, uint64_t seed)
{
	static const char *const nodes[] = { NODE_A, NODE_Z };
	struct op shaper;

	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
		add(plan, OP_CLSACT, nodes[i], DEV_TO_ONPREM);
		add(plan, OP_CLSACT, nodes[i], DEV_TO_VPC);
	}

	if (stage_shaper(p, TO_VPC, &shaper))
		add(plan, OP_SHAPER, NODE_CGW, DEV_TO_VPC)->shaper = shaper.shaper;

	for (enum dir dir = 0; dir < DIR_COUNT; dir++) {
		add_forward(plan, p, dir, false);
		add_forward(plan, p, dir, true);
		add_stages(plan, p, dir, seed);
	}
}

int plan_make(const struct profile *p, uint64_t seed, struct plan *ret, struct err *err)
{
	struct plan plan = { .ops = calloc(OPS_MAX, sizeof(struct op)) };
	struct topology t = topology_of(p);
	char cgw_dev[IFNAMSIZ], vgw_dev[IFNAMSIZ];
	static const char *const hosts[] = { NODE_ONPREM, NODE_VPC };

	if (!plan.ops)
		return err_sys(err, -ENOMEM, "plan");

	add_wires(&plan, p, &t);
	add_tags(&plan, p, cgw_dev, vgw_dev);
	add_ip(&plan, p, &t, cgw_dev, vgw_dev);
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		add_sysctl(&plan, hosts[i], "net.ipv4.tcp_rmem", TCP_MEMORY);
		add_sysctl(&plan, hosts[i], "net.ipv4.tcp_wmem", TCP_MEMORY);
		/* A second connection starts like the first, not from what that one learned. */
		add_sysctl(&plan, hosts[i], "net.ipv4.tcp_no_metrics_save", "1");
	}
	add_link(&plan, p, seed);
	*ret = plan;

	return 0;
}

void plan_free(struct plan *plan)
{
	free(plan->ops);
	*plan = (struct plan){ 0 };
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
