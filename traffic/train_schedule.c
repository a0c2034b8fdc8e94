// SPDX-License-Identifier: ISC
#include "traffic/train_schedule.h"

#include "base/rng.h"
#include "base/util.h"

/* In which POISSON times are kept. */
#define FRACTION_BITS 32

typedef unsigned __int128 u128;

/*
 * A draw from the exponential distribution of mean 1, in 2^-64, by comparisons of uniform draws alone (von Neumann,
 * Various techniques used in connection with random digits, 1951): exact, and, unlike log(), the same on all machines.
 */
static u128 draw_exponential(uint64_t *rng)
{
	for (u128 whole = 0;; whole++) {
		const uint64_t first = rng_next(rng);
		bool odd = true;

		/* A run of falling draws is of odd length with the probability exp(-first). */
		for (uint64_t last = first, u; (u = rng_next(rng)) < last; last = u)
			odd = !odd;
		if (odd)
			return whole << 64 | first;
	}
}

static void next_arrival(struct train_schedule *s)
{
	const u128 draw = draw_exponential(&s->rng), low = UINT64_MAX;

	/* draw * gap / 2^64, of which the whole product would not fit. */
	s->at += (draw >> 64) * s->gap + (draw & low) * (s->gap >> 64) +
		 ((draw & low) * (s->gap & low) >> 64);
}

static int64_t arrival_ns(const struct train_schedule *s)
{
	return s->opts->start_ns + (int64_t)(s->at >> FRACTION_BITS);
}

void train_schedule_begin(struct train_schedule *s, const struct train_opts *opts)
{
	*s = (struct train_schedule){
		.opts = opts,
		.group = train_group_size(opts),
		.by_time = !opts->group && train_is_dense(opts),
		.rng = opts->seed,
	};
	if (opts->pacing == TRAIN_POISSON) {
		const struct train_time mean = train_mean_slot(opts);

		s->gap = ((mean.num << FRACTION_BITS) + mean.den / 2) / mean.den;
		next_arrival(s);
	}
}

static struct train_group poisson_group(struct train_schedule *s)
{
	const uint64_t left = s->opts->n - s->next, most = s->by_time ? left : MIN(s->group, left);
	struct train_group g = { .first = s->next, .at_ns = arrival_ns(s) };

	do {
		g.count++;
		next_arrival(s);
	} while (g.count < most && (!s->by_time || arrival_ns(s) - g.at_ns < TRAIN_GROUP_NS));

	return g;
}

static struct train_group slot_group(struct train_schedule *s)
{
	const struct train_opts *opts = s->opts;
	const uint64_t first = s->next, burst = train_burst_size(opts);
	struct train_group g = { .first = first, .at_ns = train_slot_ns(opts, first) };

	/* A group ends with its burst. */
	g.count = MIN(MIN(s->group, burst - first % burst), opts->n - first);
	if (opts->pacing == TRAIN_SPREAD) {
		const struct train_time t = train_slots(opts, first, (u128)first + s->group);
		const uint64_t slot = (uint64_t)(t.num / t.den);

		g.at_ns += (int64_t)(slot / 4 + rng_next(&s->rng) % MAX(slot / 2, 1U));
	}

	return g;
}

bool train_schedule_next(struct train_schedule *s, struct train_group *ret)
{
	if (s->next >= s->opts->n)
		return false;
	*ret = s->opts->pacing == TRAIN_POISSON ? poisson_group(s) : slot_group(s);
	s->next += ret->count;

	return true;
}

int64_t train_schedule_end(const struct train_schedule *s)
{
	return s->opts->pacing == TRAIN_POISSON ? arrival_ns(s)
						: train_slot_ns(s->opts, s->opts->n);
}

int64_t train_length_ns(const struct train_opts *opts)
{
	struct train_schedule s;
	struct train_group ignored;

	if (opts->pacing != TRAIN_POISSON)
		return (int64_t)train_slot_offset(opts, opts->n);

	train_schedule_begin(&s, opts);
	while (train_schedule_next(&s, &ignored))
		;

	return train_schedule_end(&s) - opts->start_ns;
}

static uint64_t arrivals_within(const struct train_opts *opts, int64_t length_ns)
{
	struct train_schedule s;
	uint64_t n = 0;

	for (train_schedule_begin(&s, opts); arrival_ns(&s) - opts->start_ns < length_ns; n++)
		next_arrival(&s);

	return n;
}

uint64_t train_packets_within(const struct train_opts *opts, int64_t length_ns)
{
	const u128 length = (u128)MAX(length_ns, 0);
	uint64_t low = 0, high = UINT64_MAX;

	if (opts->pacing == TRAIN_POISSON)
		return arrivals_within(opts, length_ns);

	/* The first slot that does not begin before. */
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (train_slot_offset(opts, middle) < length)
			low = middle + 1;
		else
			high = middle;
	}

	return low;
}
