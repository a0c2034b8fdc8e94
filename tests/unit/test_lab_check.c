// SPDX-License-Identifier: ISC
/* Labs whose values are in order each, and contradict each other. */
#include "tests/unit/lab_texts.h"

#include "base/util.h"
#include "hybrid/lab.h"

/* Of L_BASE, with sites of the test's own: the CIDRs are in line 3 (onprem) and from line 5 on. */
#define SITES(onprem, rest) "lab: x\nonprem:\n  cidrs: [" onprem "]\n" rest
#define CIDR(net) SITES("10.10.0.0/16", "vpcs:\n  v: {cidrs: [" net "]}\n")
#define TWO_VPCS(gateways)                                                                      \
	SITES("10.10.0.0/16", "vpcs:\n  a: {cidrs: [10.0.0.0/16]}\n  b: {cidrs: [10.1.0.0/16, " \
			      "10.0.128.0/20]}\n" gateways)
#define VGWS "virtual_private_gateways: {ga: {vpc: a}, gb: {vpc: b}}\n"

static const struct bad_lab bad_addresses[] = {
	{ SITES("10.10.0.0/16, 10.10.3.0/24", ""), "10.10.3.0/24",
	  "onprem.cidrs[1]: 10.10.3.0/24 overlaps another one of the same site" },
	{ SITES("169.254.0.0/16", ""), "169.254.0.0/16",
	  "onprem.cidrs[0]: 169.254.0.0/16 is not, or not only, for hosts (RFC 6890)" },
	{ SITES("0.0.0.0/0", ""), "0.0.0.0/0",
	  "onprem.cidrs[0]: 0.0.0.0/0 is not, or not only, for hosts (RFC 6890)" },
	{ CIDR("10.0.0.0/15"), "10.0.0.0/15",
	  "vpcs.v.cidrs[0]: 10.0.0.0/15 is no size for a VPC; allowed: /16 to /28" },
	{ CIDR("10.0.0.0/29"), "10.0.0.0/29",
	  "vpcs.v.cidrs[0]: 10.0.0.0/29 is no size for a VPC; allowed: /16 to /28" },
	{ CIDR("10.10.64.0/20"), "10.10.64.0/20",
	  "vpcs.v.cidrs[0]: 10.10.64.0/20 overlaps onprem.cidrs" },
	{ TWO_VPCS("transit_gateways: {tgw1: {vpcs: [a, b]}}\n"), "10.0.128.0/20",
	  "vpcs.b.cidrs[1]: 10.0.128.0/20 overlaps a CIDR of a, and both VPCs are behind tgw1" },
	{ TWO_VPCS(VGWS "direct_connect_gateways: {d: {asn: 64999, associations: {ga: {}, gb: "
			"{}}}}\n"),
	  "10.0.128.0/20",
	  "vpcs.b.cidrs[1]: 10.0.128.0/20 overlaps a CIDR of a, and both VPCs are behind d" },
	{ SITES("10.10.0.0/16", "  hosts: {h: {address: 10.11.0.1}}\n"), "address",
	  "onprem.hosts.h.address: 10.11.0.1 is in none of the CIDRs of onprem" },
	{ SITES("10.10.0.0/16", "  hosts: {h: {address: 10.10.0.0}}\n"), "address",
	  "onprem.hosts.h.address: 10.10.0.0 is reserved in 10.10.0.0/16: the first address and "
	  "the last are "
	  "no host's" },
	{ SITES("10.10.0.0/16", "vpcs:\n  v: {cidrs: [10.0.0.0/16], hosts: {h: {address: "
				"10.0.0.3}}}\n"),
	  "address",
	  "vpcs.v.hosts.h.address: 10.0.0.3 is reserved in 10.0.0.0/16: the first four addresses "
	  "and the last "
	  "are AWS's" },
	{ SITES("10.10.0.0/16", "  hosts: {h: {address: 10.10.0.9}, i: {address: 10.10.0.9}}\n"),
	  "address: 10.10.0.9}}", "onprem.hosts.i.address: 10.10.0.9 is the address of h" },
};

Test(lab_check, addresses)
{
	expect_labs_refused(bad_addresses, ARRAY_SIZE(bad_addresses));
}

/* VPCs that share no gateway may have the same CIDRs, and hosts in them the same addresses. */
Test(lab_check, apart)
{
	free(good_lab(TWO_VPCS(VGWS)));
	free(good_lab(SITES("10.10.0.0/16", "vpcs:\n  a: {cidrs: [10.0.0.0/16], hosts: {h: "
					    "{address: 10.0.0.4}}}\n"
					    "  b: {cidrs: [10.0.0.0/16], hosts: {i: {address: "
					    "10.0.0.4}}}\n")));
}

#define LAG(more)                                                                               \
	L_HEAD L_ONPREM "connections:\n  a: {profile: dx-dedicated-1g, location: fr5, router: " \
			"cgw1, lag: l}\n  b: {" more "}\n" /* lines 8 to 10 */

static const struct bad_lab bad_connections[] = {
	{ L_HEAD L_ONPREM "connections:\n  a: {profile: dx-hosted-50m, location: fr5, router: "
			  "cgw1}\n",
	  "a: {profile",
	  "connections.a.s_vlan: missing: dx-hosted-50m is hosted, and the partner's access leg "
	  "has an outer "
	  "VLAN; allowed: 1 to 4094" },
	{ L_HEAD L_ONPREM "connections:\n  a: {profile: dx-dedicated-1g, location: fr5, router: "
			  "cgw1, s_vlan: 9}\n",
	  "s_vlan",
	  "connections.a.s_vlan: dx-dedicated-1g is dedicated, and has no partner's VLAN; leave it "
	  "out" },
	{ LAG("profile: dx-dedicated-10g, location: fr5, router: cgw1, lag: l"),
	  "profile: dx-dedicated-10g",
	  "connections.b.profile: other than that of a; members of l are alike in speed, location "
	  "and router" },
	{ LAG("profile: dx-dedicated-1g, location: am3, router: cgw1, lag: l"), "location: am3",
	  "connections.b.location: other than that of a; members of l are alike in speed, location "
	  "and "
	  "router" },
	{ LAG("profile: dx-dedicated-1g, location: fr5, router: cgw2, lag: l"), "router: cgw2",
	  "connections.b.router: other than that of a; members of l are alike in speed, location "
	  "and router" },
	{ L_HEAD L_ONPREM "connections:\n"
			  "  a: {profile: dx-hosted-50m, location: fr5, router: cgw1, lag: l, "
			  "s_vlan: 9}\n",
	  "lag:",
	  "connections.a.lag: dx-hosted-50m is hosted; members of a LAG are dedicated "
	  "connections" },
	{ L_HEAD L_ONPREM "connections:\n"
			  "  a: {profile: dx-dedicated-100g, location: fr5, router: cgw1, lag: l}\n"
			  "  b: {profile: dx-dedicated-100g, location: fr5, router: cgw1, lag: l}\n"
			  "  c: {lag: l, profile: dx-dedicated-100g, location: fr5, router: "
			  "cgw1}\n",
	  "lag: l, profile",
	  "connections.c.lag: l has 2 members already; allowed at 100gbit and above: up to 2" },
	{ L_HEAD L_ONPREM "connections:\n"
			  "  a: {profile: dx-dedicated-1g, location: fr5, router: cgw1, lag: l}\n"
			  "  b: {profile: dx-dedicated-1g, location: fr5, router: cgw1, lag: l}\n"
			  "  c: {profile: dx-dedicated-1g, location: fr5, router: cgw1, lag: l}\n"
			  "  d: {profile: dx-dedicated-1g, location: fr5, router: cgw1, lag: l}\n"
			  "  e: {lag: l, profile: dx-dedicated-1g, location: fr5, router: cgw1}\n",
	  "lag: l, profile", "connections.e.lag: l has 4 members already; allowed: up to 4" },
	{ L_HEAD L_ONPREM L_GATEWAYS "connections:\n"
				     "  a: {profile: dx-dedicated-1g, location: fr5, router: cgw1, "
				     "lag: l}\n"
				     "virtual_interfaces:\n  v: {connection: a, type: private, "
				     "vlan: 1, gateway: vgw1, " PEERS "}\n",
	  "connection:",
	  "virtual_interfaces.v.connection: a is a member of l; write connection: l" },
	{ L_BASE "virtual_interfaces:\n"
		 "  a: {connection: dx2, type: private, vlan: 1, gateway: vgw1, " PEERS "}\n"
		 "  b: {connection: dx2, type: private, vlan: 2, gateway: vgw1, " PEERS2 "}\n",
	  "connection: dx2, type: private, vlan: 2",
	  "virtual_interfaces.b.connection: dx2 is hosted and carries a already; a hosted "
	  "connection has exactly "
	  "one virtual interface" },
	{ L_BASE "virtual_interfaces:\n"
		 "  a: {connection: dx1, type: private, vlan: 7, gateway: vgw1, " PEERS "}\n"
		 "  b: {connection: dx1, type: private, vlan: 7, gateway: vgw1, " PEERS2 "}\n",
	  "vlan: 7, gateway: vgw1, amazon_address: 169.254.9.5/30",
	  "virtual_interfaces.b.vlan: 7 is the VLAN of a; each is once on a connection, here dx1" },
};

Test(lab_check, connections)
{
	expect_labs_refused(bad_connections, ARRAY_SIZE(bad_connections));
}

#define VIF(text) L_BASE "virtual_interfaces:\n  v: {connection: dx1, vlan: 7, " text "}\n"
#define PRIVATE "type: private, gateway: vgw1, "
#define ENDS(a, c) PRIVATE "amazon_address: " a ", customer_address: " c

static const struct bad_lab bad_vifs[] = {
	{ VIF("type: private, " PEERS), "v: {connection",
	  "virtual_interfaces.v.gateway: missing: a private virtual interface ends "
	  "at a virtual private gateway or Direct Connect gateway" },
	{ VIF("type: transit, " PEERS), "v: {connection",
	  "virtual_interfaces.v.gateway: missing: a transit virtual interface ends "
	  "at a Direct Connect gateway" },
	{ VIF("type: transit, gateway: vgw1, " PEERS), "gateway:",
	  "virtual_interfaces.v.gateway: vgw1 is a virtual private "
	  "gateway; a transit virtual interface ends at a Direct Connect gateway" },
	{ VIF("type: transit, gateway: dxgw1, " PEERS), "gateway:",
	  "virtual_interfaces.v.gateway: dxgw1 is associated with "
	  "virtual private gateways; a transit virtual interface needs one that is associated with "
	  "a transit "
	  "gateway" },
	{ VIF("type: private, gateway: dxgw2, " PEERS), "gateway:",
	  "virtual_interfaces.v.gateway: dxgw2 is associated with "
	  "transit gateways; a private virtual interface needs one that is associated with virtual "
	  "private "
	  "gateways" },
	{ VIF("type: public, gateway: vgw1, advertise: [198.51.100.0/24], " PEERS), "gateway:",
	  "virtual_interfaces.v.gateway: "
	  "a public virtual interface has none: it ends at AWS's public edge" },
	{ VIF("type: public, " PEERS), "v: {connection",
	  "virtual_interfaces.v.advertise: missing: AWS takes from a public virtual "
	  "interface what comes from prefixes named here" },
	{ VIF(PRIVATE "mtu: 2000, " PEERS), "mtu:",
	  "virtual_interfaces.v.mtu: 2000; allowed for a private virtual "
	  "interface: 1500, 8500, 9001" },
	{ VIF("type: transit, gateway: dxgw2, mtu: 9001, " PEERS), "mtu:",
	  "virtual_interfaces.v.mtu: 9001; allowed for a "
	  "transit virtual interface: 1500, 8500" },
	{ VIF("type: public, mtu: 8500, " PEERS), "mtu:",
	  "virtual_interfaces.v.mtu: 8500; allowed for a public virtual "
	  "interface: 1500" },
	{ VIF(ENDS("169.254.9.1/31", "169.254.9.0/31")), "amazon_address",
	  "virtual_interfaces.v.amazon_address: 169.254.9.1/31; "
	  "allowed: a /29 or /30" },
	{ VIF(ENDS("169.254.9.0/30", "169.254.9.2/30")), "amazon_address",
	  "virtual_interfaces.v.amazon_address: 169.254.9.0/30 is "
	  "the network's or the broadcast address, no host's" },
	{ VIF(ENDS("169.254.9.1/30", "169.254.9.3/30")), "customer_address",
	  "virtual_interfaces.v.customer_address: 169.254.9.3/30 "
	  "is the network's or the broadcast address, no host's" },
	{ VIF(ENDS("169.254.9.1/30", "169.254.9.5/30")), "customer_address",
	  "virtual_interfaces.v.customer_address: 169.254.9.5/30 "
	  "is not in the subnet of amazon_address, 169.254.9.1/30" },
	{ VIF(ENDS("169.254.9.1/30", "169.254.9.2/29")), "customer_address",
	  "virtual_interfaces.v.customer_address: 169.254.9.2/29 "
	  "is not in the subnet of amazon_address, 169.254.9.1/30" },
	{ VIF(ENDS("169.254.9.1/30", "169.254.9.1/30")), "customer_address",
	  "virtual_interfaces.v.customer_address: 169.254.9.1/30 "
	  "is the amazon_address, too" },
	{ VIF(PRIVATE PEERS ", communities: [7224:9100]"), "7224",
	  "virtual_interfaces.v.communities[0]: 7224:9100 means "
	  "nothing on a private virtual interface; allowed of 7224: 7100 (low), 7200 (medium), "
	  "7300 (high)" },
	{ VIF(PRIVATE PEERS ", communities: [65000:1, 7224:7100, 7224:7300]"), "7224:7300",
	  "virtual_interfaces.v.communities[2]: "
	  "7224:7300 beside another local preference; one of them" },
	{ L_BASE "virtual_interfaces:\n"
		 "  a: {connection: dx1, type: private, vlan: 1, gateway: vgw1, " PEERS "}\n"
		 "  b: {connection: dx1, type: private, vlan: 2, gateway: vgw2, customer_address: "
		 "169.254.9.3/29, amazon_address: 169.254.9.4/29}\n",
	  "customer_address: 169.254.9.3/29",
	  "virtual_interfaces.b.customer_address: 169.254.9.3/29 overlaps the subnet of a, at "
	  "cgw1" },
};

Test(lab_check, vifs)
{
	expect_labs_refused(bad_vifs, ARRAY_SIZE(bad_vifs));
}

#define GATEWAYS(text) L_HEAD L_ONPREM text /* from line 8 on */
#define TGWS "transit_gateways: {t: {asn: 64600, vpcs: [vpc1]}, u: {asn: 64601, vpcs: [vpc2]}}\n"

static const struct bad_lab bad_gateways[] = {
	{ GATEWAYS("virtual_private_gateways: {g: {asn: 65535}}\n"), "asn: 65535",
	  "virtual_private_gateways.g.asn: 65535 is no private ASN; allowed: 64512 to 65534, "
	  "4200000000 to "
	  "4294967294" },
	{ GATEWAYS("virtual_private_gateways: {g: {vpc: vpc1}, h: {vpc: vpc1}}\n"), "vpc: vpc1}}",
	  "virtual_private_gateways.h.vpc: vpc1 has g already; a VPC has one virtual private "
	  "gateway" },
	{ GATEWAYS("transit_gateways: {t: {vpcs: [vpc1, vpc1]}}\n"), "vpc1]",
	  "transit_gateways.t.vpcs[1]: vpc1 is there twice" },
	{ GATEWAYS("transit_gateways: {t: {}}\ndirect_connect_gateways: {d: {associations: {t: "
		   "{}}}}\n"),
	  "t: {}}}",
	  "direct_connect_gateways.d.associations.t: t and d have the same ASN, 64512; give one of "
	  "them "
	  "another" },
	{ GATEWAYS(TGWS "virtual_private_gateways: {g: {}}\ndirect_connect_gateways: {d: "
			"{associations: {g: {}, t: {}}}}\n"),
	  "t: {}",
	  "direct_connect_gateways.d.associations.t: beside g; a Direct Connect gateway is "
	  "associated with "
	  "virtual private gateways or with transit gateways, not with both" },
	{ GATEWAYS(TGWS "direct_connect_gateways: {d: {associations: {t: {allowed_prefixes: "
			"[10.0.0.0/8]}, "
			"u: {allowed_prefixes: [172.16.0.0/12, 10.1.0.0/16]}}}}\n"),
	  "10.1.0.0/16]}}",
	  "direct_connect_gateways.d.associations.u.allowed_prefixes[1]: 10.1.0.0/16 overlaps a "
	  "prefix of t; "
	  "those of two transit gateways on one Direct Connect gateway may not" },
	{ L_HEAD
	  "onprem: {cidrs: [10.10.0.0/16], routers: {r: {asn: 64512}}}\n"
	  "vpcs: {vpc1: {cidrs: [10.0.0.0/16]}}\nvirtual_private_gateways: {vgw1: {vpc: vpc1}}\n"
	  "vpn_connections: {v: {gateway: vgw1, router: r, profile: vpn-metro, " TUNNELS "}}\n",
	  "gateway:",
	  "vpn_connections.v.gateway: vgw1 and r have the same ASN, 64512; eBGP needs two" },
};

Test(lab_check, gateways)
{
	expect_labs_refused(bad_gateways, ARRAY_SIZE(bad_gateways));
}

#define VPN(text) \
	L_BASE "vpn_connections:\n  v: {gateway: vgw1, router: cgw1, " text "}\n" /* 19, 20 */
#define METRO "profile: vpn-metro, "
#define TUNNEL(text) VPN(METRO "tunnels: {a: {" text "}, b: {inside_cidr: 169.254.99.0/30}}")
#define INSIDE "inside_cidr: 169.254.20.0/30, "
#define INSIDE_RULE                                                                       \
	"allowed: a /30 in 169.254.0.0/16, but not 169.254.0.0/30 to 169.254.5.0/30 nor " \
	"169.254.169.252/30"
#define OVER(vif, vpn)                                                  \
	L_BASE "virtual_interfaces:\n  vif1: {" vif ", vlan: 7, " PEERS \
	       "}\nvpn_connections:\n  v: {" vpn ", over: vif1, " TUNNELS "}\n"

static const struct bad_lab bad_vpns[] = {
	{ VPN(METRO "tunnels: {a: {inside_cidr: 169.254.20.0/30}}"), "tunnels",
	  "vpn_connections.v.tunnels: 1; a VPN connection has exactly 2" },
	{ VPN("profile: vpn-metro"), "v: {gateway",
	  "vpn_connections.v.tunnels: 0; a VPN connection has exactly 2" },
	{ VPN(METRO "tunnels: {a: {" INSIDE "}, b: {inside_cidr: 169.254.21.0/30}, c: {}}"), "c: {",
	  "vpn_connections.v.tunnels.c: one tunnel too many; at most 2" },
	{ TUNNEL("inside_cidr: 169.254.20.0/29"), "inside_cidr: 169.254.20.0/29",
	  "vpn_connections.v.tunnels.a.inside_cidr: 169.254.20.0/29; " INSIDE_RULE },
	{ TUNNEL("inside_cidr: 10.0.20.0/30"), "inside_cidr: 10.0.20.0/30",
	  "vpn_connections.v.tunnels.a.inside_cidr: 10.0.20.0/30; " INSIDE_RULE },
	{ TUNNEL("inside_cidr: 169.254.5.0/30"), "inside_cidr: 169.254.5.0/30",
	  "vpn_connections.v.tunnels.a.inside_cidr: 169.254.5.0/30 is reserved; " INSIDE_RULE },
	{ TUNNEL("inside_cidr: 169.254.169.252/30"), "inside_cidr: 169.254.169.252/30",
	  "vpn_connections.v.tunnels.a.inside_cidr: 169.254.169.252/30 is reserved; " INSIDE_RULE },
	{ TUNNEL("inside_cidr: 169.254.99.0/30"), "inside_cidr: 169.254.99.0/30}}",
	  "vpn_connections.v.tunnels.b.inside_cidr: 169.254.99.0/30 overlaps the subnet of v.a, at "
	  "cgw1" },
	{ TUNNEL(INSIDE "ike_lifetime: 1800s"), "a: {inside_cidr",
	  "vpn_connections.v.tunnels.a.esp_lifetime: 1h; allowed: less than "
	  "ike_lifetime, which is 30min" },
	{ TUNNEL(INSIDE "esp_lifetime: 900s, rekey_margin: 451s"), "rekey_margin",
	  "vpn_connections.v.tunnels.a.rekey_margin: 451s; "
	  "allowed: up to half of esp_lifetime, which is 900s" },
	{ TUNNEL(INSIDE "startup_action: start"), "startup_action",
	  "vpn_connections.v.tunnels.a.startup_action: AWS begins with "
	  "IKEv2 only; write ike_versions: ikev2 beside it" },
	{ VPN(TUNNELS), "v: {gateway",
	  "vpn_connections.v.profile: missing: what the way over the internet is like, e.g. "
	  "vpn-metro; "
	  "or over: a virtual interface" },
	{ VPN(METRO "routing: static, " TUNNELS), "v: {gateway",
	  "vpn_connections.v.static_routes: missing: with routing static, AWS "
	  "knows the customer's networks from here alone" },
	{ VPN(METRO "static_routes: [10.10.0.0/16], " TUNNELS), "static_routes",
	  "vpn_connections.v.static_routes: beside routing "
	  "bgp; write routing: static, or leave them out" },
	{ OVER("connection: dx1, type: private, gateway: vgw1", "gateway: tgw1, router: cgw1"),
	  "over",
	  "vpn_connections.v.over: vif1 is private; allowed: a public or transit virtual "
	  "interface" },
	{ OVER("connection: dx1, type: transit, gateway: dxgw2", "gateway: tgw1, router: cgw2"),
	  "over", "vpn_connections.v.over: vif1 ends at cgw1, and the tunnels at cgw2" },
	{ OVER("connection: dx1, type: transit, gateway: dxgw2", "gateway: vgw1, router: cgw1"),
	  "gateway: vgw1",
	  "vpn_connections.v.gateway: vgw1 is a virtual private gateway; over a transit virtual "
	  "interface, a VPN "
	  "ends at a transit gateway" },
	{ OVER("connection: dx1, type: transit, gateway: dxgw2", "gateway: tgw1, router: cgw1, "
								 "profile: vpn-metro"),
	  "profile: vpn-metro",
	  "vpn_connections.v.profile: beside over; it is vif1 that carries the tunnels, and its "
	  "connection has a "
	  "profile" },
};

Test(lab_check, vpns)
{
	expect_labs_refused(bad_vpns, ARRAY_SIZE(bad_vpns));
}

#define EXPECT(text)                                                                               \
	L_BASE "vpn_connections:\n  v: {gateway: vgw1, router: cgw1, profile: vpn-metro, "         \
	       "routing: static, static_routes: [10.10.0.0/16], " TUNNELS "}\nexpect:\n  - {" text \
	       "}\n"

static const struct bad_lab bad_expect[] = {
	{ EXPECT("from: office"), "{from",
	  "expect[0]: expects nothing; write one of reachable, unreachable, path, "
	  "established, mtu, failover, goodput, latency" },
	{ EXPECT("reachable: web, mtu: 1500, from: office"), "mtu: 1500",
	  "expect[0].mtu: beside 'reachable'; one of them to a "
	  "line" },
	{ EXPECT("reachable: web"), "{reachable",
	  "expect[0].from: missing: a host; allowed: the name of a host" },
	{ EXPECT("reachable: web, from: office, within: 1s"), "within",
	  "expect[0].within: does not belong to 'reachable'" },
	{ EXPECT("reachable: web, from: web"), "from",
	  "expect[0].from: web is at both ends; name two hosts" },
	{ EXPECT("established: v, prefixes: 1"), "prefixes: 1",
	  "expect[0].prefixes: v has static routes, and learns none" },
	{ EXPECT("failover: v.t1 down, event: bgp, within: 1s, from: office, to: web"), "event",
	  "expect[0].event: v.t1 has static routes, and no BGP session to be shut" },
	{ EXPECT("failover: dx1, within: 1s, from: office, to: web"), "dx1,",
	  "expect[0].failover: 'dx1': does not say what "
	  "happens; write 'dx1 down'" },
	{ EXPECT("failover: dx9 down, within: 1s, from: office, to: web"), "dx9 down",
	  "expect[0].failover: 'dx9': there is no "
	  "such connection or LAG or virtual interface or VPN connection or tunnel; did you mean "
	  "'dx1'?" },
	{ EXPECT("reachable: vpc1, from: office"), "vpc1, from",
	  "expect[0].reachable: 'vpc1': a VPC; allowed: the name of a host" },
};

Test(lab_check, expectations)
{
	expect_labs_refused(bad_expect, ARRAY_SIZE(bad_expect));
}

static const struct bad_lab bad_names[] = {
	{ L_HEAD "onprem:\n  cidrs: [10.10.0.0/16]\n  routers: {web: {asn: 1}}\n  hosts: {web: "
		 "{address: 10.10.0.1}}\n",
	  "web: {address",
	  "onprem.hosts.web: there is a router of that name; each name is once in a lab" },
	{ L_HEAD "onprem:\n  cidrs: [10.10.0.0/16]\n  routers: {r: {asn: 1, bird_conf: a, "
		 "frr_conf: b}}\n",
	  "frr_conf", "onprem.routers.r.frr_conf: beside bird_conf; a router runs one of them" },
};

Test(lab_check, names)
{
	expect_labs_refused(bad_names, ARRAY_SIZE(bad_names));
}
