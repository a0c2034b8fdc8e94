/* SPDX-License-Identifier: ISC */
/*
 * What a lab is built of: namespaces, devices and addresses, by rules instead of by lists, so that who builds the network
 * and who writes configurations for it need not ask each other. Pure.
 *
 *	office ---                  dx1.a - dx1.z - dx1.aws ---
 *	          onprem.lan - cgw1                             vgw1 - vpc1 - web
 *	    lab ---                 vpn1.t1.a - vpn1.t1.z -----
 *
 * Hosts, routers, gateways and VPCs are namespaces with their own names. Names with a dot are ours: the site's switch,
 * the two namespaces of each link (emul/topology.h), AWS's port of a connection, and its public edge.
 */
#ifndef DXEMU_HYBRID_NETWORK_H
#define DXEMU_HYBRID_NETWORK_H

#include <net/if.h>

#include "hybrid/lab.h"
#include "netns/op.h"

#define NODE_LAN "onprem.lan"
#define NODE_PUBLIC "aws.public" /* where public virtual interfaces end */

/* "dx1.a": a part of an object, a namespace; returns buf, of NS_NAME_MAX bytes. */
char *network_part(const struct lab *lab, struct lab_ref ref, const char *part, char *buf);

/* The namespace of AWS's end of a virtual interface, and of a tunnel: its gateway's, or NODE_PUBLIC. */
const char *network_vif_node(const struct lab *lab, const struct lab_vif *vif);

/* Devices: of the site, "dx0" of connection 0, "vif0", "inet0" and "tun0" of tunnel 0, "att0" of attachment 0. */
#define DEV_LAN "lan"
#define DEV_HOST "e0"
#define DEV_BRIDGE "br0"
char *network_dev(const char *kind, unsigned number, char buf[IFNAMSIZ]);

/*
 * A wire between a gateway and what it is attached to: a VGW's or a TGW's VPC, a Direct Connect gateway's VGW or TGW.
 * They are numbered in this order: those of VGWs, of TGWs, of Direct Connect gateways.
 */
struct attachment {
	struct lab_ref gateway, to;
};

#define ATTACHMENTS_MAX (LAB_VGWS_MAX + LAB_TGWS_MAX * LAB_VPCS_MAX + LAB_DXGWS_MAX * LAB_VGWS_MAX)

/* Writes all of them; returns how many. */
unsigned network_attachments(const struct lab *lab, struct attachment ret[ATTACHMENTS_MAX]);

/* The number of the attachment between both, whichever way round, or -1. */
int network_attachment(const struct lab *lab, struct lab_ref a, struct lab_ref b);

/*
 * Addresses that the lab does not give. Each is in its subnet.
 * network_lan_address() - of a router in the on-premises CIDR with that index: the first free ones
 * network_vpc_address() - of the VPC's router: the CIDR's second address, as AWS has it (VPC User Guide, subnet sizing)
 * network_attachment_address() - a /30 of 100.64.0.0/16 (RFC 6598); @end: 0 gateway, 1 what it is attached to
 * network_internet_address() - a /30 of 100.65.0.0/16 for each tunnel's way; @end: 0 customer, 1 AWS
 * network_outer_address() - between which a tunnel runs: a customer router's (RFC 5737's TEST-NET-3), and that of AWS's
 *	end of a tunnel (TEST-NET-2)
 */
struct ipv4_net network_lan_address(const struct lab *lab, unsigned cidr, unsigned router);
struct ipv4_net network_vpc_address(const struct lab_vpc *vpc, unsigned cidr);
struct ipv4_net network_attachment_address(unsigned attachment, unsigned end);
struct ipv4_net network_internet_address(unsigned tunnel, unsigned end);
struct in_addr network_outer_address(const struct lab *lab, unsigned tunnel, unsigned end);

/* What stands for AWS's public addresses: the network of its ends of tunnels. */
struct ipv4_net network_public_prefix(void);

/* Inside a tunnel: @end as above; AWS has the first address of the /30 [A: Site-to-Site VPN User Guide, examples]. */
struct ipv4_net network_inside_address(const struct lab *lab, unsigned tunnel, unsigned end);

/* The tunnel with a number, and the connection that it is of. */
const struct lab_tunnel *network_tunnel(const struct lab *lab, unsigned tunnel,
					const struct lab_vpn **ret_vpn);

#endif
