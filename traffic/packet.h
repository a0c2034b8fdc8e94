/* SPDX-License-Identifier: ISC */
/*
 * STAMP test packets, unauthenticated mode (RFC 8762): what a Session-Sender sends (section 4.2.1) and what a
 * Session-Reflector answers (section 4.3.1). Pure: bytes in, values out.
 *
 * Wireshark shows them after "Decode As" TWAMP-Test, which has the same layout, on UDP port 862:
 * tshark -d udp.port==862,twamp.test
 */
#ifndef DXEMU_TRAFFIC_PACKET_H
#define DXEMU_TRAFFIC_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* UDP payload of either packet; longer ones go on with extensions (RFC 8972), which are not read. */
#define PROBE_BYTES 44

/*
 * Error Estimate (RFC 4656 section 4.1.2, RFC 8186 section 2.3): the stamps are right to
 * multiplier * 2^scale * 2^-32 s. The multiplier, its low eight bits, is never 0; the scale is the six above.
 */
#define ERROR_SYNCHRONIZED 0x8000 /* S: the clock follows UTC or GPS */
#define ERROR_PTP 0x4000	  /* Z: the stamps are truncated PTPv2 ones, not NTP's */

/* Stamps are as on the wire, in the format that the packet's own error estimate tells. */
struct sender_packet {
	uint32_t seq;
	uint64_t timestamp; /* T1 */
	uint16_t error_estimate;
};

struct reflector_packet {
	uint32_t seq;
	uint64_t timestamp; /* T3, when this was sent */
	uint16_t error_estimate;
	uint64_t receive_timestamp;  /* T2, when the sender's packet arrived */
	struct sender_packet sender; /* as it arrived, in the sender's format of stamps */
	uint8_t sender_ttl; /* with which it arrived; 255: not known (RFC 5357 section 4.2) */
};

/* Bits that must be zero are written so. */
void sender_packet_write(uint8_t buf[PROBE_BYTES], const struct sender_packet *p);
void reflector_packet_write(uint8_t buf[PROBE_BYTES], const struct reflector_packet *p);

/*
 * Read what came from the network: false, and nothing written, if it is shorter than PROBE_BYTES or its own
 * error estimate has a multiplier of 0 (corrupt by RFC 4656). Bits that must be zero are not looked at. There
 * is no mark by which to know a STAMP packet: whether it belongs to a session is for the caller to tell.
 */
bool sender_packet_read(const uint8_t *buf, size_t len, struct sender_packet *ret);
bool reflector_packet_read(const uint8_t *buf, size_t len, struct reflector_packet *ret);

/* The smallest error estimate not below @error_ns, with neither S nor Z. */
uint16_t error_estimate(uint32_t error_ns);

/*
 * Nanoseconds of CLOCK_REALTIME to an NTP timestamp (RFC 5905 section 6: seconds since 1900 modulo 2^32, and
 * their fraction) and back, rounded to nearest: ntp_to_ns(ntp_from_ns(ns)) == ns for every ns from
 * 1970-01-01 00:00:00 to 2106-02-07 06:28:15.999999999, over the end of NTP's era 0 in 2036. Other times
 * come back 2^32 s off.
 */
uint64_t ntp_from_ns(int64_t ns);
int64_t ntp_to_ns(uint64_t ntp);

/*
 * The 64-bit sequence number that ends in @seq and is nearest to @highest_seen; of two equally near the lower.
 * Never below 0 nor above 2^64 - 1.
 */
uint64_t sequence_extend(uint64_t highest_seen, uint32_t seq);

#endif
