/* SPDX-License-Identifier: ISC */
/* The nodes of a lab with one link, and the wires between them. */
#ifndef DXEMU_EMUL_TOPOLOGY_H
#define DXEMU_EMUL_TOPOLOGY_H

#include <stddef.h>
#include <stdint.h>

#include "model/profile.h"
#include "netns/op.h"

/*
 *   onprem --- cgw --- [partner] --- a --- z --- vgw --- vpc
 *
 * Hosts at the ends, the customer's and the AWS router, and the link between them in the namespaces a and z,
 * so that no impairment sits on a traffic endpoint. The partner, who pops the S-tag, is there on hosted
 * connections only. On each node e0 looks towards on-premises and e1 towards the VPC.
 */
#define NODE_ONPREM "onprem"
#define NODE_CGW "cgw"
#define NODE_PARTNER "partner"
#define NODE_A "a"
#define NODE_Z "z"
#define NODE_VGW "vgw"
#define NODE_VPC "vpc"

#define DEV_TO_ONPREM "e0"
#define DEV_TO_VPC "e1"

/* The same in every lab, so that scripts and captures of different links compare. */
#define ADDR_ONPREM "192.168.10.10"
#define ADDR_VPC "10.0.1.10"

#define TOPOLOGY_NODES_MAX 7

struct topology {
	const char *nodes[TOPOLOGY_NODES_MAX];
	size_t n_nodes;
};

/* The nodes of this profile's lab, in order from on-premises. */
struct topology topology_of(const struct profile *p);

/* Where a direction enters and leaves the link: it passes @enter first, then @leave. */
struct way {
	const char *enter, *leave;
	const char *in, *out; /* devices of both nodes */
};

extern const struct way ways[DIR_COUNT];

/*
 * Wire number @i runs from nodes[i] to nodes[i + 1]; there are n_nodes - 1. MAC addresses are fixed: random
 * ones are a source of difference between two runs.
 */
const char *wire_near_dev(size_t i);
#define WIRE_FAR_DEV DEV_TO_ONPREM
struct mac wire_mac(size_t i, bool far_end);

#endif
