/* SPDX-License-Identifier: ISC */
/*
 * Jitter as a process in time: one curve per direction, which every frame meets where it is. Pure.
 *
 * A stationary Gaussian process with the correlation (1 + at)e^-at (Matern 3/2), which is smooth enough to have a
 * slope, is mapped to the shape that the profile asks for; so at each instant the latency is distributed exactly
 * as the shape, whatever the load. at = 5 after the correlation time: 4 % are left.
 */
#ifndef DXEMU_EMUL_CURVE_H
#define DXEMU_EMUL_CURVE_H

#include <stdint.h>

#include "model/jitter.h"

struct curve {
	double a;	 /* 1/ns */
	double x, slope; /* of the process; slope in units of a */
	uint64_t rng;
};

/* Begins anywhere on it. @correlation_ns > 0 */
void curve_init(struct curve *c, uint64_t correlation_ns, uint64_t seed);

/* Goes on by that time, however long; returns the process: mean 0, variance 1. */
double curve_advance(struct curve *c, int64_t ns);

/* The shape's value there, in units of its scale. */
double curve_value(const struct curve *c, const struct jitter_dist *dist);

#endif
