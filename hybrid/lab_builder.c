// SPDX-License-Identifier: ISC
#include "hybrid/lab_builder.h"

#include <bsd/string.h>

#include "base/rng.h"
#include "emul/link_plan.h"

struct mac build_mac(unsigned wire, unsigned end)
{
	return (struct mac){
		.b = { 0x02, 0, 0, (uint8_t)(wire >> 8), (uint8_t)wire, (uint8_t)(end + 1) },
	};
}

void build_wire(struct builder *b, struct end *from, struct end *to, unsigned mtu)
{
	struct op *op = plan_add(b->plan, OP_VETH, from->ns, from->dev);

	b->n_wires++;
	op->veth.mac = from->mac = build_mac(b->n_wires, 0);
	op->veth.peer_mac = to->mac = build_mac(b->n_wires, 1);
	(void)strlcpy(op->veth.peer_ns, to->ns, sizeof(op->veth.peer_ns));
	(void)strlcpy(op->veth.peer_dev, to->dev, sizeof(op->veth.peer_dev));
	op->veth.mtu = mtu;
}

void build_subnet(struct builder *b, const struct end *a, const struct ipv4_net *at_a,
		  const struct end *z, const struct ipv4_net *at_z)
{
	plan_address(b->plan, a->ns, a->dev, at_a->address, at_a->len);
	plan_address(b->plan, z->ns, z->dev, at_z->address, at_z->len);
	plan_neighbour(b->plan, a->ns, a->dev, at_z->address, z->mac);
	plan_neighbour(b->plan, z->ns, z->dev, at_a->address, a->mac);
}

void build_node(struct builder *b, const char *name, bool forwards)
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

void build_link(struct builder *b, struct lab_ref ref, const struct profile *p, unsigned mtu,
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

	build_node(b, node_a, false);
	build_node(b, node_z, false);
	build_wire(b, near, &a0, mtu);
	build_wire(b, &a1, &z0, mtu);
	build_wire(b, &z1, far, mtu);
	plan_add(b->plan, OP_NO_TSO, near->ns, near->dev);
	plan_add(b->plan, OP_NO_TSO, far->ns, far->dev);
	plan_link(b->plan, p, seed, link);
}
