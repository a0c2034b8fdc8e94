// SPDX-License-Identifier: ISC
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "hybrid/lab_check.h"

/* [A: Direct Connect User Guide, limits, 2023-04: "up to 4 transit"; later values may be higher] */
#define TRANSIT_VIFS_MAX 4

/* Members of a LAG at 100 Gbit/s and above [A: agent-toolkit-for-aws, link aggregation groups, 2026-08] */
#define FAST_BPS UINT64_C(100000000000)
#define FAST_MEMBERS_MAX 2

/* A hosted connection comes with the partner's tag, which a dedicated one has no partner for. */
bool check_connections(const struct lab *lab, struct lab_fault *ret)
{
	for (unsigned i = 0; i < lab->n_connections; i++) {
		const struct lab_connection *c = &lab->connections[i];
		struct lab_ref ref = { LAB_CONNECTION, i };

		if (c->profile.kind == LINK_HOSTED && !c->s_vlan)
			return blame(ret, lab, ref, "s_vlan",
				     "missing: %s is hosted, and the partner's access leg has an "
				     "outer VLAN; allowed: 1 to 4094",
				     c->profile.name);
		if (c->profile.kind == LINK_DEDICATED && c->s_vlan)
			return blame(ret, lab, ref, "s_vlan",
				     "%s is dedicated, and has no partner's VLAN; leave it out",
				     c->profile.name);
	}

	return false;
}

/* How a member differs from the first one, or NULL. */
static const char *difference(const struct lab_connection *a, const struct lab_connection *b)
{
	if (strcmp(a->profile.name, b->profile.name) != 0)
		return "profile";
	if (a->profile.dir[TO_VPC].rate_bps != b->profile.dir[TO_VPC].rate_bps ||
	    a->profile.dir[TO_ONPREM].rate_bps != b->profile.dir[TO_ONPREM].rate_bps)
		return "set";
	if (strcmp(a->location, b->location) != 0)
		return "location";

	return lab_ref_equal(a->router, b->router) ? NULL : "router";
}

/* Same speed, same AWS device, no LAG over two routers [A: Direct Connect User Guide, lags, 2023-04]. */
bool check_lags(const struct lab *lab, struct lab_fault *ret)
{
	for (unsigned i = 0; i < lab->n_lags; i++) {
		const struct lab_lag *lag = &lab->lags[i];
		const struct lab_connection *first = &lab->connections[lag->members[0].index];

		for (unsigned m = 0; m < lag->n_members; m++) {
			const struct lab_connection *c = &lab->connections[lag->members[m].index];
			const char *other = difference(first, c);

			if (c->profile.kind != LINK_DEDICATED)
				return blame(ret, lab, lag->members[m], "lag",
					     "%s is hosted; members of a LAG are dedicated "
					     "connections",
					     c->profile.name);
			if (other)
				return blame(ret, lab, lag->members[m], other,
					     "other than that of %s; members of %s are alike in "
					     "speed, location and router",
					     first->name, lag->name);
			if (m == FAST_MEMBERS_MAX && c->profile.dir[TO_VPC].rate_bps >= FAST_BPS)
				return blame(ret, lab, lag->members[m], "lag",
					     "%s has %u members already; allowed at 100gbit and "
					     "above: up to %u",
					     lag->name, m, FAST_MEMBERS_MAX);
		}
	}

	return false;
}

static bool check_beside(const struct lab *lab, struct lab_ref ref, struct lab_ref other,
			 struct lab_fault *ret)
{
	const struct lab_vif *v = &lab->vifs[ref.index], *w = &lab->vifs[other.index];
	const char *carrier = lab_name(lab, v->connection);

	/* [A: Direct Connect User Guide, limits, 2023-04] */
	if (v->connection.kind == LAB_CONNECTION &&
	    lab->connections[v->connection.index].profile.kind == LINK_HOSTED)
		return blame(ret, lab, ref, "connection",
			     "%s is hosted and carries %s already; a hosted connection has "
			     "exactly one virtual interface",
			     carrier, w->name);
	if (v->vlan == w->vlan)
		return blame(ret, lab, ref, "vlan",
			     "%u is the VLAN of %s; each is once on a connection, here %s", v->vlan,
			     w->name, carrier);

	return false;
}

bool check_vif_carriers(const struct lab *lab, struct lab_fault *ret)
{
	for (unsigned i = 0; i < lab->n_vifs; i++) {
		const struct lab_vif *v = &lab->vifs[i];
		struct lab_ref ref = { LAB_VIF, i };
		unsigned transit = 0;

		if (v->connection.kind == LAB_CONNECTION) {
			const struct lab_connection *c = &lab->connections[v->connection.index];

			if (c->lag_name[0])
				return blame(ret, lab, ref, "connection",
					     "%s is a member of %s; write connection: %s", c->name,
					     c->lag_name, c->lag_name);
		}
		for (unsigned j = 0; j < i; j++) {
			if (!lab_ref_equal(lab->vifs[j].connection, v->connection))
				continue;
			if (check_beside(lab, ref, (struct lab_ref){ LAB_VIF, j }, ret))
				return true;
			transit += lab->vifs[j].type == LAB_VIF_TRANSIT;
		}
		if (v->type == LAB_VIF_TRANSIT && transit == TRANSIT_VIFS_MAX)
			return blame(ret, lab, ref, "connection",
				     "%s has %u transit virtual interfaces already; allowed: up to "
				     "%u",
				     lab_name(lab, v->connection), transit, TRANSIT_VIFS_MAX);
	}

	return false;
}
