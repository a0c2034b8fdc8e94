// SPDX-License-Identifier: ISC
#include <stdio.h>

#include "base/util.h"
#include "hybrid/lab_check.h"

/* Amazon VPC User Guide, VPC CIDR blocks. */
#define VPC_LEN_MIN 16
#define VPC_LEN_MAX 28

/* Networks in which no host is (RFC 6890). */
static const struct {
	in_addr_t first;
	unsigned len;
} unusable[] = { { 0, 8 }, { 0x7f000000, 8 }, { 0xa9fe0000, 16 }, { 0xe0000000, 3 } };

/* A site is a VPC, or what is on-premises: LAB_NONE. */
static const struct ipv4_net *cidrs_of(const struct lab *lab, struct lab_ref site, unsigned *ret_n)
{
	*ret_n = site.kind ? lab->vpcs[site.index].n_cidrs : lab->onprem.n_cidrs;

	return site.kind ? lab->vpcs[site.index].cidrs : lab->onprem.cidrs;
}

static bool blame_cidr(struct lab_fault *f, const struct lab *lab, struct lab_ref site, unsigned i,
		       const char *what, const char *more)
{
	char key[32], shown[IPV4_NET_MAX];
	unsigned n;

	(void)snprintf(key, sizeof(key), "%scidrs[%u]", site.kind ? "" : "onprem.", i);

	return blame(f, lab, site, key, "%s %s%s",
		     ipv4_net_format(&cidrs_of(lab, site, &n)[i], shown, sizeof(shown)), what,
		     more);
}

static bool is_unusable(const struct ipv4_net *net)
{
	for (size_t i = 0; i < ARRAY_SIZE(unusable); i++) {
		struct ipv4_net bad = { { htonl(unusable[i].first) }, unusable[i].len };

		if (ipv4_net_overlaps(net, &bad))
			return true;
	}

	return false;
}

static bool check_site(const struct lab *lab, struct lab_ref site, struct lab_fault *ret)
{
	unsigned n;
	const struct ipv4_net *cidrs = cidrs_of(lab, site, &n);

	for (unsigned i = 0; i < n; i++) {
		if (is_unusable(&cidrs[i]))
			return blame_cidr(ret, lab, site, i, "is not, or not only, for hosts",
					  " (RFC 6890)");
		if (site.kind && (cidrs[i].len < VPC_LEN_MIN || cidrs[i].len > VPC_LEN_MAX))
			return blame_cidr(ret, lab, site, i,
					  "is no size for a VPC; allowed:", " /16 to /28");
		for (unsigned j = 0; j < i; j++) {
			if (ipv4_net_overlaps(&cidrs[i], &cidrs[j]))
				return blame_cidr(ret, lab, site, i,
						  "overlaps another one of the same site", "");
		}
	}

	return false;
}

/* Whether CIDRs of two sites overlap: which one of @a, else -1. */
static int overlap(const struct lab *lab, struct lab_ref a, struct lab_ref b)
{
	unsigned n, m;
	const struct ipv4_net *mine = cidrs_of(lab, a, &n), *theirs = cidrs_of(lab, b, &m);

	for (unsigned i = 0; i < n * m; i++) {
		if (ipv4_net_overlaps(&mine[i / m], &theirs[i % m]))
			return (int)(i / m);
	}

	return -1;
}

static bool tgw_has(const struct lab_tgw *tgw, struct lab_ref vpc)
{
	for (unsigned i = 0; i < tgw->n_vpcs; i++) {
		if (lab_ref_equal(tgw->vpcs[i], vpc))
			return true;
	}

	return false;
}

static bool dxgw_has(const struct lab *lab, const struct lab_dxgw *dxgw, struct lab_ref vpc)
{
	for (unsigned i = 0; i < dxgw->n_associations; i++) {
		struct lab_ref gateway = dxgw->associations[i].gateway;

		if (gateway.kind == LAB_VGW && lab_ref_equal(lab->vgws[gateway.index].vpc, vpc))
			return true;
	}

	return false;
}

/* The gateway behind which both VPCs are, or none. */
static struct lab_ref common_gateway(const struct lab *lab, struct lab_ref a, struct lab_ref b)
{
	for (unsigned i = 0; i < lab->n_tgws; i++) {
		if (tgw_has(&lab->tgws[i], a) && tgw_has(&lab->tgws[i], b))
			return (struct lab_ref){ LAB_TGW, i };
	}
	for (unsigned i = 0; i < lab->n_dxgws; i++) {
		if (dxgw_has(lab, &lab->dxgws[i], a) && dxgw_has(lab, &lab->dxgws[i], b))
			return (struct lab_ref){ LAB_DXGW, i };
	}

	return (struct lab_ref){ 0 };
}

/* Every VPC of a lab is for hosts on-premises to reach; of each other, VPCs mind those behind the same gateway. */
bool check_cidrs(const struct lab *lab, struct lab_fault *ret)
{
	const struct lab_ref onprem = { 0 };
	int i;

	if (check_site(lab, onprem, ret))
		return true;
	for (unsigned v = 0; v < lab->n_vpcs; v++) {
		struct lab_ref vpc = { LAB_VPC, v };

		if (check_site(lab, vpc, ret))
			return true;
		i = overlap(lab, vpc, onprem);
		if (i >= 0)
			return blame_cidr(ret, lab, vpc, (unsigned)i, "overlaps", " onprem.cidrs");
		for (unsigned w = 0; w < v; w++) {
			struct lab_ref other = { LAB_VPC, w };
			struct lab_ref gateway = common_gateway(lab, vpc, other);
			char more[2 * LAB_NAME_MAX + 64];

			i = gateway.kind ? overlap(lab, vpc, other) : -1;
			(void)snprintf(more, sizeof(more),
				       " a CIDR of %s, and both VPCs are behind %s",
				       lab_name(lab, other), lab_name(lab, gateway));
			if (i >= 0)
				return blame_cidr(ret, lab, vpc, (unsigned)i, "overlaps", more);
		}
	}

	return false;
}

/*
 * Of a VPC's CIDR, the first four addresses and the last are AWS's, however it is cut into subnets [A: Amazon VPC
 * User Guide, subnet-sizing, 2023-04]; elsewhere, the network's and the broadcast address are no host's.
 */
static bool check_host(const struct lab *lab, struct lab_ref ref, struct lab_fault *ret)
{
	const struct lab_host *h = &lab->hosts[ref.index];
	in_addr_t address = ntohl(h->address.s_addr);
	const char *site = h->vpc.kind ? lab_name(lab, h->vpc) : "onprem";
	unsigned n, reserved = h->vpc.kind ? 4 : 1;
	const struct ipv4_net *cidrs = cidrs_of(lab, h->vpc, &n), *in = NULL;
	char shown[IPV4_NET_MAX], net[IPV4_NET_MAX];

	(void)ipv4_format(h->address, shown, sizeof(shown));
	for (unsigned i = 0; i < n; i++) {
		if (ipv4_net_contains(&cidrs[i], h->address))
			in = &cidrs[i];
	}
	if (!in)
		return blame(ret, lab, ref, "address", "%s is in none of the CIDRs of %s", shown,
			     site);
	/* RFC 3021: a /31 has neither. */
	if (in->len < 31 && (address - ipv4_first(in) < reserved || address == ipv4_last(in)))
		return blame(ret, lab, ref, "address", "%s is reserved in %s: %s", shown,
			     ipv4_net_format(in, net, sizeof(net)),
			     h->vpc.kind ? "the first four addresses and the last are AWS's"
					 : "the first address and the last are no host's");
	for (unsigned i = 0; i < ref.index; i++) {
		if (lab_ref_equal(lab->hosts[i].vpc, h->vpc) &&
		    lab->hosts[i].address.s_addr == h->address.s_addr)
			return blame(ret, lab, ref, "address", "%s is the address of %s", shown,
				     lab->hosts[i].name);
	}

	return false;
}

bool check_hosts(const struct lab *lab, struct lab_fault *ret)
{
	for (unsigned i = 0; i < lab->n_hosts; i++) {
		if (check_host(lab, (struct lab_ref){ LAB_HOST, i }, ret))
			return true;
	}

	return false;
}
