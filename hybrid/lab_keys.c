// SPDX-License-Identifier: ISC
#include "hybrid/lab_keys.h"

#include <bsd/string.h>

#include "base/rng.h"
#include "hybrid/network.h"

#define MADE_UP_LEN 32 /* as AWS makes them [A: Site-to-Site VPN User Guide, VPNTunnels, 2023-04] */
#define USE UINT64_C(0x6b657973) /* "keys": other numbers of the seed are the links' */

static void make_up(uint64_t seed, struct lab_ref ref, char buf[LAB_KEY_MAX])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	uint64_t state = rng_derive(rng_derive(seed, USE), (uint64_t)ref.kind << 32 | ref.index);
	unsigned n =
		sizeof(letters) - 1 - 10; /* the first is a letter: a PSK may not start with 0 */

	for (unsigned i = 0; i < MADE_UP_LEN; i++) {
		buf[i] = letters[rng_next(&state) % n];
		n = sizeof(letters) - 1;
	}
	buf[MADE_UP_LEN] = '\0';
}

static char *key(const struct lab_keys *keys, const char *given, struct lab_ref ref,
		 char buf[LAB_KEY_MAX])
{
	if (!keys->shown)
		(void)strlcpy(buf, LAB_KEY_MASK, LAB_KEY_MAX);
	else if (*given)
		(void)strlcpy(buf, given, LAB_KEY_MAX);
	else
		make_up(keys->seed, ref, buf);

	return buf;
}

char *lab_vif_key(const struct lab *lab, const struct lab_keys *keys, unsigned vif,
		  char buf[LAB_KEY_MAX])
{
	return key(keys, lab->vifs[vif].md5, (struct lab_ref){ LAB_VIF, vif }, buf);
}

char *lab_tunnel_key(const struct lab *lab, const struct lab_keys *keys, unsigned tunnel,
		     char buf[LAB_KEY_MAX])
{
	const struct lab_vpn *vpn;

	return key(keys, network_tunnel(lab, tunnel, &vpn)->psk,
		   (struct lab_ref){ LAB_TUNNEL, tunnel }, buf);
}
