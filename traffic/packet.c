// SPDX-License-Identifier: ISC
#include "traffic/packet.h"

#include <endian.h>
#include <string.h>

#include "base/util.h"

/* Unix time 0 in NTP seconds: 70 years with 17 leap days. */
#define NTP_UNIX_S UINT32_C(2208988800)

#define MULTIPLIER_MAX 0xffU

/* Where the members are. All else is zero. */
enum {
	SEQ = 0,
	TIMESTAMP = 4,
	ERROR_ESTIMATE = 12,
	RECEIVE_TIMESTAMP = 16,
	SENDER = 24, /* a sender's packet up to its error estimate */
	SENDER_TTL = 40,
};

static void put_sender(uint8_t *buf, const struct sender_packet *p)
{
	const uint32_t seq = htobe32(p->seq);
	const uint64_t timestamp = htobe64(p->timestamp);
	const uint16_t error = htobe16(p->error_estimate);

	memcpy(buf + SEQ, &seq, sizeof(seq));
	memcpy(buf + TIMESTAMP, &timestamp, sizeof(timestamp));
	memcpy(buf + ERROR_ESTIMATE, &error, sizeof(error));
}

static struct sender_packet get_sender(const uint8_t *buf)
{
	uint32_t seq;
	uint64_t timestamp;
	uint16_t error;

	memcpy(&seq, buf + SEQ, sizeof(seq));
	memcpy(&timestamp, buf + TIMESTAMP, sizeof(timestamp));
	memcpy(&error, buf + ERROR_ESTIMATE, sizeof(error));

	return (struct sender_packet){ be32toh(seq), be64toh(timestamp), be16toh(error) };
}

void sender_packet_write(uint8_t buf[PROBE_BYTES], const struct sender_packet *p)
{
	memset(buf, 0, PROBE_BYTES);
	put_sender(buf, p);
}

void reflector_packet_write(uint8_t buf[PROBE_BYTES], const struct reflector_packet *p)
{
	const struct sender_packet own = { p->seq, p->timestamp, p->error_estimate };
	const uint64_t received = htobe64(p->receive_timestamp);

	memset(buf, 0, PROBE_BYTES);
	put_sender(buf, &own);
	memcpy(buf + RECEIVE_TIMESTAMP, &received, sizeof(received));
	put_sender(buf + SENDER, &p->sender);
	buf[SENDER_TTL] = p->sender_ttl;
}

bool sender_packet_read(const uint8_t *buf, size_t len, struct sender_packet *ret)
{
	struct sender_packet p;

	if (len < PROBE_BYTES)
		return false;
	p = get_sender(buf);
	if ((p.error_estimate & MULTIPLIER_MAX) == 0)
		return false;
	*ret = p;

	return true;
}

bool reflector_packet_read(const uint8_t *buf, size_t len, struct reflector_packet *ret)
{
	struct sender_packet own;
	uint64_t received;

	/* It begins as a sender's does. */
	if (!sender_packet_read(buf, len, &own))
		return false;
	memcpy(&received, buf + RECEIVE_TIMESTAMP, sizeof(received));
	*ret = (struct reflector_packet){
		.seq = own.seq,
		.timestamp = own.timestamp,
		.error_estimate = own.error_estimate,
		.receive_timestamp = be64toh(received),
		.sender = get_sender(buf + SENDER),
		.sender_ttl = buf[SENDER_TTL],
	};

	return true;
}

uint16_t error_estimate(uint32_t error_ns)
{
	/* In units of 2^-32 s, rounded up here and by each halving. */
	uint64_t units = (((uint64_t)error_ns << 32) + NSEC_PER_SEC - 1) / NSEC_PER_SEC;
	unsigned scale = 0;

	for (; units > MULTIPLIER_MAX; scale++)
		units = (units + 1) / 2;

	return (uint16_t)(scale << 8 | MAX(units, 1));
}

uint64_t ntp_from_ns(int64_t ns)
{
	const uint64_t s = (uint64_t)ns / NSEC_PER_SEC, rest = (uint64_t)ns % NSEC_PER_SEC;

	/* A nanosecond is 4.3 units of 2^-32 s: the nearest unit is nearer to it than to any other. */
	return (s + NTP_UNIX_S) << 32 | ((rest << 32) + NSEC_PER_SEC / 2) / NSEC_PER_SEC;
}

int64_t ntp_to_ns(uint64_t ntp)
{
	/* Modulo 2^32, which is what tells the eras apart. */
	const uint32_t s = (uint32_t)(ntp >> 32) - NTP_UNIX_S;
	const uint64_t fraction = (uint32_t)ntp;

	return s * NSEC_PER_SEC + (int64_t)((fraction * NSEC_PER_SEC + (UINT64_C(1) << 31)) >> 32);
}

uint64_t sequence_extend(uint64_t highest_seen, uint32_t seq)
{
	const uint64_t round = UINT64_C(1) << 32;
	const uint64_t ahead = (uint32_t)(seq - (uint32_t)highest_seen), back = round - ahead;

	if (ahead < back)
		return highest_seen > UINT64_MAX - ahead ? highest_seen - back
							 : highest_seen + ahead;

	return highest_seen < back ? highest_seen + ahead : highest_seen - back;
}
