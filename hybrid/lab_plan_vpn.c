// SPDX-License-Identifier: ISC
/* Site-to-Site VPN: the internet, and the interfaces of tunnels; keys and states are for IKE to make. */
#include <bsd/string.h>

#include "emul/topology.h"
#include "hybrid/lab_builder.h"
#include "hybrid/lab_plan.h"

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

	build_node(b, node, true);
	build_link(b, ref, &internet, ETH_MTU, &router, &aws);
	build_subnet(b, &router, &near, &aws, &far);
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
void build_vpns(struct builder *b)
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
