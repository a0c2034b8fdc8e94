// SPDX-License-Identifier: ISC
/*
 * The objects of a lab. A VPC's subnets, route tables, security groups, network ACLs, peerings, endpoints and flow logs
 * will be sections beside its hosts.
 */
#include "hybrid/lab_fields.h"

#define SECTION(owner, member, most)                                                           \
	.offset = offsetof(struct owner, member), .count = offsetof(struct owner, n_##member), \
	.size = sizeof(((struct owner *)0)->member[0]), .max = (most)
#define FIELDS(table) .fields = (table)
#define SECTIONS(table) .sections = (table)
#define END                  \
	{                    \
		.name = NULL \
	}

/* AWS's side of a BGP session: private ASNs [A: Direct Connect User Guide, BGP settings]. Ranges: check_gateways.c. */
#define AMAZON_ASN(owner)                                                                       \
	{                                                                                       \
		.name = "asn",                                                                  \
		.help = "AWS's side of BGP: 64512 to 65534 or 4200000000 to 4294967294",        \
		.type = LAB_UNSIGNED, .offset = offsetof(struct owner, asn),                    \
		.size = sizeof(uint32_t), .min = 64512, .max = 4294967294, .otherwise = "64512" \
	}

/* Laid out by hand, because clang-format would give each value a line of its own. */
/* clang-format off */
static const struct lab_field router_fields[] = {
	/* [A: Direct Connect User Guide, BGP settings] */
	{ .name = "asn", .help = "the customer's ASN, also where the router's configuration is yours",
	  .type = LAB_UNSIGNED, LAB_FIELD(lab_router, asn), .min = 1, .max = 4294967294, .needed = true },
	{ .name = "bird_conf", .help = "your own bird.conf, used as it is",
	  .type = LAB_FILE, LAB_FIELD(lab_router, bird_conf) },
	{ .name = "frr_conf", .help = "your own frr.conf, used as it is",
	  .type = LAB_FILE, LAB_FIELD(lab_router, frr_conf) },
	{ .name = "swanctl_conf", .help = "your own swanctl.conf, used as it is",
	  .type = LAB_FILE, LAB_FIELD(lab_router, swanctl_conf) },
	END,
};

static const struct lab_field host_fields[] = {
	{ .name = "address", .help = "within the CIDRs of where it is",
	  .type = LAB_ADDRESS, LAB_FIELD(lab_host, address), .needed = true },
	END,
};

#define HOSTS \
	{ .name = "hosts", .noun = "host", .help = "where traffic starts and ends", .form = LAB_FORM_NAMED, \
	  .kind = LAB_HOST, .fields = host_fields, .in_lab = true, .offset = offsetof(struct lab, hosts), \
	  .count = offsetof(struct lab, n_hosts), .size = sizeof(struct lab_host), .max = LAB_HOSTS_MAX, \
	  .has_place = true, .place = offsetof(struct lab_host, vpc) }

static const struct lab_field onprem_fields[] = {
	{ .name = "cidrs", .help = "networks of the site",
	  .type = LAB_CIDR, LAB_FIELD(lab, onprem.cidrs),
	  .count = offsetof(struct lab, onprem.n_cidrs), .needed = true },
	END,
};

static const struct lab_section onprem_sections[] = {
	{ .name = "routers", .noun = "router", .help = "the customer's routers, and customer gateways of VPNs",
	  .form = LAB_FORM_NAMED, .kind = LAB_ROUTER, FIELDS(router_fields), .in_lab = true,
	  SECTION(lab, routers, LAB_ROUTERS_MAX) },
	HOSTS,
	END,
};

static const struct lab_field vpc_fields[] = {
	{ .name = "cidrs", .help = "its networks, /16 to /28",
	  .type = LAB_CIDR, LAB_LIST(lab_vpc, cidrs), .needed = true },
	END,
};

static const struct lab_section vpc_sections[] = { HOSTS, END };

static const struct lab_field vgw_fields[] = {
	AMAZON_ASN(lab_vgw),
	{ .name = "vpc", .help = "the VPC that it is attached to",
	  .type = LAB_REF, LAB_FIELD(lab_vgw, vpc), .kinds = LAB_ON(LAB_VPC) },
	END,
};

static const struct lab_field tgw_fields[] = {
	AMAZON_ASN(lab_tgw),
	{ .name = "vpcs", .help = "the VPCs that are attached to it",
	  .type = LAB_REF, LAB_LIST(lab_tgw, vpcs), .kinds = LAB_ON(LAB_VPC) },
	{ .name = "ecmp", .help = "whether VPN connections with BGP share the load",
	  .type = LAB_SWITCH, LAB_FIELD(lab_tgw, ecmp), .otherwise = "on" },
	END,
};

static const struct lab_field dxgw_fields[] = { AMAZON_ASN(lab_dxgw), END };

static const struct lab_field association_fields[] = {
	{ .name = "allowed_prefixes",
	  .help = "VGW: which of the VPC's CIDRs may pass (none given: all); TGW: what is advertised",
	  .type = LAB_CIDR, LAB_LIST(lab_association, allowed_prefixes) },
	END,
};

static const struct lab_section dxgw_sections[] = {
	{ .name = "associations", .noun = "association",
	  .help = "by the gateway's name; with VGWs or with TGWs, not both", .form = LAB_FORM_NAMED,
	  FIELDS(association_fields), SECTION(lab_dxgw, associations, LAB_VGWS_MAX),
	  .named_after = LAB_ON(LAB_VGW) | LAB_ON(LAB_TGW), .place = offsetof(struct lab_association, gateway) },
	END,
};

static const struct lab_field connection_fields[] = {
	{ .name = "profile", .help = "what the link is like: a dedicated or hosted profile, or a file",
	  .type = LAB_PROFILE, LAB_FIELD(lab_connection, profile),
	  .kinds = LAB_ON(LINK_DEDICATED) | LAB_ON(LINK_HOSTED), .needed = true },
	{ .name = "set", .help = "what is different in that profile, as of --set: {delay: 4ms}",
	  .type = LAB_SETTINGS },
	{ .name = "location", .help = "the Direct Connect location; connections of one location fail together",
	  .type = LAB_IDENT, LAB_FIELD(lab_connection, location), .needed = true },
	{ .name = "router", .help = "the customer's end",
	  .type = LAB_REF, LAB_FIELD(lab_connection, router), .kinds = LAB_ON(LAB_ROUTER), .needed = true },
	{ .name = "s_vlan", .help = "hosted, and needed there: the partner's outer VLAN on the access leg",
	  .type = LAB_UNSIGNED, LAB_FIELD(lab_connection, s_vlan), .min = 1, .max = 4094 },
	{ .name = "lag", .help = "dedicated: the LAG that it is a member of; VIFs then name the LAG",
	  .type = LAB_IDENT, LAB_FIELD(lab_connection, lag_name) },
	END,
};

static const struct lab_section vpn_sections[] = {
	{ .name = "tunnels", .noun = "tunnel", .help = "two of them; options are those of AWS's side",
	  .form = LAB_FORM_NAMED, .kind = LAB_TUNNEL, FIELDS(lab_tunnel_fields), SECTION(lab_vpn, tunnels, LAB_TUNNELS) },
	END,
};

static const struct lab_field file_fields[] = {
	{ .name = "lab", .help = "its name",
	  .type = LAB_IDENT, LAB_FIELD(lab, name), .needed = true },
	{ .name = "title", .help = "one line for people",
	  .type = LAB_TEXT, LAB_FIELD(lab, title) },
	END,
};

static const struct lab_section file_sections[] = {
	{ .name = "onprem", .noun = "on-premises site", .help = "the customer's site", .form = LAB_FORM_SINGLE,
	  FIELDS(onprem_fields), SECTIONS(onprem_sections), .in_lab = true },
	{ .name = "vpcs", .noun = "VPC", .help = "virtual private clouds", .form = LAB_FORM_NAMED, .kind = LAB_VPC,
	  FIELDS(vpc_fields), SECTIONS(vpc_sections), .in_lab = true, SECTION(lab, vpcs, LAB_VPCS_MAX) },
	{ .name = "virtual_private_gateways", .noun = "virtual private gateway", .help = "VGWs, each of one VPC",
	  .form = LAB_FORM_NAMED, .kind = LAB_VGW, FIELDS(vgw_fields), .in_lab = true,
	  SECTION(lab, vgws, LAB_VGWS_MAX) },
	{ .name = "transit_gateways", .noun = "transit gateway", .help = "TGWs, each of several VPCs",
	  .form = LAB_FORM_NAMED, .kind = LAB_TGW, FIELDS(tgw_fields), .in_lab = true,
	  SECTION(lab, tgws, LAB_TGWS_MAX) },
	{ .name = "direct_connect_gateways", .noun = "Direct Connect gateway",
	  .help = "DXGWs, between virtual interfaces and VGWs or TGWs", .form = LAB_FORM_NAMED, .kind = LAB_DXGW,
	  FIELDS(dxgw_fields), SECTIONS(dxgw_sections), .in_lab = true, SECTION(lab, dxgws, LAB_DXGWS_MAX) },
	{ .name = "connections", .noun = "connection", .help = "Direct Connect, dedicated or hosted",
	  .form = LAB_FORM_NAMED, .kind = LAB_CONNECTION, FIELDS(connection_fields), .in_lab = true,
	  SECTION(lab, connections, LAB_CONNECTIONS_MAX) },
	{ .name = "virtual_interfaces", .noun = "virtual interface", .help = "VIFs: a VLAN and a BGP session each",
	  .form = LAB_FORM_NAMED, .kind = LAB_VIF, FIELDS(lab_vif_fields), .in_lab = true, SECTION(lab, vifs, LAB_VIFS_MAX) },
	{ .name = "vpn_connections", .noun = "VPN connection", .help = "Site-to-Site VPN", .form = LAB_FORM_NAMED,
	  .kind = LAB_VPN, FIELDS(lab_vpn_fields), SECTIONS(vpn_sections), .in_lab = true, SECTION(lab, vpns, LAB_VPNS_MAX) },
	{ .name = "expect", .noun = "expectation", .help = "what is to be true: a list, one verb to a line",
	  .form = LAB_FORM_ITEMS, FIELDS(lab_expect_fields), .in_lab = true, SECTION(lab, expect, LAB_EXPECT_MAX) },
	END,
};
/* clang-format on */

const struct lab_section lab_file = { .noun = "lab",
				      .form = LAB_FORM_SINGLE,
				      FIELDS(file_fields),
				      SECTIONS(file_sections),
				      .in_lab = true };
