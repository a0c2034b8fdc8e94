/* SPDX-License-Identifier: ISC */
/*
 * One-way trains of numbered UDP packets with exact times. Given two sockets, knows no namespace and no link.
 *
 * Packets leave at times fixed in advance, whatever became of earlier ones; delays count from the intended
 * time to the kernel's receive stamp (SO_TIMESTAMPNS), so that neither a late sender nor a late reader hides
 * or adds any. Several trains may run at once, each on two sockets of its own. When each packet
 * leaves, and how large it is, follows from the options alone: traffic/train_schedule.h.
 */
#ifndef DXEMU_TRAFFIC_TRAIN_H
#define DXEMU_TRAFFIC_TRAIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A mark and the sequence number; the rest of a payload is zeros. */
#define TRAIN_PAYLOAD_MIN 16
/* What fits an IPv4 packet of 65535 bytes. */
#define TRAIN_PAYLOAD_MAX 65507

#define TRAIN_PATTERN_MAX 1024
#define TRAIN_OVERHEAD_MAX 65535

/*
 * A train with less than this between its packets leaves in groups: each wake-up, at least TRAIN_GROUP_NS
 * after the one before, sends all that is due until the next, for system calls are what a train costs. The
 * first of a group is on time, the others early, and all have the time of that wake-up as their sent_ns.
 */
#define TRAIN_DENSE_NS 5000
#define TRAIN_GROUP_NS 10000

/* When packets leave. */
enum train_pacing {
	TRAIN_EVEN,   /* at the beginning of each slot */
	TRAIN_SPREAD, /* at times drawn from the middle half of each slot */
	TRAIN_POISSON, /* after gaps drawn from an exponential distribution, whose mean is the mean slot */
	TRAIN_PACING_COUNT,
};

struct train_opts {
	int sender;   /* UDP, connected to the receiver's address; owned by the caller */
	int receiver; /* UDP, bound; owned by the caller, and of no use to it after the train */
	uint64_t n;   /* packets; with records, at most UINT32_MAX */

	unsigned payload_bytes; /* of every packet, TRAIN_PAYLOAD_MIN to TRAIN_PAYLOAD_MAX */
	/*
	 * Or payloads of several sizes, one after the other, over and over: then payload_bytes is not looked at. At
	 * most TRAIN_PATTERN_MAX; the caller's, until train_finish(). NULL = none.
	 */
	const unsigned *pattern;
	size_t pattern_len;

	int64_t start_ns; /* CLOCK_REALTIME, when the first slot begins; 200 ms ahead or more */
	/*
	 * The length of a slot: one of these, and the others are 0. With a rate in bits a slot is as long as its
	 * packet takes at that rate, with @overhead_bytes around its payload: 28 counts IPv4 packets, 66 counts
	 * untagged Ethernet frames with preamble and gap.
	 *
	 * Slot i begins at its exact time, cut to a nanosecond, so that nothing adds up: in any window of whole
	 * nanoseconds, EVEN packets have the bytes of rate times length, to less than one packet (in groups: one
	 * group), the largest of the pattern. At most TRAIN_OVERHEAD_MAX.
	 */
	int64_t interval_ns; /* 0 without a rate: all at once */
	uint64_t rate_bps, rate_pps;
	unsigned overhead_bytes;

	enum train_pacing pacing;
	uint64_t group; /* packets that leave at each wake-up; 0 = as above: by how far they are apart */
	/* With bursts, EVEN alone: after so many slots there is a pause, until a period is over. 0 = no pauses. */
	uint64_t burst;
	int64_t period_ns; /* not less than the slots of a burst; train_period_ns() gives it for a duty */
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

/* What is known of a train that keeps no records, too. Bytes are of payload. */
struct train_totals {
	uint64_t sent, sent_bytes;
	uint64_t received, received_bytes; /* second copies included */
	/*
	 * Packets that the receiver's socket threw away, for want of room or for a wrong checksum. They count as
	 * lost in the records; on a link that corrupts nothing, a figure above 0 spoils the measurement.
	 */
	uint64_t dropped;
};

/*
 * Packets that leave at each wake-up; a burst's last ones may be fewer, and a dense POISSON train's are as many on
 * average: all of its packets that are due in the TRAIN_GROUP_NS from the first one.
 */
uint64_t train_group_size(const struct train_opts *opts);

struct train_run;

/*
 * train_start() - starts a sender and a receiver thread, which inherit the caller's scheduling.
 * @rec: room for @opts->n records, which are the threads' until train_finish(); or NULL, for a load that is
 * only counted
 *
 * -EINVAL: @opts contradict the above.
 *
 * train_stop() - no further packet leaves; what is on its way is not waited for.
 *
 * train_finish(), train_finish_totals() - waits for the end of train and linger. Always frees @run.
 * @ret_dropped: of the totals
 */
int train_start(const struct train_opts *opts, struct train_record *rec, struct train_run **ret,
		struct err *err);
void train_stop(struct train_run *run);
int train_finish(struct train_run *run, uint64_t *ret_dropped, struct err *err);
int train_finish_totals(struct train_run *run, struct train_totals *ret, struct err *err);

#endif
