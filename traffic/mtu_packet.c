// SPDX-License-Identifier: ISC
#include "traffic/mtu_packet.h"

#include <endian.h>
#include <string.h>

#define MARK_BYTES 8
#define SEQ_END (MARK_BYTES + sizeof(uint64_t))

static const uint8_t probe_mark[MARK_BYTES] = "dxpmtuq1";
static const uint8_t reply_mark[MARK_BYTES] = "dxpmtur1";

static void write_seq(uint8_t *buf, const uint8_t mark[MARK_BYTES], uint64_t seq)
{
	const uint64_t be = htobe64(seq);

	memcpy(buf, mark, MARK_BYTES);
	memcpy(buf + MARK_BYTES, &be, sizeof(be));
}

static uint64_t read_seq(const uint8_t *buf)
{
	uint64_t be;

	memcpy(&be, buf + MARK_BYTES, sizeof(be));

	return be64toh(be);
}

void mtu_probe_write(uint8_t buf[MTU_PROBE_HEAD], uint64_t seq)
{
	write_seq(buf, probe_mark, seq);
}

void mtu_reply_write(uint8_t buf[MTU_REPLY_BYTES], uint64_t seq, uint32_t ip_bytes)
{
	const uint32_t be = htobe32(ip_bytes);

	write_seq(buf, reply_mark, seq);
	memcpy(buf + SEQ_END, &be, sizeof(be));
}

bool mtu_probe_read(const uint8_t *buf, size_t len, uint64_t *ret_seq)
{
	if (len < MTU_PROBE_HEAD || memcmp(buf, probe_mark, MARK_BYTES) != 0)
		return false;
	*ret_seq = read_seq(buf);

	return true;
}

bool mtu_reply_read(const uint8_t *buf, size_t len, uint64_t *ret_seq, uint32_t *ret_ip_bytes)
{
	uint32_t be;

	if (len != MTU_REPLY_BYTES || memcmp(buf, reply_mark, MARK_BYTES) != 0)
		return false;
	*ret_seq = read_seq(buf);
	memcpy(&be, buf + SEQ_END, sizeof(be));
	*ret_ip_bytes = be32toh(be);

	return true;
}
