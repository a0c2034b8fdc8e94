/* SPDX-License-Identifier: ISC */
/*
 * Contradictions in a lab whose values are each in order: what AWS would refuse, and what could not be built. Pure.
 * A rule names its source beside it: [A] AWS's own text, [B] a partner's, [D] weak; the documents' dates are those of
 * what was read. Internal to hybrid/.
 */
#ifndef DXEMU_HYBRID_LAB_CHECK_H
#define DXEMU_HYBRID_LAB_CHECK_H

#include "hybrid/lab.h"
#include "model/yaml.h"

/* What is to blame, as a path in the file, and what is wrong with it. */
struct lab_fault {
	char path[YAML_PATH_MAX];
	char msg[384];
};

/* Finds a fault, if there is one. */
typedef bool lab_rule(const struct lab *lab, struct lab_fault *ret);

/* All of the following. */
lab_rule lab_fault;

/* Each name once; a router's configuration in one language. */
lab_rule check_names, check_routers;

/* CIDRs and hosts, by themselves and beside each other. */
lab_rule check_cidrs, check_hosts;

/* Connections and LAGs; VIFs on their connections. */
lab_rule check_connections, check_lags, check_vif_carriers;

/* VIFs and their gateways, numbers and addresses. */
lab_rule check_vifs;

/* DXGWs, TGWs and VGWs. */
lab_rule check_gateways;

/* VPN connections and tunnels; then subnets of links at one router. */
lab_rule check_vpns, check_link_subnets;

lab_rule check_expect;

/*
 * blame() - fills @f in and returns true. The path is that of the object, and of @key in it unless that is ""; with no
 * object, @key is the path.
 */
bool blame(struct lab_fault *f, const struct lab *lab, struct lab_ref ref, const char *key,
	   const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
