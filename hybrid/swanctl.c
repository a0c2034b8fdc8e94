// SPDX-License-Identifier: ISC
#include "hybrid/swanctl_parts.h"

#include "base/util.h"

/* strongSwan's names of groups (RFC 2409, 3526, 5114, 5903), in the order of lab_ike_groups and lab_esp_groups. */
static const char *const ike_groups[LAB_IKE_GROUPS] = {
	"modp1024", "modp2048", "modp3072", "modp4096",	    "modp6144",	    "modp8192",
	"ecp256",   "ecp384",	"ecp521",   "modp1024s160", "modp2048s224", "modp2048s256",
};
static const char *const esp_groups[LAB_ESP_GROUPS] = {
	"modp1024",	"modp1536",	"modp2048",	"modp3072", "modp4096",
	"modp6144",	"modp8192",	"ecp256",	"ecp384",   "ecp521",
	"modp1024s160", "modp2048s224", "modp2048s256",
};

#define AEAD (1U << LAB_AES128_GCM_16 | 1U << LAB_AES256_GCM_16)

bool swanctl_is_needed(const struct lab *lab, struct lab_ref node)
{
	if (node.kind == LAB_ROUTER)
		return !lab->routers[node.index].swanctl_conf[0] && swanctl_has_tunnels(lab, node);

	return node.kind == LAB_TUNNEL;
}

static void write_names(FILE *out, unsigned set, const char *const *names, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (set & 1U << i)
			(void)fprintf(out, "-%s", names[i]);
}

/* One proposal; a "-" stands before each algorithm, the first's is left out. */
static void write_ciphers(FILE *out, unsigned set)
{
	const char *dash = "";

	for (unsigned i = 0; i < LAB_ENCRYPTION_COUNT; i++) {
		if (!(set & 1U << i))
			continue;
		(void)fprintf(out, "%s%s", dash, lab_encryption_names[i]);
		dash = "-";
	}
}

/* AES-GCM needs no integrity, and IKE with it a function to make keys with: the one of that integrity. */
static void write_proposals(FILE *out, const struct lab_tunnel *t, bool ike)
{
	static const char *const prfs[LAB_INTEGRITY_COUNT] = { "prfsha1", "prfsha256", "prfsha384",
							       "prfsha512" };
	unsigned encryption = ike ? t->ike_encryption : t->esp_encryption,
		 integrity = ike ? t->ike_integrity : t->esp_integrity,
		 groups = ike ? t->ike_dh_group : t->esp_dh_group;
	const unsigned parts[] = { encryption & ~AEAD, encryption & AEAD };
	const char *comma = "";

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!parts[i])
			continue;
		(void)fputs(comma, out);
		write_ciphers(out, parts[i]);
		if (!(parts[i] & AEAD))
			write_names(out, integrity, lab_integrity_names, LAB_INTEGRITY_COUNT);
		else if (ike)
			write_names(out, integrity, prfs, LAB_INTEGRITY_COUNT);
		write_names(out, groups, ike ? ike_groups : esp_groups,
			    ike ? LAB_IKE_GROUPS : LAB_ESP_GROUPS);
		comma = ", ";
	}
}

static double seconds(uint64_t ns)
{
	return (double)ns / (double)NSEC_PER_SEC;
}

static void write_lifetime(FILE *out, const char *indent, uint64_t lifetime_ns, const char *limit,
			   const struct lab_tunnel *t)
{
	uint64_t margin = t->rekey_margin_ns;

	(void)fprintf(out,
		      "%srekey_time = %.0fs # new keys so long after the last ones, at most\n"
		      "%srand_time = %.0fs # or up to so much sooner\n"
		      "%s%s = %.0fs\n",
		      indent, seconds(lifetime_ns - margin), indent,
		      seconds(margin * t->rekey_fuzz_percent / 100), indent, limit,
		      seconds(limit[0] == 'o' ? margin : lifetime_ns));
}

/* Which end begins, and begins again: the customer, or AWS where its startup action says so. */
static void write_actions(FILE *out, const struct lab_tunnel *t, bool aws)
{
	bool begins = (t->startup_action == LAB_STARTUP_START) == aws;
	const char *dpd = "clear";

	if (aws ? t->dpd_action == LAB_DPD_RESTART : begins)
		dpd = "restart";
	(void)fprintf(out, "        dpd_action = %s\n", dpd);
	if (begins)
		(void)fputs("        start_action = start # this end begins\n", out);
	if (begins && !aws)
		(void)fputs("        close_action = start # and again, when AWS ends it\n", out);
}

static void write_child(const struct lab *lab, struct lab_ref node, unsigned tunnel, FILE *out)
{
	const struct lab_vpn *vpn;
	const struct lab_tunnel *t = network_tunnel(lab, tunnel, &vpn);
	bool aws = node.kind == LAB_TUNNEL;
	char dev[IFNAMSIZ];

	(void)network_dev("tun", tunnel, dev);
	(void)fprintf(out,
		      "    children {\n"
		      "      %s {\n"
		      "        # What goes through is what is routed to the device %s.\n"
		      "        local_ts = 0.0.0.0/0\n"
		      "        remote_ts = 0.0.0.0/0\n"
		      "        if_id_in = %u\n"
		      "        if_id_out = %u\n"
		      "        esp_proposals = ",
		      t->name, dev, tunnel + 1, tunnel + 1);
	write_proposals(out, t, false);
	(void)fputc('\n', out);
	write_lifetime(out, "        ", t->esp_lifetime_ns, "life_time", t);
	(void)fprintf(out, "        replay_window = %u # packets\n", t->replay_window);
	write_actions(out, t, aws);
	if (vpn->routing == LAB_ROUTING_STATIC)
		(void)fprintf(out,
			      "        # Static routes go and come with the device.\n"
			      "        updown = \"ip %s%s%slink set %s ${PLUTO_VERB%%-*}\"\n",
			      aws ? "-n " : "", aws ? lab_name(lab, vpn->gateway) : "",
			      aws ? " " : "", dev);
	(void)fputs("      }\n"
		    "    }\n",
		    out);
}

static void write_connection(const struct lab *lab, struct lab_ref node, unsigned tunnel, FILE *out)
{
	const struct lab_vpn *vpn;
	const struct lab_tunnel *t = network_tunnel(lab, tunnel, &vpn);
	bool aws = node.kind == LAB_TUNNEL;
	char own[IPV4_NET_MAX], other[IPV4_NET_MAX];

	(void)ipv4_format(network_outer_address(lab, tunnel, aws), own, sizeof(own));
	(void)ipv4_format(network_outer_address(lab, tunnel, !aws), other, sizeof(other));
	(void)fprintf(out,
		      "  # %s.%s, between %s and %s\n"
		      "  %s-%s {\n"
		      "    version = %s\n"
		      "    local_addrs = %s\n"
		      "    remote_addrs = %s\n"
		      "    mobike = no # its ends stay where they are\n"
		      "    encap = %s # NAT traversal: ESP in UDP (RFC 3948)\n"
		      "    # In the order in which AWS prefers them.\n"
		      "    proposals = ",
		      vpn->name, t->name, lab_name(lab, vpn->router), lab_name(lab, vpn->gateway),
		      vpn->name, t->name,
		      t->ike_versions == 1U << LAB_IKEV2   ? "2"
		      : t->ike_versions == 1U << LAB_IKEV1 ? "1"
							   : "0 # 1 or 2",
		      own, other, vpn->nat_t ? "yes" : "no");
	write_proposals(out, t, true);
	(void)fputc('\n', out);
	write_lifetime(out, "    ", t->ike_lifetime_ns, "over_time", t);
	if (aws && t->dpd_action == LAB_DPD_NONE)
		(void)fputs("    # No dpd_delay: AWS does not look for a dead peer.\n", out);
	else
		(void)fprintf(out,
			      "    dpd_delay = %.0fs # of silence; then the peer is asked, see "
			      "strongswan.conf\n",
			      seconds(t->dpd_timeout_ns -
				      (SWANCTL_RETRIES + 1) * swanctl_retransmit_ns(lab, node)));
	(void)fprintf(out,
		      "    keyingtries = 0 # for ever\n"
		      "    local {\n"
		      "      auth = psk\n"
		      "      id = %s\n"
		      "    }\n"
		      "    remote {\n"
		      "      auth = psk\n"
		      "      id = %s\n"
		      "    }\n",
		      own, other);
	write_child(lab, node, tunnel, out);
	(void)fputs("  }\n", out);
}

void swanctl_write(const struct lab *lab, struct lab_ref node, const struct lab_keys *keys,
		   FILE *out)
{
	const bool aws = node.kind == LAB_TUNNEL;
	char name[LAB_FULL_NAME_MAX], key[LAB_KEY_MAX], other[IPV4_NET_MAX];

	(void)fprintf(out,
		      "# The tunnels of %s%s, of the lab %s, for swanctl (strongSwan). Made by "
		      "dxemu.\n"
		      "connections {\n",
		      lab_full_name(lab, node, name, sizeof(name)), aws ? ", AWS's end" : "",
		      lab->name);
	for (unsigned i = 0; i < LAB_TUNNELS * lab->n_vpns; i++)
		if (swanctl_is_end(lab, node, i))
			write_connection(lab, node, i, out);
	(void)fputs("}\n"
		    "\n"
		    "# Pre-shared keys, by the other end's identity.\n"
		    "secrets {\n",
		    out);
	for (unsigned i = 0; i < LAB_TUNNELS * lab->n_vpns; i++) {
		const struct lab_vpn *vpn;
		const struct lab_tunnel *t = network_tunnel(lab, i, &vpn);

		if (!swanctl_is_end(lab, node, i))
			continue;
		(void)fprintf(
			out,
			"  ike-%s-%s {\n"
			"    id = %s\n"
			"    secret = \"%s\"\n"
			"  }\n",
			vpn->name, t->name,
			ipv4_format(network_outer_address(lab, i, !aws), other, sizeof(other)),
			lab_tunnel_key(lab, keys, i, key));
	}
	(void)fputs("}\n", out);
}
