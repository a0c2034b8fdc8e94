// SPDX-License-Identifier: ISC
#include "hybrid/network.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/util.h"

#define NET_ATTACHMENTS UINT32_C(0x64400000) /* 100.64.0.0 */
#define NET_INTERNET UINT32_C(0x64410000)    /* 100.65.0.0 */
#define NET_CUSTOMERS UINT32_C(0xcb007100)   /* 203.0.113.0 */
#define NET_ENDPOINTS UINT32_C(0xc6336400)   /* 198.51.100.0 */
#define LINK_LEN 30

char *network_part(const struct lab *lab, struct lab_ref ref, const char *part, char *buf)
{
	char name[LAB_FULL_NAME_MAX];

	(void)snprintf(buf, NS_NAME_MAX, "%s.%s", lab_full_name(lab, ref, name, sizeof(name)),
		       part);

	return buf;
}

const char *network_vif_node(const struct lab *lab, const struct lab_vif *vif)
{
	return vif->gateway.kind == LAB_NONE ? NODE_PUBLIC : lab_name(lab, vif->gateway);
}

char *network_dev(const char *kind, unsigned number, char buf[IFNAMSIZ])
{
	(void)snprintf(buf, IFNAMSIZ, "%s%u", kind, number);

	return buf;
}

unsigned network_attachments(const struct lab *lab, struct attachment ret[ATTACHMENTS_MAX])
{
	unsigned n = 0;

	for (unsigned i = 0; i < lab->n_vgws; i++)
		if (lab->vgws[i].vpc.kind != LAB_NONE)
			ret[n++] = (struct attachment){ { LAB_VGW, i }, lab->vgws[i].vpc };
	for (unsigned i = 0; i < lab->n_tgws; i++)
		for (unsigned v = 0; v < lab->tgws[i].n_vpcs; v++)
			ret[n++] = (struct attachment){ { LAB_TGW, i }, lab->tgws[i].vpcs[v] };
	for (unsigned i = 0; i < lab->n_dxgws; i++)
		for (unsigned a = 0; a < lab->dxgws[i].n_associations; a++)
			ret[n++] = (struct attachment){ { LAB_DXGW, i },
							lab->dxgws[i].associations[a].gateway };

	return n;
}

int network_attachment(const struct lab *lab, struct lab_ref a, struct lab_ref b)
{
	struct attachment list[ATTACHMENTS_MAX];
	unsigned n = network_attachments(lab, list);

	for (unsigned i = 0; i < n; i++)
		if ((lab_ref_equal(list[i].gateway, a) && lab_ref_equal(list[i].to, b)) ||
		    (lab_ref_equal(list[i].gateway, b) && lab_ref_equal(list[i].to, a)))
			return (int)i;

	return -1;
}

static bool is_host(const struct lab *lab, struct in_addr address)
{
	for (unsigned i = 0; i < lab->n_hosts; i++)
		if (lab->hosts[i].vpc.kind == LAB_NONE &&
		    lab->hosts[i].address.s_addr == address.s_addr)
			return true;

	return false;
}

struct ipv4_net network_lan_address(const struct lab *lab, unsigned cidr, unsigned router)
{
	struct ipv4_net net = lab->onprem.cidrs[cidr];
	in_addr_t at = ipv4_first(&net) + 1;

	for (;; at++) {
		net.address.s_addr = htonl(at);
		if (!is_host(lab, net.address) && !router--)
			return net;
	}
}

static struct ipv4_net nth(in_addr_t net, unsigned i, unsigned len)
{
	return (struct ipv4_net){ { htonl(net + i) }, len };
}

struct ipv4_net network_vpc_address(const struct lab_vpc *vpc, unsigned cidr)
{
	const struct ipv4_net *net = &vpc->cidrs[cidr];

	return nth(ipv4_first(net), 1, net->len);
}

struct ipv4_net network_attachment_address(unsigned attachment, unsigned end)
{
	return nth(NET_ATTACHMENTS, 4 * attachment + 1 + end, LINK_LEN);
}

struct ipv4_net network_internet_address(unsigned tunnel, unsigned end)
{
	return nth(NET_INTERNET, 4 * tunnel + 1 + end, LINK_LEN);
}

struct ipv4_net network_public_prefix(void)
{
	return nth(NET_ENDPOINTS, 0, 24);
}

const struct lab_tunnel *network_tunnel(const struct lab *lab, unsigned tunnel,
					const struct lab_vpn **ret_vpn)
{
	*ret_vpn = &lab->vpns[tunnel / LAB_TUNNELS];

	return &(*ret_vpn)->tunnels[tunnel % LAB_TUNNELS];
}

struct in_addr network_outer_address(const struct lab *lab, unsigned tunnel, unsigned end)
{
	const struct lab_vpn *vpn;

	(void)network_tunnel(lab, tunnel, &vpn);

	return end ? nth(NET_ENDPOINTS, tunnel + 1, 32).address
		   : nth(NET_CUSTOMERS, vpn->router.index + 1, 32).address;
}

struct ipv4_net network_inside_address(const struct lab *lab, unsigned tunnel, unsigned end)
{
	const struct lab_vpn *vpn;
	const struct ipv4_net *net = &network_tunnel(lab, tunnel, &vpn)->inside_cidr;

	return nth(ipv4_first(net), end ? 1 : 2, LINK_LEN);
}
