/* SPDX-License-Identifier: ISC */
/*
 * What a path MTU probe and the reply to it say. A probe's payload is a mark, its number (big-endian), and zeros
 * up to its size; a reply's is another mark, the probe's number, and the size that arrived.
 */
#ifndef DXEMU_TRAFFIC_MTU_PACKET_H
#define DXEMU_TRAFFIC_MTU_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* IPv4 without options (RFC 791) and UDP (RFC 768): what a packet has before its payload. */
#define IP_UDP_HEADERS 28

/* Of payload; both fit a packet of 68 bytes, which every path carries (RFC 791 section 3.2). */
#define MTU_PROBE_HEAD 16
#define MTU_REPLY_BYTES 20

void mtu_probe_write(uint8_t buf[MTU_PROBE_HEAD], uint64_t seq);
void mtu_reply_write(uint8_t buf[MTU_REPLY_BYTES], uint64_t seq, uint32_t ip_bytes);

/*
 * False for anything that the function above did not make.
 * @buf: the first bytes of a payload, MTU_PROBE_HEAD or MTU_REPLY_BYTES of them, or @len if that is less
 * @len: of the whole payload
 */
bool mtu_probe_read(const uint8_t *buf, size_t len, uint64_t *ret_seq);
bool mtu_reply_read(const uint8_t *buf, size_t len, uint64_t *ret_seq, uint32_t *ret_ip_bytes);

#endif
