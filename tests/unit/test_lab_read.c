// SPDX-License-Identifier: ISC
/* Labs from text: what is understood, and what is said about keys and values that are not. */
#include "tests/unit/lab_texts.h"

#include <arpa/inet.h>
#include <time.h>

#include "base/util.h"
#include "hybrid/lab.h"

#define SECOND UINT64_C(1000000000)

static in_addr_t addr(const struct in_addr *a)
{
	return ntohl(a->s_addr);
}

static void expect_ref(struct lab_ref ref, enum lab_kind kind, unsigned index)
{
	cr_expect_eq(ref.kind, kind);
	cr_expect_eq(ref.index, index);
}

Test(lab_read, sites_and_gateways)
{
	auto_free struct lab *lab = good_lab(L_BASE);

	cr_expect_str_eq(lab->name, "x");
	cr_expect_str_eq(lab->title, "x");
	cr_expect_eq(lab->onprem.n_cidrs, 1);
	cr_expect_eq(addr(&lab->onprem.cidrs[0].address), 0x0a0a0000);
	cr_expect_eq(lab->onprem.cidrs[0].len, 16);
	cr_expect_eq(lab->n_routers, 2);
	cr_expect_str_eq(lab->routers[1].name, "cgw2");
	cr_expect_eq(lab->routers[1].asn, 65020);
	cr_expect_eq(lab->n_hosts, 2);
	expect_ref(lab->hosts[0].vpc, LAB_NONE, 0);
	expect_ref(lab->hosts[1].vpc, LAB_VPC, 0);
	cr_expect_eq(addr(&lab->hosts[1].address), 0x0a00010a);
	cr_expect_eq(lab->n_vpcs, 2);
	cr_expect_eq(lab->vgws[0].asn, 64512, "the default");
	expect_ref(lab->vgws[1].vpc, LAB_VPC, 1);
	cr_expect_eq(lab->tgws[0].asn, 64513);
	cr_expect_eq(lab->tgws[0].n_vpcs, 2);
	expect_ref(lab->tgws[0].vpcs[1], LAB_VPC, 1);
	cr_expect(lab->tgws[0].ecmp);
	cr_expect_eq(lab->n_dxgws, 2);
	expect_ref(lab->dxgws[0].associations[0].gateway, LAB_VGW, 0);
	cr_expect_eq(lab->dxgws[0].associations[0].n_allowed_prefixes, 0);
	expect_ref(lab->dxgws[1].associations[0].gateway, LAB_TGW, 0);
	cr_expect_eq(lab->dxgws[1].associations[0].allowed_prefixes[0].len, 15);
}

Test(lab_read, connections)
{
	auto_free struct lab *lab =
		good_lab(L_HEAD L_ONPREM "connections:\n"
					 "  a: {lag: l, profile: dx-dedicated-1g, location: fr5, "
					 "router: cgw1}\n"
					 "  b: {lag: l, profile: dx-dedicated-1g, location: fr5, "
					 "router: cgw1}\n"
					 "  c: {set: {cir: 40mbit, to_vpc.delay: 7ms}, profile: "
					 "dx-hosted-50m,\n"
					 "      location: am3, router: cgw2, s_vlan: 900}\n");
	const struct lab_connection *c = lab->connections;

	cr_expect_eq(lab->n_connections, 3);
	cr_expect_str_eq(c[0].profile.name, "dx-dedicated-1g");
	cr_expect_eq(c[0].profile.dir[TO_VPC].rate_bps, 1000000000);
	cr_expect_eq(lab->n_lags, 1);
	cr_expect_str_eq(lab->lags[0].name, "l");
	cr_expect_eq(lab->lags[0].n_members, 2);
	expect_ref(lab->lags[0].members[1], LAB_CONNECTION, 1);
	expect_ref(c[1].lag, LAB_LAG, 0);
	expect_ref(c[2].lag, LAB_NONE, 0);
	cr_expect_str_eq(c[2].location, "am3");
	expect_ref(c[2].router, LAB_ROUTER, 1);
	cr_expect_eq(c[2].s_vlan, 900);
	cr_expect_eq(c[2].profile.dir[TO_ONPREM].cir_bps, 40000000);
	cr_expect_eq(c[2].profile.dir[TO_VPC].delay_ns, 7000000);
}

Test(lab_read, virtual_interfaces)
{
	auto_free struct lab *lab = good_lab(L_BASE "virtual_interfaces:\n"
						    "  a: {connection: dx1, type: private, "
						    "gateway: vgw1, vlan: 4094, " PEERS "}\n"
						    "  b: {connection: dx2, type: transit, "
						    "gateway: dxgw2, vlan: 1, mtu: 8500, bfd: on,\n"
						    "      md5: k3y!, communities: ['65000:1', "
						    "7224:7100], advertise: [10.10.0.0/17,\n"
						    "      10.10.128.0/17], " PEERS2 "}\n");
	const struct lab_vif *a = &lab->vifs[0], *b = &lab->vifs[1];

	cr_expect_eq(a->type, LAB_VIF_PRIVATE);
	cr_expect_eq(a->vlan, 4094);
	expect_ref(a->connection, LAB_CONNECTION, 0);
	expect_ref(a->gateway, LAB_VGW, 0);
	cr_expect_eq(a->mtu, 1500);
	cr_expect(!a->bfd);
	cr_expect_str_eq(a->md5, "");
	cr_expect_eq(addr(&a->amazon_address.address), 0xa9fe0901);
	cr_expect_eq(addr(&a->customer_address.address), 0xa9fe0902);
	cr_expect_eq(a->customer_address.len, 30);
	expect_ref(lab_vif_router(lab, a), LAB_ROUTER, 0);
	cr_expect_eq(b->type, LAB_VIF_TRANSIT);
	expect_ref(b->gateway, LAB_DXGW, 1);
	cr_expect_eq(b->mtu, 8500);
	cr_expect(b->bfd);
	cr_expect_str_eq(b->md5, "k3y!");
	cr_expect_eq(b->n_communities, 2);
	cr_expect_eq(b->communities[1], 7224U << 16 | 7100);
	cr_expect_eq(b->n_advertise, 2);
	expect_ref(lab_vif_router(lab, b), LAB_ROUTER, 1);
}

/* Defaults are those of AWS (Site-to-Site VPN User Guide, VPNTunnels). */
Test(lab_read, tunnel_defaults)
{
	auto_free struct lab *lab = good_lab(L_BASE VPN1 "profile: vpn-metro, " TUNNELS "}\n");
	const struct lab_vpn *v = &lab->vpns[0];
	const struct lab_tunnel *t = &v->tunnels[1];

	cr_expect_str_eq(v->profile.name, "vpn-metro");
	expect_ref(v->gateway, LAB_VGW, 0);
	expect_ref(v->over, LAB_NONE, 0);
	cr_expect_eq(v->routing, LAB_ROUTING_BGP);
	cr_expect(!v->nat_t);
	cr_expect_str_eq(t->name, "t2");
	cr_expect_eq(addr(&t->inside_cidr.address), 0xa9fe1500);
	cr_expect_str_eq(t->psk, "");
	cr_expect_eq(t->ike_versions, 3);
	cr_expect_eq(t->ike_encryption, 15);
	cr_expect_eq(t->esp_integrity, 15);
	cr_expect_eq(t->ike_dh_group, (1U << 12) - 1, "2 and 14 to 24");
	cr_expect_eq(t->esp_dh_group, (1U << 13) - 1, "and 5");
	cr_expect_eq(t->ike_lifetime_ns, 28800 * SECOND);
	cr_expect_eq(t->esp_lifetime_ns, 3600 * SECOND);
	cr_expect_eq(t->rekey_margin_ns, 270 * SECOND);
	cr_expect_eq(t->rekey_fuzz_percent, 100);
	cr_expect_eq(t->replay_window, 1024);
	cr_expect_eq(t->dpd_timeout_ns, 30 * SECOND);
	cr_expect_eq(t->dpd_action, LAB_DPD_CLEAR);
	cr_expect_eq(t->startup_action, LAB_STARTUP_ADD);
}

Test(lab_read, tunnel_options)
{
	auto_free struct lab *lab = good_lab(L_BASE VPN1 "profile: vpn-metro, set: {rate: "
							 "100mbit}, routing: static, nat_t: on,\n"
							 "    static_routes: [10.10.0.0/16], "
							 "tunnels: {t1: {inside_cidr: "
							 "169.254.20.0/30,\n"
							 "    psk: abc.DEF_9, ike_versions: ikev2, "
							 "ike_encryption: aes256gcm16,\n"
							 "    esp_encryption: [aes128, aes256], "
							 "ike_dh_group: [2, 20], esp_dh_group: 5,\n"
							 "    dpd_action: restart, startup_action: "
							 "start, dpd_timeout: 1min},\n"
							 "    t2: {inside_cidr: "
							 "169.254.21.0/30}}}\n");
	const struct lab_vpn *v = &lab->vpns[0];
	const struct lab_tunnel *t = &v->tunnels[0];

	cr_expect_eq(v->profile.dir[TO_VPC].rate_bps, 100000000);
	cr_expect_eq(v->routing, LAB_ROUTING_STATIC);
	cr_expect_eq(v->n_static_routes, 1);
	cr_expect(v->nat_t);
	cr_expect_str_eq(t->psk, "abc.DEF_9");
	cr_expect_eq(t->ike_versions, 1U << LAB_IKEV2);
	cr_expect_eq(t->ike_encryption, 1U << LAB_AES256_GCM_16);
	cr_expect_eq(t->esp_encryption, 1U << LAB_AES128 | 1U << LAB_AES256);
	cr_expect_eq(t->ike_dh_group, 1U << 0 | 1U << 7,
		     "the first and the eighth: 2, 14, 15, 16, 17, 18, 19, 20");
	cr_expect_eq(t->esp_dh_group, 1U << 1);
	cr_expect_eq(t->dpd_action, LAB_DPD_RESTART);
	cr_expect_eq(t->startup_action, LAB_STARTUP_START);
	cr_expect_eq(t->dpd_timeout_ns, 60 * SECOND);
}

/* What is referred to may come later. */
Test(lab_read, expectations)
{
	auto_free struct lab *lab =
		good_lab(L_HEAD "expect:\n"
				"  - {reachable: web, from: office, port: 443/tcp}\n"
				"  - {unreachable: office, from: web}\n"
				"  - {path: v, from: office, to: web, direction: to_vpc}\n"
				"  - {established: v, prefixes: 0}\n"
				"  - {established: v}\n"
				"  - {mtu: 1438, from: office, to: web}\n"
				"  - failover: v.b down\n    event: black-hole\n    within: 40s\n  "
				"  from: office\n    to: web\n"
				"  - {goodput: 9mbit, from: office, to: web}\n"
				"  - {latency: 5ms, from: office, to: web}\n"
				"vpn_connections:\n"
				"  u: {gateway: vgw1, router: cgw2, profile: vpn-metro, tunnels: "
				"{a: {inside_cidr: \n"
				"     169.254.30.0/30}, b: {inside_cidr: 169.254.31.0/30}}}\n"
				"  v: {gateway: vgw1, router: cgw1, profile: vpn-metro, tunnels: "
				"{a: {inside_cidr: \n"
				"     169.254.20.0/30}, b: {inside_cidr: "
				"169.254.21.0/30}}}\n" L_ONPREM L_GATEWAYS);
	const struct lab_expect *e = lab->expect;
	char name[LAB_FULL_NAME_MAX];

	cr_assert_eq(lab->n_expect, 9);
	for (unsigned i = 0; i < 7; i++)
		cr_expect_eq(e[i].line, (int)i + 3);
	cr_expect_eq(e[0].verb, LAB_REACHABLE);
	expect_ref(e[0].subject, LAB_HOST, 1);
	cr_expect_str_eq(lab_name(lab, e[0].from), "office");
	cr_expect_eq(e[0].port.protocol, LAB_TCP);
	cr_expect_eq(e[0].port.port, 443);
	cr_expect_eq(e[1].verb, LAB_UNREACHABLE);
	cr_expect_eq(e[1].port.protocol, LAB_ICMP);
	expect_ref(e[2].subject, LAB_VPN, 1);
	cr_expect_eq(e[2].direction, LAB_TO_VPC);
	cr_expect_eq(e[3].prefixes, 0);
	cr_expect_eq(e[4].prefixes, LAB_ANY_NUMBER);
	cr_expect_eq(e[5].verb, LAB_MTU);
	cr_expect_eq(e[5].mtu, 1438);
	expect_ref(e[6].subject, LAB_TUNNEL, 3);
	cr_expect_str_eq(lab_full_name(lab, e[6].subject, name, sizeof(name)), "v.b");
	cr_expect_eq(e[6].event, LAB_EVENT_BLACK_HOLE);
	cr_expect_eq(e[6].within_ns, 40 * SECOND);
	cr_expect_eq(e[7].goodput_bps, 9000000);
	cr_expect_eq(e[8].latency_ns, 5000000);
}

#define IN_VIF(text) L_BASE "virtual_interfaces:\n  v: {" text "}\n"
#define IN_TUNNEL(text) L_BASE VPN1 "tunnels: {a: {" text "}}}\n"
#define NAMES "allowed: up to 31 of a-z A-Z 0-9 _ -"

static const struct bad_lab bad_values[] = {
	{ "title: x\n", "title", "lab: missing: its name; allowed: up to 31 of a-z A-Z 0-9 _ -" },
	{ "lab: a.b\n", "a.b", "lab: 'a.b': not a name; allowed: up to 31 of a-z A-Z 0-9 _ -" },
	{ "lab: x\nvpc: {}\n", "vpc", "vpc: unknown key of a lab; did you mean 'vpcs'?" },
	{ "lab: x\nlab: y\n", "lab: y", "lab: given twice; first at line 1" },
	{ "lab: x\nonprem: {cidr: [10.0.0.0/8]}\n", "cidr:",
	  "onprem.cidr: unknown key of an on-premises site; did you "
	  "mean 'cidrs'?" },
	{ "lab: x\nonprem: {}\n", "onprem",
	  "onprem.cidrs: missing: networks of the site; allowed: a list of up to 16, "
	  "each a network such as 10.0.0.0/16" },
	{ "lab: x\nonprem: {cidrs: 10.0.0.0/8}\n", "10.0",
	  "onprem.cidrs: a single value, where a list is expected" },
	{ "lab: x\nonprem: {cidrs: []}\n", "]",
	  "onprem.cidrs: an empty list; leave it out, or write what is in it" },
	{ "lab: x\nonprem: {cidrs: {}}\n", "{}",
	  "onprem.cidrs: a mapping, where a list is expected" },
	{ "lab: x\nonprem: {cidrs: [10.0.0.1/8]}\n", "10.0",
	  "onprem.cidrs[0]: '10.0.0.1/8': not the network's first "
	  "address; allowed: a list of up to 16, each a network such as 10.0.0.0/16" },
	{ "lab: x\nonprem: {cidrs: [[a]]}\n", "[a",
	  "onprem.cidrs[0]: a list, where a single value is expected" },
	{ "lab: x\nonprem: {cidrs: [{a: b}]}\n", "{a",
	  "onprem.cidrs[0]: a mapping, where a single value is expected" },
	{ "lab: x\nvpcs: {a b: {}}\n", "a b", "vpcs.a b: not a name; " NAMES },
	{ "lab: x\nvpcs: {abcdefghijklmnopqrstuvwxyz_123456: {}}\n", "abc",
	  "vpcs.abcdefghijklmnopqrstuvwxyz_123456: too "
	  "long; " NAMES },
	{ "lab: x\nvpcs: {a: {cidrs: [10.0.0.0/16]}, a: {}}\n", "a: {}",
	  "vpcs.a: given twice; first at line 2" },
	{ "lab: x\nvpcs: {a: 5}\n", "5",
	  "vpcs.a: a single value, where a mapping of keys is expected" },
	{ "lab: x\nvpcs: [a]\n", "[a", "vpcs: a list, where a mapping of keys is expected" },
	{ "lab: x\nexpect: {a: b}\n", "{a", "expect: a mapping, where a list is expected" },
	{ "lab: x\nexpect: [a]\n", "a]",
	  "expect[0]: a single value, where a mapping of keys is expected" },
	{ "[a]\n", "[", "a list, where a mapping of keys is expected" },
	{ IN_VIF("vlan: 0, bfd: off"), "0, bfd",
	  "virtual_interfaces.v.vlan: '0': out of range; allowed: 1 to 4094" },
	{ IN_VIF("vlan: 4095"), "4095",
	  "virtual_interfaces.v.vlan: '4095': out of range; allowed: 1 to 4094" },
	{ IN_VIF("type: privat"), "privat}",
	  "virtual_interfaces.v.type: 'privat': unknown; allowed: one of private, public, "
	  "transit" },
	{ IN_VIF("bfd: yes"), "yes", "virtual_interfaces.v.bfd: 'yes': unknown; allowed: on, off" },
	{ IN_VIF("communities: [7224]"), "7224",
	  "virtual_interfaces.v.communities[0]: '7224': not a community; allowed: a "
	  "list of up to 8, each a community such as 7224:7100" },
	{ IN_VIF("communities: [65536:1]"), "65536",
	  "virtual_interfaces.v.communities[0]: '65536:1': not a community; "
	  "allowed: a list of up to 8, each a community such as 7224:7100" },
	{ IN_VIF("amazon_address: 169.254.9.1"), "169",
	  "virtual_interfaces.v.amazon_address: '169.254.9.1': no prefix "
	  "length, write e.g. 10.0.0.0/16; allowed: an address with the length of its prefix, such "
	  "as "
	  "169.254.9.1/30" },
	{ L_BASE VIF1 "type: private, gateway: vgw9}\n", "vgw9",
	  "virtual_interfaces.vif1.gateway: 'vgw9': there is no such "
	  "virtual private gateway or Direct Connect gateway; did you mean 'vgw1'?" },
	{ L_BASE VIF1 "type: private, gateway: tgw1}\n", "tgw1}",
	  "virtual_interfaces.vif1.gateway: 'tgw1': a transit "
	  "gateway; allowed: the name of a virtual private gateway or Direct Connect gateway" },
	{ "lab: x\ndirect_connect_gateways: {d: {associations: {g: {}}}}\n", "g: {}",
	  "direct_connect_gateways.d."
	  "associations.g: 'g': there is no such virtual private gateway or transit gateway" },
	{ "lab: x\nonprem: {cidrs: [10.0.0.0/8], routers: {r: {asn: 0}}}\n", "0}",
	  "onprem.routers.r.asn: '0': out of range; "
	  "allowed: 1 to 4294967294" },
	{ "lab: x\nonprem: {cidrs: [10.0.0.0/8], routers: {r: {asn: 4294967295}}}\n", "4294967295",
	  "onprem.routers.r.asn: "
	  "'4294967295': out of range; allowed: 1 to 4294967294" },
	{ "lab: x\nconnections: {c: {profile: dx-hosted-60m, location: a, router: r}}\n",
	  "dx-hosted",
	  "connections.c.profile: "
	  "dx-hosted-60m: no such profile; did you mean 'dx-hosted-50m'?; see 'dxemu profile "
	  "list', or give the path of "
	  "a file" },
	{ "lab: x\nconnections: {c: {profile: vpn-metro, location: a, router: r}}\n", "vpn-metro",
	  "connections.c.profile: "
	  "vpn-metro is of kind vpn; allowed: dedicated or hosted" },
	{ "lab: x\nconnections: {c: {profile: dx-dedicated-1g, set: {dely: 4ms}, location: a, "
	  "router: r}}\n",
	  "4ms", "connections.c.set.dely: dely: unknown key; did you mean 'delay'?" },
	{ "lab: x\nconnections: {c: {profile: ./x.yaml, location: a, router: r}}\n", "./x",
	  "connections.c.profile: "
	  "'./x.yaml': a path; only names are allowed here" },
	{ L_BASE VPN1 "set: {delay: 4ms}, " TUNNELS "}\n", "4ms",
	  "vpn_connections.vpn1.set.delay: there is no profile to set "
	  "it in" },
	{ IN_TUNNEL("ike_dh_group: [2, 5 ]"), "5 ]",
	  "vpn_connections.vpn1.tunnels.a.ike_dh_group[1]: '5': unknown; allowed: "
	  "one or a list of 2, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24" },
	{ IN_TUNNEL("ike_lifetime: 899s"), "899s",
	  "vpn_connections.vpn1.tunnels.a.ike_lifetime: '899s': out of range; "
	  "allowed: 900s to 8h" },
	{ IN_TUNNEL("psk: short"), "short",
	  "vpn_connections.vpn1.tunnels.a.psk: not 8 to 64 characters long; allowed: 8 to 64 "
	  "of a-z A-Z 0-9 . _, not starting with 0" },
	{ IN_TUNNEL("psk: 01234567"), "01234567",
	  "vpn_connections.vpn1.tunnels.a.psk: starts with 0; allowed: 8 to 64 of a-z "
	  "A-Z 0-9 . _, not starting with 0" },
	{ IN_TUNNEL("psk: abc-defgh"), "abc-",
	  "vpn_connections.vpn1.tunnels.a.psk: has other characters than those that are "
	  "allowed; allowed: 8 to 64 of a-z A-Z 0-9 . _, not starting with 0" },
	{ IN_VIF("md5: a b"), "a b",
	  "virtual_interfaces.v.md5: has other characters than those that are allowed; allowed: up "
	  "to 80 characters of ASCII but spaces, \" and \\" },
	{ L_BASE "expect:\n  - {reachable: web, from: office, port: 443}\n", "443",
	  "expect[0].port: '443': not a port; "
	  "allowed: 1 to 65535 with /tcp or /udp, such as 443/tcp" },
	{ L_BASE "expect:\n  - {reachable: web, from: office, port: 65536/udp}\n", "65536",
	  "expect[0].port: '65536/udp': not "
	  "a port; allowed: 1 to 65535 with /tcp or /udp, such as 443/tcp" },
};

Test(lab_read, refused)
{
	expect_labs_refused(bad_values, ARRAY_SIZE(bad_values));
}

Test(lab_read, too_many)
{
	auto_free char *text = NULL;
	auto_free struct lab *lab = malloc(sizeof(*lab));
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	struct err err;

	(void)fputs("lab: x\nvpcs:\n", f);
	for (int i = 0; i < 9; i++)
		(void)fprintf(f, "  v%d: {cidrs: [10.%d.0.0/16]}\n", i, i);
	(void)fclose(f);
	cr_expect_eq(read_lab(text, lab, &err), -EINVAL);
	cr_expect_str_eq(err.msg, "t.yaml:11:3: vpcs.v8: one VPC too many; at most 8");
}

/* No message shows a key, whatever is wrong around it. */
Test(lab_read, secrets)
{
	static const char *const texts[] = {
		IN_TUNNEL("psk: s3cr3t-s3cr3t"),   IN_TUNNEL("psk: [s3cr3t]"),
		IN_TUNNEL("psk: {value: s3cr3t}"), IN_VIF("md5: 's3cr3t s3cr3t'"),
		IN_VIF("md5: [s3cr3t]"),	   IN_TUNNEL("psk: s3cr3t12, psk: s3cr3t12"),
	};
	auto_free struct lab *lab = malloc(sizeof(*lab));

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct err err;

		cr_expect_eq(read_lab(texts[i], lab, &err), -EINVAL);
		cr_expect_null(strstr(err.msg, "s3cr3t"), "%s", err.msg);
	}
}

/* Whatever fills a text of the largest size, it is refused at once. */
Test(lab_read, huge)
{
	static const char *const units[] = { "[",	 "{x: ",	  "- ", "a",
					     "lab: x\n", "expect:\n- - ", "\n" };
	auto_free char *text = malloc(LAB_MAX_BYTES);
	auto_free struct lab *lab = malloc(sizeof(*lab));
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		clock_t start = clock();

		for (size_t j = 0; j < LAB_MAX_BYTES; j++)
			text[j] = units[i][j % strlen(units[i])];
		cr_expect_eq(lab_read(text, LAB_MAX_BYTES, "t.yaml", &test_dirs, lab, &err),
			     -EINVAL);
		cr_expect_lt((double)(clock() - start) / CLOCKS_PER_SEC, 5, "%s", units[i]);
	}
	cr_expect_eq(lab_read(text, LAB_MAX_BYTES + 1, "t.yaml", &test_dirs, lab, &err), -EINVAL);
	cr_expect_str_eq(err.msg, "t.yaml: 1048577 bytes; a lab has at most 1048576");
	cr_expect_eq(lab_read("", 0, "t.yaml", &test_dirs, lab, &err), -EINVAL);
	cr_expect_str_eq(err.msg, "t.yaml: empty; see labs/vpn-only.yaml for what a lab looks "
				  "like");
}

/* Every beginning of a lab is refused or read, with one line. */
Test(lab_read, truncated)
{
	static const char text[] = L_BASE VPN1 "profile: vpn-metro, " TUNNELS "}\n"
					       "expect:\n  - {reachable: web, from: office}\n";
	auto_free struct lab *lab = malloc(sizeof(*lab));

	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		auto_free char *cut = malloc(n + 1);
		struct err err = { 0 };

		memcpy(cut, text, n);
		if (lab_read(cut, n, "t.yaml", &test_dirs, lab, &err) == 0)
			continue;
		cr_expect_eq(strncmp(err.msg, "t.yaml:", 7), 0, "%zu: %s", n, err.msg);
		cr_expect_null(strchr(err.msg, '\n'), "%zu: %s", n, err.msg);
	}
}

/* Labs that come with dxemu, as files; and files that they name. */
Test(lab_read, shipped)
{
	static const char *const names[] = { "dx-with-vpn-backup", "two-locations", "vpn-only",
					     "hosted-50m", "transit" };
	auto_free struct lab *lab = malloc(sizeof(*lab));

	cr_assert_not_null(lab);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char path[64];
		struct err err;

		(void)snprintf(path, sizeof(path), "labs/%s.yaml", names[i]);
		cr_expect_eq(lab_load(path, "profiles", lab, &err), 0, "%s", err.msg);
		cr_expect_str_eq(lab->name, names[i]);
		cr_expect_gt(lab->n_expect, 4);
	}
}

#define FILE_TEXT "lab: x\nonprem: {cidrs: [10.0.0.0/8], routers: {r: {asn: 1, bird_conf: %s}}}\n"

Test(lab_read, files)
{
	static const struct lab_dirs dirs = { .lab = "/proc/self", .profiles = "profiles" };
	auto_free struct lab *lab = malloc(sizeof(*lab));
	static const struct {
		const char *file, *wrong;
	} rows[] = {
		{ "no-such", "'no-such': No such file or directory" },
		{ "fd", "'fd': not a regular file" },
		{ "status", NULL },
		{ "/proc/self/stat", NULL },
	};

	cr_assert_not_null(lab);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char whole[160], msg[256];
		struct err err;
		int r;

		(void)snprintf(whole, sizeof(whole), FILE_TEXT, rows[i].file);
		r = lab_read(whole, strlen(whole), "t.yaml", &dirs, lab, &err);
		if (!rows[i].wrong) {
			cr_expect_eq(r, 0, "%s", err.msg);
			cr_expect_eq(lab->routers[0].bird_conf[0], '/');
			continue;
		}
		(void)snprintf(msg, sizeof(msg),
			       "t.yaml:2:64: onprem.routers.r.bird_conf: %s; allowed: a file's "
			       "path, from the lab file's "
			       "directory",
			       rows[i].wrong);
		cr_expect_eq(r, -EINVAL);
		cr_expect_str_eq(err.msg, msg);
	}
}
