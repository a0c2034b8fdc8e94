/* SPDX-License-Identifier: ISC */
/*
 * How many frames of a size a direction lets pass: the closed form of its tightest stage, each stage by what it counts
 * of a frame (l1, l2, l3, or packets). Pure. The schedule is not looked at: it is the link as it begins.
 */
#ifndef DXEMU_EMUL_CEILING_H
#define DXEMU_EMUL_CEILING_H

#include <stdint.h>

#include "model/profile.h"

struct ceiling {
	double pps; /* of the tightest stage: rate / what it counts of a frame; of a mix, on average */
	double pps_cut; /* the same as the kernel counts, in whole nanoseconds a frame: never less */
	double hold;	/* packets that all queues and buckets take beyond their rates */
	/* The most of a stage that is as tight, or nearly: in series they run out together. */
	double tight_hold;
	double next_pps; /* of the tightest of the other stages; INFINITY without */
	double frame_bits; /* mean, as rates of streams count them: frame with FCS, tag, encapsulation */
	double wire_bits;	/* mean, with preamble and gap */
	unsigned payload_bytes; /* the largest */
};

/* @frame_bytes: as in struct test; frames that fit the link (emul/stream.h). */
struct ceiling ceiling_of(const struct profile *p, enum dir d, unsigned frame_bytes);

#endif
