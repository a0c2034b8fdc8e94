/* SPDX-License-Identifier: ISC */
/*
 * Loss in each direction as a Session-Sender alone can tell it, from the sequence numbers in the replies of a
 * stateful Session-Reflector (RFC 8762 section 4.3). Pure. For reflectors that keep their records to themselves.
 *
 * The reflector counts its replies from 0: the highest number that came back, and one, is how many probes it
 * got. forward = sent - what it counted, backward = what it counted - what came back.
 *
 * What cannot be known:
 * - What follows the last reply that came back counts as forward, whichever way it was lost: at the end, before
 *   each restart of the reflector, and with no reply at all.
 * - A restart is seen when a reply to a newer probe has a number that the reflector had left behind: not one
 *   after which the first reply to come back has a higher number than any before.
 * - A stateless reflector copies the sender's number: all loss but the last then looks like backward. Equal
 *   numbers in all replies are the same with a stateful one as long as nothing is lost forward.
 */
#ifndef DXEMU_TRAFFIC_STAMP_LOSS_H
#define DXEMU_TRAFFIC_STAMP_LOSS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* As read from one reply: traffic/packet.h. */
struct stamp_reply {
	uint32_t sender_seq;
	uint32_t reflector_seq;
};

/* Probes, each counted once: sent = forward + backward + received. */
struct stamp_loss {
	uint64_t received; /* probes of which a reply came back */
	uint64_t forward;  /* lost on the way to the reflector */
	uint64_t backward; /* lost on the way back */
	uint64_t restarts; /* of the reflector: the counts of each time are added */
	/* Replies beyond the first to a probe. */
	uint64_t forward_copies;  /* the reflector got the probe again and counted it again */
	uint64_t backward_copies; /* the same reply again */
	uint64_t foreign;	  /* replies to what was not sent; not looked at */
	/*
	 * Replies that the reflector counted beyond all that was sent: it had counted before the test began, and
	 * the two directions then mean nothing, or replies to copies made forward were lost.
	 */
	uint64_t excess;
};

/*
 * @reply, @n: in the order of arrival
 * @first_seq: sequence number of the first probe, of which replies have the low 32 bits
 * @sent: how many, even beyond 2^32; up to 2^31 of them may be lost in a row
 *
 * Returns 0, or -ENOMEM. @out is written on success only.
 */
int stamp_loss(const struct stamp_reply *reply, size_t n, uint64_t first_seq, uint64_t sent,
	       struct stamp_loss *out, struct err *err);

#endif
