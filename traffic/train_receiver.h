/* SPDX-License-Identifier: ISC */
/* The receiving end of a train: a thread that counts what arrives, and fills in records. */
#ifndef DXEMU_TRAFFIC_TRAIN_RECEIVER_H
#define DXEMU_TRAFFIC_TRAIN_RECEIVER_H

#include <stdint.h>

#include "base/err.h"
#include "traffic/train.h"

/* The head of each packet; the rest of its payload is zeros. */
struct train_head {
	uint8_t mark[8]; /* TRAIN_MARK, without its final zero */
	uint64_t seq;	 /* big-endian */
};

#define TRAIN_MARK "dxtrain1"

/* Messages per sendmmsg() and recvmmsg(): few, large system calls. */
#define TRAIN_BATCH 256

struct train_receiver;

/*
 * train_receiver_start() - sets @opts->receiver up and starts a thread that writes arrivals to @rec, which is all
 * zeros; NULL = they are only counted.
 *
 * train_receiver_stop() - takes in what is in the socket, ends the thread and frees @rx. Of @ret, it writes what the
 * receiving end knows, on success only.
 */
int train_receiver_start(const struct train_opts *opts, struct train_record *rec,
			 struct train_receiver **ret, struct err *err);
int train_receiver_stop(struct train_receiver *rx, struct train_totals *ret, struct err *err);

#endif
