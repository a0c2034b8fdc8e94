/* SPDX-License-Identifier: ISC */
/*
 * Which packet sizes to probe, by Datagram PLPMTUD (RFC 8899 sections 5.1 to 5.3): the base first, for a path
 * has to carry that; then the most there can be, which most paths carry; then the middle between the largest
 * size that was confirmed and the smallest that failed, to the byte. If the base fails (state ERROR, section
 * 5.2), the same from the smallest size upwards. Pure: knows no socket and no clock.
 */
#ifndef DXEMU_TRAFFIC_MTU_SEARCH_H
#define DXEMU_TRAFFIC_MTU_SEARCH_H

#include <stdbool.h>

/* Sizes are of the IP packet, in bytes. All three from RFC 8899 section 5.1.2. */
#define PLPMTUD_MIN 68	     /* MIN_PLPMTU for IPv4 */
#define PLPMTUD_BASE 1200    /* BASE_PLPMTU */
#define PLPMTUD_MAX_PROBES 3 /* MAX_PROBES */

struct mtu_search {
	unsigned base, max;
	unsigned max_probes;
	unsigned confirmed; /* the largest size that got through; 0 = none */
	unsigned failed;    /* the smallest that did not; max + 1 = none */
	unsigned tries;	    /* probes of the size in hand that failed */
};

/*
 * @max: MAX_PLPMTU, the MTU of the sender's device, PLPMTUD_MIN or more. Below PLPMTUD_BASE, it is the base.
 * @max_probes: so many failed probes in a row make a size a failed one; 1 or more.
 */
struct mtu_search mtu_search_make(unsigned max, unsigned max_probes);

/* The size to probe now, PLPMTUD_MIN to @max; 0 = the search is over, and ->confirmed the answer. */
unsigned mtu_search_next(const struct mtu_search *s);

/* What became of a probe of the size that mtu_search_next() gave. */
void mtu_search_note(struct mtu_search *s, bool arrived);

#endif
