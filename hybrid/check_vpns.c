// SPDX-License-Identifier: ISC
/* Rules of AWS Site-to-Site VPN [A: Site-to-Site VPN User Guide, VPNTunnels and vpn-limits, 2023-04]. */
#include <stdio.h>

#include "base/units.h"
#include "base/util.h"
#include "hybrid/lab_check.h"

#define STATIC_ROUTES_PER_VGW 100
#define INSIDE_LEN 30

/* 169.254.x.y of the /30s that AWS keeps for itself. */
static const in_addr_t reserved[] = { 0x0000, 0x0100, 0x0200, 0x0300, 0x0400, 0x0500, 0xa9fc };
#define LINK_LOCAL 0xa9fe0000U

static bool check_inside(const struct lab *lab, struct lab_ref ref, const struct lab_tunnel *t,
			 struct lab_fault *ret)
{
	static const char allowed[] = "allowed: a /30 in 169.254.0.0/16, but not 169.254.0.0/30 to "
				      "169.254.5.0/30 nor 169.254.169.252/30";
	struct ipv4_net net = { { htonl(LINK_LOCAL) }, 16 };
	char shown[IPV4_NET_MAX];

	(void)ipv4_net_format(&t->inside_cidr, shown, sizeof(shown));
	if (t->inside_cidr.len != INSIDE_LEN || !ipv4_net_within(&t->inside_cidr, &net))
		return blame(ret, lab, ref, "inside_cidr", "%s; %s", shown, allowed);
	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++) {
		if (ipv4_first(&t->inside_cidr) == (LINK_LOCAL | reserved[i]))
			return blame(ret, lab, ref, "inside_cidr", "%s is reserved; %s", shown,
				     allowed);
	}

	return false;
}

static bool check_tunnel(const struct lab *lab, struct lab_ref ref, struct lab_fault *ret)
{
	const struct lab_tunnel *t =
		&lab->vpns[ref.index / LAB_TUNNELS].tunnels[ref.index % LAB_TUNNELS];
	char shown[32], other[32];

	if (check_inside(lab, ref, t, ret))
		return true;
	if (t->esp_lifetime_ns >= t->ike_lifetime_ns)
		return blame(ret, lab, ref, "esp_lifetime",
			     "%s; allowed: less than ike_lifetime, which is %s",
			     unit_format(UNIT_TIME, t->esp_lifetime_ns, shown, sizeof(shown)),
			     unit_format(UNIT_TIME, t->ike_lifetime_ns, other, sizeof(other)));
	if (2 * t->rekey_margin_ns > t->esp_lifetime_ns)
		return blame(ret, lab, ref, "rekey_margin",
			     "%s; allowed: up to half of esp_lifetime, which is %s",
			     unit_format(UNIT_TIME, t->rekey_margin_ns, shown, sizeof(shown)),
			     unit_format(UNIT_TIME, t->esp_lifetime_ns, other, sizeof(other)));
	if (t->startup_action == LAB_STARTUP_START && t->ike_versions != 1U << LAB_IKEV2)
		return blame(ret, lab, ref, "startup_action",
			     "AWS begins with IKEv2 only; write ike_versions: ikev2 beside it");

	return false;
}

static bool has_association(const struct lab_dxgw *dxgw, struct lab_ref gateway)
{
	for (unsigned i = 0; i < dxgw->n_associations; i++) {
		if (lab_ref_equal(dxgw->associations[i].gateway, gateway))
			return true;
	}

	return false;
}

/* What carries the tunnels: the internet, or a VIF [A: Site-to-Site VPN User Guide, private-ip-dx, 2023-04]. */
static bool check_carrier(const struct lab *lab, struct lab_ref ref, struct lab_fault *ret)
{
	const struct lab_vpn *v = &lab->vpns[ref.index];
	const struct lab_vif *vif;

	if (!v->over.kind)
		return !v->profile.name[0] && blame(ret, lab, ref, "profile",
						    "missing: what the way over the internet is "
						    "like, e.g. vpn-metro; or "
						    "over: a virtual interface");

	vif = &lab->vifs[v->over.index];
	if (v->profile.name[0])
		return blame(ret, lab, ref, "profile",
			     "beside over; it is %s that carries the tunnels, and its connection "
			     "has "
			     "a profile",
			     vif->name);
	if (vif->type == LAB_VIF_PRIVATE)
		return blame(ret, lab, ref, "over",
			     "%s is private; allowed: a public or transit virtual interface",
			     vif->name);
	if (!lab_ref_equal(lab_vif_router(lab, vif), v->router))
		return blame(ret, lab, ref, "over", "%s ends at %s, and the tunnels at %s",
			     vif->name, lab_name(lab, lab_vif_router(lab, vif)),
			     lab_name(lab, v->router));
	if (vif->type == LAB_VIF_TRANSIT && v->gateway.kind != LAB_TGW)
		return blame(ret, lab, ref, "gateway",
			     "%s is a virtual private gateway; over a transit virtual interface, a "
			     "VPN "
			     "ends at a transit gateway",
			     lab_name(lab, v->gateway));
	if (vif->type == LAB_VIF_TRANSIT && vif->gateway.kind == LAB_DXGW &&
	    !has_association(&lab->dxgws[vif->gateway.index], v->gateway))
		return blame(ret, lab, ref, "over",
			     "%s ends at %s, with which %s is not associated", vif->name,
			     lab_name(lab, vif->gateway), lab_name(lab, v->gateway));

	return false;
}

static bool check_routing(const struct lab *lab, struct lab_ref ref, struct lab_fault *ret)
{
	const struct lab_vpn *v = &lab->vpns[ref.index];
	uint32_t asn = v->gateway.kind == LAB_VGW ? lab->vgws[v->gateway.index].asn
						  : lab->tgws[v->gateway.index].asn;

	if (v->routing == LAB_ROUTING_STATIC && !v->n_static_routes)
		return blame(ret, lab, ref, "static_routes",
			     "missing: with routing static, AWS knows the customer's networks from "
			     "here alone");
	if (v->routing == LAB_ROUTING_BGP && v->n_static_routes)
		return blame(ret, lab, ref, "static_routes",
			     "beside routing bgp; write routing: static, or leave them out");
	if (v->gateway.kind == LAB_VGW && v->n_static_routes > STATIC_ROUTES_PER_VGW)
		return blame(ret, lab, ref, "static_routes",
			     "%u; at most %d to a virtual private "
			     "gateway",
			     v->n_static_routes, STATIC_ROUTES_PER_VGW);
	if (v->routing == LAB_ROUTING_BGP && asn == lab->routers[v->router.index].asn)
		return blame(ret, lab, ref, "gateway",
			     "%s and %s have the same ASN, %u; eBGP needs two",
			     lab_name(lab, v->gateway), lab_name(lab, v->router), asn);

	return false;
}

bool check_vpns(const struct lab *lab, struct lab_fault *ret)
{
	for (unsigned i = 0; i < lab->n_vpns; i++) {
		struct lab_ref ref = { LAB_VPN, i };

		if (lab->vpns[i].n_tunnels != LAB_TUNNELS)
			return blame(ret, lab, ref, "tunnels",
				     "%u; a VPN connection has exactly %d", lab->vpns[i].n_tunnels,
				     LAB_TUNNELS);
		for (unsigned t = 0; t < LAB_TUNNELS; t++) {
			if (check_tunnel(lab, (struct lab_ref){ LAB_TUNNEL, LAB_TUNNELS * i + t },
					 ret))
				return true;
		}
		if (check_carrier(lab, ref, ret) || check_routing(lab, ref, ret))
			return true;
	}

	return false;
}
