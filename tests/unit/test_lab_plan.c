// SPDX-License-Identifier: ISC
#include "hybrid/lab_plan.h"

#include <arpa/inet.h>

#include "hybrid/network.h"
#include "tests/unit/plan_order.h"

#define LABS "labs/"

static struct lab *load_lab(const char *name)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	char path[64];
	struct err err;

	cr_assert_not_null(lab);
	(void)snprintf(path, sizeof(path), LABS "%s.yaml", name);
	cr_assert_eq(lab_load(path, PROFILES, lab, &err), 0, "%s", err.msg);

	return lab;
}

static struct plan plan_of_lab(const struct lab *lab, uint64_t seed)
{
	struct plan plan;
	struct err err;

	cr_assert_eq(lab_plan(lab, seed, &plan, &err), 0, "%s", err.msg);

	return plan;
}

/* Nodes, links and tags of the labs that come with dxemu. */
Test(lab_plan, labs)
{
	static const struct {
		const char *lab;
		unsigned links, tags, tunnel_ends;
	} rows[] = {
		{ "dx-with-vpn-backup", 3, 2, 4 }, { "two-locations", 2, 4, 0 },
		{ "vpn-only", 2, 0, 4 },	   { "transit", 4, 2, 4 },
		{ "hosted-50m", 1, 4, 0 }, /* S-tag at the router and at the partner, C-tags */
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct lab *lab = load_lab(rows[i].lab);
		struct plan plan = plan_of_lab(lab, 1);

		expect_order(&plan, rows[i].lab);
		/* Four hooks and as many ways through, two per namespace of a link. */
		cr_expect_eq(count(&plan, OP_CLSACT), 4 * rows[i].links, "%s", rows[i].lab);
		cr_expect_eq(count(&plan, OP_FORWARD), 4 * rows[i].links, "%s", rows[i].lab);
		cr_expect_eq(count(&plan, OP_VLAN), rows[i].tags, "%s", rows[i].lab);
		cr_expect_eq(count(&plan, OP_XFRM), rows[i].tunnel_ends, "%s", rows[i].lab);
		plan_free(&plan);
		free(lab);
	}
}

/* Links that are alike have chances of their own, and other ones with another seed. */
Test(lab_plan, seeds)
{
	struct lab *lab = load_lab("vpn-only");
	struct plan one = plan_of_lab(lab, 1), again = plan_of_lab(lab, 1),
		    two = plan_of_lab(lab, 2);
	const struct op *t1 = find(&one, OP_NETEM, "vpn1.t1.z", "e1");

	cr_assert_not_null(t1);
	cr_expect_neq(t1->netem.seed, find(&one, OP_NETEM, "vpn1.t2.z", "e1")->netem.seed);
	cr_expect_eq(t1->netem.seed, find(&again, OP_NETEM, "vpn1.t1.z", "e1")->netem.seed);
	cr_expect_neq(t1->netem.seed, find(&two, OP_NETEM, "vpn1.t1.z", "e1")->netem.seed);
	plan_free(&one);
	plan_free(&again);
	plan_free(&two);
	free(lab);
}

/* Members hang on the bonds at both ends, and the virtual interface on those. */
Test(lab_plan, lag)
{
	struct lab *lab = load_lab("transit");
	struct plan plan = plan_of_lab(lab, 1);
	static const char *const members[][2] = {
		{ "cgw1", "dx0" }, { "cgw1", "dx1" }, { "lag1.aws", "e0" }, { "lag1.aws", "e1" }
	};

	cr_expect_eq(count(&plan, OP_BOND), 2);
	cr_expect_eq(count(&plan, OP_MEMBER), ARRAY_SIZE(members));
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		const struct op *op = find(&plan, OP_MEMBER, members[i][0], members[i][1]);

		cr_assert_not_null(op, "%s %s", members[i][0], members[i][1]);
		cr_expect_str_eq(op->member.bond, "lag0");
	}
	cr_expect_str_eq(find(&plan, OP_VLAN, "cgw1", "vif0")->vlan.link, "lag0");
	cr_expect_str_eq(find(&plan, OP_VLAN, "lag1.aws", "vif0")->vlan.into_ns, "dxgw1");
	plan_free(&plan);
	free(lab);
}

Test(lab_plan, what_cannot_be_built_yet)
{
	struct lab *lab = load_lab("dx-with-vpn-backup");
	struct plan plan;
	struct err err;

	lab->vpns[0].over = (struct lab_ref){ LAB_VIF, 0 };
	cr_expect_lt(lab_plan(lab, 1, &plan, &err), 0);
	cr_expect_eq(err.kind, ERR_INPUT);
	cr_expect_str_eq(err.msg, "dx-with-vpn-backup: vpn1 over vif1: dxemu cannot build that "
				  "yet");
	free(lab);
}

/* The eight rows of the Site-to-Site VPN User Guide's table of MTUs (your-cgw), NAT-T off and on. */
Test(lab_plan, tunnel_mtu)
{
	static const struct {
		enum lab_encryption encryption;
		enum lab_integrity integrity;
		unsigned mtu, with_nat_t;
	} rows[] = {
		{ LAB_AES256_GCM_16, LAB_SHA1, 1446, 1438 },
		{ LAB_AES128_GCM_16, LAB_SHA2_512, 1446, 1438 },
		{ LAB_AES128, LAB_SHA1, 1438, 1422 },
		{ LAB_AES256, LAB_SHA2_256, 1438, 1422 },
		{ LAB_AES256, LAB_SHA2_384, 1422, 1422 },
		{ LAB_AES128, LAB_SHA2_512, 1422, 1406 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct lab_tunnel t = { .esp_encryption = 1U << rows[i].encryption,
					      .esp_integrity = 1U << rows[i].integrity };

		cr_expect_eq(lab_tunnel_mtu(&t, false), rows[i].mtu, "row %zu", i);
		cr_expect_eq(lab_tunnel_mtu(&t, true), rows[i].with_nat_t, "row %zu", i);
	}
	/* Whatever AWS accepts has to fit. */
	cr_expect_eq(
		lab_tunnel_mtu(&(struct lab_tunnel){ .esp_encryption = 15, .esp_integrity = 15 },
			       false),
		1422);
}

static void expect_net(const struct ipv4_net *net, const char *expected)
{
	char text[IPV4_NET_MAX];

	cr_expect_str_eq(ipv4_net_format(net, text, sizeof(text)), expected, "is %s, not %s", text,
			 expected);
}

#define EXPECT_NET(net, expected)             \
	do {                                  \
		struct ipv4_net found = net;  \
		expect_net(&found, expected); \
	} while (0)

Test(lab_plan, addresses)
{
	struct lab *lab = load_lab("dx-with-vpn-backup");
	char node[NS_NAME_MAX];

	EXPECT_NET(network_lan_address(lab, 0, 0), "10.10.0.1/16");
	EXPECT_NET(network_lan_address(lab, 0, 1), "10.10.0.2/16");
	/* Hosts were there first. */
	cr_assert_eq(lab->hosts[0].vpc.kind, LAB_NONE);
	lab->hosts[0].address.s_addr = htonl(0x0a0a0001);
	EXPECT_NET(network_lan_address(lab, 0, 0), "10.10.0.2/16");
	EXPECT_NET(network_vpc_address(&lab->vpcs[0], 0), "10.0.0.1/16");
	EXPECT_NET(network_attachment_address(0, 0), "100.64.0.1/30");
	EXPECT_NET(network_attachment_address(65, 1), "100.64.1.6/30");
	EXPECT_NET(network_internet_address(1, 1), "100.65.0.6/30");
	EXPECT_NET(network_inside_address(lab, 0, 1), "169.254.20.1/30");
	EXPECT_NET(network_inside_address(lab, 0, 0), "169.254.20.2/30");
	cr_expect_eq(network_attachment(lab, (struct lab_ref){ LAB_VGW, 0 },
					(struct lab_ref){ LAB_VPC, 0 }),
		     0);
	cr_expect_eq(network_attachment(lab, (struct lab_ref){ LAB_ROUTER, 0 },
					(struct lab_ref){ LAB_VPC, 0 }),
		     -1);
	cr_expect_str_eq(network_part(lab, (struct lab_ref){ LAB_TUNNEL, 1 }, "a", node), "vpn1.t2."
											  "a");
	free(lab);
}
