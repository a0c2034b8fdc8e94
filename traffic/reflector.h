/* SPDX-License-Identifier: ISC */
/*
 * The far end of probes: a stateful STAMP Session-Reflector (RFC 8762 section 4.3), in a thread of its own. Its
 * sequence numbers count its replies, from 0.
 *
 * Unlike the RFC's it answers the probes of one train alone, each once however often it arrives.
 */
#ifndef DXEMU_TRAFFIC_REFLECTOR_H
#define DXEMU_TRAFFIC_REFLECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "traffic/packet.h"
#include "traffic/probe.h"

/* What became of one probe there; 0 = it did not arrive. The same times are in the reply. */
struct reflection {
	int64_t at_vpc_ns;    /* T2: receive stamp */
	int64_t reflected_ns; /* T3: when it was read, to be sent back */
};

struct reflector;

/*
 * reflector_start() - answers on @opts->reflector until reflector_stop(), which waits for the thread.
 * @rec: only sent_ns is read: the times by which the probes of this train are known; owned by the caller
 * @seen: @opts->n of them, zeroed; owned by the caller, and the thread's until the stop
 * @ret_duplicated: probes that arrived again
 */
int reflector_start(const struct probe_opts *opts, const struct probe_record *rec,
		    struct reflection *seen, struct reflector **ret, struct err *err);
int reflector_stop(struct reflector *rf, uint64_t *ret_duplicated, struct err *err);

/*
 * Whether a sender's packet is a probe of this train, by its sequence number and intended send time, and
 * which, from 0. @highest: the highest sequence number found so far, @opts->first_seq before the first.
 */
bool probe_index(const struct probe_opts *opts, const struct probe_record *rec, uint64_t *highest,
		 const struct sender_packet *p, uint64_t *ret_index);

/* Of every stamp in a probe and its reply. */
uint16_t probe_error_estimate(void);

/* Receive stamps, and room for a burst of probes that a queue lets go at once. */
int probe_prepare_socket(int fd, struct err *err);

#endif
