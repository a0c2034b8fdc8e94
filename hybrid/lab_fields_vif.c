// SPDX-License-Identifier: ISC
#include "base/util.h"
#include "hybrid/lab_fields.h"

const char *const lab_vif_type_names[] = { "private", "public", "transit" };

/* clang-format off */
const struct lab_field lab_vif_fields[] = {
	{ .name = "connection", .help = "what carries it: a connection, or the LAG that it is a member of",
	  .type = LAB_REF, LAB_FIELD(lab_vif, connection), .kinds = LAB_ON(LAB_CONNECTION) | LAB_ON(LAB_LAG),
	  .needed = true },
	{ .name = "type", .help = "private: to VPCs; transit: to transit gateways; public: to AWS's own addresses",
	  .type = LAB_CHOICE, LAB_FIELD(lab_vif, type), LAB_CHOICES(lab_vif_type_names), .needed = true },
	/* [A: Direct Connect User Guide, WorkingWithVirtualInterfaces, 2023-04] */
	{ .name = "vlan", .help = "802.1Q tag, once on a connection",
	  .type = LAB_UNSIGNED, LAB_FIELD(lab_vif, vlan), .min = 1, .max = 4094, .needed = true },
	{ .name = "gateway", .help = "private: VGW or DXGW; transit: DXGW; public: none",
	  .type = LAB_REF, LAB_FIELD(lab_vif, gateway), .kinds = LAB_ON(LAB_VGW) | LAB_ON(LAB_DXGW) },
	{ .name = "amazon_address", .help = "AWS's end of the BGP session, in a /29 or /30",
	  .type = LAB_INTERFACE, LAB_FIELD(lab_vif, amazon_address), .needed = true },
	{ .name = "customer_address", .help = "the customer's end, in the same subnet",
	  .type = LAB_INTERFACE, LAB_FIELD(lab_vif, customer_address), .needed = true },
	{ .name = "md5", .help = "key of the BGP session, a secret; one is made up where it is not given",
	  .type = LAB_MD5, LAB_FIELD(lab_vif, md5) },
	{ .name = "bfd", .help = "whether the customer's router uses BFD, which AWS's side always offers",
	  .type = LAB_SWITCH, LAB_FIELD(lab_vif, bfd), .otherwise = "off" },
	{ .name = "mtu", .help = "private: 1500, 8500 or 9001; transit: 1500 or 8500; public: 1500",
	  .type = LAB_UNSIGNED, LAB_FIELD(lab_vif, mtu), .min = 1500, .max = 9001, .otherwise = "1500" },
	{ .name = "communities",
	  .help = "sent with all routes; private, transit: one of 7224:7100 (low), 7224:7200, 7224:7300 (high)",
	  .type = LAB_COMMUNITY, LAB_LIST(lab_vif, communities) },
	{ .name = "advertise", .help = "the customer's routes; where not given, the CIDRs of the site",
	  .type = LAB_CIDR, LAB_LIST(lab_vif, advertise) },
	{ .name = NULL },
};
/* clang-format on */
