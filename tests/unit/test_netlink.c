// SPDX-License-Identifier: ISC
/* The bytes that the kernel is sent for devices, addresses and routes. */
#include "tests/unit/op_bytes.h"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

#include "netns/nl.h"
#include "netns/op_message.h"

/* Both ends in one request, each with its name, address, MTU and namespace. */
Test(netlink, veth)
{
	const struct op op = {
		.kind = OP_VETH,
		.dev = "e0",
		.veth = { .mac = { { 2, 0, 0, 0, 1, 1 } },
			  .peer_mac = { { 2, 0, 0, 0, 1, 2 } },
			  .peer_dev = "e7",
			  .mtu = 1500 },
	};
	auto_nl_msg struct nl_msg *msg = build(op_veth_message, &op);
	const struct ifinfomsg *ifi = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *peer =
		FIND(msg, struct ifinfomsg, IFLA_LINKINFO, IFLA_INFO_DATA, VETH_INFO_PEER);
	struct nlattr *at;
	int left;

	cr_assert_not_null(peer);
	at = (void *)((char *)nla_data(peer) + sizeof(*ifi));
	left = nla_len(peer) - (int)sizeof(*ifi);

	cr_expect_eq(ifi->ifi_flags & IFF_UP, IFF_UP);
	cr_expect_str_eq(nla_get_string(FIND(msg, struct ifinfomsg, IFLA_IFNAME)), "e0");
	expect_bytes(FIND(msg, struct ifinfomsg, IFLA_ADDRESS), "020000000101", "address");
	cr_expect_eq(nla_get_u32(FIND(msg, struct ifinfomsg, IFLA_MTU)), 1500);
	cr_expect_eq(nla_get_u32(FIND(msg, struct ifinfomsg, IFLA_NET_NS_FD)), 40);

	cr_expect_str_eq(nla_get_string(nla_find(at, left, IFLA_IFNAME)), "e7");
	expect_bytes(nla_find(at, left, IFLA_ADDRESS), "020000000102", "peer's address");
	cr_expect_eq(nla_get_u32(nla_find(at, left, IFLA_MTU)), 1500);
	cr_expect_eq(nla_get_u32(nla_find(at, left, IFLA_NET_NS_FD)), 41);
}

Test(netlink, vlan_bridge_port)
{
	const struct op vlan = { .kind = OP_VLAN,
				 .dev = "e1.900",
				 .vlan = { .tpid = 0x88a8, .id = 900, .mtu = 1496 } };
	const struct op bridge = { .kind = OP_BRIDGE, .dev = "br0", .bridge = { .mtu = 1500 } };
	const struct op port = { .kind = OP_PORT };
	auto_nl_msg struct nl_msg *msg = build(op_vlan_message, &vlan);
	auto_nl_msg struct nl_msg *bridge_msg = build(op_bridge_message, &bridge);
	auto_nl_msg struct nl_msg *port_msg = build(op_port_message, &port);
#define INFO(m, ...) FIND(m, struct ifinfomsg, IFLA_LINKINFO, IFLA_INFO_DATA, __VA_ARGS__)

	cr_expect_eq(nla_get_u32(FIND(msg, struct ifinfomsg, IFLA_LINK)), 2);
	cr_expect_eq(nla_get_u32(FIND(msg, struct ifinfomsg, IFLA_MTU)), 1496);
	expect_bytes(INFO(msg, IFLA_VLAN_PROTOCOL), "88a8", "tag protocol");
	expect_bytes(INFO(msg, IFLA_VLAN_ID), "8403", "tag");
	cr_expect_eq(nla_get_u32(FIND(msg, struct ifinfomsg, IFLA_NET_NS_FD)), 40);

	expect_bytes(INFO(bridge_msg, IFLA_BR_STP_STATE), "00000000", "spanning tree");
	expect_bytes(INFO(bridge_msg, IFLA_BR_MCAST_SNOOPING), "00", "snooping");

	cr_expect_eq(((struct ifinfomsg *)nlmsg_data(nlmsg_hdr(port_msg)))->ifi_index, 3);
	cr_expect_eq(nla_get_u32(FIND(port_msg, struct ifinfomsg, IFLA_MASTER)), 2);
}

Test(netlink, bond)
{
	const struct op op = { .kind = OP_BOND, .dev = "lag0", .bond = { .mtu = 9001 } };
	auto_nl_msg struct nl_msg *msg = build(op_bond_message, &op);
	auto_nl_msg struct nl_msg *down = build(op_down_message, &op);
	const struct ifinfomsg *ifi = nlmsg_data(nlmsg_hdr(down));

	cr_expect_eq(nla_get_u32(FIND(msg, struct ifinfomsg, IFLA_MTU)), 9001);
	/* As linux/if_bonding.h numbers them: 802.3ad, fast, layer3+4. */
	expect_bytes(INFO(msg, IFLA_BOND_MODE), "04", "mode");
	expect_bytes(INFO(msg, IFLA_BOND_MIIMON), "64000000", "miimon");
	expect_bytes(INFO(msg, IFLA_BOND_AD_LACP_RATE), "01", "LACP rate");
	expect_bytes(INFO(msg, IFLA_BOND_XMIT_HASH_POLICY), "01", "hash");
	cr_expect_eq(ifi->ifi_flags & IFF_UP, 0U);
	cr_expect_eq(ifi->ifi_change & IFF_UP, (unsigned)IFF_UP);
}

Test(netlink, xfrm)
{
	const struct op op = { .kind = OP_XFRM,
			       .dev = "tun0",
			       .xfrm = { .if_id = 7, .mtu = 1446 } };
	auto_nl_msg struct nl_msg *msg = build(op_xfrm_message, &op);
	auto_nl_msg struct nl_msg *move = build(op_move_message, &op);

	cr_expect_eq(nla_get_u32(FIND(msg, struct ifinfomsg, IFLA_MTU)), 1446);
	expect_bytes(FIND(msg, struct ifinfomsg, IFLA_LINKINFO, IFLA_INFO_KIND), "7866726d00",
		     "kind");
	cr_expect_eq(nla_get_u32(INFO(msg, IFLA_XFRM_IF_ID)), 7);
	cr_expect_eq(nla_get_u32(INFO(msg, IFLA_XFRM_LINK)), 1);
	/* Made where its states are, and moved then. */
	cr_expect_null(FIND(msg, struct ifinfomsg, IFLA_NET_NS_FD));
	cr_expect_eq(((struct ifinfomsg *)nlmsg_data(nlmsg_hdr(move)))->ifi_index, 3);
	cr_expect_eq(nla_get_u32(FIND(move, struct ifinfomsg, IFLA_NET_NS_FD)), 40);
}

Test(netlink, ip)
{
	const struct in_addr host = { htonl(0x0a00010a) }, gateway = { htonl(0xa9fe0102) };
	const struct op addr = { .kind = OP_ADDR, .addr = { host, 24 } };
	const struct op neigh = { .kind = OP_NEIGH, .neigh = { host, { { 2, 0, 0, 0, 6, 1 } } } };
	const struct op route = { .kind = OP_ROUTE,
				  .route = { { htonl(0x0a000000) }, 16, gateway, 1446 } };
	auto_nl_msg struct nl_msg *addr_msg = build(op_addr_message, &addr);
	auto_nl_msg struct nl_msg *neigh_msg = build(op_neigh_message, &neigh);
	auto_nl_msg struct nl_msg *route_msg = build(op_route_message, &route);
	const struct ifaddrmsg *ifa = nlmsg_data(nlmsg_hdr(addr_msg));
	const struct ndmsg *ndm = nlmsg_data(nlmsg_hdr(neigh_msg));
	const struct rtmsg *rtm = nlmsg_data(nlmsg_hdr(route_msg));

	cr_expect_eq(ifa->ifa_prefixlen, 24);
	cr_expect_eq(ifa->ifa_index, 3);
	expect_bytes(FIND(addr_msg, struct ifaddrmsg, IFA_LOCAL), "0a00010a", "address");

	cr_expect_eq(ndm->ndm_state, NUD_PERMANENT);
	expect_bytes(FIND(neigh_msg, struct ndmsg, NDA_DST), "0a00010a", "neighbour");
	expect_bytes(FIND(neigh_msg, struct ndmsg, NDA_LLADDR), "020000000601", "its address");

	cr_expect_eq(rtm->rtm_dst_len, 16);
	cr_expect_eq(rtm->rtm_protocol, RTPROT_BOOT);
	cr_expect_eq(rtm->rtm_table, RT_TABLE_MAIN);
	expect_bytes(FIND(route_msg, struct rtmsg, RTA_DST), "0a000000", "destination");
	expect_bytes(FIND(route_msg, struct rtmsg, RTA_GATEWAY), "a9fe0102", "gateway");
	expect_bytes(FIND(route_msg, struct rtmsg, RTA_METRICS, RTAX_MTU), "a6050000", "MTU");
}
