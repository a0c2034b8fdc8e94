// SPDX-License-Identifier: ISC
#include "emul/curve.h"

#include <math.h>

#include "base/rng.h"

#define FORGOTTEN 5.0

struct pair {
	double first, second;
};

/* In (0, 1]. */
static double uniform(uint64_t *rng)
{
	return ((double)(rng_next(rng) >> 11) + 1) * 0x1p-53;
}

/* Two independent standard normal numbers (Box and Muller, 1958). */
static struct pair draw_normal(uint64_t *rng)
{
	double first = uniform(rng), second = uniform(rng);
	double radius = sqrt(-2 * log(first)), angle = 2 * M_PI * second;

	return (struct pair){ radius * cos(angle), radius * sin(angle) };
}

void curve_init(struct curve *c, uint64_t correlation_ns, uint64_t seed)
{
	struct pair z;

	*c = (struct curve){ .a = FORGOTTEN / (double)correlation_ns, .rng = seed };
	z = draw_normal(&c->rng);
	c->x = z.first;
	c->slope = z.second;
}

/*
 * The exact step of the process's state: with t = a * ns, the state is multiplied by e^-t [[1 + t, t], [-t, 1 - t]],
 * and what that takes from its covariance, which is the unit matrix, is drawn anew.
 */
double curve_advance(struct curve *c, int64_t ns)
{
	double t = c->a * (double)ns, decay = exp(-t), squared = decay * decay;
	double var_x = 1 - squared * ((1 + t) * (1 + t) + t * t);
	double var_slope = 1 - squared * (t * t + (1 - t) * (1 - t));
	double cov = 2 * squared * t * t;
	/* Rounding must not make them negative for the smallest steps. */
	double sd_x = sqrt(fmax(var_x, 0)), share = sd_x > 0 ? cov / sd_x : 0;
	struct pair z = draw_normal(&c->rng);
	double x = c->x, slope = c->slope;

	c->x = decay * ((1 + t) * x + t * slope) + sd_x * z.first;
	c->slope = decay * (-t * x + (1 - t) * slope) + share * z.first +
		   sqrt(fmax(var_slope - share * share, 0)) * z.second;

	return c->x;
}

double curve_value(const struct curve *c, const struct jitter_dist *dist)
{
	return jitter_quantile(dist, 0.5 * erfc(-c->x * M_SQRT1_2));
}
