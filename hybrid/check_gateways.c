// SPDX-License-Identifier: ISC
#include <stdio.h>

#include "base/util.h"
#include "hybrid/lab_check.h"

/* [A: Direct Connect User Guide, limits, 2023-04; agent-toolkit-for-aws, 2026-08] */
#define TGWS_PER_DXGW 6
#define VIFS_PER_DXGW 30
#define PREFIXES_PER_TGW 200

/* Private ASNs [A: Direct Connect User Guide, BGP settings]; the field's own range is that of both together. */
static bool is_private_asn(uint32_t asn)
{
	return (asn >= 64512 && asn <= 65534) || (asn >= 4200000000 && asn <= 4294967294);
}

static bool check_asn(const struct lab *lab, struct lab_ref ref, uint32_t asn,
		      struct lab_fault *ret)
{
	if (is_private_asn(asn))
		return false;

	return blame(ret, lab, ref, "asn",
		     "%u is no private ASN; allowed: 64512 to 65534, 4200000000 to 4294967294",
		     asn);
}

static const struct lab_association *association(const struct lab *lab, unsigned dxgw, unsigned i)
{
	return &lab->dxgws[dxgw].associations[i];
}

/* Lists of two TGWs on one DXGW may not overlap [A: Direct Connect User Guide, allowed-to-prefixes, 2023-04]. */
static bool check_prefixes(const struct lab *lab, unsigned dxgw, unsigned a, unsigned b,
			   struct lab_fault *ret)
{
	const struct lab_association *mine = association(lab, dxgw, a);
	const struct lab_association *theirs = association(lab, dxgw, b);
	char key[YAML_PATH_MAX], shown[IPV4_NET_MAX];

	for (unsigned i = 0; i < mine->n_allowed_prefixes; i++) {
		for (unsigned j = 0; j < theirs->n_allowed_prefixes; j++) {
			if (!ipv4_net_overlaps(&mine->allowed_prefixes[i],
					       &theirs->allowed_prefixes[j]))
				continue;
			(void)snprintf(key, sizeof(key), "associations.%s.allowed_prefixes[%u]",
				       mine->name, i);
			return blame(
				ret, lab, (struct lab_ref){ LAB_DXGW, dxgw }, key,
				"%s overlaps a prefix of %s; those of two transit gateways on "
				"one Direct Connect gateway may not",
				ipv4_net_format(&mine->allowed_prefixes[i], shown, sizeof(shown)),
				theirs->name);
		}
	}

	return false;
}

static bool check_association(const struct lab *lab, unsigned dxgw, unsigned i,
			      struct lab_fault *ret)
{
	const struct lab_association *a = association(lab, dxgw, i);
	struct lab_ref ref = { LAB_DXGW, dxgw };
	char key[YAML_PATH_MAX];

	(void)snprintf(key, sizeof(key), "associations.%s", a->name);
	/* [A: agent-toolkit-for-aws, connecting many VPCs, 2026-08] */
	if (a->gateway.kind != association(lab, dxgw, 0)->gateway.kind)
		return blame(ret, lab, ref, key,
			     "beside %s; a Direct Connect gateway is associated with virtual "
			     "private "
			     "gateways or with transit gateways, not with both",
			     association(lab, dxgw, 0)->name);
	if (a->gateway.kind != LAB_TGW)
		return false;
	if (i == TGWS_PER_DXGW)
		return blame(ret, lab, ref, key, "one transit gateway too many; at most %d",
			     TGWS_PER_DXGW);
	/* The same; with the default on both sides, it is the usual mistake. */
	if (lab->tgws[a->gateway.index].asn == lab->dxgws[dxgw].asn)
		return blame(ret, lab, ref, key,
			     "%s and %s have the same ASN, %u; give one of them another", a->name,
			     lab->dxgws[dxgw].name, lab->dxgws[dxgw].asn);
	if (a->n_allowed_prefixes > PREFIXES_PER_TGW)
		return blame(ret, lab, ref, key, "%u allowed prefixes; at most %d",
			     a->n_allowed_prefixes, PREFIXES_PER_TGW);
	for (unsigned j = 0; j < i; j++) {
		if (check_prefixes(lab, dxgw, i, j, ret))
			return true;
	}

	return false;
}

static bool check_dxgw(const struct lab *lab, unsigned dxgw, struct lab_fault *ret)
{
	struct lab_ref ref = { LAB_DXGW, dxgw };
	unsigned vifs = 0;

	if (check_asn(lab, ref, lab->dxgws[dxgw].asn, ret))
		return true;
	for (unsigned i = 0; i < lab->dxgws[dxgw].n_associations; i++) {
		if (check_association(lab, dxgw, i, ret))
			return true;
	}
	for (unsigned i = 0; i < lab->n_vifs; i++) {
		if (lab_ref_equal(lab->vifs[i].gateway, ref) && ++vifs > VIFS_PER_DXGW)
			return blame(ret, lab, (struct lab_ref){ LAB_VIF, i }, "gateway",
				     "%s has %d virtual interfaces already, and at most so many",
				     lab->dxgws[dxgw].name, VIFS_PER_DXGW);
	}

	return false;
}

/* A VPC has one virtual private gateway (Amazon VPC User Guide). */
static bool check_vgw(const struct lab *lab, unsigned i, struct lab_fault *ret)
{
	struct lab_ref ref = { LAB_VGW, i };

	for (unsigned j = 0; j < i; j++) {
		if (lab->vgws[i].vpc.kind && lab_ref_equal(lab->vgws[i].vpc, lab->vgws[j].vpc))
			return blame(ret, lab, ref, "vpc",
				     "%s has %s already; a VPC has one virtual private gateway",
				     lab_name(lab, lab->vgws[i].vpc), lab->vgws[j].name);
	}

	return check_asn(lab, ref, lab->vgws[i].asn, ret);
}

static bool check_tgw(const struct lab *lab, unsigned t, struct lab_fault *ret)
{
	const struct lab_tgw *tgw = &lab->tgws[t];
	struct lab_ref ref = { LAB_TGW, t };
	char key[32];

	for (unsigned i = 0; i < tgw->n_vpcs; i++) {
		for (unsigned j = 0; j < i; j++) {
			(void)snprintf(key, sizeof(key), "vpcs[%u]", i);
			if (lab_ref_equal(tgw->vpcs[i], tgw->vpcs[j]))
				return blame(ret, lab, ref, key, "%s is there twice",
					     lab_name(lab, tgw->vpcs[i]));
		}
	}

	return check_asn(lab, ref, tgw->asn, ret);
}

bool check_gateways(const struct lab *lab, struct lab_fault *ret)
{
	for (unsigned i = 0; i < lab->n_vgws; i++) {
		if (check_vgw(lab, i, ret))
			return true;
	}
	for (unsigned i = 0; i < lab->n_tgws; i++) {
		if (check_tgw(lab, i, ret))
			return true;
	}
	for (unsigned i = 0; i < lab->n_dxgws; i++) {
		if (check_dxgw(lab, i, ret))
			return true;
	}

	return false;
}
