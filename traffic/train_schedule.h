/* SPDX-License-Identifier: ISC */
/*
 * When the packets of a train leave. Pure: options in, integers out; they are such as train_check() takes. Sizes and
 * slots: traffic/train_slots.h.
 */
#ifndef DXEMU_TRAFFIC_TRAIN_SCHEDULE_H
#define DXEMU_TRAFFIC_TRAIN_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "traffic/train.h"
#include "traffic/train_slots.h"

/*
 * From the start to the end of the last slot or period; POISSON: to where packet n would be. Not the linger. What
 * POISSON takes depends on the seed, and all packets are drawn for it.
 */
int64_t train_length_ns(const struct train_opts *opts);

/*
 * The n for a train of so long: how many slots begin, or POISSON packets leave, before @length_ns is over. opts->n is
 * not looked at. UINT64_MAX, if there is no end of them.
 */
uint64_t train_packets_within(const struct train_opts *opts, int64_t length_ns);

/* Packets that leave together. */
struct train_group {
	uint64_t first, count;
	int64_t at_ns; /* CLOCK_REALTIME */
};

/* Goes through a train, group by group. @opts must stay. */
struct train_schedule {
	const struct train_opts *opts;
	uint64_t next; /* packet */
	uint64_t group;
	bool by_time; /* dense: POISSON groups are of what is due, not of so many */
	uint64_t rng;
	unsigned __int128 gap, at; /* of POISSON: mean gap and next packet's time, 2^-32 ns */
};

void train_schedule_begin(struct train_schedule *s, const struct train_opts *opts);

/* False: there are no more packets. */
bool train_schedule_next(struct train_schedule *s, struct train_group *ret);

/* After the last group: when slots and pauses are over, CLOCK_REALTIME. */
int64_t train_schedule_end(const struct train_schedule *s);

#endif
