/* SPDX-License-Identifier: ISC */
/*
 * The path MTU of one direction, found in two ways. Given two sockets, knows no namespace and no link.
 *
 * Classic (RFC 1191): send with DF set, as large as the device allows, and believe what ICMP "fragmentation
 * needed" says, until a size meets no complaint. Datagram PLPMTUD (RFC 8899): believe in nothing but probes
 * that the receiver has acknowledged, and never in ICMP (traffic/mtu_search.h has the search). Where a packet
 * that is too big vanishes without a word, classic goes on believing in it: a black hole (RFC 2923 section 2.1).
 *
 * Sizes are of the IP packet in bytes: 28 of headers and the payload.
 */
#ifndef DXEMU_TRAFFIC_PATH_MTU_H
#define DXEMU_TRAFFIC_PATH_MTU_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "traffic/mtu_search.h"

struct path_mtu_opts {
	/* UDP over IPv4, connected to the receiver's address; the caller's, but its IP options change */
	int sender;
	int receiver; /* UDP, bound to that address; the caller's, and read by nobody else meanwhile */
	/*
	 * PROBE_TIMER: above the longest round trip, queues included, for a reply does not count after the
	 * last copy's. RFC 8899 section 5.1.1 wants 1 s or more, unless the round trip is known.
	 */
	int64_t probe_timeout_ns;
	/*
	 * MAX_PROBES, 1 or more: copies of a size before it counts as too big. A lost one must not mislead: with
	 * a loss of p each way, a size that fits fails with (1 - (1-p)^2)^max_probes; with 1 % and
	 * PLPMTUD_MAX_PROBES, 8e-6. Copies are a PROBE_TIMER apart, which outlasts short bursts of loss.
	 */
	unsigned max_probes;
};

struct path_mtu {
	unsigned interface_mtu; /* of the sender's device, whatever routes and ICMP say */
	unsigned classic_mtu;	/* what classic discovery ends up believing in */
	unsigned plpmtud_mtu;	/* the largest size acknowledged; 0 = not even PLPMTUD_MIN was */
	bool icmp_received;	/* classic was told by a router, not only by its own host */
	bool classic_delivered; /* a packet of classic_mtu did arrive */
	bool base_failed; /* state ERROR of RFC 8899 section 5.2: PLPMTUD_BASE does not get through */
	/* Classic believes in more than gets through. Not so where nothing does: that is an outage. */
	bool black_hole;
	/* Of both ways together; lost is what was not acknowledged in time, too big or not. */
	unsigned probes_sent, probes_lost;
};

/*
 * Returns when both have ended: a size that is delivered takes a round trip, one that is not takes max_probes *
 * probe_timeout_ns. PLPMTUD needs 2 sizes and those of a binary search, 18 at most; classic one for each MTU
 * that it is told, 32 at most. One probe is under way at a time.
 *
 * The sender's host remembers what ICMP told it (net.ipv4.route.mtu_expires, 10 minutes): a second run starts
 * from there, so that its classic_mtu may be right with icmp_received false.
 *
 * -EINVAL: @opts contradict the above. Otherwise the socket's errors; a router's (unreachable) count as losses.
 */
int path_mtu_find(const struct path_mtu_opts *opts, struct path_mtu *ret, struct err *err);

#endif
