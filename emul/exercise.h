/* SPDX-License-Identifier: ISC */
/*
 * What a link is put through to see what it does: which stages are there, and what is sent. Pure arithmetic on a
 * profile, so that two runs do the same.
 */
#ifndef DXEMU_EMUL_EXERCISE_H
#define DXEMU_EMUL_EXERCISE_H

#include <stdint.h>

#include "model/profile.h"
#include "traffic/train.h"

enum verify_scope {
	VERIFY_SHORT, /* before every measurement: less than half a second of CPU per link */
	VERIFY_FULL,  /* the certificate */
};

/* What one world does, in both directions at once. Each shows the stages that it names; the others are left out. */
enum exercise_kind {
	EXERCISE_LATENCY, /* packets far apart: delay, jitter, order */
	EXERCISE_LOADED,  /* the same at half of the rate: neither mean nor shape may change */
	EXERCISE_DICE,	  /* many packets: loss, duplicates, corruption, reordering */
	EXERCISE_RATE, /* three times the rate, without jitter and loss: rate, queue, policer's burst */
	EXERCISE_CAP, /* too much for a tunnel's end: its bits and packets per second */
	EXERCISE_KIND_COUNT,
};

struct exercise {
	enum exercise_kind kind;
	enum verify_scope scope;
	uint64_t samples; /* of a distribution, and episodes of losses to expect; 0 = by the scope */
	double cost_s;	  /* estimated wall time on one CPU, to start the longest first */
};

/* IPv4 and UDP, around the payload of a packet. */
#define IP_AND_UDP 28

/* "latency", "loaded", ... */
extern const char *const exercise_kind_names[EXERCISE_KIND_COUNT];

/* Leaves in @p, which has passed profile_check(), what this exercise shows; always without its schedule. */
void exercise_profile(enum exercise_kind kind, struct profile *p);

/*
 * exercise_trains() - what to send in a direction, one train after the other; returns how many. Sockets, start and
 * seed are the caller's to fill in.
 * @p: as exercise_profile() left it
 */
#define EXERCISE_TRAINS_MAX 2
unsigned exercise_trains(const struct exercise *e, const struct profile *p, enum dir d,
			 struct train_opts ret[EXERCISE_TRAINS_MAX]);

/* The parts of that which overload a stage. */
struct train_opts exercise_rate_train(const struct exercise *e, const struct profile *p,
				      enum dir d);
unsigned exercise_cap_trains(const struct exercise *e, const struct profile *p, enum dir d,
			     struct train_opts ret[EXERCISE_TRAINS_MAX]);

/* Samples of the latency in such a train: one of each burst, or, without bursts, every packet. */
uint64_t exercise_samples(const struct train_opts *train);

/*
 * Bytes on the wire of a packet with this UDP payload, everything that takes time at the rate stage included.
 * Reckoned here once more rather than taken from emul/stages.h, which is on trial.
 */
unsigned exercise_wire_bytes(const struct profile *p, unsigned payload_bytes);

/* How long it takes there, as the kernel reckons: whole nanoseconds, cut. 0 where there is no such stage. */
uint64_t exercise_frame_ns(const struct profile *p, enum dir d, unsigned payload_bytes);

/* UDP payload of a full-size packet. */
unsigned exercise_full_payload(const struct profile *p);

/* The queue of the rate stage in full-size frames. */
uint64_t exercise_queue_frames(const struct profile *p, enum dir d);

/* What limits a direction, if it is a policer: the hosted connection's, or the tunnel's for bits or for packets. */
struct limit {
	uint64_t rate_bps, pps;	     /* one of both; 0 = there is no such policer */
	uint64_t burst, burst_least; /* bytes or packets; two in series need not agree */
	uint64_t hold; /* packets that an overload gets through beyond the rate before that rules */
	unsigned bytes; /* of a full-size packet, as it counts them */
};

/* How many packets a second it lets pass. */
double limit_pps(const struct limit *l);

struct limit exercise_cir(const struct profile *p, enum dir d);

/* Those of the tunnel's end that more can reach than they let pass. */
struct limit exercise_cap_bits(const struct profile *p, enum dir d);
struct limit exercise_cap_packets(const struct profile *p, enum dir d);

#endif
