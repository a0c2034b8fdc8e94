// SPDX-License-Identifier: ISC
/*
 * The bytes that the kernel is sent. Those of netem and police were taken from what tc 6.1 sends
 * for the command in each row's comment.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <stdio.h>

#include "base/util.h"
#include "netns/nl.h"
#include "netns/op_message.h"

static const struct op_refs refs = { .ifindex = 3, .other = 2, .ns_fd = 40, .peer_ns_fd = 41 };

static struct nl_msg *build(op_message_fn *fn, const struct op *op)
{
	struct nl_msg *msg = NULL;
	struct err err;
	int r = fn(op, &refs, &msg, &err);

	cr_assert_eq(r, 0, "%s", r ? err.msg : "");

	return msg;
}

/* The attribute at a path of types (ended by 0) below a header of @hdrlen bytes; NULL if absent. */
static struct nlattr *find(struct nl_msg *msg, size_t hdrlen, const int *path)
{
	struct nlattr *attr = nlmsg_find_attr(nlmsg_hdr(msg), (int)hdrlen, path[0]);

	for (path++; attr && *path; path++)
		attr = nla_find(nla_data(attr), nla_len(attr), *path);

	return attr;
}

#define FIND(msg, hdr, ...) find(msg, sizeof(hdr), (const int[]){ __VA_ARGS__, 0 })

static void expect_bytes(const struct nlattr *attr, const char *hex, const char *what)
{
	char text[256] = "(absent)";

	if (attr)
		text[0] = '\0';
	for (int i = 0; attr && i < nla_len(attr) && i < 120; i++)
		(void)snprintf(text + (size_t)i * 2, sizeof(text) - (size_t)i * 2, "%02x",
			       ((const unsigned char *)nla_data(attr))[i]);
	cr_expect_str_eq(text, hex, "%s: is %s, not %s", what, text, hex);
}

/* Netem's options start with a struct, and attributes follow it. */
static struct nlattr *netem_attr(struct nl_msg *msg, int type)
{
	struct nlattr *options = FIND(msg, struct tcmsg, TCA_OPTIONS);
	const int skip = sizeof(struct tc_netem_qopt);

	cr_assert_not_null(options);

	return nla_find((void *)((char *)nla_data(options) + skip), nla_len(options) - skip, type);
}

static void expect_qopt(struct nl_msg *msg, struct tc_netem_qopt want)
{
	const struct tc_netem_qopt *qopt = nla_data(FIND(msg, struct tcmsg, TCA_OPTIONS));

	cr_expect_eq(qopt->latency, want.latency);
	cr_expect_eq(qopt->limit, want.limit);
	cr_expect_eq(qopt->loss, want.loss);
	cr_expect_eq(qopt->jitter, 0);
	cr_expect_eq(qopt->gap, 0);
	cr_expect_eq(qopt->duplicate, 0);
}

Test(netlink, netem)
{
	static const struct {
		struct netem netem;
		struct tc_netem_qopt qopt;
		uint64_t latency;
		const char *rate;
	} rows[] = {
		/* netem delay 10us loss 1% rate 50mbit 24 limit 100 */
		{ { .limit = 100,
		    .delay_ns = 10000,
		    .loss_ratio = 0.01,
		    .rate_bps = 50000000,
		    .overhead = 24 },
		  { .latency = 0x9c, .limit = 100, .loss = 0x028f5c29 },
		  10000,
		  "105e5f00180000000000000000000000" },
		/* netem limit 7: what is off must be said, too */
		{ { .limit = 7, .overhead = 24 },
		  { .limit = 7 },
		  0,
		  "00000000000000000000000000000000" },
		{ { .limit = 7, .loss_ratio = 1, .rate_bps = 34359738360, .overhead = -4 },
		  { .limit = 7, .loss = UINT32_MAX },
		  0,
		  "fffffffffcffffff0000000000000000" },
		/* beyond tc: a nanosecond, more than 2^32 ticks */
		{ { .delay_ns = 1 }, { .latency = 0 }, 1, "00000000000000000000000000000000" },
		{ { .delay_ns = 300000000000 },
		  { .latency = UINT32_MAX },
		  300000000000,
		  "00000000000000000000000000000000" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct op op = { .kind = OP_NETEM, .netem = rows[i].netem };
		auto_nl_msg struct nl_msg *msg = build(op_netem_message, &op);

		expect_qopt(msg, rows[i].qopt);
		expect_bytes(netem_attr(msg, TCA_NETEM_RATE), rows[i].rate, "rate");
		cr_expect_null(netem_attr(msg, TCA_NETEM_RATE64));
		cr_expect_null(netem_attr(msg, TCA_NETEM_LOSS));
		cr_expect_null(netem_attr(msg, 14));
		cr_assert_not_null(netem_attr(msg, TCA_NETEM_LATENCY64));
		cr_expect_eq(nla_get_u64(netem_attr(msg, TCA_NETEM_LATENCY64)), rows[i].latency);
		expect_bytes(netem_attr(msg, TCA_NETEM_JITTER64), "0000000000000000", "jitter");
	}
}

Test(netlink, netem_head)
{
	const struct op op = { .kind = OP_NETEM, .netem = { .limit = 1 } };
	auto_nl_msg struct nl_msg *msg = build(op_netem_message, &op);
	const struct nlmsghdr *hdr = nlmsg_hdr(msg);
	const struct tcmsg *tcm = nlmsg_data(hdr);

	cr_expect_eq(hdr->nlmsg_type, RTM_NEWQDISC);
	cr_expect_eq(hdr->nlmsg_flags, NLM_F_CREATE | NLM_F_REPLACE);
	cr_expect_eq(tcm->tcm_ifindex, 3);
	cr_expect_eq(tcm->tcm_parent, TC_H_ROOT);
	cr_expect_eq(tcm->tcm_handle, 0x10000);
	cr_expect_str_eq(nla_get_string(FIND(msg, struct tcmsg, TCA_KIND)), "netem");
}

Test(netlink, netem_wide_rate_model_and_seed)
{
	/* netem limit 100 rate 100gbit loss gemodel 0.2% 25% 90% 0.1% */
	const struct op op = { .kind = OP_NETEM,
			       .netem = { .limit = 100,
					  .rate_bps = 100000000000,
					  .loss = NETEM_LOSS_GEMODEL,
					  .loss_ratio = 0.5,
					  .p = 0.002,
					  .r = 0.25,
					  .h = 0.9,
					  .k1 = 0.001,
					  .seeded = true,
					  .seed = 0x0102030405060708 } };
	auto_nl_msg struct nl_msg *msg = build(op_netem_message, &op);

	expect_qopt(msg, (struct tc_netem_qopt){ .limit = 100 });
	expect_bytes(netem_attr(msg, TCA_NETEM_RATE), "ffffffff000000000000000000000000", "rate");
	expect_bytes(netem_attr(msg, TCA_NETEM_RATE64), "00dd0ee902000000", "wide rate");
	expect_bytes(netem_attr(msg, TCA_NETEM_LOSS), "140002006f128300000000409999991937894100",
		     "loss model");
	expect_bytes(netem_attr(msg, 14), "0807060504030201", "seed");
}

/* matchall action police rate 200mbit burst 100020 mtu 64kb overhead 38 conform-exceed drop/pipe
 * action police pkts_rate 10000 pkts_burst 11 conform-exceed drop/pipe
 * action mirred egress redirect dev (index 2) */
Test(netlink, forward)
{
	const struct op op = {
		.kind = OP_FORWARD,
		.forward = { .to = "e1",
			     .n_police = 2,
			     .police = { { .rate_bps = 200000000,
					   .burst_bytes = 100020,
					   .overhead = 38 },
					 { .pps = 10000, .pps_burst = 11 } } },
	};
	auto_nl_msg struct nl_msg *msg = build(op_forward_message, &op);
	const struct tcmsg *tcm = nlmsg_data(nlmsg_hdr(msg));
#define ACT(n, ...) FIND(msg, struct tcmsg, TCA_OPTIONS, TCA_MATCHALL_ACT, n, __VA_ARGS__)

	cr_expect_eq(nlmsg_hdr(msg)->nlmsg_flags, NLM_F_CREATE | NLM_F_EXCL);
	cr_expect_eq(tcm->tcm_parent, 0xfffffff2);
	cr_expect_eq(tcm->tcm_info, 0x640300);

	cr_expect_str_eq(nla_get_string(ACT(1, TCA_ACT_KIND)), "police");
	expect_bytes(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_TBF),
		     "00000000020000000000000024f400000000010009012600ffff000040787d01"
		     "000000000000000000000000000000000000000000000000",
		     "police");
	cr_expect_eq(nla_len(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_RATE)), 1024);
	cr_expect_null(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_RATE64));
	expect_bytes(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_RESULT), "03000000", "conforming");

	cr_expect_str_eq(nla_get_string(ACT(2, TCA_ACT_KIND)), "police");
	expect_bytes(ACT(2, TCA_ACT_OPTIONS, TCA_POLICE_TBF),
		     "0000000002000000000000000000000000000000000000000000000000000000"
		     "000000000000000000000000000000000000000000000000",
		     "police by packets");
	cr_expect_null(ACT(2, TCA_ACT_OPTIONS, TCA_POLICE_RATE));
	expect_bytes(ACT(2, TCA_ACT_OPTIONS, TCA_POLICE_PKTRATE64), "1027000000000000",
		     "packet rate");
	expect_bytes(ACT(2, TCA_ACT_OPTIONS, TCA_POLICE_PKTBURST64), "2343000000000000",
		     "packet burst");

	cr_expect_str_eq(nla_get_string(ACT(3, TCA_ACT_KIND)), "mirred");
	expect_bytes(ACT(3, TCA_ACT_OPTIONS, 2),
		     "00000000000000000400000000000000000000000100000002000000", "redirect");
	cr_expect_null(ACT(4, TCA_ACT_KIND));
}

Test(netlink, police_burst_out_of_range)
{
	static const struct police rows[] = {
		{ .rate_bps = 8000, .burst_bytes = 1000000 }, /* 1000 s */
		{ .rate_bps = 100000000000, .burst_bytes = UINT64_C(1) << 32 },
		{ .rate_bps = 1000000, .burst_bytes = 0 },
		{ .rate_bps = 7, .burst_bytes = 1500 },
		{ .pps = 10, .pps_burst = 0 },
		{ .pps = 10, .pps_burst = 3000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct op op = { .kind = OP_FORWARD,
				       .forward = { .n_police = 1, .police = { rows[i] } } };
		struct nl_msg *msg = NULL;
		struct err err;

		cr_expect_eq(op_forward_message(&op, &refs, &msg, &err), -ERANGE, "row %zu", i);
		cr_expect_null(msg);
	}
}

Test(netlink, netem_out_of_range)
{
	static const struct netem rows[] = {
		{ .rate_bps = 7 }, /* 0 bytes per second would mean no limit */
		{ .delay_ns = UINT64_C(1) << 63 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct op op = { .kind = OP_NETEM, .netem = rows[i] };
		struct nl_msg *msg = NULL;
		struct err err;

		cr_expect_eq(op_netem_message(&op, &refs, &msg, &err), -ERANGE, "row %zu", i);
		cr_expect_null(msg);
	}
}

Test(netlink, clsact)
{
	const struct op op = { .kind = OP_CLSACT };
	auto_nl_msg struct nl_msg *msg = build(op_clsact_message, &op);
	const struct tcmsg *tcm = nlmsg_data(nlmsg_hdr(msg));

	cr_expect_eq(tcm->tcm_handle, 0xffff0000);
	cr_expect_eq(tcm->tcm_parent, 0xfffffff1);
	cr_expect_str_eq(nla_get_string(FIND(msg, struct tcmsg, TCA_KIND)), "clsact");
}

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

	expect_bytes(INFO(bridge_msg, IFLA_BR_STP_STATE), "00000000", "spanning tree");
	expect_bytes(INFO(bridge_msg, IFLA_BR_MCAST_SNOOPING), "00", "snooping");

	cr_expect_eq(((struct ifinfomsg *)nlmsg_data(nlmsg_hdr(port_msg)))->ifi_index, 3);
	cr_expect_eq(nla_get_u32(FIND(port_msg, struct ifinfomsg, IFLA_MASTER)), 2);
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
