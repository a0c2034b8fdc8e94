/* SPDX-License-Identifier: ISC */
/* Parts of BIRD configurations that routers and gateways share. */
#ifndef DXEMU_HYBRID_BIRD_PARTS_H
#define DXEMU_HYBRID_BIRD_PARTS_H

#include "hybrid/bird.h"
#include "hybrid/network.h"

struct bird {
	const struct lab *lab;
	const struct lab_keys *keys;
	FILE *out;
	struct lab_ref node;
	bool aws; /* not the customer's */
};

#define BIRD_NAME_MAX (LAB_FULL_NAME_MAX + 16) /* of a protocol */

/* An end of a BGP session: all that stands before its ipv4 channel. */
struct bird_session {
	char name[BIRD_NAME_MAX], dev[IFNAMSIZ];
	struct in_addr local, neighbour;
	uint32_t local_asn, neighbour_asn;
	unsigned hold_s, keepalive_s;
	char password[LAB_KEY_MAX]; /* "": none */
	bool bfd;
};

#define BIRD_HOLD_DX 90	 /* [A: Direct Connect User Guide, "BGP-specific settings"] */
#define BIRD_HOLD_VPN 30 /* [A: Site-to-Site VPN User Guide, sample configurations, 2023-04] */

/* "bgp_vpn1_t1", in BIRD's quotes if it needs them; returns buf. */
char *bird_name(const struct lab *lab, const char *kind, struct lab_ref ref,
		char buf[BIRD_NAME_MAX]);

/* An address as text, good until the end of the statement. */
#define BIRD_IP(address) (ipv4_format(address, (char[IPV4_NET_MAX]){ "" }, IPV4_NET_MAX))
#define BIRD_NET(net) (ipv4_net_format(net, (char[IPV4_NET_MAX]){ "" }, IPV4_NET_MAX))

/* "[ 10.0.0.0/16, 10.1.0.0/16 ]"; @suffix: "+" with all longer ones. */
void bird_set(const struct bird *b, const struct ipv4_net *nets, unsigned n, const char *suffix);

/* An address by which the node is known; false if it has none, and nobody to talk to. */
bool bird_router_id(const struct lab *lab, struct lab_ref node, struct in_addr *ret);

/* Heading, devices and the kernel's table; @export: what goes there; @merge: ECMP. */
void bird_start(const struct bird *b, const char *export, bool merge);

/* BFD on the node's virtual interfaces. */
void bird_bfd(const struct bird *b);

/* Up to the channel, which the caller writes, and ends with "}". */
void bird_vif_session(const struct bird *b, unsigned vif);
void bird_tunnel_session(const struct bird *b, unsigned tunnel);
void bird_attachment_session(const struct bird *b, unsigned attachment, unsigned end, uint32_t asn);
void bird_site_session(const struct bird *b, unsigned other);

bool bird_has_vif(const struct bird *b, const struct lab_vif *vif);
bool bird_has_vpn(const struct bird *b, const struct lab_vpn *vpn);

/* The CIDRs of the VPCs behind a VGW or TGW; returns how many. */
#define BIRD_CIDRS_MAX (LAB_VPCS_MAX * LAB_SITE_CIDRS_MAX)
unsigned bird_vpc_cidrs(const struct lab *lab, struct lab_ref gateway,
			struct ipv4_net ret[BIRD_CIDRS_MAX]);

/* A static VPN connection's routes through a tunnel, as long as its device is up. */
void bird_tunnel_routes(const struct bird *b, unsigned tunnel, const struct ipv4_net *nets,
			unsigned n, unsigned preference);

uint32_t bird_gateway_asn(const struct lab *lab, struct lab_ref gateway);

void bird_write_router(const struct bird *b);
void bird_write_gateway(const struct bird *b);

#endif
