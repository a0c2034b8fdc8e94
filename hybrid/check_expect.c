// SPDX-License-Identifier: ISC
#include <stdio.h>

#include "hybrid/lab_check.h"

/* Whether routes over @ref come by BGP: all do but those of a VPN connection that has static ones. */
static bool has_bgp(const struct lab *lab, struct lab_ref ref)
{
	unsigned vpn = ref.kind == LAB_TUNNEL ? ref.index / LAB_TUNNELS : ref.index;

	return (ref.kind != LAB_VPN && ref.kind != LAB_TUNNEL) ||
	       lab->vpns[vpn].routing == LAB_ROUTING_BGP;
}

bool check_expect(const struct lab *lab, struct lab_fault *ret)
{
	const struct lab_ref none = { 0 };
	char key[48], name[LAB_FULL_NAME_MAX];

	for (unsigned i = 0; i < lab->n_expect; i++) {
		const struct lab_expect *e = &lab->expect[i];
		struct lab_ref to = e->subject.kind == LAB_HOST ? e->subject : e->to;

		(void)lab_full_name(lab, e->subject, name, sizeof(name));
		if (e->from.kind && lab_ref_equal(e->from, to)) {
			(void)snprintf(key, sizeof(key), "expect[%u].from", i);
			return blame(ret, lab, none, key, "%s is at both ends; name two hosts",
				     lab_name(lab, to));
		}
		if (e->prefixes != LAB_ANY_NUMBER && !has_bgp(lab, e->subject)) {
			(void)snprintf(key, sizeof(key), "expect[%u].prefixes", i);
			return blame(ret, lab, none, key, "%s has static routes, and learns none",
				     name);
		}
		if (e->verb == LAB_FAILOVER && e->event == LAB_EVENT_BGP &&
		    !has_bgp(lab, e->subject)) {
			(void)snprintf(key, sizeof(key), "expect[%u].event", i);
			return blame(ret, lab, none, key,
				     "%s has static routes, and no BGP session to be shut", name);
		}
	}

	return false;
}
