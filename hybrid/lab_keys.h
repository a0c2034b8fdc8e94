/* SPDX-License-Identifier: ISC */
/* The keys of a lab's sessions and tunnels, the same for both ends. Pure. */
#ifndef DXEMU_HYBRID_LAB_KEYS_H
#define DXEMU_HYBRID_LAB_KEYS_H

#include "hybrid/lab.h"

#define LAB_KEY_MAX 81 /* with the NUL byte */

struct lab_keys {
	uint64_t seed; /* of keys that the lab does not give: 32 letters and digits, the first no 0 */
	bool shown;    /* else LAB_KEY_MASK stands for each */
};

#define LAB_KEY_MASK "********"

/* Of a BGP session over a virtual interface (RFC 2385), and of both ends of a tunnel. Both return buf. */
char *lab_vif_key(const struct lab *lab, const struct lab_keys *keys, unsigned vif,
		  char buf[LAB_KEY_MAX]);
char *lab_tunnel_key(const struct lab *lab, const struct lab_keys *keys, unsigned tunnel,
		     char buf[LAB_KEY_MAX]);

#endif
