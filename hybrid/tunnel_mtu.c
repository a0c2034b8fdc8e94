// SPDX-License-Identifier: ISC
#include "base/util.h"
#include "hybrid/lab_plan.h"

/*
 * ESP in tunnel mode over IPv4 (RFC 4303, 2): IP 20, UDP 8 with NAT-T (RFC 3948), SPI and sequence number 8, IV, the
 * packet, padding, its length and the next header 2, ICV. With AES-GCM (RFC 4106) the IV is 8, padding is to 4 bytes, and
 * the ICV 16; with AES-CBC both are 16 (RFC 3602), and the ICV is that of the hash, cut (RFC 2404, RFC 4868).
 */
#define OUTER_MTU 1500
#define IP_HEADER 20
#define UDP_HEADER 8
#define ESP_HEADER 8
#define ESP_TRAILER 2

static const unsigned cbc_icv[LAB_INTEGRITY_COUNT] = {
	[LAB_SHA1] = 12,
	[LAB_SHA2_256] = 16,
	[LAB_SHA2_384] = 24,
	[LAB_SHA2_512] = 32,
};

static unsigned mtu_of(unsigned iv, unsigned block, unsigned icv, bool nat_t)
{
	unsigned room = OUTER_MTU - IP_HEADER - (nat_t ? UDP_HEADER : 0) - ESP_HEADER - iv - icv;

	return room / block * block - ESP_TRAILER;
}

unsigned lab_tunnel_mtu(const struct lab_tunnel *t, bool nat_t)
{
	const unsigned gcm = 1U << LAB_AES128_GCM_16 | 1U << LAB_AES256_GCM_16;
	unsigned mtu = OUTER_MTU;

	if (t->esp_encryption & gcm)
		mtu = mtu_of(8, 4, 16, nat_t);
	for (unsigned i = 0; i < LAB_INTEGRITY_COUNT && t->esp_encryption & ~gcm; i++)
		if (t->esp_integrity & 1U << i)
			mtu = MIN(mtu, mtu_of(16, 16, cbc_icv[i], nat_t));

	return mtu;
}
