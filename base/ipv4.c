// SPDX-License-Identifier: ISC
#include "base/ipv4.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *ipv4_parse(const char *text, struct in_addr *ret)
{
	struct in_addr address;

	if (!*text)
		return "empty, write e.g. 10.0.1.10";
	if (strchr(text, '/'))
		return "has a prefix length, write e.g. 10.0.1.10";
	if (inet_pton(AF_INET, text, &address) != 1)
		return strchr(text, ':') ? "only IPv4 here, write e.g. 10.0.1.10"
					 : "not an IPv4 address, write e.g. 10.0.1.10";

	*ret = address;
	return NULL;
}

const char *ipv4_net_parse(const char *text, struct ipv4_net *ret)
{
	const char *slash = strchr(text, '/');
	char address[INET_ADDRSTRLEN];
	struct ipv4_net net;
	size_t digits;

	if (!*text)
		return "empty, write e.g. 10.0.0.0/16";
	if (!slash)
		return "no prefix length, write e.g. 10.0.0.0/16";
	(void)snprintf(address, sizeof(address), "%.*s", (int)(slash - text), text);
	if ((size_t)(slash - text) >= sizeof(address) ||
	    inet_pton(AF_INET, address, &net.address) != 1)
		return strchr(text, ':') ? "only IPv4 here, write e.g. 10.0.0.0/16"
					 : "not an IPv4 network, write e.g. 10.0.0.0/16";
	digits = strspn(slash + 1, "0123456789");
	net.len = (unsigned)strtoul(slash + 1, NULL, 10);
	if (!digits || digits > 2 || slash[1 + digits] || net.len > 32)
		return "not a prefix length of 0 to 32, write e.g. 10.0.0.0/16";

	*ret = net;
	return NULL;
}

char *ipv4_format(struct in_addr address, char *buf, size_t size)
{
	char text[INET_ADDRSTRLEN];

	(void)snprintf(buf, size, "%s", inet_ntop(AF_INET, &address, text, sizeof(text)));

	return buf;
}

char *ipv4_net_format(const struct ipv4_net *net, char *buf, size_t size)
{
	char text[INET_ADDRSTRLEN];

	(void)snprintf(buf, size, "%s/%u", ipv4_format(net->address, text, sizeof(text)), net->len);

	return buf;
}

/* Of the bits behind the prefix. A shift by all 32 would be undefined. */
static in_addr_t host_mask(const struct ipv4_net *net)
{
	return net->len ? (in_addr_t)((UINT64_C(1) << (32 - net->len)) - 1) : UINT32_MAX;
}

in_addr_t ipv4_first(const struct ipv4_net *net)
{
	return ntohl(net->address.s_addr) & ~host_mask(net);
}

in_addr_t ipv4_last(const struct ipv4_net *net)
{
	return ntohl(net->address.s_addr) | host_mask(net);
}

bool ipv4_net_contains(const struct ipv4_net *net, struct in_addr address)
{
	return (ntohl(address.s_addr) & ~host_mask(net)) == ipv4_first(net);
}

bool ipv4_net_within(const struct ipv4_net *inner, const struct ipv4_net *outer)
{
	return inner->len >= outer->len && ipv4_net_contains(outer, inner->address);
}

bool ipv4_net_overlaps(const struct ipv4_net *a, const struct ipv4_net *b)
{
	return ipv4_net_within(a, b) || ipv4_net_within(b, a);
}
