// SPDX-License-Identifier: ISC
/* Labs with as many of something as AWS takes, and with one more. */
#include "tests/unit/lab_texts.h"

#include "base/util.h"
#include "hybrid/lab.h"

#define HEAD L_HEAD "onprem:\n  cidrs: [10.10.0.0/16]\n  routers: {r: {asn: 65010}}\n"

/* Each writes a lab with n of what it is about. */
typedef void lab_with(FILE *f, unsigned n);

static void tgws_on_dxgw(FILE *f, unsigned n)
{
	(void)fputs(HEAD "transit_gateways:\n", f);
	for (unsigned i = 0; i < n; i++)
		(void)fprintf(f, "  t%u: {}\n", i);
	(void)fputs("direct_connect_gateways:\n  d:\n    asn: 64514\n    associations:\n", f);
	for (unsigned i = 0; i < n; i++)
		(void)fprintf(f, "      t%u: {allowed_prefixes: [10.%u.0.0/16]}\n", i, i);
}

static void vifs(FILE *f, unsigned n, const char *type, const char *carrier)
{
	(void)fputs("virtual_interfaces:\n", f);
	for (unsigned i = 0; i < n; i++)
		(void)fprintf(f,
			      "  v%u: {connection: %s, type: %s, gateway: d, vlan: %u, "
			      "amazon_address: "
			      "169.254.9.%u/30, customer_address: 169.254.9.%u/30}\n",
			      i, carrier, type, i + 1, 4 * i + 1, 4 * i + 2);
}

#define DX "connections:\n  c: {profile: dx-dedicated-10g, location: a, router: r}\n"
#define WITH_VGW                                                                              \
	"virtual_private_gateways: {g: {}}\ndirect_connect_gateways: {d: {associations: {g: " \
	"{}}}}\n"
#define WITH_TGW                                                                                  \
	"transit_gateways: {t: {}}\ndirect_connect_gateways: {d: {asn: 64514, associations: {t: " \
	"{}}}}\n"

static void vifs_on_dxgw(FILE *f, unsigned n)
{
	(void)fputs(HEAD WITH_VGW DX, f);
	vifs(f, n, "private", "c");
}

static void transit_on_connection(FILE *f, unsigned n)
{
	(void)fputs(HEAD WITH_TGW DX, f);
	vifs(f, n, "transit", "c");
}

static void transit_on_lag(FILE *f, unsigned n)
{
	(void)fputs(HEAD WITH_TGW "connections:\n  c: {profile: dx-dedicated-10g, location: a, "
				  "router: r, lag: l}\n",
		    f);
	vifs(f, n, "transit", "l");
}

static void list(FILE *f, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		(void)fprintf(f, "%s172.16.%u.0/24", i ? ", " : "", i);
	(void)fputs("]", f);
}

static void allowed_prefixes(FILE *f, unsigned n)
{
	(void)fputs(HEAD "transit_gateways: {t: {}}\ndirect_connect_gateways: {d: {asn: 64514, "
			 "associations: {t: {allowed_prefixes: [",
		    f);
	list(f, n);
	(void)fputs("}}}}\n", f);
}

static void static_routes(FILE *f, unsigned n)
{
	(void)fputs(HEAD "virtual_private_gateways: {g: {}}\nvpn_connections: {v: {gateway: g, "
			 "router: r, "
			 "profile: vpn-metro, routing: static, " TUNNELS ", static_routes: [",
		    f);
	list(f, n);
	(void)fputs("}}\n", f);
}

static const struct {
	lab_with *write;
	unsigned most;
	const char *wrong; /* at the end of the message about one more */
} limits[] = {
	{ tgws_on_dxgw, 6, "associations.t6: one transit gateway too many; at most 6" },
	{ vifs_on_dxgw, 30,
	  "virtual_interfaces.v30.gateway: d has 30 virtual interfaces already, and at most so "
	  "many" },
	{ transit_on_connection, 4,
	  "virtual_interfaces.v4.connection: c has 4 transit virtual interfaces already; allowed: "
	  "up "
	  "to 4" },
	{ transit_on_lag, 4,
	  "virtual_interfaces.v4.connection: l has 4 transit virtual interfaces already; allowed: "
	  "up "
	  "to 4" },
	{ allowed_prefixes, 200, "associations.t: 201 allowed prefixes; at most 200" },
	{ static_routes, 100,
	  "vpn_connections.v.static_routes: 101; at most 100 to a virtual private gateway" },
};

Test(lab_limits, as_many_and_one_more)
{
	auto_free struct lab *lab = malloc(sizeof(*lab));

	cr_assert_not_null(lab);
	for (size_t i = 0; i < 2 * ARRAY_SIZE(limits); i++) {
		unsigned n = limits[i / 2].most + i % 2;
		auto_free char *text = NULL;
		size_t len = 0, tail = strlen(limits[i / 2].wrong);
		FILE *f = open_memstream(&text, &len);
		struct err err = { 0 };
		int r;

		cr_assert_not_null(f);
		limits[i / 2].write(f, n);
		(void)fclose(f);
		r = read_lab(text, lab, &err);
		if (i % 2 == 0) {
			cr_expect_eq(r, 0, "%s", err.msg);
			continue;
		}
		cr_expect_eq(r, -EINVAL, "%s", limits[i / 2].wrong);
		cr_assert_gt(strlen(err.msg), tail, "%s", limits[i / 2].wrong);
		cr_expect_str_eq(err.msg + strlen(err.msg) - tail, limits[i / 2].wrong);
	}
}

/* A VPN over a transit VIF ends at a gateway that the VIF leads to, and over a public one anywhere. */
Test(lab_limits, vpn_over_vif)
{
	static const struct bad_lab bad[] = {
		{ HEAD "transit_gateways: {t: {}, u: {}}\n"
		       "direct_connect_gateways: {d: {asn: 64514, associations: {t: {}}}}\n" DX
		       "virtual_interfaces: {w: {connection: c, type: transit, gateway: d, vlan: "
		       "1, " PEERS "}}\nvpn_connections: {v: {gateway: u, router: r, over: "
		       "w, " TUNNELS "}}\n",
		  "over: w",
		  "vpn_connections.v.over: w ends at d, with which u is not associated" },
	};

	expect_labs_refused(bad, ARRAY_SIZE(bad));
	free(good_lab(HEAD "virtual_private_gateways: {g: {}}\n" DX "virtual_interfaces: {w: "
			   "{connection: c, type: public, "
			   "vlan: 1, "
			   "advertise: [198.51.100.0/24], communities: [7224:9100], " PEERS
			   "}}\nvpn_connections: {v: {gateway: g, router: r, over: w, " TUNNELS
			   "}}\n"));
}
