/* SPDX-License-Identifier: ISC */
/*
 * What a train says about how packets are lost: one direction. Pure: records in, figures out.
 *
 * Lost is what never arrived. What arrived after Tmax is late: RFC 7680 counts it as lost, here it has a figure of
 * its own and counts as received in every other, so that lost + late is that RFC's loss. A second copy changes
 * neither.
 */
#ifndef DXEMU_TRAFFIC_LOSS_STATS_H
#define DXEMU_TRAFFIC_LOSS_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "traffic/bins.h"
#include "traffic/train.h"
#include "traffic/train_stats.h"

struct loss_shape_opts {
	int64_t tmax_ns; /* RFC 7680: a packet that takes longer is late; 0 = no limit */
	uint64_t delta;	 /* RFC 3357, 6.1: the loss constraint, packets; 0 = none is noticeable */
};

/* Loss distances (RFC 3357): what the sequence number of a lost packet is above that of the lost one before it. */
struct loss_distance {
	uint64_t n; /* lost packets but the first */
	double mean;
	uint64_t min, p50, max; /* p50 by nearest rank; of a handful it means little */
	uint64_t noticeable;	/* those of opts.delta or less */
	double noticeable_ratio; /* of all lost packets, as RFC 3357, 6.1 has it; 0 if none was lost */
};

struct loss_shape {
	/* Sent, received, lost, duplicated. Its episodes are RFC 3357's loss periods. */
	struct train_counts counts;
	uint64_t late;	    /* of those received */
	struct bins bursts; /* episodes by packets lost in a row */
	struct loss_distance distance;
	/*
	 * McGowan's burst ratio (also ITU-T G.107): the mean burst, over that of as many losses without memory,
	 * 1 / (1 - loss ratio). Above 1: in bursts. 0 = undefined: nothing was lost, or everything.
	 */
	double burst_ratio;
};

/* -ENOMEM */
int loss_shape(const struct train_record *rec, size_t n, const struct loss_shape_opts *opts,
	       struct loss_shape *out, struct err *err);

/* Whether there is a fit. Where there is none, its figures are 0; they are finite always. */
enum loss_fit {
	LOSS_FIT_OK,
	LOSS_FIT_FEW, /* too few losses: what the figures are ratios of was not seen, or only in one place */
	LOSS_FIT_NO_MEMORY, /* losses do not depend on those before them, as far as can be told; many p, r fit */
	LOSS_FIT_OUT_OF_RANGE, /* what would fit is no probability: not such a process, or at the border */
	LOSS_FIT_COUNT,
};

/*
 * Loss models in the terms of tc-netem's gemodel: a good state, in which nothing is lost, and a bad one.
 * All are per packet sent, and assume that loss goes by the packet, not by the time.
 */

/*
 * The simple Gilbert model: everything is lost in the bad state, so that transitions can be counted, and their
 * shares are the maximum likelihood. Standard errors are those of the beta distribution that k of n draws leave
 * of a probability, from a uniform one: never 0. LOSS_FIT_FEW: of a lost packet, or of one that arrived, no next
 * one was sent.
 */
struct gilbert_fit {
	enum loss_fit fit;
	double p, p_se; /* good to bad */
	double r, r_se; /* bad to good */
};

void loss_fit_gilbert(const struct train_record *rec, size_t n, struct gilbert_fit *out);

/*
 * Gilbert's model of three parameters by his own estimator (Bell System Technical Journal 39, 1960): from
 * a = P(1), b = P(1|1), c = P(111) / (P(101) + P(111)), where 1 is a lost packet,
 *
 *	1 - r = (a c - b^2) / (2 a c - b (a + c)), bad = b / (1 - r), p = a r / (bad - a).
 *
 * His h is 1 - bad. It is a method of moments and wants many losses. On a simple Gilbert link, bad = 1, it gives
 * LOSS_FIT_OUT_OF_RANGE about as often as not: the fit above is the answer then.
 * LOSS_FIT_NO_MEMORY: P(1|1) is within three standard errors of P(1|0), and a, b, c are then the same number.
 * Standard errors are by the jackknife over twenty parts of the train, each left out in turn (Kunsch, Annals of
 * Statistics 17, 1989), so that what a burst makes of them is in them.
 */
struct gilbert_bad_fit {
	enum loss_fit fit;
	double p, p_se;	    /* good to bad */
	double r, r_se;	    /* bad to good */
	double bad, bad_se; /* chance to be lost in the bad state; gemodel's 1-h */
};

void loss_fit_gilbert_bad(const struct train_record *rec, size_t n, struct gilbert_bad_fit *out);

#endif
