// SPDX-License-Identifier: ISC
/* The files of the shipped labs against tests/golden/lab/, and what they do not show. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "hybrid/configs.h"

#define SEED 1

static struct lab *lab_of(const char *text)
{
	const struct lab_dirs dirs = { .profiles = "profiles" };
	struct lab *lab = malloc(sizeof(*lab));
	struct err err = { 0 };

	cr_assert(lab);
	cr_assert_eq(lab_read(text, strlen(text), "lab", &dirs, lab, &err), 0, "%s", err.msg);

	return lab;
}

static char *text_of(const char *path)
{
	auto_fclose FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	cr_assert(in, "%s: %s", path, strerror(errno));
	cr_assert_geq(getdelim(&text, &size, '\0', in), 0, "%s: empty", path);

	return text;
}

/* All files, or the one with that name, each below its name. */
static char *files_of(const struct lab *lab, bool shown, const char *only)
{
	const struct lab_keys keys = { .seed = SEED, .shown = shown };
	struct config list[CONFIGS_MAX];
	unsigned n = configs_list(lab, list);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert(out);
	for (unsigned i = 0; i < n; i++) {
		if (only && strcmp(only, list[i].file) != 0)
			continue;
		(void)fprintf(out, "==> %s <==\n", list[i].file);
		list[i].write(lab, list[i].ref, &keys, out);
	}
	cr_assert_eq(fclose(out), 0);

	return text;
}

#define LABS "dx-with-vpn-backup", "hosted-50m", "transit", "two-locations", "vpn-only"

static void golden(const char *name)
{
	char lab_path[64], path[64];
	auto_free char *text = NULL, *found = NULL, *expected = NULL;
	auto_free struct lab *lab = NULL;

	(void)snprintf(lab_path, sizeof(lab_path), "labs/%s.yaml", name);
	(void)snprintf(path, sizeof(path), "tests/golden/lab/%s.configs", name);
	text = text_of(lab_path);
	lab = lab_of(text);
	found = files_of(lab, true, NULL);
	if (getenv("DXEMU_GOLDEN_UPDATE")) {
		auto_fclose FILE *out = fopen(path, "w");

		cr_assert(out && fputs(found, out) >= 0, "%s: %s", path, strerror(errno));
		return;
	}
	expected = text_of(path);
	cr_expect_eq(strcmp(found, expected), 0, "%s differs; found:\n%s", path, found);
}

Test(configs, shipped_labs)
{
	static const char *const names[] = { LABS };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		golden(names[i]);
}

/* A site with two routers, one VPC, and what a row adds. */
#define SITE(cgw1, cgw2)                                                   \
	"lab: l\n"                                                         \
	"onprem:\n"                                                        \
	"  cidrs: [10.10.0.0/16]\n"                                        \
	"  routers:\n"                                                     \
	"    cgw1: {asn: 65010" cgw1 "}\n"                                 \
	"    cgw2: {asn: " cgw2 "}\n"                                      \
	"  hosts:\n"                                                       \
	"    office: {address: 10.10.1.10}\n"                              \
	"vpcs:\n"                                                          \
	"  vpc1:\n"                                                        \
	"    cidrs: [10.0.0.0/16, 10.9.0.0/16]\n"                          \
	"    hosts:\n"                                                     \
	"      web: {address: 10.0.1.10}\n"                                \
	"connections:\n"                                                   \
	"  dx1: {profile: dx-dedicated-1g, location: one, router: cgw1}\n" \
	"  dx2: {profile: dx-dedicated-1g, location: two, router: cgw2}\n"
#define VGW "virtual_private_gateways:\n  vgw1: {asn: 64512, vpc: vpc1}\n"
#define TGW(more) "transit_gateways:\n  tgw1: {asn: 64513, vpcs: [vpc1]" more "}\n"
#define VPN(gateway, more, t1)                             \
	"vpn_connections:\n"                               \
	"  vpn1:\n"                                        \
	"    gateway: " gateway "\n"                       \
	"    router: cgw1\n"                               \
	"    profile: vpn-metro\n" more "    tunnels:\n"   \
	"      t1: {inside_cidr: 169.254.21.0/30" t1 "}\n" \
	"      t2: {inside_cidr: 169.254.20.0/30}\n"
#define STATIC "    routing: static\n    static_routes: [10.10.0.0/16, 10.20.0.0/16]\n"
#define VIF(name, number, connection, type, gateway, more)                                  \
	"  " name ":\n"                                                                     \
	"    connection: " connection "\n"                                                  \
	"    type: " type "\n"                                                              \
	"    vlan: 10" number "\n" gateway "    amazon_address: 169.254.9" number ".1/30\n" \
	"    customer_address: 169.254.9" number ".2/30\n" more
#define VIFS "virtual_interfaces:\n"
#define TO(gateway) "    gateway: " gateway "\n"

/* What must be in a file, or with "!" in front must not; "-": there is no such file. */
static const struct row {
	const char *lab, *file, *says;
} rows[] = {
	/* A list of what the customer announces, each prefix once, beside the site's own. */
	{ SITE("", "65010") VGW VIFS VIF("v-1", "1", "dx1", "private", TO("vgw1"),
					 "    advertise: [10.10.0.0/16, 10.10.5.0/24]\n"
					 "    communities: [7224:7100, 65010:5]\n"),
	  "cgw1.bird.conf",
	  "protocol static site {\n\tipv4;\n\troute 10.10.0.0/16 unreachable;\n"
	  "\troute 10.10.5.0/24 unreachable;\n}\n" },
	{ SITE("", "65010") VGW VIFS VIF("v-1", "1", "dx1", "private", TO("vgw1"),
					 "    advertise: [10.10.5.0/24]\n"
					 "    communities: [7224:7100, 65010:5]\n"),
	  "cgw1.bird.conf",
	  "net !~ [ 10.10.5.0/24 ] then reject;\n\t\t\tbgp_community.add((7224,7100));\n"
	  "\t\t\tbgp_community.add((65010,5));\n" },
	/* The router sends where AWS is told to answer; BIRD wants quotes around a dash. */
	{ SITE("", "65010") VGW VIFS VIF("v-1", "1", "dx1", "private", TO("vgw1"),
					 "    communities: [7224:7100]\n"),
	  "cgw1.bird.conf", "bgp_local_pref = 100; # of Direct Connect" },
	{ SITE("", "65010") VGW VIFS VIF("v-1", "1", "dx1", "private", TO("vgw1"), ""),
	  "cgw1.bird.conf", "protocol bgp 'bgp_v-1' {" },
	/* BFD: the customer has none where it is off, and AWS waits for it. */
	{ SITE("", "65010") VGW VIFS VIF("v", "1", "dx1", "private", TO("vgw1"), "    bfd: off\n"),
	  "cgw1.bird.conf", "!bfd" },
	{ SITE("", "65010") VGW VIFS VIF("v", "1", "dx1", "private", TO("vgw1"), "    bfd: off\n"),
	  "vgw1.bird.conf", "multiplier 3; passive yes; };" },
	/* Both CIDRs of the VPC are local to its gateway. */
	{ SITE("", "65010") VGW VIFS VIF("v", "1", "dx1", "private", TO("vgw1"), ""),
	  "vgw1.bird.conf", "if net ~ [ 10.0.0.0/16+, 10.9.0.0/16+ ] then reject;" },
	/* Two virtual interfaces share the traffic; one has nothing to share. */
	{ SITE("", "65010") VGW VIFS VIF("v", "1", "dx1", "private", TO("vgw1"), "")
		  VIF("w", "2", "dx2", "private", TO("vgw1"), ""),
	  "vgw1.bird.conf", "merge paths on;" },
	{ SITE("", "65010") VGW VIFS VIF("v", "1", "dx1", "private", TO("vgw1"), ""),
	  "vgw1.bird.conf", "!merge paths" },
	{ SITE("", "65010") VGW VIFS VIF("v", "1", "dx1", "private", TO("vgw1"), "")
		  VIF("w", "2", "dx2", "private", TO("vgw1"), "") VPN("vgw1", "", ""),
	  "vgw1.bird.conf", "!merge paths" },
	/* Two routers: iBGP, or eBGP that keeps local preference. */
	{ SITE("", "65010") VGW, "cgw2.bird.conf",
	  "protocol bgp bgp_cgw1 {\n\tlocal 10.10.0.2 as 65010;\n\tneighbor 10.10.0.1 as 65010;\n"
	  "\tinterface \"lan\";\n\tdirect;" },
	{ SITE("", "65020") VGW, "cgw2.bird.conf", "\tallow bgp_local_pref on;" },
	{ SITE("", "65020") VGW, "cgw2.bird.conf", "!direct;" },
	/* Of the two tunnels, the lower inside address wins at AWS: it has the lower MED, though it is the second. */
	{ SITE("", "65010") VGW VPN("vgw1", "", ""), "vgw1.bird.conf",
	  "tun0\";\n\thold time 30; keepalive time 10;" },
	{ SITE("", "65010") VGW VPN("vgw1", "", ""), "vgw1.bird.conf",
	  "bgp_med = 200; # the lower of a connection's two tunnels is preferred\n\t\t\taccept;\n"
	  "\t\t};\n\t};\n}\n\n# vpn1.t2" },
	{ SITE("", "65010") TGW(", ecmp: on") VPN("tgw1", "", ""), "tgw1.bird.conf",
	  "!bgp_med = 200" },
	{ SITE("", "65010") TGW(", ecmp: off") VPN("tgw1", "", ""), "tgw1.bird.conf",
	  "!merge paths" },
	{ SITE("", "65010") TGW(", ecmp: off") VPN("tgw1", "", ""), "tgw1.bird.conf",
	  "import limit 1000 action restart;" },
	/* Static routing, both ends; a TGW has static routes before all others. */
	{ SITE("", "65010") VGW VPN("vgw1", STATIC, ""), "cgw1.bird.conf",
	  "protocol static static_vpn1_t2 {\n\tipv4 { preference 89; };\n"
	  "\troute 10.0.0.0/16 via \"tun1\";\n\troute 10.9.0.0/16 via \"tun1\";\n}\n" },
	{ SITE("", "65010") VGW VPN("vgw1", STATIC, ""), "vgw1.bird.conf",
	  "protocol static static_vpn1_t1 {\n\tipv4 { preference 150; };\n"
	  "\troute 10.10.0.0/16 via \"tun0\";\n\troute 10.20.0.0/16 via \"tun0\";\n}\n" },
	{ SITE("", "65010") TGW("") VPN("tgw1", STATIC, ""), "tgw1.bird.conf", "preference 250;" },
	{ SITE("", "65010") VGW VPN("vgw1", STATIC, ""), "cgw1.swanctl.conf",
	  "updown = \"ip link set tun1 ${PLUTO_VERB%-*}\"" },
	{ SITE("", "65010") VGW VPN("vgw1", STATIC, ""), "vpn1.t1.aws.swanctl.conf",
	  "updown = \"ip -n vgw1 link set tun0 ${PLUTO_VERB%-*}\"" },
	{ SITE("", "65010") VGW VPN("vgw1", STATIC, ""), "vpn1.t1.aws.strongswan.conf",
	  "tun0 = ip -n vgw1 link set tun0 down\n" },
	{ SITE("", "65010") VGW VPN("vgw1", "", ""), "vpn1.t1.aws.strongswan.conf",
	  "!start-scripts" },
	/* A public virtual interface: AWS's own ASN, an AS path of three, and no private gateway. */
	{ SITE("", "65010")
		  VGW VIFS VIF("pub", "1", "dx1", "public", "", "    advertise: [192.0.2.64/26]\n"),
	  "aws.public.bird.conf",
	  "local 169.254.91.1 as 7224;\n\tneighbor 169.254.91.2 as 65010;\n" },
	{ SITE("", "65010")
		  VGW VIFS VIF("pub", "1", "dx1", "public", "", "    advertise: [192.0.2.64/26]\n"),
	  "aws.public.bird.conf", "import limit 1000 action restart;" },
	{ SITE("", "65010")
		  VGW VIFS VIF("pub", "1", "dx1", "public", "", "    advertise: [192.0.2.64/26]\n"),
	  "cgw1.bird.conf", "net !~ [ 192.0.2.64/26 ] then reject;" },
	{ SITE("", "65010") VGW, "aws.public.bird.conf", "-" },
	/* What the user brings is not made; his daemon is. */
	{ SITE(", bird_conf: b", "65010") VGW VPN("vgw1", "", ""), "cgw1.bird.conf", "-" },
	{ SITE(", frr_conf: f", "65010") VGW VPN("vgw1", "", ""), "cgw1.bird.conf", "-" },
	{ SITE(", swanctl_conf: s", "65010") VGW VPN("vgw1", "", ""), "cgw1.swanctl.conf", "-" },
	{ SITE(", swanctl_conf: s", "65010") VGW VPN("vgw1", "", ""), "cgw1.strongswan.conf",
	  "socket = unix:///run/cgw1.vici\n" },
	{ SITE("", "65010") VGW VPN("vgw1", "", ""), "cgw2.strongswan.conf", "-" },
	/*
	 * DPD: delay and four times the interval are 36 s for one tunnel, 30 s for the other: the interval is a sixth
	 * of the shorter, 5 s.
	 */
	{ SITE("", "65010") VGW VPN("vgw1", "", ", dpd_timeout: 36s"), "cgw1.swanctl.conf",
	  "dpd_delay = 16s" },
	{ SITE("", "65010") VGW VPN("vgw1", "", ", dpd_timeout: 36s"), "cgw1.swanctl.conf",
	  "dpd_delay = 10s" },
	{ SITE("", "65010") VGW VPN("vgw1", "", ", dpd_timeout: 36s"),
	  "vpn1.t1.aws.strongswan.conf", "retransmit_timeout = 6\n" },
	{ SITE("", "65010") VGW VPN("vgw1", "", ", dpd_action: none"), "vpn1.t1.aws.swanctl.conf",
	  "!dpd_delay =" },
	{ SITE("", "65010") VGW VPN("vgw1", "", ", dpd_action: restart"),
	  "vpn1.t1.aws.swanctl.conf", "dpd_action = restart\n" },
	/* AWS begins: the customer waits. */
	{ SITE("", "65010") VGW VPN("vgw1", "", ", startup_action: start, ike_versions: ikev2"),
	  "vpn1.t1.aws.swanctl.conf", "start_action = start" },
	{ SITE("", "65010") VGW VPN("vgw1", "", ""), "vpn1.t1.aws.swanctl.conf",
	  "!_action = start" },
	/* One proposal with integrity, one without; the keys of IKE want a function then. 3600 - 60 s. */
	{ SITE("", "65010") VGW VPN("vgw1", "",
				    ", ike_encryption: [aes256, aes256gcm16], ike_integrity: "
				    "sha384, "
				    "ike_dh_group: [14, 20]"),
	  "vpn1.t1.aws.swanctl.conf",
	  " proposals = aes256-sha384-modp2048-ecp384, aes256gcm16-prfsha384-modp2048-ecp384\n" },
	{ SITE("", "65010")
		  VGW VPN("vgw1", "", ", esp_encryption: aes128gcm16, esp_dh_group: [5, 24]"),
	  "vpn1.t1.aws.swanctl.conf", "esp_proposals = aes128gcm16-modp1536-modp2048s256\n" },
	{ SITE("", "65010") VGW VPN("vgw1", "", ", rekey_margin: 60s, rekey_fuzz: 50"),
	  "vpn1.t1.aws.swanctl.conf",
	  "rekey_time = 3540s # new keys so long after the last ones, at most\n"
	  "        rand_time = 30s # or up to so much sooner\n        life_time = 3600s\n" },
	{ SITE("", "65010") VGW VPN("vgw1", "    nat_t: on\n", ""), "cgw1.swanctl.conf",
	  "encap = yes" },
};

Test(configs, rows)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		auto_free struct lab *lab = lab_of(r->lab);
		auto_free char *text = files_of(lab, true, r->file);

		if (*r->says == '-') {
			cr_expect_str_empty(text, "row %zu: %s", i, text);
			continue;
		}
		cr_expect(*text, "row %zu: no %s", i, r->file);
		if (*r->says == '!')
			cr_expect_null(strstr(text, r->says + 1), "row %zu: %s\n%s", i, r->says,
				       text);
		else
			cr_expect_not_null(strstr(text, r->says), "row %zu: %s\n%s", i, r->says,
					   text);
	}
}

/* The value behind @before in a file; the caller frees it. */
static char *value(const struct lab *lab, bool shown, const char *file, const char *before)
{
	auto_free char *text = files_of(lab, shown, file);
	const char *at = strstr(text, before);

	cr_assert(at, "%s: no %s", file, before);
	at += strlen(before);

	return strndup(at, strcspn(at, "\""));
}

/* Made up, the same at both ends, another for each, and shown only when asked for. */
Test(configs, keys)
{
	static const struct {
		const char *near, *far, *before;
	} ends[] = {
		{ "cgw1.bird.conf", "vgw1.bird.conf", "password \"" },
		{ "cgw1.swanctl.conf", "vpn1.t1.aws.swanctl.conf", "secret = \"" },
		{ "cgw2.bird.conf", "vgw1.bird.conf",
		  "169.254.92.2 as 65010;\n\tinterface \"vif1\";\n\tpassword \"" },
	};
	auto_free struct lab *lab =
		lab_of(SITE("", "65010") VGW VIFS VIF("v", "1", "dx1", "private", TO("vgw1"), "")
			       VIF("w", "2", "dx2", "private", TO("vgw1"), "") VPN("vgw1", "", ""));
	char *found[3];

	for (size_t i = 0; i < 3; i++) {
		const char *near_before = i == 2 ? "password \"" : ends[i].before;
		auto_free char *far = value(lab, true, ends[i].far, ends[i].before);
		auto_free char *masked = value(lab, false, ends[i].far, ends[i].before);

		found[i] = value(lab, true, ends[i].near, near_before);
		cr_expect_str_eq(found[i], far, "%s", ends[i].near);
		cr_expect_eq(strlen(found[i]), 32);
		cr_expect_str_eq(masked, LAB_KEY_MASK);
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(found[i], found[k]);
	}
	for (size_t i = 0; i < 3; i++)
		free(found[i]);
}
