// SPDX-License-Identifier: ISC
/* AWS's side: VGW, TGW, Direct Connect gateway, public edge. */
#include "hybrid/bird_parts.h"

#include "base/util.h"

/* By which of BIRD's protocols' routes wins; hybrid/bird.h has the sources. */
enum {
	PREFERENCE_LOCAL = 300, /* a VPC's own CIDRs */
	PREFERENCE_STATIC_TGW = 250,
	PREFERENCE_DX = 200,
	PREFERENCE_STATIC_VPN = 150,
	PREFERENCE_VPN = 100,
};

/* [A: Direct Connect User Guide, limits; Site-to-Site VPN User Guide, vpn-limits, 2023-04] */
#define ROUTES_PRIVATE 100
#define ROUTES_PUBLIC 1000
#define ROUTES_VGW 100
#define ROUTES_TGW 1000

static void import_limit(const struct bird *b, unsigned limit)
{
	(void)fprintf(b->out,
		      "\t\timport limit %u action restart; # one more, and the session is down "
		      "until there are less\n",
		      limit);
}

/* A VPC's own CIDRs are local routes, which no longer prefix beats [A: Site-to-Site VPN User Guide, VPNRoutingTypes]. */
static void reject_local(const struct bird *b)
{
	struct ipv4_net cidrs[BIRD_CIDRS_MAX];
	unsigned n = b->node.kind == LAB_VGW ? bird_vpc_cidrs(b->lab, b->node, cidrs) : 0;

	if (!n)
		return;
	(void)fputs("\t\t\tif net ~ ", b->out);
	bird_set(b, cidrs, n, "+");
	(void)fputs(" then reject; # within the VPC: its own routes\n", b->out);
}

static void write_vif(const struct bird *b, unsigned vif)
{
	bool public = b->node.kind == LAB_NONE;

	bird_vif_session(b, vif);
	(void)fputs("\tipv4 {\n", b->out);
	import_limit(b, public ? ROUTES_PUBLIC : ROUTES_PRIVATE);
	(void)fputs("\t\timport filter {\n", b->out);
	reject_local(b);
	(void)fprintf(b->out, "\t\t\tpreference = %d; # Direct Connect\n", PREFERENCE_DX);
	if (!public)
		(void)fputs("\t\t\t# The customer's word on which way back is preferred.\n"
			    "\t\t\tbgp_local_pref = 200;\n"
			    "\t\t\tif (7224,7100) ~ bgp_community then bgp_local_pref = 100;\n"
			    "\t\t\tif (7224,7300) ~ bgp_community then bgp_local_pref = 300;\n",
			    b->out);
	(void)fputs("\t\t\taccept;\n"
		    "\t\t};\n",
		    b->out);
	if (public)
		(void)fprintf(b->out,
			      "\t\texport filter {\n"
			      "\t\t\tif proto != \"allowed\" then reject;\n"
			      "\t\t\tbgp_path.prepend(%d); bgp_path.prepend(%d); # AWS: at least 3 "
			      "ASNs\n"
			      "\t\t\tbgp_community.add((7224,8100)); # of the same region\n"
			      "\t\t\tbgp_community.add((65535,65281)); # NO_EXPORT (RFC 1997)\n"
			      "\t\t\taccept;\n"
			      "\t\t};\n",
			      ASN_AWS_BEHIND, ASN_AWS_BEHIND);
	else
		(void)fprintf(b->out, "\t\texport where proto = \"%s\";\n",
			      b->node.kind == LAB_VGW ? "vpc" : "allowed");
	(void)fputs("\t};\n}\n", b->out);
}

/*
 * MED makes the customer send through the tunnel that AWS sends through: of two that are alike, BIRD takes the one with the
 * lower neighbour address. With ECMP, both are to be used.
 */
static unsigned med_of(const struct bird *b, unsigned tunnel)
{
	struct ipv4_net own = network_inside_address(b->lab, tunnel, 0),
			other = network_inside_address(b->lab, tunnel ^ 1U, 0);

	if (b->node.kind == LAB_TGW && b->lab->tgws[b->node.index].ecmp)
		return 100;

	return ipv4_first(&own) < ipv4_first(&other) ? 100 : 200;
}

static void write_tunnel(const struct bird *b, unsigned tunnel)
{
	const struct lab_vpn *vpn = &b->lab->vpns[tunnel / LAB_TUNNELS];
	bool tgw = b->node.kind == LAB_TGW;

	if (vpn->routing == LAB_ROUTING_STATIC) {
		bird_tunnel_routes(b, tunnel, vpn->static_routes, vpn->n_static_routes,
				   (tgw ? PREFERENCE_STATIC_TGW : PREFERENCE_STATIC_VPN) -
					   tunnel % LAB_TUNNELS);
		return;
	}
	bird_tunnel_session(b, tunnel);
	(void)fputs("\tipv4 {\n", b->out);
	import_limit(b, tgw ? ROUTES_TGW : ROUTES_VGW);
	(void)fputs("\t\timport filter {\n", b->out);
	reject_local(b);
	(void)fprintf(b->out,
		      "\t\t\tpreference = %d; # VPN, with Direct Connect at %d and static routes "
		      "at %d\n"
		      "\t\t\taccept;\n"
		      "\t\t};\n"
		      "\t\texport filter {\n"
		      "\t\t\tif proto != \"vpc\" then reject;\n"
		      "\t\t\tbgp_med = %u; # the lower of a connection's two tunnels is preferred\n"
		      "\t\t\taccept;\n"
		      "\t\t};\n"
		      "\t};\n}\n",
		      PREFERENCE_VPN, PREFERENCE_DX,
		      tgw ? PREFERENCE_STATIC_TGW : PREFERENCE_STATIC_VPN, med_of(b, tunnel));
}

static void static_start(const struct bird *b, const char *name, const char *comment)
{
	(void)fprintf(b->out,
		      "\n# %s\n"
		      "protocol static %s {\n"
		      "\tipv4 { preference %d; };\n",
		      comment, name, PREFERENCE_LOCAL);
}

/* Of a VGW or a TGW. */
static void write_vpcs(const struct bird *b, const struct attachment *list, unsigned n)
{
	static_start(b, "vpc", "The VPCs behind this gateway; customers are told of nothing else.");
	for (unsigned i = 0; i < n; i++) {
		const struct lab_vpc *vpc = &b->lab->vpcs[list[i].to.index];

		if (!lab_ref_equal(list[i].gateway, b->node))
			continue;
		for (unsigned c = 0; c < vpc->n_cidrs; c++)
			(void)fprintf(b->out, "\troute %s via %s; # %s\n", BIRD_NET(&vpc->cidrs[c]),
				      BIRD_IP(network_attachment_address(i, 1).address), vpc->name);
	}
	(void)fputs("}\n", b->out);
}

static bool is_allowed(const struct lab_association *a, const struct ipv4_net *cidr)
{
	for (unsigned i = 0; i < a->n_allowed_prefixes; i++)
		if (ipv4_net_within(cidr, &a->allowed_prefixes[i]))
			return true;

	return !a->n_allowed_prefixes;
}

/* With a VGW the list is a filter, with a TGW the very routes [A: Direct Connect User Guide, allowed-to-prefixes]. */
static void write_allowed(const struct bird *b)
{
	const struct lab_dxgw *gw = &b->lab->dxgws[b->node.index];

	static_start(b, "allowed",
		     "What each association allows; customers are told of nothing else.");
	for (unsigned i = 0; i < gw->n_associations; i++) {
		const struct lab_association *a = &gw->associations[i];
		int att = network_attachment(b->lab, b->node, a->gateway);
		struct ipv4_net cidrs[BIRD_CIDRS_MAX];
		const struct ipv4_net *nets = cidrs;
		unsigned n = bird_vpc_cidrs(b->lab, a->gateway, cidrs);

		if (a->gateway.kind == LAB_TGW) {
			nets = a->allowed_prefixes;
			n = a->n_allowed_prefixes;
		}
		for (unsigned p = 0; p < n; p++)
			if (a->gateway.kind == LAB_TGW || is_allowed(a, &nets[p]))
				(void)fprintf(b->out, "\troute %s via %s; # %s\n",
					      BIRD_NET(&nets[p]),
					      BIRD_IP(network_attachment_address((unsigned)att, 1)
							      .address),
					      lab_name(b->lab, a->gateway));
	}
	(void)fputs("}\n", b->out);
}

/*
 * iBGP under the Direct Connect gateway's ASN at both ends: it hands local preference on, and leaves no ASN in a path. Only
 * the customers' routes go over it, and only away from the Direct Connect gateway.
 */
static void write_associations(const struct bird *b, const struct attachment *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		bool end = lab_ref_equal(list[i].to, b->node);

		if (list[i].gateway.kind != LAB_DXGW ||
		    (!end && !lab_ref_equal(list[i].gateway, b->node)))
			continue;
		bird_attachment_session(b, i, end, b->lab->dxgws[list[i].gateway.index].asn);
		if (!end) {
			(void)fputs("\tipv4 { next hop self; import none; export where source = "
				    "RTS_BGP; };\n"
				    "}\n",
				    b->out);
			continue;
		}
		(void)fputs("\tipv4 {\n"
			    "\t\timport filter {\n",
			    b->out);
		reject_local(b);
		(void)fprintf(b->out,
			      "\t\t\tpreference = %d; # Direct Connect\n"
			      "\t\t\taccept;\n"
			      "\t\t};\n"
			      "\t\texport none;\n"
			      "\t};\n}\n",
			      PREFERENCE_DX);
	}
}

/* A VGW sends through one tunnel only, a TGW with ECMP through all; virtual interfaces alike share the traffic. */
static bool has_ecmp(const struct bird *b)
{
	unsigned n = 0;

	if (b->node.kind == LAB_TGW)
		return b->lab->tgws[b->node.index].ecmp;
	for (unsigned i = 0; i < b->lab->n_vpns; i++)
		if (bird_has_vpn(b, &b->lab->vpns[i]))
			return false;
	for (unsigned i = 0; i < b->lab->n_vifs; i++)
		n += bird_has_vif(b, &b->lab->vifs[i]);

	return n > 1;
}

void bird_write_gateway(const struct bird *b)
{
	const struct ipv4_net public = network_public_prefix();
	struct attachment list[ATTACHMENTS_MAX];
	unsigned n = network_attachments(b->lab, list);

	bird_start(b, b->node.kind ? "all" : "where proto != \"allowed\"", has_ecmp(b));
	bird_bfd(b);
	if (b->node.kind == LAB_NONE) {
		static_start(b, "allowed", "What stands for AWS's public addresses.");
		(void)fprintf(b->out, "\troute %s unreachable;\n}\n", BIRD_NET(&public));
	} else if (b->node.kind == LAB_DXGW) {
		write_allowed(b);
	} else {
		write_vpcs(b, list, n);
	}
	for (unsigned i = 0; i < b->lab->n_vifs; i++)
		if (bird_has_vif(b, &b->lab->vifs[i]))
			write_vif(b, i);
	for (unsigned i = 0; b->node.kind && i < LAB_TUNNELS * b->lab->n_vpns; i++)
		if (bird_has_vpn(b, &b->lab->vpns[i / LAB_TUNNELS]))
			write_tunnel(b, i);
	if (b->node.kind)
		write_associations(b, list, n);
}
