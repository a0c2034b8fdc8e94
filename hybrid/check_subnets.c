// SPDX-License-Identifier: ISC
/* Subnets between a customer's router and AWS: of virtual interfaces and in tunnels. */
#include <stdio.h>

#include "hybrid/lab_check.h"

#define LINKS_MAX (LAB_VIFS_MAX + LAB_TUNNELS * LAB_VPNS_MAX)

struct link {
	struct lab_ref ref, router, gateway;
	const struct ipv4_net *net;
	const char *key;
};

static size_t list_links(const struct lab *lab, struct link *ret)
{
	size_t n = 0;

	for (unsigned i = 0; i < lab->n_vifs; i++) {
		const struct lab_vif *v = &lab->vifs[i];

		ret[n++] = (struct link){ { LAB_VIF, i },
					  lab_vif_router(lab, v),
					  v->gateway,
					  &v->customer_address,
					  "customer_address" };
	}
	for (unsigned i = 0; i < LAB_TUNNELS * lab->n_vpns; i++) {
		const struct lab_vpn *v = &lab->vpns[i / LAB_TUNNELS];

		ret[n++] = (struct link){ { LAB_TUNNEL, i },
					  v->router,
					  v->gateway,
					  &v->tunnels[i % LAB_TUNNELS].inside_cidr,
					  "inside_cidr" };
	}

	return n;
}

/*
 * Inside CIDRs are unique at a gateway [A: Site-to-Site VPN User Guide, VPNTunnels, 2023-04]; at one router, no two links
 * can share a subnet, whatever they are.
 */
bool check_link_subnets(const struct lab *lab, struct lab_fault *ret)
{
	struct link links[LINKS_MAX];
	size_t n = list_links(lab, links);
	char shown[IPV4_NET_MAX], name[LAB_FULL_NAME_MAX];

	for (size_t i = 0; i < n * n; i++) {
		const struct link *a = &links[i / n], *b = &links[i % n];
		bool same_router = lab_ref_equal(a->router, b->router);

		if (b >= a || !ipv4_net_overlaps(a->net, b->net))
			continue;
		if (!same_router && (!a->gateway.kind || !lab_ref_equal(a->gateway, b->gateway)))
			continue;
		return blame(ret, lab, a->ref, a->key, "%s overlaps the subnet of %s, at %s",
			     ipv4_net_format(a->net, shown, sizeof(shown)),
			     lab_full_name(lab, b->ref, name, sizeof(name)),
			     lab_name(lab, same_router ? a->router : a->gateway));
	}

	return false;
}
