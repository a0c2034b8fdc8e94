/* SPDX-License-Identifier: ISC */
/* IPv4 addresses and networks as people write them (RFC 4632, 3.1), and how networks lie to each other. */
#ifndef DXEMU_BASE_IPV4_H
#define DXEMU_BASE_IPV4_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

/* A network, or an address in one ("10.0.0.1/30"). */
struct ipv4_net {
	struct in_addr address;
	unsigned len; /* of the prefix, 0 to 32 */
};

/*
 * Parse "10.0.1.10" and "10.0.0.0/16". Return NULL and write *ret, or what is wrong, to be shown to the user.
 * What ipv4_net_parse() takes may have bits set behind the prefix.
 */
const char *ipv4_parse(const char *text, struct in_addr *ret);
const char *ipv4_net_parse(const char *text, struct ipv4_net *ret);

/* Both return buf; IPV4_NET_MAX is enough. */
#define IPV4_NET_MAX 20
char *ipv4_format(struct in_addr address, char *buf, size_t size);
char *ipv4_net_format(const struct ipv4_net *net, char *buf, size_t size);

/* Its first and its last address: network and directed broadcast. In host byte order, to be reckoned with. */
in_addr_t ipv4_first(const struct ipv4_net *net);
in_addr_t ipv4_last(const struct ipv4_net *net);

bool ipv4_net_contains(const struct ipv4_net *net, struct in_addr address);
bool ipv4_net_within(const struct ipv4_net *inner, const struct ipv4_net *outer);
bool ipv4_net_overlaps(const struct ipv4_net *a, const struct ipv4_net *b);

#endif
