// SPDX-License-Identifier: ISC
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "hybrid/lab_check.h"

/*
 * AWS's texts disagree about private ones: 9001 [A: Direct Connect User Guide, set-jumbo-frames-vif, 2023-04] and 8500
 * [A: API and SDK texts of today]; both are taken. Transit 8500, public 1500 [A: agent-toolkit-for-aws, 2026-08].
 */
static const unsigned mtus[LAB_VIF_TYPE_COUNT][3] = {
	[LAB_VIF_PRIVATE] = { 1500, 8500, 9001 },
	[LAB_VIF_PUBLIC] = { 1500 },
	[LAB_VIF_TRANSIT] = { 1500, 8500 },
};

static const char *const mtu_texts[LAB_VIF_TYPE_COUNT] = {
	[LAB_VIF_PRIVATE] = "1500, 8500, 9001",
	[LAB_VIF_PUBLIC] = "1500",
	[LAB_VIF_TRANSIT] = "1500, 8500",
};

/*
 * Communities of AWS's own that a customer may send [A: Direct Connect User Guide, routing-and-bgp, 2023-04]: local
 * preference; how far public routes go. All others of 7224 are reserved.
 */
#define AMAZON 7224U
static const unsigned preferences[] = { 7100, 7200, 7300 }, scopes[] = { 9100, 9200, 9300 };

/* /29 in AWS's user guide, /30 in its API reference [A, in conflict]; /31 in neither. */
#define PEER_LEN_MIN 29
#define PEER_LEN_MAX 30

static bool check_gateway(const struct lab *lab, struct lab_ref ref, struct lab_fault *ret)
{
	const struct lab_vif *v = &lab->vifs[ref.index];
	const char *type = lab_vif_type_names[v->type], *name = lab_name(lab, v->gateway);
	enum lab_kind wanted = v->type == LAB_VIF_TRANSIT ? LAB_TGW : LAB_VGW, has = LAB_NONE;

	if (v->type == LAB_VIF_PUBLIC)
		return v->gateway.kind && blame(ret, lab, ref, "gateway",
						"a public virtual interface has none: it ends at "
						"AWS's public edge");
	if (!v->gateway.kind)
		return blame(ret, lab, ref, "gateway",
			     "missing: a %s virtual interface ends at a %s", type,
			     v->type == LAB_VIF_TRANSIT ? "Direct Connect gateway"
							: "virtual private gateway or Direct "
							  "Connect "
							  "gateway");
	if (v->gateway.kind == LAB_VGW)
		return v->type == LAB_VIF_TRANSIT && blame(ret, lab, ref, "gateway",
							   "%s is a virtual private gateway; a "
							   "transit virtual interface ends at a "
							   "Direct Connect gateway",
							   name);

	/* All of its associations are of one kind. */
	if (lab->dxgws[v->gateway.index].n_associations)
		has = lab->dxgws[v->gateway.index].associations[0].gateway.kind;
	if (has != wanted && (has || v->type == LAB_VIF_TRANSIT))
		return blame(ret, lab, ref, "gateway",
			     "%s is associated with %s; a %s virtual interface needs one that is "
			     "associated with %s",
			     name,
			     !has	      ? "nothing"
			     : has == LAB_TGW ? "transit gateways"
					      : "virtual private gateways",
			     type,
			     wanted == LAB_TGW ? "a transit gateway" : "virtual private gateways");

	return false;
}

static bool check_mtu(const struct lab *lab, struct lab_ref ref, struct lab_fault *ret)
{
	const struct lab_vif *v = &lab->vifs[ref.index];

	for (size_t i = 0; i < ARRAY_SIZE(mtus[0]); i++) {
		if (v->mtu == mtus[v->type][i])
			return false;
	}

	return blame(ret, lab, ref, "mtu", "%u; allowed for a %s virtual interface: %s", v->mtu,
		     lab_vif_type_names[v->type], mtu_texts[v->type]);
}

static bool check_peers(const struct lab *lab, struct lab_ref ref, struct lab_fault *ret)
{
	const struct lab_vif *v = &lab->vifs[ref.index];
	const struct ipv4_net *ends[] = { &v->amazon_address, &v->customer_address };
	static const char *const keys[] = { "amazon_address", "customer_address" };
	char shown[IPV4_NET_MAX], other[IPV4_NET_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		in_addr_t address = ntohl(ends[i]->address.s_addr);

		(void)ipv4_net_format(ends[i], shown, sizeof(shown));
		if (ends[i]->len < PEER_LEN_MIN || ends[i]->len > PEER_LEN_MAX)
			return blame(ret, lab, ref, keys[i], "%s; allowed: a /29 or /30", shown);
		if (address == ipv4_first(ends[i]) || address == ipv4_last(ends[i]))
			return blame(ret, lab, ref, keys[i],
				     "%s is the network's or the broadcast address, no host's",
				     shown);
	}
	(void)ipv4_net_format(ends[0], other, sizeof(other));
	if (ends[0]->len != ends[1]->len || !ipv4_net_contains(ends[0], ends[1]->address))
		return blame(ret, lab, ref, keys[1],
			     "%s is not in the subnet of amazon_address, %s", shown, other);
	if (ends[0]->address.s_addr == ends[1]->address.s_addr)
		return blame(ret, lab, ref, keys[1], "%s is the amazon_address, too", shown);

	return false;
}

static bool is_one_of(unsigned value, const unsigned *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i] == value)
			return true;
	}

	return false;
}

static bool check_communities(const struct lab *lab, struct lab_ref ref, struct lab_fault *ret)
{
	const struct lab_vif *v = &lab->vifs[ref.index];
	bool public = v->type == LAB_VIF_PUBLIC;
	unsigned of_amazon = 0;
	char key[32];

	for (unsigned i = 0; i < v->n_communities; i++) {
		unsigned value = v->communities[i] & UINT16_MAX;

		if (v->communities[i] >> 16 != AMAZON)
			continue;
		(void)snprintf(key, sizeof(key), "communities[%u]", i);
		if (!is_one_of(value, public ? scopes : preferences, ARRAY_SIZE(scopes)))
			return blame(ret, lab, ref, key,
				     "7224:%u means nothing on a %s virtual interface; allowed of "
				     "7224: %s",
				     value, lab_vif_type_names[v->type],
				     public ? "9100 (region), 9200 (continent), 9300 (global)"
					    : "7100 (low), 7200 (medium), 7300 (high)");
		if (of_amazon++ && !public)
			return blame(ret, lab, ref, key,
				     "7224:%u beside another local preference; one of them", value);
	}

	return false;
}

/* A BGP session with the same ASN at both ends would be an internal one, which AWS has none of. */
static bool check_asns(const struct lab *lab, struct lab_ref ref, struct lab_fault *ret)
{
	const struct lab_vif *v = &lab->vifs[ref.index];
	struct lab_ref router = lab_vif_router(lab, v);
	uint32_t asn = lab->routers[router.index].asn;

	if (!v->gateway.kind ||
	    asn != (v->gateway.kind == LAB_VGW ? lab->vgws[v->gateway.index].asn
					       : lab->dxgws[v->gateway.index].asn))
		return false;

	return blame(ret, lab, ref, "gateway", "%s and %s have the same ASN, %u; eBGP needs two",
		     lab_name(lab, v->gateway), lab_name(lab, router), asn);
}

bool check_vifs(const struct lab *lab, struct lab_fault *ret)
{
	typedef bool vif_rule(const struct lab *, struct lab_ref, struct lab_fault *);
	static vif_rule *const rules[] = { check_gateway, check_mtu, check_peers, check_communities,
					   check_asns };

	for (unsigned i = 0; i < lab->n_vifs; i++) {
		struct lab_ref ref = { LAB_VIF, i };

		for (size_t k = 0; k < ARRAY_SIZE(rules); k++) {
			if (rules[k](lab, ref, ret))
				return true;
		}
		/* [A: Direct Connect User Guide, WorkingWithVirtualInterfaces, 2023-04] */
		if (lab->vifs[i].type == LAB_VIF_PUBLIC && !lab->vifs[i].n_advertise)
			return blame(ret, lab, ref, "advertise",
				     "missing: AWS takes from a public virtual interface what "
				     "comes "
				     "from prefixes named here");
	}

	return false;
}
