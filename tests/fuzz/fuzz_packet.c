// SPDX-License-Identifier: ISC
/*
 * For libFuzzer: what comes from the network. The bytes are a packet of either kind, and, read as numbers, the
 * sequence numbers of replies in the order of their arrival. Whatever they are, nothing is read out of bounds, a
 * packet that was read is written as what reads back as the same, and what the sequence numbers add up to is
 * possible.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "traffic/packet.h"
#include "traffic/stamp_loss.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool right, const char *what)
{
	if (right)
		return;
	(void)fprintf(stderr, "%s\n", what);
	abort();
}

static bool same_sender(const struct sender_packet *a, const struct sender_packet *b)
{
	return a->seq == b->seq && a->timestamp == b->timestamp &&
	       a->error_estimate == b->error_estimate;
}

static void try_sender(const uint8_t *data, size_t size)
{
	uint8_t buf[PROBE_BYTES];
	struct sender_packet p, back;

	if (!sender_packet_read(data, size, &p))
		return;
	expect(size >= PROBE_BYTES && p.error_estimate & 0xff, "sender: read");
	sender_packet_write(buf, &p);
	expect(memcmp(buf, data, 14) == 0, "sender: written");
	expect(sender_packet_read(buf, sizeof(buf), &back) && same_sender(&p, &back), "sender: "
										      "read back");
}

static void try_reflector(const uint8_t *data, size_t size)
{
	uint8_t buf[PROBE_BYTES];
	struct reflector_packet p, b;

	if (!reflector_packet_read(data, size, &p))
		return;
	reflector_packet_write(buf, &p);
	expect(memcmp(buf, data, 14) == 0 && memcmp(buf + 16, data + 16, 22) == 0 &&
		       buf[40] == data[40],
	       "reflector: written");
	expect(reflector_packet_read(buf, sizeof(buf), &b), "reflector: not read back");
	expect(p.seq == b.seq && p.timestamp == b.timestamp &&
		       p.error_estimate == b.error_estimate &&
		       p.receive_timestamp == b.receive_timestamp &&
		       same_sender(&p.sender, &b.sender) && p.sender_ttl == b.sender_ttl,
	       "reflector: read back");
	/* To nanoseconds, which are coarser, and from then on the same. */
	expect(ntp_to_ns(ntp_from_ns(ntp_to_ns(p.timestamp) % (NSEC_PER_SEC << 32))) ==
		       ntp_to_ns(p.timestamp) % (NSEC_PER_SEC << 32),
	       "time");
}

static void try_extend(uint64_t highest, uint32_t seq)
{
	const uint64_t half = UINT64_C(1) << 31, whole = half * 2;
	uint64_t r = sequence_extend(highest, seq);
	uint64_t off = r > highest ? r - highest : highest - r;

	expect((uint32_t)r == seq, "extended to another");
	/* Further off only where the nearest would be below 0 or above the largest. */
	expect(off <= half || (off < whole && (r > highest ? r < whole : r > UINT64_MAX - whole)),
	       "extended to one that is not nearest");
}

static void try_loss(const uint8_t *data, size_t size)
{
	struct stamp_reply *reply;
	struct stamp_loss loss;
	uint64_t head[2];
	size_t n;
	struct err err;

	if (size < sizeof(head))
		return;
	memcpy(head, data, sizeof(head));
	try_extend(head[0], (uint32_t)head[1]);
	n = (size - sizeof(head)) / sizeof(*reply);
	/* Of its own size, so that AddressSanitizer sees a read beyond it. */
	reply = calloc(n + !n, sizeof(*reply));
	expect(reply, "out of memory");
	memcpy(reply, data + sizeof(head), n * sizeof(*reply));

	expect(stamp_loss(reply, n, head[0], head[1], &loss, &err) == 0, "stamp_loss");
	expect(loss.forward <= head[1] && loss.backward <= head[1] &&
		       loss.forward + loss.backward + loss.received == head[1],
	       "not every probe is counted once");
	expect(loss.received + loss.forward_copies + loss.backward_copies + loss.foreign == n,
	       "not every reply is counted once");
	expect(loss.restarts <= n, "more restarts than replies");
	free(reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_sender(data, size);
	try_reflector(data, size);
	try_loss(data, size);

	return 0;
}
