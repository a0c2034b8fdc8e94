/* SPDX-License-Identifier: ISC */
/*
 * How large the packets of a train are, and the slots that they leave in. Pure: options in, integers out; they are such
 * as train_check() takes.
 */
#ifndef DXEMU_TRAFFIC_TRAIN_SLOTS_H
#define DXEMU_TRAFFIC_TRAIN_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "traffic/train.h"

/*
 * What an untagged Ethernet frame, FCS included, has around the UDP payload of an IPv4 packet: 14 + 20 + 8 + 4. So
 * frames of 64 to 9000 bytes carry 18 to 8954. A tag makes them 4 bytes longer.
 */
#define TRAIN_FRAME_BYTES 46

/*
 * The simple IMIX, payloads: 7 frames of 64 bytes to 4 of 594 to 1 of 1518, which are IPv4 packets of 40 (here 46, what
 * fills the frame), 576 and 1500 bytes. No standard: the figures are those of Ostinato (ostinato.org/blog/imix), others'
 * differ. RFC 6985 asks for the order, too: s m s s m s l m s s m s, so that every third frame is a medium one.
 */
#define TRAIN_IMIX_LEN 12
extern const unsigned train_imix[TRAIN_IMIX_LEN];

/* Whether options are as traffic/train.h wants them, sockets apart. @records: they are kept. -EINVAL. */
int train_check(const struct train_opts *opts, bool records, struct err *err);

/* UDP payload of packet @seq, and the largest of all, bytes. */
unsigned train_payload(const struct train_opts *opts, uint64_t seq);
unsigned train_payload_max(const struct train_opts *opts);

/* The mean length of a slot in a burst, or without pauses: whole nanoseconds, cut. */
int64_t train_interval_ns(const struct train_opts *opts);

/* When slot @i begins, CLOCK_REALTIME; @i = n is the end. Says nothing of POISSON, which has no slots. */
int64_t train_slot_ns(const struct train_opts *opts, uint64_t i);

/*
 * The period_ns that has opts->burst packets take so much of the time, to the nearest nanosecond, but never less than
 * the longest burst. @duty: above 0, at most 1
 */
int64_t train_period_ns(const struct train_opts *opts, double duty);

/* Nanoseconds, not yet divided: num / den. */
struct train_time {
	unsigned __int128 num, den;
};

/* From the beginning of slot @from to that of @to, without pauses. */
struct train_time train_slots(const struct train_opts *opts, unsigned __int128 from,
			      unsigned __int128 to);

struct train_time train_mean_slot(const struct train_opts *opts);

/* When slot @i begins, from the start, with pauses. May be more than any clock can tell. */
unsigned __int128 train_slot_offset(const struct train_opts *opts, uint64_t i);

/* Packets from one pause to the next. */
uint64_t train_burst_size(const struct train_opts *opts);

/* Whether less than TRAIN_DENSE_NS is between two packets. */
bool train_is_dense(const struct train_opts *opts);

#endif
