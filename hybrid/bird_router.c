// SPDX-License-Identifier: ISC
/* The customer's router. */
#include "hybrid/bird_parts.h"

#include "base/util.h"

/* The higher wins. Both tunnels have the same, so that AWS's MED chooses between them. */
#define LOCAL_PREF_DX 200
#define LOCAL_PREF_VPN 50
/* Below that of a route learned by BGP, 100, the second tunnel's below the first's. */
#define PREFERENCE_STATIC_VPN 90

#define COMMUNITY_LOW (7224U << 16 | 7100U)
#define COMMUNITY_HIGH (7224U << 16 | 7300U)

/* The way out is chosen as AWS is told to choose the way back. */
static unsigned local_pref(const struct lab_vif *v)
{
	for (unsigned i = 0; i < v->n_communities; i++) {
		if (v->communities[i] == COMMUNITY_LOW)
			return LOCAL_PREF_DX - 100;
		if (v->communities[i] == COMMUNITY_HIGH)
			return LOCAL_PREF_DX + 100;
	}

	return LOCAL_PREF_DX;
}

static bool is_in(const struct ipv4_net *net, const struct ipv4_net *nets, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (nets[i].len == net->len && ipv4_first(&nets[i]) == ipv4_first(net))
			return true;

	return false;
}

#define SITE_MAX (LAB_SITE_CIDRS_MAX + LAB_VIFS_MAX * LAB_ROUTES_MAX)

static void write_site(const struct bird *b)
{
	struct ipv4_net nets[SITE_MAX];
	unsigned n = 0;

	for (unsigned i = 0; i < b->lab->onprem.n_cidrs; i++)
		nets[n++] = b->lab->onprem.cidrs[i];
	for (unsigned i = 0; i < b->lab->n_vifs; i++) {
		const struct lab_vif *v = &b->lab->vifs[i];

		for (unsigned r = 0; bird_has_vif(b, v) && r < v->n_advertise; r++)
			if (!is_in(&v->advertise[r], nets, n))
				nets[n++] = v->advertise[r];
	}
	(void)fputs("\n# What may be announced to AWS. It does not go to the kernel, which knows "
		    "the LAN.\n"
		    "protocol static site {\n"
		    "\tipv4;\n",
		    b->out);
	for (unsigned i = 0; i < n; i++)
		(void)fprintf(b->out, "\troute %s unreachable;\n", BIRD_NET(&nets[i]));
	(void)fputs("}\n", b->out);
}

static void write_export(const struct bird *b, const struct ipv4_net *nets, unsigned n,
			 const struct lab_vif *v)
{
	(void)fputs("\t\texport filter {\n"
		    "\t\t\tif proto != \"site\" || net !~ ",
		    b->out);
	bird_set(b, nets, n, "");
	(void)fputs(" then reject;\n", b->out);
	for (unsigned i = 0; v && i < v->n_communities; i++)
		(void)fprintf(b->out, "\t\t\tbgp_community.add((%u,%u));\n",
			      v->communities[i] >> 16, v->communities[i] & 0xffffU);
	(void)fputs("\t\t\taccept;\n"
		    "\t\t};\n",
		    b->out);
}

static void write_vif(const struct bird *b, unsigned vif)
{
	const struct lab_vif *v = &b->lab->vifs[vif];

	bird_vif_session(b, vif);
	(void)fprintf(b->out,
		      "\tipv4 {\n"
		      "\t\timport filter {\n"
		      "\t\t\tbgp_local_pref = %u; # of Direct Connect; VPN has %d\n"
		      "\t\t\taccept;\n"
		      "\t\t};\n",
		      local_pref(v), LOCAL_PREF_VPN);
	if (v->n_advertise)
		write_export(b, v->advertise, v->n_advertise, v);
	else
		write_export(b, b->lab->onprem.cidrs, b->lab->onprem.n_cidrs, v);
	(void)fputs("\t};\n}\n", b->out);
}

static void write_tunnel(const struct bird *b, unsigned tunnel)
{
	const struct lab_vpn *vpn = &b->lab->vpns[tunnel / LAB_TUNNELS];
	struct ipv4_net cidrs[BIRD_CIDRS_MAX];

	if (vpn->routing == LAB_ROUTING_STATIC) {
		unsigned n = bird_vpc_cidrs(b->lab, vpn->gateway, cidrs);

		bird_tunnel_routes(b, tunnel, cidrs, n,
				   PREFERENCE_STATIC_VPN - tunnel % LAB_TUNNELS);
		return;
	}
	bird_tunnel_session(b, tunnel);
	(void)fprintf(b->out,
		      "\tipv4 {\n"
		      "\t\timport filter {\n"
		      "\t\t\tbgp_local_pref = %d; # the same for all tunnels: AWS's MED tells "
		      "which\n"
		      "\t\t\taccept;\n"
		      "\t\t};\n",
		      LOCAL_PREF_VPN);
	write_export(b, b->lab->onprem.cidrs, b->lab->onprem.n_cidrs, NULL);
	(void)fputs("\t};\n}\n", b->out);
}

static void write_site_session(const struct bird *b, unsigned other)
{
	bird_site_session(b, other);
	(void)fprintf(b->out,
		      "\tipv4 {\n"
		      "\t\tnext hop self; import all;\n"
		      "\t\texport filter {\n"
		      "\t\t\tif proto = \"site\" then reject;\n"
		      "\t\t\tif source = RTS_STATIC then bgp_local_pref = %d; # VPN\n"
		      "\t\t\taccept;\n"
		      "\t\t};\n"
		      "\t};\n}\n",
		      LOCAL_PREF_VPN);
}

void bird_write_router(const struct bird *b)
{
	bird_start(b, "where proto != \"site\"", true);
	bird_bfd(b);
	write_site(b);
	for (unsigned i = 0; i < b->lab->n_vifs; i++)
		if (bird_has_vif(b, &b->lab->vifs[i]))
			write_vif(b, i);
	for (unsigned i = 0; i < LAB_TUNNELS * b->lab->n_vpns; i++)
		if (bird_has_vpn(b, &b->lab->vpns[i / LAB_TUNNELS]))
			write_tunnel(b, i);
	for (unsigned i = 0; i < b->lab->n_routers; i++)
		if (i != b->node.index)
			write_site_session(b, i);
}
