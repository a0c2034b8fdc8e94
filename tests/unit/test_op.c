// SPDX-License-Identifier: ISC
/* Every kind of operation, as the commands that a student would type. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/auto.h"
#include "base/util.h"
#include "netns/op.h"

#define MAC(last)                                    \
	{                                            \
		{                                    \
			0x02, 0xab, 0, 0, 0x10, last \
		}                                    \
	}
#define NETEM(...)                                                                 \
	{                                                                          \
		.kind = OP_NETEM, .ns = "z", .dev = "e1", .netem = { __VA_ARGS__ } \
	}
#define FORWARD(...)                                                                   \
	{                                                                              \
		.kind = OP_FORWARD, .ns = "a", .dev = "e0", .forward = { __VA_ARGS__ } \
	}

#define TC_NETEM "tc -n z qdisc replace dev e1 root handle 1: netem limit "
#define TC_FORWARD "tc -n a filter add dev e0 ingress pref 100 protocol all matchall"
#define INEXACT \
	" # the delay is exact by netlink only: tc 6.1 takes multiples of 8 us, 274 s at most"

struct row {
	const char *text;
	struct op op;
};

static void expect_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		auto_free char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		cr_assert_not_null(out);
		op_print(&rows[i].op, out);
		cr_assert_eq(fclose(out), 0);
		cr_expect_str_eq(text, rows[i].text);
	}
}

Test(op_print, devices)
{
	static const struct row rows[] = {
		{ "ip netns add cgw\n"
		  "ip -n cgw link set dev lo up\n",
		  { .kind = OP_NETNS, .ns = "cgw" } },
		{ "ip link add dev e0 netns onprem address 02:ab:00:00:10:01 mtu 9001 up "
		  "type veth peer name e7 netns cgw address 02:ab:00:00:10:fe mtu 9001\n"
		  "ip -n cgw link set dev e7 up\n",
		  { .kind = OP_VETH,
		    .ns = "onprem",
		    .dev = "e0",
		    .veth = { MAC(1), MAC(0xfe), "cgw", "e7", 9001 } } },
		{ "ip link add dev p0 address 02:ab:00:00:10:01 mtu 1500 up "
		  "type veth peer name p1 address 02:ab:00:00:10:02 mtu 1500\n"
		  "ip link set dev p1 up\n",
		  { .kind = OP_VETH, .dev = "p0", .veth = { MAC(1), MAC(2), "", "p1", 1500 } } },
		{ "ip -n cgw link add link e1 name e1.900 mtu 1500 up type vlan protocol 802.1ad "
		  "id 900\n",
		  { .kind = OP_VLAN,
		    .ns = "cgw",
		    .dev = "e1.900",
		    .vlan = { "e1", 0x88a8, 900, 1500, "" } } },
		{ "ip -n cgw link add link e1.900 name e1.900.101 mtu 1400 up "
		  "type vlan protocol 802.1Q id 101\n",
		  { .kind = OP_VLAN,
		    .ns = "cgw",
		    .dev = "e1.900.101",
		    .vlan = { "e1.900", 0x8100, 101, 1400, "" } } },
		{ "ip -n dx1.aws link add link e0 name vif0 netns vgw1 mtu 9001 up "
		  "type vlan protocol 802.1Q id 101\n",
		  { .kind = OP_VLAN,
		    .ns = "dx1.aws",
		    .dev = "vif0",
		    .vlan = { "e0", 0x8100, 101, 9001, "vgw1" } } },
		{ "ip -n cgw1 link add name tun0 mtu 1446 type xfrm dev lo if_id 1\n"
		  "ip -n cgw1 link set dev tun0 up\n",
		  { .kind = OP_XFRM, .ns = "cgw1", .dev = "tun0", .xfrm = { 1, 1446, "" } } },
		{ "ip -n vpn1.t1.aws link add name tun0 mtu 1446 type xfrm dev lo if_id 1\n"
		  "ip -n vpn1.t1.aws link set dev tun0 netns vgw1\n"
		  "ip -n vgw1 link set dev tun0 up\n",
		  { .kind = OP_XFRM,
		    .ns = "vpn1.t1.aws",
		    .dev = "tun0",
		    .xfrm = { 1, 1446, "vgw1" } } },
		{ "ip -n partner link add name br0 address 02:ab:00:00:10:03 mtu 1500 up "
		  "type bridge stp_state 0 mcast_snooping 0\n",
		  { .kind = OP_BRIDGE, .ns = "partner", .dev = "br0", .bridge = { MAC(3), 1500 } } },
		{ "ip -n cgw1 link add name lag0 address 02:ab:00:00:10:03 mtu 9001 up type bond "
		  "mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4\n",
		  { .kind = OP_BOND, .ns = "cgw1", .dev = "lag0", .bond = { MAC(3), 9001 } } },
		{ "ip -n cgw1 link set dev dx0 down\n"
		  "ip -n cgw1 link set dev dx0 master lag0\n"
		  "ip -n cgw1 link set dev dx0 up\n",
		  { .kind = OP_MEMBER, .ns = "cgw1", .dev = "dx0", .member = { "lag0" } } },
		{ "ip -n partner link set dev e1 master br0\n",
		  { .kind = OP_PORT, .ns = "partner", .dev = "e1", .port = { "br0" } } },
		{ "ip netns exec vpc ethtool -K e0 tso off tx-udp-segmentation off >/dev/null\n",
		  { .kind = OP_NO_TSO, .ns = "vpc", .dev = "e0" } },
		{ "tc -n a qdisc add dev e0 clsact\n",
		  { .kind = OP_CLSACT, .ns = "a", .dev = "e0" } },
	};

	expect_rows(rows, ARRAY_SIZE(rows));
}

Test(op_print, ip)
{
	static struct row rows[] = {
		{ "ip -n vpc addr add 10.0.1.10/24 dev e0\n",
		  { .kind = OP_ADDR, .ns = "vpc", .dev = "e0", .addr = { .prefix_len = 24 } } },
		{ "ip -n vpc neigh add 10.0.1.1 lladdr 02:ab:00:00:10:06 dev e0 nud permanent\n",
		  { .kind = OP_NEIGH, .ns = "vpc", .dev = "e0", .neigh = { .mac = MAC(6) } } },
		{ "ip -n vpc route add default via 10.0.1.1\n", { .kind = OP_ROUTE, .ns = "vpc" } },
		{ "ip -n cgw route add 10.0.0.0/16 via 169.254.1.2 dev e1.101 mtu 1446\n",
		  { .kind = OP_ROUTE,
		    .ns = "cgw",
		    .dev = "e1.101",
		    .route = { .prefix_len = 16, .mtu = 1446 } } },
	};

	inet_pton(AF_INET, "10.0.1.10", &rows[0].op.addr.addr);
	inet_pton(AF_INET, "10.0.1.1", &rows[1].op.neigh.addr);
	inet_pton(AF_INET, "10.0.1.1", &rows[2].op.route.via);
	inet_pton(AF_INET, "10.0.0.0", &rows[3].op.route.dst);
	inet_pton(AF_INET, "169.254.1.2", &rows[3].op.route.via);

	expect_rows(rows, ARRAY_SIZE(rows));
}

Test(op_print, sysctl)
{
	static const struct row rows[] = {
		{ "sysctl -qw net.core.netdev_max_backlog=100000\n",
		  { .kind = OP_SYSCTL, .sysctl = { "net.core.netdev_max_backlog", "100000" } } },
		{ "ip netns exec vpc sysctl -qw 'net.ipv4.tcp_rmem=4096 131072 67108864'\n",
		  { .kind = OP_SYSCTL,
		    .ns = "vpc",
		    .sysctl = { "net.ipv4.tcp_rmem", "4096 131072 67108864" } } },
	};

	expect_rows(rows, ARRAY_SIZE(rows));
}

Test(op_print, netem)
{
	static const struct row rows[] = {
		{ TC_NETEM "812 rate 1gbit 28\n",
		  NETEM(.limit = 812, .rate_bps = 1000000000, .overhead = 28) },
		{ TC_NETEM "5 rate 1250mbit\n", NETEM(.limit = 5, .rate_bps = 1250000000) },
		{ TC_NETEM "5 rate 999999999999bit -4\n",
		  NETEM(.limit = 5, .rate_bps = 999999999999, .overhead = -4) },
		{ TC_NETEM "0\n", NETEM(.overhead = 24) },
		{ TC_NETEM "1 delay 35ms loss random 1%\n",
		  NETEM(.limit = 1, .delay_ns = 35000000, .loss_ratio = 0.01) },
		{ TC_NETEM "1 delay 10s loss random 0.0001%\n",
		  NETEM(.limit = 1, .delay_ns = 10000000000, .loss_ratio = 1e-6) },
		{ TC_NETEM "1 delay 4568us loss random 100%\n",
		  NETEM(.limit = 1, .delay_ns = 4568000, .loss_ratio = 1) },
		{ TC_NETEM "1 loss gemodel 0.15% 50% 100% 0%\n",
		  NETEM(.limit = 1, .loss = NETEM_LOSS_GEMODEL, .p = 0.0015, .r = 0.5, .h = 1) },
		{ TC_NETEM "1 loss gemodel 33.33333333% 0.2% 90% 0.01%\n",
		  NETEM(.limit = 1, .loss = NETEM_LOSS_GEMODEL, .p = 1.0 / 3, .r = 0.002, .h = 0.9,
			.k1 = 0.0001) },
		/* the generator's seed has no word in tc */
		{ TC_NETEM "1 delay 1ms\n",
		  NETEM(.limit = 1, .delay_ns = 1000000, .seeded = true, .seed = 42) },
		{ TC_NETEM "1 delay 0.001us" INEXACT "\n", NETEM(.limit = 1, .delay_ns = 1) },
		{ TC_NETEM "1 delay 1000.064us" INEXACT "\n",
		  NETEM(.limit = 1, .delay_ns = 1000064) },
		{ TC_NETEM "1 delay 274s\n", NETEM(.limit = 1, .delay_ns = 274000000000) },
		{ TC_NETEM "1 delay 275s" INEXACT "\n",
		  NETEM(.limit = 1, .delay_ns = 275000000000) },
	};

	expect_rows(rows, ARRAY_SIZE(rows));
}

Test(op_print, forward)
{
	static const struct row rows[] = {
		{ TC_FORWARD " action mirred egress redirect dev e1\n", FORWARD(.to = "e1") },
		{ TC_FORWARD " action police rate 200mbit burst 250000 mtu 64kb overhead 42"
			     " conform-exceed drop/pipe action mirred egress redirect dev e1\n",
		  FORWARD(.to = "e1", .n_police = 1,
			  .police = { { .rate_bps = 200000000,
					.burst_bytes = 250000,
					.overhead = 42 } }) },
		{ TC_FORWARD " action police rate 1250mbit burst 1562500 mtu 64kb overhead 0"
			     " conform-exceed drop/pipe"
			     " action police pkts_rate 140000 pkts_burst 1400 conform-exceed "
			     "drop/pipe"
			     " action mirred egress redirect dev e1\n",
		  FORWARD(.to = "e1", .n_police = 2,
			  .police = { { .rate_bps = 1250000000, .burst_bytes = 1562500 },
				      { .pps = 140000, .pps_burst = 1400 } }) },
		{ TC_FORWARD " action police mtu 1460 conform-exceed drop/pipe"
			     " action mirred egress redirect dev e1\n",
		  FORWARD(.to = "e1", .n_police = 1, .police = { { .mtu = 1460 } }) },
	};

	expect_rows(rows, ARRAY_SIZE(rows));
}
