// SPDX-License-Identifier: ISC
#include "traffic/packet.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/util.h"

static const struct sender_packet sender = {
	.seq = 0x01020304,
	.timestamp = 0x1112131415161718,
	.error_estimate = 0x2122,
};

/* RFC 8762 section 4.2.1, figure 2. */
static const uint8_t sender_bytes[PROBE_BYTES] = {
	0x01, 0x02, 0x03, 0x04,				/* Sequence Number */
	0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, /* Timestamp */
	0x21, 0x22,					/* Error Estimate; the rest is MBZ */
};

static const struct reflector_packet reflector = {
	.seq = 0x31323334,
	.timestamp = 0x4142434445464748,
	.error_estimate = 0x5152,
	.receive_timestamp = 0x6162636465666768,
	.sender = { 0x01020304, 0x1112131415161718, 0x2122 },
	.sender_ttl = 0x71,
};

/* RFC 8762 section 4.3.1, figure 5. */
static const uint8_t reflector_bytes[PROBE_BYTES] = {
	0x31, 0x32, 0x33, 0x34,				/* Sequence Number */
	0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, /* Timestamp */
	0x51, 0x52, 0x00, 0x00,				/* Error Estimate, MBZ */
	0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, /* Receive Timestamp */
	0x01, 0x02, 0x03, 0x04,				/* Session-Sender Sequence Number */
	0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, /* Session-Sender Timestamp */
	0x21, 0x22, 0x00, 0x00,				/* its Error Estimate, MBZ */
	0x71, 0x00, 0x00, 0x00,				/* Session-Sender TTL, MBZ */
};

static void expect_sender(const struct sender_packet *a, const struct sender_packet *b)
{
	cr_expect_eq(a->seq, b->seq);
	cr_expect_eq(a->timestamp, b->timestamp);
	cr_expect_eq(a->error_estimate, b->error_estimate);
}

static void expect_reflector(const struct reflector_packet *a, const struct reflector_packet *b)
{
	cr_expect_eq(a->seq, b->seq);
	cr_expect_eq(a->timestamp, b->timestamp);
	cr_expect_eq(a->error_estimate, b->error_estimate);
	cr_expect_eq(a->receive_timestamp, b->receive_timestamp);
	expect_sender(&a->sender, &b->sender);
	cr_expect_eq(a->sender_ttl, b->sender_ttl);
}

Test(packet, layout)
{
	struct sender_packet s;
	struct reflector_packet r;
	uint8_t buf[PROBE_BYTES];

	memset(buf, 0xff, sizeof(buf));
	sender_packet_write(buf, &sender);
	cr_expect_arr_eq(buf, sender_bytes, sizeof(buf));
	cr_assert(sender_packet_read(sender_bytes, PROBE_BYTES, &s));
	expect_sender(&s, &sender);

	memset(buf, 0xff, sizeof(buf));
	reflector_packet_write(buf, &reflector);
	cr_expect_arr_eq(buf, reflector_bytes, sizeof(buf));
	cr_assert(reflector_packet_read(reflector_bytes, PROBE_BYTES, &r));
	expect_reflector(&r, &reflector);
}

/* What must be zero is ignored on receipt. */
Test(packet, must_be_zero)
{
	struct sender_packet s;
	struct reflector_packet r;
	uint8_t buf[PROBE_BYTES];

	memset(buf, 0xff, sizeof(buf));
	memcpy(buf, sender_bytes, 14);
	cr_assert(sender_packet_read(buf, sizeof(buf), &s));
	expect_sender(&s, &sender);

	memcpy(buf, reflector_bytes, sizeof(buf));
	memset(buf + 14, 0xff, 2);
	memset(buf + 38, 0xff, 2);
	memset(buf + 41, 0xff, 3);
	cr_assert(reflector_packet_read(buf, sizeof(buf), &r));
	expect_reflector(&r, &reflector);
}

/* A buffer of exactly that size each, so that AddressSanitizer sees a read beyond it. */
Test(packet, length)
{
	for (size_t len = 0; len <= 2 * (size_t)PROBE_BYTES; len++) {
		struct sender_packet s = { .seq = 42 };
		struct reflector_packet r = { .seq = 42 };
		const bool whole = len >= PROBE_BYTES;
		uint8_t *buf = calloc(1, MAX(len, 1U));

		cr_assert(buf);
		memcpy(buf, sender_bytes, MIN(len, sizeof(sender_bytes)));
		cr_expect_eq(sender_packet_read(buf, len, &s), whole, "%zu bytes", len);
		cr_expect_eq(s.seq, whole ? 0x01020304 : 42, "%zu bytes", len);
		memcpy(buf, reflector_bytes, MIN(len, sizeof(reflector_bytes)));
		cr_expect_eq(reflector_packet_read(buf, len, &r), whole, "%zu bytes", len);
		cr_expect_eq(r.seq, whole ? 0x31323334 : 42, "%zu bytes", len);
		free(buf);
	}
}

/* RFC 4656 section 4.1.2; what the sender wrote is the sender's, even there. */
Test(packet, multiplier)
{
	static const struct {
		uint16_t own, senders;
		bool ok;
	} rows[] = {
		{ 0x0001, 0x0001, true },  { 0x00ff, 0x0001, true },  { 0xff01, 0x0001, true },
		{ 0x0000, 0x0001, false }, { 0xff00, 0x0001, false }, { 0x0001, 0x0000, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sender_packet s = sender;
		struct reflector_packet r = reflector;
		uint8_t buf[PROBE_BYTES];

		s.error_estimate = rows[i].own;
		sender_packet_write(buf, &s);
		s.seq = 42;
		cr_expect_eq(sender_packet_read(buf, sizeof(buf), &s), rows[i].ok, "row %zu", i);
		cr_expect_eq(s.seq, rows[i].ok ? sender.seq : 42, "row %zu", i);

		r.error_estimate = rows[i].own;
		r.sender.error_estimate = rows[i].senders;
		reflector_packet_write(buf, &r);
		r.seq = 42;
		cr_expect_eq(reflector_packet_read(buf, sizeof(buf), &r), rows[i].ok, "row %zu", i);
		cr_expect_eq(r.seq, rows[i].ok ? reflector.seq : 42, "row %zu", i);
	}
}

/* 1 ns is 4.29 units of 2^-32 s; a scale of k halves the units k times, rounded up. */
Test(packet, error_estimate)
{
	static const struct {
		uint32_t ns;
		uint16_t expected;
	} rows[] = {
		{ 0, 0x0001 },		/* never 0 */
		{ 1, 0x0005 },		/* 4.29 */
		{ 59, 0x00fe },		/* 253.4 */
		{ 60, 0x0181 },		/* 257.7: 258 = 129 * 2 */
		{ 256, 0x038a },	/* 1099.5: 1100, 550, 275, 138 * 8 */
		{ 1000000000, 0x1980 }, /* 2^32 = 128 * 2^25 */
		{ UINT32_MAX, 0x1b8a }, /* 4.29 s: 1.8447e10 = 137.4 * 2^27, and 27 is 1bh */
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_eq(error_estimate(rows[i].ns), rows[i].expected, "%u ns: %04x",
			     rows[i].ns, error_estimate(rows[i].ns));
}

#define S NSEC_PER_SEC

/* Unix time 0 is 2208988800 = 83aa7e80h in NTP seconds; a nanosecond is 4.294967296 units. */
Test(packet, ntp)
{
	static const struct {
		int64_t ns;
		uint64_t ntp;
	} rows[] = {
		{ 0, 0x83aa7e8000000000 },
		{ 1, 0x83aa7e8000000004 },     /* 4.3 */
		{ 2, 0x83aa7e8000000009 },     /* 8.6 */
		{ S / 2, 0x83aa7e8080000000 }, /* exact */
		{ S - 1, 0x83aa7e80fffffffc }, /* 2^32 - 4.3 */
		{ S, 0x83aa7e8100000000 },
		{ 2085978495 * S + S - 1,
		  0xfffffffffffffffc }, /* 2036-02-07 06:28:15 and all but 1 ns */
		{ 2085978496 * S, 0 },	/* era 1 begins */
		{ 2085978496 * S + 1, 4 },
		{ INT64_C(4294967295) * S + S - 1, 0x83aa7e7ffffffffc }, /* 2106-02-07 06:28:15 */
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cr_expect_eq(ntp_from_ns(rows[i].ns), rows[i].ntp, "row %zu: %016" PRIx64, i,
			     ntp_from_ns(rows[i].ns));
		cr_expect_eq(ntp_to_ns(rows[i].ntp), rows[i].ns, "row %zu: %" PRId64, i,
			     ntp_to_ns(rows[i].ntp));
	}
}

/* Between two nanoseconds, to the nearer: units / 4.294967296. */
Test(packet, ntp_fraction)
{
	static const struct {
		uint32_t fraction;
		int64_t ns;
	} rows[] = {
		{ 1, 0 }, /* 0.23 */
		{ 2, 0 }, /* 0.47 */
		{ 3, 1 }, /* 0.70 */
		{ 6, 1 }, /* 1.40 */
		{ 7, 2 }, /* 1.63 */
		{ 0x80000000, S / 2 },
		{ 0xfffffffd, S - 1 }, /* 2^32 - 3: S - 0.70 */
		{ 0xfffffffe, S },     /* 2^32 - 2: S - 0.47 */
		{ 0xffffffff, S },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_eq(ntp_to_ns(UINT64_C(0x83aa7e80) << 32 | rows[i].fraction), rows[i].ns,
			     "%08x", rows[i].fraction);
}

/* Every time is what it was, and later ones are later within an era. */
Test(packet, ntp_identity)
{
	uint64_t state = 1;

	for (size_t i = 0; i < 1000000; i++) {
		int64_t s = (int64_t)(rng_next(&state) >> 32);
		int64_t ns = s * S + (int64_t)(rng_next(&state) % (uint64_t)S);
		int64_t back = ntp_to_ns(ntp_from_ns(ns));

		cr_assert_eq(back, ns, "%" PRId64 " came back as %" PRId64, ns, back);
		/* The next one is 4.3 units on: modulo 2^64, over the era's end too. */
		cr_assert_leq(ntp_from_ns(ns + 1) - ntp_from_ns(ns) - 4, 1, "%" PRId64, ns);
	}
}

#define WRAP (UINT64_C(1) << 32)

Test(packet, sequence_extend)
{
	static const struct {
		uint64_t highest;
		uint32_t seq;
		uint64_t expected;
	} rows[] = {
		{ 0, 0, 0 },
		{ 0, 5, 5 },
		{ 5, 0, 0 },
		{ 0, 0x7fffffff, 0x7fffffff },
		/* Nearer below 0, which does not exist. */
		{ 0, 0xffffffff, 0xffffffff },
		{ 4, 0xfffffffe, 0xfffffffe },
		{ 0, 0x80000000, 0x80000000 },
		/* Half a round off either way: the lower. */
		{ 0x80000000, 0, 0 },
		{ WRAP, 0x80000000, 0x80000000 },
		{ WRAP, 0x7fffffff, WRAP + 0x7fffffff },
		{ 3 * WRAP + 7, 6, 3 * WRAP + 6 },
		{ 3 * WRAP + 7, 0xffffffff, 3 * WRAP - 1 },
		{ 4 * WRAP - 1, 3, 4 * WRAP + 3 },
		/* Nearer above the largest, which does not exist either. */
		{ UINT64_MAX, 0, UINT64_MAX - 0xffffffff },
		{ UINT64_MAX, 0xfffffffe, UINT64_MAX - 1 },
		{ UINT64_MAX - 1, 0xffffffff, UINT64_MAX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_eq(sequence_extend(rows[i].highest, rows[i].seq), rows[i].expected,
			     "row %zu: %" PRIx64, i, sequence_extend(rows[i].highest, rows[i].seq));

	/* Any of them after any other, over the wrap. */
	for (uint64_t a = WRAP - 5; a <= WRAP + 5; a++) {
		for (uint64_t b = WRAP - 5; b <= WRAP + 5; b++)
			cr_expect_eq(sequence_extend(a, (uint32_t)b), b);
	}
}
