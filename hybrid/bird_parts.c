// SPDX-License-Identifier: ISC
#include "hybrid/bird_parts.h"

#include <string.h>

#include "base/util.h"

char *bird_name(const struct lab *lab, const char *kind, struct lab_ref ref,
		char buf[BIRD_NAME_MAX])
{
	char name[LAB_FULL_NAME_MAX];

	(void)lab_full_name(lab, ref, name, sizeof(name));
	for (char *dot = strchr(name, '.'); dot; dot = strchr(dot, '.'))
		*dot = '_';
	(void)snprintf(buf, BIRD_NAME_MAX, strchr(name, '-') ? "'%s_%s'" : "%s_%s", kind, name);

	return buf;
}

void bird_set(const struct bird *b, const struct ipv4_net *nets, unsigned n, const char *suffix)
{
	(void)fputs("[", b->out);
	for (unsigned i = 0; i < n; i++)
		(void)fprintf(b->out, "%s %s%s", i ? "," : "", BIRD_NET(&nets[i]), suffix);
	(void)fputs(" ]", b->out);
}

bool bird_has_vif(const struct bird *b, const struct lab_vif *vif)
{
	return lab_ref_equal(b->aws ? vif->gateway : lab_vif_router(b->lab, vif), b->node);
}

bool bird_has_vpn(const struct bird *b, const struct lab_vpn *vpn)
{
	return lab_ref_equal(b->aws ? vpn->gateway : vpn->router, b->node);
}

static bool attachment_address(const struct lab *lab, struct lab_ref node, struct in_addr *ret)
{
	struct attachment list[ATTACHMENTS_MAX];
	unsigned n = network_attachments(lab, list);

	for (unsigned i = 0; i < n; i++) {
		bool far = lab_ref_equal(list[i].to, node);

		if (far || lab_ref_equal(list[i].gateway, node)) {
			*ret = network_attachment_address(i, far).address;
			return true;
		}
	}

	return false;
}

bool bird_router_id(const struct lab *lab, struct lab_ref node, struct in_addr *ret)
{
	if (node.kind == LAB_ROUTER) {
		*ret = network_lan_address(lab, 0, node.index).address;
		return true;
	}
	if (node.kind != LAB_NONE && attachment_address(lab, node, ret))
		return true;
	for (unsigned i = 0; i < lab->n_vifs; i++) {
		if (lab_ref_equal(lab->vifs[i].gateway, node)) {
			*ret = lab->vifs[i].amazon_address.address;
			return true;
		}
	}
	for (unsigned i = 0; i < lab->n_vpns; i++) {
		if (lab_ref_equal(lab->vpns[i].gateway, node)) {
			*ret = network_inside_address(lab, LAB_TUNNELS * i, 1).address;
			return true;
		}
	}

	return false;
}

void bird_start(const struct bird *b, const char *export, bool merge)
{
	const char *node = b->node.kind ? lab_name(b->lab, b->node) : NODE_PUBLIC;
	struct in_addr id = { 0 };

	(void)bird_router_id(b->lab, b->node, &id);
	(void)fprintf(b->out,
		      "# BIRD 2 in %s, of the lab %s. Made by dxemu.\n"
		      "router id %s;\n"
		      "log \"" LAB_RUN_DIR "/%s.bird.log\" all;\n"
		      "\n"
		      "# Which devices there are, and whether they are up.\n"
		      "protocol device { scan time 10; }\n"
		      "\n"
		      "# What BIRD chose goes to the kernel, which forwards by it.\n"
		      "protocol kernel {\n",
		      node, b->lab->name, BIRD_IP(id), node);
	if (merge)
		(void)fputs("\tmerge paths on; # equally good routes share the traffic (ECMP)\n",
			    b->out);
	(void)fprintf(b->out, "\tipv4 { import none; export %s; };\n}\n", export);
}

void bird_bfd(const struct bird *b)
{
	unsigned n = 0;
	char dev[IFNAMSIZ];

	for (unsigned i = 0; i < b->lab->n_vifs; i++) {
		const struct lab_vif *v = &b->lab->vifs[i];

		if (!bird_has_vif(b, v) || (!b->aws && !v->bfd))
			continue;
		if (!n++)
			(void)fputs("\n# Notices within 3 times 300 ms that nothing comes through "
				    "any more.\n"
				    "protocol bfd {\n",
				    b->out);
		(void)fprintf(b->out,
			      "\tinterface \"%s\" { min rx interval 300 ms; min tx interval 300 "
			      "ms; multiplier 3; %s};%s\n",
			      network_dev("vif", i, dev), v->bfd ? "" : "passive yes; ",
			      v->bfd ? "" : " # until the customer begins");
	}
	if (n)
		(void)fputs("}\n", b->out);
}

static void write_session(const struct bird *b, const struct bird_session *s)
{
	(void)fprintf(b->out,
		      "protocol bgp %s {\n"
		      "\tlocal %s as %u;\n"
		      "\tneighbor %s as %u;\n"
		      "\tinterface \"%s\";\n",
		      s->name, BIRD_IP(s->local), s->local_asn, BIRD_IP(s->neighbour),
		      s->neighbour_asn, s->dev);
	if (s->local_asn == s->neighbour_asn)
		(void)fputs("\tdirect; # iBGP without a router between\n", b->out);
	if (s->password[0])
		(void)fprintf(b->out, "\tpassword \"%s\"; # MD5 of every TCP segment (RFC 2385)\n",
			      s->password);
	(void)fprintf(b->out, "\thold time %u; keepalive time %u;\n", s->hold_s, s->keepalive_s);
	if (s->bfd)
		(void)fputs("\tbfd on;\n", b->out);
	(void)fputs("\tconnect delay time 1; connect retry time 5; error wait time 5, 10; # try "
		    "again soon\n",
		    b->out);
}

void bird_vif_session(const struct bird *b, unsigned vif)
{
	const struct lab_vif *v = &b->lab->vifs[vif];
	uint32_t aws = bird_gateway_asn(b->lab, v->gateway),
		 customer = b->lab->routers[lab_vif_router(b->lab, v).index].asn;
	struct bird_session s = {
		.local = (b->aws ? v->amazon_address : v->customer_address).address,
		.neighbour = (b->aws ? v->customer_address : v->amazon_address).address,
		.local_asn = b->aws ? aws : customer,
		.neighbour_asn = b->aws ? customer : aws,
		.hold_s = BIRD_HOLD_DX,
		.keepalive_s = BIRD_HOLD_DX / 3,
		.bfd = b->aws || v->bfd,
	};

	(void)bird_name(b->lab, "bgp", (struct lab_ref){ LAB_VIF, vif }, s.name);
	(void)network_dev("vif", vif, s.dev);
	(void)lab_vif_key(b->lab, b->keys, vif, s.password);
	(void)fprintf(b->out, "\n# %s: %s virtual interface, VLAN %u on %s, between %s and %s\n",
		      v->name, lab_vif_type_names[v->type], v->vlan,
		      lab_name(b->lab, v->connection), lab_name(b->lab, lab_vif_router(b->lab, v)),
		      network_vif_node(b->lab, v));
	write_session(b, &s);
}

static void tunnel_heading(const struct bird *b, unsigned tunnel)
{
	const struct lab_vpn *vpn;
	const struct lab_tunnel *t = network_tunnel(b->lab, tunnel, &vpn);

	(void)fprintf(b->out, "\n# %s.%s: tunnel between %s and %s\n", vpn->name, t->name,
		      lab_name(b->lab, vpn->router), lab_name(b->lab, vpn->gateway));
}

void bird_tunnel_session(const struct bird *b, unsigned tunnel)
{
	const struct lab_vpn *vpn = &b->lab->vpns[tunnel / LAB_TUNNELS];
	uint32_t aws = bird_gateway_asn(b->lab, vpn->gateway),
		 customer = b->lab->routers[vpn->router.index].asn;
	struct bird_session s = {
		.local = network_inside_address(b->lab, tunnel, b->aws).address,
		.neighbour = network_inside_address(b->lab, tunnel, !b->aws).address,
		.local_asn = b->aws ? aws : customer,
		.neighbour_asn = b->aws ? customer : aws,
		.hold_s = BIRD_HOLD_VPN,
		.keepalive_s = BIRD_HOLD_VPN / 3,
	};

	(void)bird_name(b->lab, "bgp", (struct lab_ref){ LAB_TUNNEL, tunnel }, s.name);
	(void)network_dev("tun", tunnel, s.dev);
	tunnel_heading(b, tunnel);
	write_session(b, &s);
}

void bird_tunnel_routes(const struct bird *b, unsigned tunnel, const struct ipv4_net *nets,
			unsigned n, unsigned preference)
{
	char name[BIRD_NAME_MAX], dev[IFNAMSIZ];

	tunnel_heading(b, tunnel);
	(void)fprintf(b->out,
		      "# Static routes, which are there while the device is up: the IPsec daemon "
		      "sets it up and down.\n"
		      "protocol static %s {\n"
		      "\tipv4 { preference %u; };\n",
		      bird_name(b->lab, "static", (struct lab_ref){ LAB_TUNNEL, tunnel }, name),
		      preference);
	for (unsigned i = 0; i < n; i++)
		(void)fprintf(b->out, "\troute %s via \"%s\";\n", BIRD_NET(&nets[i]),
			      network_dev("tun", tunnel, dev));
	(void)fputs("}\n", b->out);
}

void bird_attachment_session(const struct bird *b, unsigned attachment, unsigned end, uint32_t asn)
{
	struct attachment list[ATTACHMENTS_MAX];
	struct bird_session s = {
		.local = network_attachment_address(attachment, end).address,
		.neighbour = network_attachment_address(attachment, !end).address,
		.local_asn = asn,
		.neighbour_asn = asn,
		.hold_s = BIRD_HOLD_DX,
		.keepalive_s = BIRD_HOLD_DX / 3,
	};
	struct lab_ref other;

	(void)network_attachments(b->lab, list);
	other = end ? list[attachment].gateway : list[attachment].to;
	(void)bird_name(b->lab, "bgp", other, s.name);
	(void)network_dev("att", attachment, s.dev);
	(void)fprintf(b->out,
		      "\n# Within AWS: what customers announced goes from the Direct Connect "
		      "gateway to %s.\n",
		      lab_name(b->lab, list[attachment].to));
	write_session(b, &s);
}

void bird_site_session(const struct bird *b, unsigned other)
{
	const struct lab_router *peer = &b->lab->routers[other],
				*own = &b->lab->routers[b->node.index];
	struct bird_session s = {
		.local = network_lan_address(b->lab, 0, b->node.index).address,
		.neighbour = network_lan_address(b->lab, 0, other).address,
		.local_asn = own->asn,
		.neighbour_asn = peer->asn,
		.hold_s = BIRD_HOLD_DX,
		.keepalive_s = BIRD_HOLD_DX / 3,
		.dev = DEV_LAN,
	};

	(void)bird_name(b->lab, "bgp", (struct lab_ref){ LAB_ROUTER, other }, s.name);
	(void)fprintf(b->out, "\n# %s, at the same LAN: each tells the other what it learned.\n",
		      peer->name);
	write_session(b, &s);
	if (own->asn != peer->asn)
		(void)fputs("\tallow bgp_local_pref on; # although it is eBGP\n", b->out);
}

unsigned bird_vpc_cidrs(const struct lab *lab, struct lab_ref gateway,
			struct ipv4_net ret[BIRD_CIDRS_MAX])
{
	struct attachment list[ATTACHMENTS_MAX];
	unsigned n = network_attachments(lab, list), n_ret = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct lab_vpc *vpc;

		if (!lab_ref_equal(list[i].gateway, gateway) || list[i].to.kind != LAB_VPC)
			continue;
		vpc = &lab->vpcs[list[i].to.index];
		for (unsigned c = 0; c < vpc->n_cidrs; c++)
			ret[n_ret++] = vpc->cidrs[c];
	}

	return n_ret;
}

uint32_t bird_gateway_asn(const struct lab *lab, struct lab_ref gateway)
{
	if (gateway.kind == LAB_VGW)
		return lab->vgws[gateway.index].asn;
	if (gateway.kind == LAB_TGW)
		return lab->tgws[gateway.index].asn;
	if (gateway.kind == LAB_DXGW)
		return lab->dxgws[gateway.index].asn;

	return ASN_AWS_PUBLIC;
}
