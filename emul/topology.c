// SPDX-License-Identifier: ISC
#include "emul/topology.h"

const struct way ways[DIR_COUNT] = {
	[TO_VPC] = { NODE_A, NODE_Z, DEV_TO_ONPREM, DEV_TO_VPC },
	[TO_ONPREM] = { NODE_Z, NODE_A, DEV_TO_VPC, DEV_TO_ONPREM },
};

struct topology topology_of(const struct profile *p)
{
	struct topology t = { 0 };

	t.nodes[t.n_nodes++] = NODE_ONPREM;
	t.nodes[t.n_nodes++] = NODE_CGW;
	if (p->kind == LINK_HOSTED)
		t.nodes[t.n_nodes++] = NODE_PARTNER;
	t.nodes[t.n_nodes++] = NODE_A;
	t.nodes[t.n_nodes++] = NODE_Z;
	t.nodes[t.n_nodes++] = NODE_VGW;
	t.nodes[t.n_nodes++] = NODE_VPC;

	return t;
}

const char *wire_near_dev(size_t i)
{
	/* The first host has one device only. */
	return i == 0 ? DEV_TO_ONPREM : DEV_TO_VPC;
}

struct mac wire_mac(size_t i, bool far_end)
{
	return (struct mac){ .b = { 0x02, 0, 0, 0, (uint8_t)(i + 1), far_end ? 2 : 1 } };
}
