/* SPDX-License-Identifier: ISC */
/* For tests of labs as texts: what good ones mean, and what is said about bad ones. */
#ifndef DXEMU_TESTS_UNIT_LAB_TEXTS_H
#define DXEMU_TESTS_UNIT_LAB_TEXTS_H

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "hybrid/lab.h"

static const struct lab_dirs test_dirs = { .profiles = "profiles" };

/* A lab with one of each, line by line; a test replaces lines, or adds some behind. */
#define L_HEAD "lab: x\n"
#define L_ONPREM                                                                                  \
	"onprem:\n  cidrs: [10.10.0.0/16]\n  routers: {cgw1: {asn: 65010}, cgw2: {asn: 65020}}\n" \
	"  hosts: {office: {address: 10.10.1.10}}\n"                                              \
	"vpcs:\n"                                                                                 \
	"  vpc1: {cidrs: [10.0.0.0/16], hosts: {web: {address: 10.0.1.10}}}\n"                    \
	"  vpc2: {cidrs: [10.1.0.0/16]}\n" /* lines 2 to 7 */
#define L_GATEWAYS                                                                    \
	"virtual_private_gateways:\n  vgw1: {vpc: vpc1}\n  vgw2: {vpc: vpc2}\n"       \
	"transit_gateways:\n  tgw1: {asn: 64513, vpcs: [vpc1, vpc2]}\n"               \
	"direct_connect_gateways:\n  dxgw1: {asn: 64514, associations: {vgw1: {}}}\n" \
	"  dxgw2: {asn: 64515, associations: {tgw1: {allowed_prefixes: [10.0.0.0/15]}}}\n" /* 8 to 15 */
#define L_CONNECTIONS                                                      \
	"connections:\n"                                                   \
	"  dx1: {profile: dx-dedicated-1g, location: fr5, router: cgw1}\n" \
	"  dx2: {profile: dx-hosted-50m, location: fr5, router: cgw2, s_vlan: 900}\n" /* 16 to 18 */
#define L_BASE L_HEAD L_ONPREM L_GATEWAYS L_CONNECTIONS

/* Into braces, with what else a test says. */
#define PEERS "amazon_address: 169.254.9.1/30, customer_address: 169.254.9.2/30"
#define PEERS2 "amazon_address: 169.254.9.5/30, customer_address: 169.254.9.6/30"
#define VIF1 "virtual_interfaces:\n  vif1: {connection: dx1, vlan: 101, " PEERS ", " /* 19, 20 */
#define TUNNELS "tunnels: {t1: {inside_cidr: 169.254.20.0/30}, t2: {inside_cidr: 169.254.21.0/30}}"
#define VPN1 "vpn_connections:\n  vpn1: {gateway: vgw1, router: cgw1, " /* 19, 20 */

static inline int read_lab(const char *text, struct lab *ret, struct err *err)
{
	return lab_read(text, strlen(text), "t.yaml", &test_dirs, ret, err);
}

/* The caller frees it. */
static inline struct lab *good_lab(const char *text)
{
	struct lab *lab = malloc(sizeof(*lab));
	struct err err;

	cr_assert_not_null(lab);
	cr_assert_eq(read_lab(text, lab, &err), 0, "%s\n%s", err.msg, text);

	return lab;
}

struct bad_lab {
	const char *text;
	const char *at;	 /* where the fault is said to be: at this, which is in the text once */
	const char *msg; /* behind "t.yaml:line:column: " */
};

/* Line and column of what is to be blamed, counted here. */
static inline void place_of(const struct bad_lab *row, int *ret_line, int *ret_column)
{
	const char *found = strstr(row->text, row->at);

	cr_assert_not_null(found, "%s is not in the text", row->at);
	cr_assert_null(strstr(found + 1, row->at), "%s is there twice", row->at);
	*ret_line = *ret_column = 1;
	for (const char *c = row->text; c < found; c++) {
		*ret_line += *c == '\n';
		*ret_column = *c == '\n' ? 1 : *ret_column + 1;
	}
}

static inline void expect_labs_refused(const struct bad_lab *rows, size_t n)
{
	auto_free struct lab *lab = malloc(sizeof(*lab)), *before = malloc(sizeof(*lab));

	memset(lab, 0x5a, sizeof(*lab));
	memcpy(before, lab, sizeof(*lab));
	for (size_t i = 0; i < n; i++) {
		struct err err = { 0 };
		int r = read_lab(rows[i].text, lab, &err), line, column;
		char msg[1024];

		place_of(&rows[i], &line, &column);
		(void)snprintf(msg, sizeof(msg), "t.yaml:%d:%d: %s", line, column, rows[i].msg);
		cr_expect_eq(r, -EINVAL, "read: row %zu: %s", i, rows[i].msg);
		cr_expect_eq(err.kind, ERR_INPUT, "row %zu", i);
		cr_expect_str_eq(err.msg, msg, "row %zu\n is:    %s\n wants: %s", i, err.msg, msg);
		cr_expect(memcmp(lab, before, sizeof(*lab)) == 0, "row %zu: result was written", i);
	}
}

#endif
