/* SPDX-License-Identifier: ISC */
/*
 * The probe packet: the sender's sequence number, in a UDP payload as long as an unauthenticated STAMP test
 * packet (RFC 8762 section 4.2.1: 44 bytes), so that a probe weighs on the wire what other tools' probes do.
 */
#ifndef DXEMU_TRAFFIC_PACKET_H
#define DXEMU_TRAFFIC_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROBE_BYTES 44

void probe_packet_write(uint8_t buf[PROBE_BYTES], uint64_t seq);

/* False for anything that probe_packet_write() did not make; reads at most @len bytes. */
bool probe_packet_read(const uint8_t *buf, size_t len, uint64_t *ret_seq);

#endif
