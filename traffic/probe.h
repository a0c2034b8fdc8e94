/* SPDX-License-Identifier: ISC */
/*
 * Open-loop UDP probes with one-way times. Given two sockets, knows no namespace and no link.
 *
 * Probes leave at times fixed in advance, whatever became of earlier ones, and are measured from that
 * intended time, so that a stalled sender cannot hide delay. Each leaves at a time drawn (from the seed) from
 * the middle half of its own slot: evenly spaced ones could keep step with a queue's own rhythm (RFC 2330
 * section 11.1).
 * Arrivals are the kernel's receive stamps (SO_TIMESTAMPNS), so that a late reader does not add delay.
 *
 * They are STAMP test packets (traffic/packet.h). Of a probe that came back, the times at the reflector are
 * those in its reply; of one that was lost on the way back, those that the reflector noted.
 */
#ifndef DXEMU_TRAFFIC_PROBE_H
#define DXEMU_TRAFFIC_PROBE_H

#include <stdint.h>

#include "base/err.h"
#include "model/result.h"

struct probe_opts {
	int sender; /* UDP over IPv4, connected to the reflector's address; owned by the caller */
	int reflector;	     /* UDP over IPv4, bound; owned by the caller */
	uint64_t n;	     /* below 2^31, so that 32 bits tell one from another */
	uint64_t first_seq;  /* sequence number of the first; on the wire are the low 32 bits */
	int64_t start_ns;    /* CLOCK_REALTIME, when the first slot begins; 200 ms ahead or more */
	int64_t interval_ns; /* length of a slot */
	int64_t linger_ns;   /* how long the last one may take to come back */
	uint64_t seed;
};

struct probe_run;

/*
 * probe_start() - starts a sender and a reflector thread; probe_finish() waits for their end.
 * After it, @rec holds @opts->n records in the order of sequence numbers and @ret_duplicated what arrived
 * again, per direction. sent_ns of all is there from the start. A reflected probe is sent back once, however
 * often it arrived.
 * -EBADMSG: replies told other times than the reflector noted.
 */
int probe_start(const struct probe_opts *opts, struct probe_record *rec, struct probe_run **ret,
		struct err *err);
int probe_finish(struct probe_run *run, uint64_t ret_duplicated[DIR_COUNT], struct err *err);

#endif
