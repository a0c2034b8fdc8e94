// SPDX-License-Identifier: ISC
#include "hybrid/lab_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "hybrid/lab_fields.h"

/* "vpcs.vpc1.hosts.web" */
static void path_of(const struct lab *lab, struct lab_ref ref, char *buf, size_t size)
{
	const struct lab_section *s = lab_section_of(ref.kind);
	const char *name = lab_name(lab, ref);
	struct lab_ref vpc;

	switch (ref.kind) {
	case LAB_NONE:
		buf[0] = '\0';
		return;
	case LAB_ROUTER:
		(void)snprintf(buf, size, "onprem.routers.%s", name);
		return;
	case LAB_HOST:
		vpc = lab->hosts[ref.index].vpc;
		(void)snprintf(buf, size, "%s%s.hosts.%s", vpc.kind ? "vpcs." : "onprem",
			       lab_name(lab, vpc), name);
		return;
	case LAB_TUNNEL:
		(void)snprintf(buf, size, "vpn_connections.%s.tunnels.%s",
			       lab->vpns[ref.index / LAB_TUNNELS].name, name);
		return;
	case LAB_LAG: /* is where its first member says so */
		(void)snprintf(buf, size, "connections.%s.lag",
			       lab_name(lab, lab->lags[ref.index].members[0]));
		return;
	case LAB_VPC:
	case LAB_VGW:
	case LAB_TGW:
	case LAB_DXGW:
	case LAB_CONNECTION:
	case LAB_VIF:
	case LAB_VPN:
	case LAB_KIND_COUNT:
		break;
	}
	(void)snprintf(buf, size, "%s.%s", s ? s->name : "", name);
}

bool blame(struct lab_fault *f, const struct lab *lab, struct lab_ref ref, const char *key,
	   const char *fmt, ...)
{
	size_t used;
	va_list ap;

	path_of(lab, ref, f->path, sizeof(f->path));
	used = strlen(f->path);
	(void)snprintf(f->path + used, sizeof(f->path) - used, "%s%s", used && *key ? "." : "",
		       key);
	va_start(ap, fmt);
	(void)vsnprintf(f->msg, sizeof(f->msg), fmt, ap);
	va_end(ap);

	return true;
}

bool check_names(const struct lab *lab, struct lab_fault *ret)
{
	struct lab_ref first;

	for (enum lab_kind kind = 0; kind < LAB_KIND_COUNT; kind++) {
		for (unsigned i = 0; kind != LAB_TUNNEL && i < lab_count(lab, kind); i++) {
			struct lab_ref ref = { kind, i };

			/* The first of its name is found, be it this one. */
			if (lab_find(lab, lab_name(lab, ref), ~0U, &first) &&
			    !lab_ref_equal(first, ref))
				return blame(ret, lab, ref, "",
					     "there is a %s of that name; each name is once in a "
					     "lab",
					     lab_noun(first.kind));
		}
	}

	return false;
}

bool check_routers(const struct lab *lab, struct lab_fault *ret)
{
	for (unsigned i = 0; i < lab->n_routers; i++) {
		if (lab->routers[i].bird_conf[0] && lab->routers[i].frr_conf[0])
			return blame(ret, lab, (struct lab_ref){ LAB_ROUTER, i }, "frr_conf",
				     "beside bird_conf; a router runs one of them");
	}

	return false;
}

bool lab_fault(const struct lab *lab, struct lab_fault *ret)
{
	/* Those that later ones build upon come first. */
	static lab_rule *const rules[] = {
		check_names, check_routers,	check_cidrs,	    check_hosts,
		check_lags,  check_connections, check_gateways,	    check_vif_carriers,
		check_vifs,  check_vpns,	check_link_subnets, check_expect,
	};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i](lab, ret))
			return true;
	}

	return false;
}
