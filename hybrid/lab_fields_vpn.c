// SPDX-License-Identifier: ISC
/* Options, values and defaults of tunnels are those of AWS [A: Site-to-Site VPN User Guide, VPNTunnels, 2023-04]. */
#include <assert.h>

#include "base/util.h"
#include "hybrid/lab_fields.h"

#define SECOND UINT64_C(1000000000)

const char *const lab_routing_names[] = { "bgp", "static" };
const char *const lab_ike_version_names[] = { "ikev1", "ikev2" };
const char *const lab_encryption_names[] = {
	[LAB_AES128] = "aes128",
	[LAB_AES256] = "aes256",
	[LAB_AES128_GCM_16] = "aes128gcm16",
	[LAB_AES256_GCM_16] = "aes256gcm16",
};
const char *const lab_integrity_names[] = { "sha1", "sha256", "sha384", "sha512" };
const char *const lab_ike_groups[] = {
	"2", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24",
};
const char *const lab_esp_groups[] = {
	"2", "5", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24",
};
const char *const lab_dpd_action_names[] = { "clear", "none", "restart" };
const char *const lab_startup_names[] = { "add", "start" };

static_assert(ARRAY_SIZE(lab_encryption_names) == LAB_ENCRYPTION_COUNT, "a name for each");

#define SET(name, names)                                                                        \
	.type = LAB_SET, .offset = offsetof(struct lab_tunnel, name), .size = sizeof(unsigned), \
	.choices = (names), .n_choices = sizeof(names) / sizeof((names)[0]), .otherwise = "all"
#define TIME(name)                                                                                 \
	.type = LAB_QUANTITY, .unit = UNIT_TIME, .offset = offsetof(struct lab_tunnel, name##_ns), \
	.size = sizeof(uint64_t)

/* clang-format off */
const struct lab_field lab_vpn_fields[] = {
	{ .name = "gateway", .help = "AWS's end",
	  .type = LAB_REF, LAB_FIELD(lab_vpn, gateway), .kinds = LAB_ON(LAB_VGW) | LAB_ON(LAB_TGW),
	  .needed = true },
	{ .name = "router", .help = "the customer's end",
	  .type = LAB_REF, LAB_FIELD(lab_vpn, router), .kinds = LAB_ON(LAB_ROUTER), .needed = true },
	{ .name = "profile", .help = "what each tunnel's way over the internet is like: a vpn profile, or a file",
	  .type = LAB_PROFILE, LAB_FIELD(lab_vpn, profile), .kinds = LAB_ON(LINK_VPN) },
	{ .name = "set", .help = "what is different in that profile, as of --set: {rate: 100mbit}",
	  .type = LAB_SETTINGS },
	{ .name = "over", .help = "a public or transit VIF that carries it, instead of the internet and its profile",
	  .type = LAB_REF, LAB_FIELD(lab_vpn, over), .kinds = LAB_ON(LAB_VIF) },
	{ .name = "routing", .help = "how AWS learns the customer's routes",
	  .type = LAB_CHOICE, LAB_FIELD(lab_vpn, routing), LAB_CHOICES(lab_routing_names), .otherwise = "bgp" },
	{ .name = "static_routes", .help = "of routing static: the customer's networks",
	  .type = LAB_CIDR, LAB_LIST(lab_vpn, static_routes) },
	{ .name = "nat_t", .help = "NAT traversal: ESP in UDP, 8 bytes more on each packet",
	  .type = LAB_SWITCH, LAB_FIELD(lab_vpn, nat_t), .otherwise = "off" },
	{ .name = NULL },
};

const struct lab_field lab_tunnel_fields[] = {
	{ .name = "inside_cidr", .help = "a /30 in 169.254.0.0/16; its first address is AWS's, its second the router's",
	  .type = LAB_CIDR, LAB_FIELD(lab_tunnel, inside_cidr), .needed = true },
	{ .name = "psk", .help = "pre-shared key, a secret; one is made up where it is not given",
	  .type = LAB_PSK, LAB_FIELD(lab_tunnel, psk) },
	{ .name = "ike_versions", .help = "what AWS accepts; ikev1 in main mode only",
	  SET(ike_versions, lab_ike_version_names) },
	{ .name = "ike_encryption", .help = "of phase 1", SET(ike_encryption, lab_encryption_names) },
	{ .name = "ike_integrity", .help = "of phase 1", SET(ike_integrity, lab_integrity_names) },
	{ .name = "ike_dh_group", .help = "Diffie-Hellman groups of phase 1", SET(ike_dh_group, lab_ike_groups) },
	{ .name = "esp_encryption", .help = "of phase 2", SET(esp_encryption, lab_encryption_names) },
	{ .name = "esp_integrity", .help = "of phase 2", SET(esp_integrity, lab_integrity_names) },
	{ .name = "esp_dh_group", .help = "Diffie-Hellman groups of phase 2 (PFS)", SET(esp_dh_group, lab_esp_groups) },
	{ .name = "ike_lifetime", .help = "of phase 1",
	  TIME(ike_lifetime), .min = 900 * SECOND, .max = 28800 * SECOND, .otherwise = "28800s" },
	{ .name = "esp_lifetime", .help = "of phase 2, less than that of phase 1",
	  TIME(esp_lifetime), .min = 900 * SECOND, .max = 3600 * SECOND, .otherwise = "3600s" },
	{ .name = "rekey_margin", .help = "how long before the end of phase 2 AWS renews it; at most half of it",
	  TIME(rekey_margin), .min = 60 * SECOND, .max = 1800 * SECOND, .otherwise = "270s" },
	{ .name = "rekey_fuzz", .help = "by how much of itself, in percent, that margin is made longer at random",
	  .type = LAB_UNSIGNED, LAB_FIELD(lab_tunnel, rekey_fuzz_percent), .max = 100, .otherwise = "100" },
	{ .name = "replay_window", .help = "in packets",
	  .type = LAB_UNSIGNED, LAB_FIELD(lab_tunnel, replay_window), .min = 64, .max = 2048, .otherwise = "1024" },
	{ .name = "dpd_timeout", .help = "after which a silent peer is held for dead",
	  TIME(dpd_timeout), .min = 30 * SECOND, .max = 3600 * SECOND, .otherwise = "30s" },
	{ .name = "dpd_action", .help = "what then: end the session, nothing, or start again",
	  .type = LAB_CHOICE, LAB_FIELD(lab_tunnel, dpd_action), LAB_CHOICES(lab_dpd_action_names),
	  .otherwise = "clear" },
	{ .name = "startup_action", .help = "add: the router begins; start: AWS begins, with ikev2 only",
	  .type = LAB_CHOICE, LAB_FIELD(lab_tunnel, startup_action), LAB_CHOICES(lab_startup_names),
	  .otherwise = "add" },
	{ .name = NULL },
};
/* clang-format on */
