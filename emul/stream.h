/* SPDX-License-Identifier: ISC */
/* UDP packets at a set rate over the lab's link, in one direction. Inside a world. */
#ifndef DXEMU_EMUL_STREAM_H
#define DXEMU_EMUL_STREAM_H

#include "emul/testing.h"
#include "traffic/train.h"

/* What to send; the rest is as the test has it. */
struct stream_wish {
	uint64_t rate_bps; /* by frames as a policer with l2 accounting counts them; or */
	uint64_t pps;
	unsigned frame_bytes;
	enum arrivals arrivals; /* on-off: the rate is that of the time that is on */
	int64_t length_ns;
	bool counted_only; /* no records, and no end before stream_stop(): for what is only there */
};

struct stream {
	enum dir dir;
	int sender, receiver;
	struct train_record *rec;
	struct train_opts opts;
	struct train_run *run;
	struct train_totals totals;
};

#define STREAM_NONE ((struct stream){ .sender = -1, .receiver = -1 })

/*
 * stream_check_frames() - whether frames of that size (of struct test) fit the link's MTU. Pure; err_input() in the words
 * of the option that asked for them.
 */
int stream_check_frames(const struct profile *p, unsigned frame_bytes, struct err *err);

/* @start: CLOCK_REALTIME, TESTING_SETTLE_NS ahead or more. @number: of streams that run at once, from 0 */
int stream_start(struct stream *s, const struct testing *g, enum dir d,
		 const struct stream_wish *wish, unsigned number, int64_t start, struct err *err);

/* No further packet leaves from here on. */
void stream_stop(struct stream *s);

/* Waits for the last packet: then totals and records hold what became of them. */
int stream_finish(struct stream *s, struct err *err);

/* Frees, also after a failure. */
void stream_close(struct stream *s);

/* Bytes of a packet as rates of streams count them: payload, IP, frame with FCS, tag, encapsulation. */
unsigned stream_frame_bytes(const struct stream *s, unsigned payload_bytes);

#endif
