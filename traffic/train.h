/* SPDX-License-Identifier: ISC */
/*
 * One-way trains of numbered UDP packets with exact times. Given two sockets, knows no namespace and no link.
 *
 * Packets leave at times fixed in advance, whatever became of earlier ones; delays count from the intended
 * time to the kernel's receive stamp (SO_TIMESTAMPNS), so that neither a late sender nor a late reader hides
 * or adds any. Several trains may run at once, each on two sockets of its own.
 */
#ifndef DXEMU_TRAFFIC_TRAIN_H
#define DXEMU_TRAFFIC_TRAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* A mark and the sequence number; the rest of a payload is zeros. */
#define TRAIN_PAYLOAD_MIN 16

/*
 * A train with less than this between its packets leaves in groups: each wake-up, at least TRAIN_GROUP_NS
 * after the one before, sends all that is due until the next, for system calls are what a train costs. The
 * first of a group is on time, the others early, and all have the time of that wake-up as their sent_ns.
 */
#define TRAIN_DENSE_NS 5000
#define TRAIN_GROUP_NS 10000

struct train_opts {
	int sender;   /* UDP, connected to the receiver's address; owned by the caller */
	int receiver; /* UDP, bound; owned by the caller, and of no use to it after the train */
	uint64_t n;   /* packets, at most UINT32_MAX */
	unsigned payload_bytes; /* of every packet, TRAIN_PAYLOAD_MIN or more */
	int64_t start_ns;    /* CLOCK_REALTIME, when the first slot begins; 200 ms ahead or more */
	int64_t interval_ns; /* length of a slot; 0 = all at once */
	bool spread; /* leave at times drawn from the middle half of each slot, not at its beginning */
	uint64_t group; /* packets that leave at each wake-up; 0 = as above: by how far they are apart */
	/* With bursts, not spread: after so many slots there is a pause, until a period is over. 0 = no pauses. */
	uint64_t burst;
	int64_t period_ns; /* not less than the slots of a burst */
	int64_t linger_ns; /* from the end of the last slot or period: how long the last packet may take */
	uint64_t seed; /* of the draws */
};

/* What became of one packet; its index is its sequence number. */
struct train_record {
	int64_t sent_ns;     /* intended; exact in a virtual world */
	int64_t received_ns; /* receive stamp of the first copy; 0 = did not arrive */
	uint32_t copies;     /* how often it arrived */
	uint32_t order; /* rank, from 1, of the first copy among the packets that arrived; or 0 */
};

/* Packets that leave at each wake-up; a burst's last ones may be fewer. */
uint64_t train_group_size(const struct train_opts *opts);

struct train_run;

/*
 * train_start() - starts a sender and a receiver thread, which inherit the caller's scheduling.
 * @rec: room for @opts->n records, which are the threads' until train_finish()
 *
 * -EINVAL: @opts contradict the above.
 *
 * train_finish() - waits for the end of train and linger. Always frees @run.
 * @ret_dropped: packets that the receiver's socket threw away, for want of room or for a wrong checksum.
 * They count as lost in the records; on a link that corrupts nothing, a figure above 0 spoils the measurement.
 */
int train_start(const struct train_opts *opts, struct train_record *rec, struct train_run **ret,
		struct err *err);
int train_finish(struct train_run *run, uint64_t *ret_dropped, struct err *err);

#endif
