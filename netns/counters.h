/* SPDX-License-Identifier: ISC */
/* What the kernel counted of packets: on devices, and in the protocols of a host. */
#ifndef DXEMU_NETNS_COUNTERS_H
#define DXEMU_NETNS_COUNTERS_H

#include <stdint.h>

#include "base/err.h"

/* IPv4 of a namespace (/proc/net/snmp; RFC 2011, 2012 and 2013 name the counters). */
struct host_counters {
	uint64_t udp_in;     /* datagrams that programs have read */
	uint64_t udp_errors; /* no room in the socket, wrong checksum, no such port */
	uint64_t tcp_in;     /* segments without errors */
	uint64_t tcp_errors;
	uint64_t icmp_in, icmp_out;
	uint64_t ip_errors;  /* header, address, no route, no memory: thrown away by IP */
	uint64_t ip_too_big; /* and these by a router, each told to its sender by ICMP (RFC 1191) */
};

int host_counters_read(const char *ns, struct host_counters *ret, struct err *err);

/*
 * snmp_parse() - the same from the file's text: pairs of lines, names and values, "Udp: InDatagrams ..." and
 * "Udp: 1234 ...". -EPROTO: a counter is missing.
 */
int snmp_parse(const char *text, struct host_counters *ret, struct err *err);

/* What TCP of a namespace had no memory for (/proc/net/netstat, TcpExt): zero, or flows were held back by their hosts. */
struct tcp_shortage {
	uint64_t pressures; /* times that tcp_mem made all sockets offer small windows, and send little */
	uint64_t pruned;  /* times that a receive buffer overflowed */
	uint64_t dropped; /* segments, for lack of a buffer or of memory */
};

int tcp_shortage_read(const char *ns, struct tcp_shortage *ret, struct err *err);

/* The same from the file's text, as snmp_parse() does. */
int netstat_parse(const char *text, struct tcp_shortage *ret, struct err *err);

struct device_counters {
	uint64_t rx_packets, tx_packets;
	uint64_t discarded; /* came in for somebody else, or with a protocol that nobody here knows */
};

/* Of a device of the namespace, or (@dev is NULL) of all of them together. */
int device_counters_read(const char *ns, const char *dev, struct device_counters *ret,
			 struct err *err);

#endif
