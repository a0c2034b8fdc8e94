// SPDX-License-Identifier: ISC
#include "hybrid/bird.h"

#include "hybrid/bird_parts.h"

bool bird_is_needed(const struct lab *lab, struct lab_ref node)
{
	struct in_addr id;

	if (node.kind == LAB_ROUTER)
		return !lab->routers[node.index].bird_conf[0] &&
		       !lab->routers[node.index].frr_conf[0];

	return bird_router_id(lab, node, &id);
}

void bird_write(const struct lab *lab, struct lab_ref node, const struct lab_keys *keys, FILE *out)
{
	const struct bird b = {
		.lab = lab,
		.keys = keys,
		.out = out,
		.node = node,
		.aws = node.kind != LAB_ROUTER,
	};

	if (b.aws)
		bird_write_gateway(&b);
	else
		bird_write_router(&b);
}
