/* SPDX-License-Identifier: ISC */
/*
 * TCP bulk transfer between two sockets of the same process, with as few system calls as there can be: the
 * sender passes pages of a memory file (sendfile), few before they are due (TCP_NOTSENT_LOWAT), and the receiver
 * drops what came without copying it (MSG_TRUNC, woken by SO_RCVLOWAT). What was delivered is read from the
 * receiver's TCP_INFO.
 */
#ifndef DXEMU_TRAFFIC_TCP_H
#define DXEMU_TRAFFIC_TCP_H

#include <stdint.h>

#include "base/err.h"

struct tcp_opts {
	int listener;	       /* bound and listening; owned by the caller */
	int *senders;	       /* connected to it; owned by the caller */
	unsigned n;	       /* flows */
	uint64_t buffer_bytes; /* of each socket: bandwidth-delay product and queue, with room */
	unsigned window_bytes; /* that receivers offer at most, as the listener has it; 0 = no limit */
};

struct tcp_run;

struct tcp_counters {
	uint64_t received_bytes; /* in order, at the receivers */
	uint64_t retransmits;	 /* segments, at the senders */
	unsigned mss;		 /* payload bytes of a full segment */
};

/* Accepts the flows and starts sending on all of them. */
int tcp_start(const struct tcp_opts *opts, struct tcp_run **ret, struct err *err);

/* Sums over the flows, as of now. */
int tcp_read(struct tcp_run *run, struct tcp_counters *ret, struct err *err);

/* One flow, as TCP_INFO has it (linux/tcp.h); times that limited it count from its start. */
struct tcp_sample {
	uint64_t received_bytes;	   /* in order, at the receiver */
	uint64_t sent_bytes, resent_bytes; /* payload, at the sender: all, and of those again */
	uint64_t retransmits;		   /* segments */
	uint64_t delivery_rate_bps;
	uint64_t busy_us, rwnd_limited_us, sndbuf_limited_us;
	unsigned cwnd_segments, mss;
	unsigned srtt_us, rttvar_us, min_rtt_us;
};

/* Of flow @i of those that were started. */
int tcp_sample(struct tcp_run *run, unsigned i, struct tcp_sample *ret, struct err *err);

/* Cuts the flows off and waits for their threads. */
void tcp_stop(struct tcp_run *run);

#endif
