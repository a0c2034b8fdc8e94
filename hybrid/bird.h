/* SPDX-License-Identifier: ISC */
/*
 * Configurations of BIRD 2 for the routers and gateways of a lab (hybrid/network.h has its devices and addresses). Pure.
 *
 * Protocols are named after what they serve: "bgp_vif1", "bgp_vpn1_t1" (static: "static_vpn1_t1"), "bgp_dxgw1" on a VGW
 * or TGW and "bgp_vgw1" on the Direct Connect gateway, "bgp_cgw2" between two routers of the site; "site", "vpc" and
 * "allowed" hold what is announced.
 *
 * What wins on AWS's side, by BIRD's preference: Direct Connect, VPN with static routes, VPN with BGP [A: Site-to-Site VPN
 * User Guide, VPNRoutingTypes, 2023-04]; at a TGW, static routes before both [A: Transit Gateway Guide,
 * how-transit-gateways-work, 2022-09]. On the customer's side, by local preference: Direct Connect, VPN.
 */
#ifndef DXEMU_HYBRID_BIRD_H
#define DXEMU_HYBRID_BIRD_H

#include <stdio.h>

#include "hybrid/lab_keys.h"

/* Where BIRD writes its log: LAB_RUN_DIR/NODE.bird.log */
#define LAB_RUN_DIR "/run"

/* AWS's ASN on public virtual interfaces, and the one behind it: general knowledge, no text of AWS's at hand [?]. */
#define ASN_AWS_PUBLIC 7224
#define ASN_AWS_BEHIND 16509

/* Whether a node speaks BGP, or has routes that AWS or the router must know. LAB_NONE stands for NODE_PUBLIC. */
bool bird_is_needed(const struct lab *lab, struct lab_ref node);

/* Of a router, a VGW, a TGW, a Direct Connect gateway, or of NODE_PUBLIC. */
void bird_write(const struct lab *lab, struct lab_ref node, const struct lab_keys *keys, FILE *out);

#endif
