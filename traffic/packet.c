// SPDX-License-Identifier: ISC
#include "traffic/packet.h"

#include <endian.h>
#include <string.h>

static const uint8_t magic[8] = "dxprobe1";

void probe_packet_write(uint8_t buf[PROBE_BYTES], uint64_t seq)
{
	const uint64_t be = htobe64(seq);

	memset(buf, 0, PROBE_BYTES);
	memcpy(buf, magic, sizeof(magic));
	memcpy(buf + sizeof(magic), &be, sizeof(be));
}

bool probe_packet_read(const uint8_t *buf, size_t len, uint64_t *ret_seq)
{
	uint64_t be;

	if (len != PROBE_BYTES || memcmp(buf, magic, sizeof(magic)) != 0)
		return false;
	memcpy(&be, buf + sizeof(magic), sizeof(be));
	*ret_seq = be64toh(be);

	return true;
}
