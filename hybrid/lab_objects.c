// SPDX-License-Identifier: ISC
/* The objects of a lab by kind, place and name. */
#include <stdio.h>
#include <string.h>

#include "hybrid/lab.h"

unsigned lab_count(const struct lab *lab, enum lab_kind kind)
{
	switch (kind) {
	case LAB_ROUTER:
		return lab->n_routers;
	case LAB_HOST:
		return lab->n_hosts;
	case LAB_VPC:
		return lab->n_vpcs;
	case LAB_VGW:
		return lab->n_vgws;
	case LAB_TGW:
		return lab->n_tgws;
	case LAB_DXGW:
		return lab->n_dxgws;
	case LAB_CONNECTION:
		return lab->n_connections;
	case LAB_LAG:
		return lab->n_lags;
	case LAB_VIF:
		return lab->n_vifs;
	case LAB_VPN:
		return lab->n_vpns;
	case LAB_TUNNEL:
		return LAB_TUNNELS * lab->n_vpns;
	case LAB_NONE:
	case LAB_KIND_COUNT:
		break;
	}

	return 0;
}

const char *lab_name(const struct lab *lab, struct lab_ref ref)
{
	unsigned i = ref.index;

	switch (ref.kind) {
	case LAB_ROUTER:
		return lab->routers[i].name;
	case LAB_HOST:
		return lab->hosts[i].name;
	case LAB_VPC:
		return lab->vpcs[i].name;
	case LAB_VGW:
		return lab->vgws[i].name;
	case LAB_TGW:
		return lab->tgws[i].name;
	case LAB_DXGW:
		return lab->dxgws[i].name;
	case LAB_CONNECTION:
		return lab->connections[i].name;
	case LAB_LAG:
		return lab->lags[i].name;
	case LAB_VIF:
		return lab->vifs[i].name;
	case LAB_VPN:
		return lab->vpns[i].name;
	case LAB_TUNNEL:
		return lab->vpns[i / LAB_TUNNELS].tunnels[i % LAB_TUNNELS].name;
	case LAB_NONE:
	case LAB_KIND_COUNT:
		break;
	}

	return "";
}

char *lab_full_name(const struct lab *lab, struct lab_ref ref, char *buf, size_t size)
{
	bool is_tunnel = ref.kind == LAB_TUNNEL;

	(void)snprintf(buf, size, "%s%s%s",
		       is_tunnel ? lab->vpns[ref.index / LAB_TUNNELS].name : "",
		       is_tunnel ? "." : "", lab_name(lab, ref));

	return buf;
}

bool lab_find(const struct lab *lab, const char *name, unsigned kinds, struct lab_ref *ret_ref)
{
	char own[LAB_FULL_NAME_MAX];

	for (enum lab_kind kind = 0; kind < LAB_KIND_COUNT; kind++) {
		for (unsigned i = 0; kinds & 1U << kind && i < lab_count(lab, kind); i++) {
			struct lab_ref ref = { kind, i };

			if (strcmp(lab_full_name(lab, ref, own, sizeof(own)), name) == 0) {
				*ret_ref = ref;
				return true;
			}
		}
	}

	return false;
}

struct lab_ref lab_vif_router(const struct lab *lab, const struct lab_vif *vif)
{
	struct lab_ref connection = vif->connection;

	if (connection.kind == LAB_LAG)
		connection = lab->lags[connection.index].members[0];

	return lab->connections[connection.index].router;
}
