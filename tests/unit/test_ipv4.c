// SPDX-License-Identifier: ISC
#include <arpa/inet.h>
#include <criterion/criterion.h>

#include "base/ipv4.h"
#include "base/util.h"

Test(ipv4, nets)
{
	static const struct {
		const char *text, *wrong;
		in_addr_t first, last;
	} rows[] = {
		{ "10.0.0.0/16", NULL, 0x0a000000, 0x0a00ffff },
		{ "10.0.0.5/30", NULL, 0x0a000004, 0x0a000007 },
		{ "0.0.0.0/0", NULL, 0, 0xffffffff },
		{ "192.0.2.1/32", NULL, 0xc0000201, 0xc0000201 },
		{ "192.0.2.1/31", NULL, 0xc0000200, 0xc0000201 },
		{ "", "empty, write e.g. 10.0.0.0/16", 0, 0 },
		{ "10.0.0.0", "no prefix length, write e.g. 10.0.0.0/16", 0, 0 },
		{ "10.0.0/16", "not an IPv4 network, write e.g. 10.0.0.0/16", 0, 0 },
		{ "10.0.0.256/16", "not an IPv4 network, write e.g. 10.0.0.0/16", 0, 0 },
		{ "100.100.100.1000/16", "not an IPv4 network, write e.g. 10.0.0.0/16", 0, 0 },
		{ "fd00::/8", "only IPv4 here, write e.g. 10.0.0.0/16", 0, 0 },
		{ "10.0.0.0/33", "not a prefix length of 0 to 32, write e.g. 10.0.0.0/16", 0, 0 },
		{ "10.0.0.0/", "not a prefix length of 0 to 32, write e.g. 10.0.0.0/16", 0, 0 },
		{ "10.0.0.0/+8", "not a prefix length of 0 to 32, write e.g. 10.0.0.0/16", 0, 0 },
		{ "10.0.0.0/8x", "not a prefix length of 0 to 32, write e.g. 10.0.0.0/16", 0, 0 },
		{ "10.0.0.0/008", "not a prefix length of 0 to 32, write e.g. 10.0.0.0/16", 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ipv4_net net;
		const char *wrong = ipv4_net_parse(rows[i].text, &net);
		char back[IPV4_NET_MAX];

		if (rows[i].wrong) {
			cr_expect_str_eq(wrong, rows[i].wrong);
			continue;
		}
		cr_assert_null(wrong);
		cr_expect_eq(ipv4_first(&net), rows[i].first, "%s", rows[i].text);
		cr_expect_eq(ipv4_last(&net), rows[i].last, "%s", rows[i].text);
		cr_expect_str_eq(ipv4_net_format(&net, back, sizeof(back)), rows[i].text);
	}
}

Test(ipv4, addresses)
{
	struct in_addr a;
	char back[IPV4_NET_MAX];

	cr_expect_null(ipv4_parse("10.0.1.10", &a));
	cr_expect_eq(ntohl(a.s_addr), 0x0a00010a);
	cr_expect_str_eq(ipv4_format(a, back, sizeof(back)), "10.0.1.10");
	cr_expect_str_eq(ipv4_parse("10.0.1.10/24", &a), "has a prefix length, write e.g. "
							 "10.0.1.10");
	cr_expect_str_eq(ipv4_parse("10.0.1", &a), "not an IPv4 address, write e.g. 10.0.1.10");
	cr_expect_str_eq(ipv4_parse("::1", &a), "only IPv4 here, write e.g. 10.0.1.10");
	cr_expect_str_eq(ipv4_parse("", &a), "empty, write e.g. 10.0.1.10");
}

Test(ipv4, relations)
{
	static const struct {
		const char *a, *b;
		bool a_within_b, overlap;
	} rows[] = {
		{ "10.0.0.0/16", "10.0.0.0/16", true, true },
		{ "10.0.1.0/24", "10.0.0.0/16", true, true },
		{ "10.0.0.0/16", "10.0.1.0/24", false, true },
		{ "10.0.0.0/16", "10.1.0.0/16", false, false },
		{ "10.0.0.0/16", "0.0.0.0/0", true, true },
		{ "0.0.0.0/0", "10.0.0.0/16", false, true },
		{ "10.0.0.2/31", "10.0.0.1/32", false, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ipv4_net a, b;

		cr_assert_null(ipv4_net_parse(rows[i].a, &a));
		cr_assert_null(ipv4_net_parse(rows[i].b, &b));
		cr_expect_eq(ipv4_net_within(&a, &b), rows[i].a_within_b, "%s", rows[i].a);
		cr_expect_eq(ipv4_net_overlaps(&a, &b), rows[i].overlap, "%s", rows[i].a);
		cr_expect_eq(ipv4_net_overlaps(&b, &a), rows[i].overlap, "%s", rows[i].a);
	}
}
