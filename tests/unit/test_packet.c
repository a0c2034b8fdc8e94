// SPDX-License-Identifier: ISC
#include "traffic/packet.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/rng.h"
#include "base/util.h"

Test(packet, round_trip)
{
	static const uint64_t rows[] = { 0, 1, 0x0102030405060708, UINT64_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t buf[PROBE_BYTES];
		uint64_t seq = ~rows[i];

		probe_packet_write(buf, rows[i]);
		cr_expect(probe_packet_read(buf, sizeof(buf), &seq), "%zu", i);
		cr_expect_eq(seq, rows[i], "%zu", i);
	}
}

/* Captures are read by people and other programs: the layout does not change unnoticed. */
Test(packet, layout)
{
	static const uint8_t expected[PROBE_BYTES] = "dxprobe1\x01\x02\x03\x04\x05\x06\x07\x08";
	uint8_t buf[PROBE_BYTES];

	memset(buf, 0xff, sizeof(buf));
	probe_packet_write(buf, 0x0102030405060708);
	cr_expect_arr_eq(buf, expected, sizeof(buf));
}

/* A buffer of exactly that size each, so that AddressSanitizer sees a read beyond it. */
Test(packet, wrong_length)
{
	uint8_t whole[2 * PROBE_BYTES] = { 0 };

	probe_packet_write(whole, 7);
	for (size_t len = 0; len <= sizeof(whole); len++) {
		uint8_t *buf = malloc(len);
		uint64_t seq = 42;

		cr_assert(buf || !len);
		if (len)
			memcpy(buf, whole, len);
		cr_expect_eq(probe_packet_read(buf, len, &seq), len == PROBE_BYTES, "%zu bytes",
			     len);
		cr_expect_eq(seq, len == PROBE_BYTES ? 7 : 42, "%zu bytes", len);
		free(buf);
	}
}

Test(packet, wrong_magic)
{
	for (size_t bit = 0; bit < 64; bit++) {
		uint8_t buf[PROBE_BYTES];
		uint64_t seq = 42;

		probe_packet_write(buf, 7);
		buf[bit / 8] ^= (uint8_t)(1U << bit % 8);
		cr_expect_not(probe_packet_read(buf, sizeof(buf), &seq), "bit %zu", bit);
		cr_expect_eq(seq, 42);
	}
}

Test(packet, noise)
{
	uint64_t state = 1;

	for (size_t i = 0; i < 10000; i++) {
		uint64_t noise[PROBE_BYTES / 8 + 1], seq;

		for (size_t w = 0; w < ARRAY_SIZE(noise); w++)
			noise[w] = rng_next(&state);
		cr_expect_not(probe_packet_read((const uint8_t *)noise, PROBE_BYTES, &seq));
	}
}
