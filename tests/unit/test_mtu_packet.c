// SPDX-License-Identifier: ISC
#include "traffic/mtu_packet.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

/* Captures are read by people and other programs: the layout does not change unnoticed. */
Test(mtu_packet, layout)
{
	static const uint8_t probe[MTU_PROBE_HEAD] = { 'd', 'x', 'p', 'm', 't', 'u', 'q', '1',
						       1,   2,	 3,   4,   5,	6,   7,	  8 };
	static const uint8_t reply[MTU_REPLY_BYTES] = { 'd', 'x', 'p', 'm', 't', 'u', 'r',
							'1', 1,	  2,   3,   4,	 5,   6,
							7,   8,	  0,   0,   5,	 0xa6 };
	uint8_t buf[MTU_REPLY_BYTES];

	mtu_probe_write(buf, 0x0102030405060708);
	cr_expect_arr_eq(buf, probe, sizeof(probe));
	mtu_reply_write(buf, 0x0102030405060708, 1446);
	cr_expect_arr_eq(buf, reply, sizeof(reply));
}

Test(mtu_packet, round_trip)
{
	static const struct {
		uint64_t seq;
		uint32_t ip_bytes;
	} rows[] = {
		{ 0, 0 }, { 1, 68 }, { 0x0102030405060708, 65535 }, { UINT64_MAX, UINT32_MAX }
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t probe[MTU_PROBE_HEAD], reply[MTU_REPLY_BYTES];
		uint64_t of_probe = 42, of_reply = 42;
		uint32_t ip_bytes = 42;

		mtu_probe_write(probe, rows[i].seq);
		mtu_reply_write(reply, rows[i].seq, rows[i].ip_bytes);
		cr_expect(mtu_probe_read(probe, sizeof(probe), &of_probe), "row %zu", i);
		cr_expect(mtu_reply_read(reply, sizeof(reply), &of_reply, &ip_bytes), "row %zu", i);
		cr_expect(of_probe == rows[i].seq && of_reply == rows[i].seq, "row %zu", i);
		cr_expect_eq(ip_bytes, rows[i].ip_bytes, "row %zu", i);
	}
}

/* A probe is as long as its size asks for, and its head or more; a reply has one length. */
Test(mtu_packet, lengths)
{
	for (size_t len = 0; len <= 64; len++) {
		/* No more than there is, so that AddressSanitizer sees a read beyond it. */
		const size_t probe_bytes = MIN(len, MTU_PROBE_HEAD);
		const size_t reply_bytes = MIN(len, MTU_REPLY_BYTES);
		uint8_t whole_probe[MTU_PROBE_HEAD], whole_reply[MTU_REPLY_BYTES];
		uint8_t *probe = malloc(MAX(probe_bytes, 1U));
		uint8_t *reply = malloc(MAX(reply_bytes, 1U));
		uint64_t of_probe = 42, of_reply = 42;
		uint32_t ip_bytes = 42;

		mtu_probe_write(whole_probe, 7);
		mtu_reply_write(whole_reply, 7, 1446);
		cr_assert(probe && reply);
		memcpy(probe, whole_probe, probe_bytes);
		memcpy(reply, whole_reply, reply_bytes);
		cr_expect_eq(mtu_probe_read(probe, len, &of_probe), len >= 16, "%zu", len);
		cr_expect_eq(of_probe, len >= 16 ? 7 : 42, "%zu", len);
		cr_expect_eq(mtu_reply_read(reply, len, &of_reply, &ip_bytes), len == 20, "%zu",
			     len);
		cr_expect_eq(of_reply, len == 20 ? 7 : 42, "%zu", len);
		cr_expect_eq(ip_bytes, len == 20 ? 1446 : 42, "%zu", len);
		free(probe);
		free(reply);
	}
}

/* Neither is taken for the other, nor for anything else. */
Test(mtu_packet, marks)
{
	for (unsigned bit = 0; bit < 64; bit++) {
		uint8_t probe[MTU_PROBE_HEAD], reply[MTU_REPLY_BYTES];
		uint32_t ip_bytes;
		uint64_t seq;

		mtu_probe_write(probe, 7);
		mtu_reply_write(reply, 7, 1446);
		cr_expect_not(mtu_probe_read(reply, sizeof(reply), &seq));
		probe[bit / 8] ^= (uint8_t)(1U << bit % 8);
		reply[bit / 8] ^= (uint8_t)(1U << bit % 8);
		cr_expect_not(mtu_probe_read(probe, sizeof(probe), &seq), "bit %u", bit);
		cr_expect_not(mtu_reply_read(reply, sizeof(reply), &seq, &ip_bytes), "bit %u", bit);
	}
}
