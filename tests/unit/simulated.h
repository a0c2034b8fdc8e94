/* SPDX-License-Identifier: ISC */
/* Links reckoned packet by packet, right or with a fault, for tests of what is said of them. */
#ifndef DXEMU_TESTS_UNIT_SIMULATED_H
#define DXEMU_TESTS_UNIT_SIMULATED_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/util.h"
#include "emul/certificate.h"
#include "emul/stages.h"
#include "tests/unit/losses.h"

/* What system calls take. */
#define SIMULATED_CALLS_NS 600

/* What is wrong with a link; all zeros: nothing. */
struct fault {
	int64_t later_ns;	 /* everything */
	double jitter_scale;	 /* the jitter's, times this */
	enum jitter_shape shape; /* other jitter */
	bool running_max;	 /* each packet drawn by itself, and order kept */
	double rate;		 /* times this */
	int queue_frames;	 /* so many more */
	double burst;		 /* of the bucket, times this */
	bool queues;		 /* the policer lets wait what it should drop */
	double loss;		 /* the chance to be lost, or to turn bad, times this */
	double recover;		 /* the chance to turn good, times this */
	double duplicates, reorders, corrupts; /* times this */
	int64_t depth_ns;		       /* of reordering, more */
	int drop;			       /* a packet that does not arrive */
	int swap, copy;			       /* packets that come after the next, or twice */
};

struct simulated {
	struct profile p;
	enum dir dir;
	struct exercise e;
	struct train_opts train;
	struct train_record *rec;
	struct jitter_dist dist;
};

static inline double or_one(double factor)
{
	return factor != 0 ? factor : 1;
}

/* Intended times, as traffic/train.h says. */
static inline void schedule_train(struct simulated *s)
{
	const struct train_opts *t = &s->train;
	uint64_t group = train_group_size(t);

	s->rec = calloc(t->n, sizeof(*s->rec));
	cr_assert_not_null(s->rec);
	for (uint64_t i = 0; i < t->n; i++) {
		uint64_t burst = t->burst ? i / t->burst : 0, k = t->burst ? i % t->burst : i;

		s->rec[i].sent_ns = (int64_t)1e9 + (int64_t)burst * t->period_ns +
				    (int64_t)(k / group * group) * t->interval_ns;
	}
}

/* When a packet leaves the rate stage: behind those before it, each of which takes a frame's time; -1 = dropped. */
struct rate_stage {
	double frame_ns, free_at;
	double limit;
};

static inline double pass_rate(struct rate_stage *q, double at)
{
	if (q->frame_ns <= 0)
		return at;
	if (q->free_at - at > q->frame_ns * (q->limit - 1))
		return -1;
	q->free_at = fmax(q->free_at, at) + q->frame_ns;

	return q->free_at;
}

struct bucket {
	double per_ns, depth, tokens, at;
};

static inline double pass_bucket(struct bucket *b, double at, double size, bool queues)
{
	double wait;

	if (b->per_ns <= 0)
		return at;
	b->tokens = fmin(b->depth, b->tokens + (at - b->at) * b->per_ns);
	b->at = at;
	wait = fmax(0, (size - b->tokens) / b->per_ns);
	if (wait > 0 && !queues)
		return -1;
	b->tokens -= size;

	return at + wait;
}

/* The order of arrival, from the times; all packets of one instant in their own. */
static inline int by_arrival(const void *a, const void *b)
{
	const struct train_record *x = *(const struct train_record *const *)a;
	const struct train_record *y = *(const struct train_record *const *)b;

	if (x->received_ns != y->received_ns)
		return x->received_ns < y->received_ns ? -1 : 1;

	return x < y ? -1 : 1;
}

static inline void number_arrivals(struct simulated *s)
{
	struct train_record **at = calloc(s->train.n, sizeof(struct train_record *));
	uint32_t n = 0;

	cr_assert_not_null(at);
	for (uint64_t i = 0; i < s->train.n; i++)
		if (s->rec[i].copies)
			at[n++] = &s->rec[i];
	qsort(at, n, sizeof(struct train_record *), by_arrival);
	for (uint32_t i = 0; i < n; i++)
		at[i]->order = i + 1;
	free(at);
}

static inline void run_simulated(struct simulated *s, const struct fault *f, uint64_t seed)
{
	const struct profile_dir *d = &s->p.dir[s->dir];
	struct profile_dir lossy = *d;
	struct jitter_dist other = { .shape = f->shape };
	struct losses losses = { .d = &lossy, .rng = rng_derive(seed, 1) };
	const struct limit cir = exercise_cir(&s->p, s->dir);
	const struct limit cap = exercise_cap_packets(&s->p, s->dir);
	const bool by_cap = s->e.kind == EXERCISE_CAP;
	struct rate_stage queue = {
		(double)exercise_frame_ns(&s->p, s->dir, s->train.payload_bytes) / or_one(f->rate),
		0, (double)exercise_queue_frames(&s->p, s->dir) + f->queue_frames
	};
	struct bucket b = { by_cap ? (double)cap.pps / 1e9 : (double)cir.rate_bps / 8e9,
			    (double)(by_cap ? cap.burst : cir.burst) * or_one(f->burst), 0, 0 };
	double latest = 0, u = 0;
	uint64_t rng = seed;

	lossy.loss_ratio *= or_one(f->loss);
	lossy.loss_p *= or_one(f->loss);
	lossy.loss_p13 *= or_one(f->loss);
	lossy.loss_r *= or_one(f->recover);
	b.per_ns *= or_one(f->rate);
	b.tokens = b.depth;
	schedule_train(s);

	for (uint64_t i = 0; i < s->train.n; i++) {
		struct train_record *r = &s->rec[i];
		double at = (double)r->sent_ns, latency = (double)d->delay_ns;
		bool twice = draw(&rng) < d->duplicate_ratio * or_one(f->duplicates);

		at = pass_bucket(&b, at, by_cap ? 1 : cir.bytes, f->queues);
		if (at < 0)
			continue;
		at = pass_rate(&queue, at);
		if (at < 0)
			continue;
		/* It moves on between bursts, and hardly within one. */
		if (!s->train.burst || i % s->train.burst == 0 || f->running_max)
			u = draw(&rng);
		if (d->jitter_shape != JITTER_NONE)
			latency += (double)d->jitter_ns * or_one(f->jitter_scale) *
				   jitter_quantile(f->shape ? &other : &s->dist, u);
		if (f->running_max)
			latency = fmax(latency, latest - at);
		latest = at + latency;
		for (int copy = 0; copy <= twice; copy++) {
			bool lost = lose(&losses);
			/* One bit in so many is in an address that nobody looks at. */
			double noticed = 1 - 6.0 / (14 + 28 + s->train.payload_bytes);

			lost |= draw(&rng) < d->corrupt_ratio * or_one(f->corrupts) * noticed;
			r->copies += !lost;
		}
		if (draw(&rng) < d->reorder_ratio * or_one(f->reorders))
			latency -= (double)(d->reorder_depth_ns + (uint64_t)f->depth_ns);
		if (r->copies)
			r->received_ns = (int64_t)(at + latency) + SIMULATED_CALLS_NS + f->later_ns;
	}
	if (f->drop)
		s->rec[f->drop].copies = 0;
	if (f->copy)
		s->rec[f->copy].copies++;
	if (f->swap)
		s->rec[f->swap].received_ns = s->rec[f->swap + 1].received_ns + 1;
	number_arrivals(s);
}

/* One direction of a profile in one exercise; @train says which, for those that have two. */
static inline struct simulated simulate(const struct profile *p, enum exercise_kind kind,
					const struct fault *f, uint64_t seed)
{
	struct train_opts trains[EXERCISE_TRAINS_MAX];
	struct simulated s = { .p = *p, .e = { .kind = kind, .scope = VERIFY_FULL } };
	struct err err;

	exercise_profile(kind, &s.p);
	cr_assert_gt(exercise_trains(&s.e, &s.p, s.dir, trains), 0);
	s.train = trains[0];
	if (s.p.dir[s.dir].jitter_shape != JITTER_NONE)
		cr_assert_eq(jitter_dist_read(&s.p.dir[s.dir], &s.dist, &err), 0, "%s", err.msg);
	run_simulated(&s, f, seed);

	return s;
}

static inline struct certificate certificate_of(const struct simulated *s, double alpha)
{
	struct certificate c = { .n = 0 };
	const struct evidence ev = {
		.exercise = &s->e,
		.profile = &s->p,
		.dir = s->dir,
		.train = &s->train,
		.rec = s->rec,
		.jitter = s->p.dir[s->dir].jitter_shape != JITTER_NONE ? &s->dist : NULL,
		.alpha = alpha,
	};
	struct err err;

	cr_assert_eq(certificate_add(&c, &ev, &err), 0, "%s", err.msg);

	return c;
}

static inline void simulated_free(struct simulated *s)
{
	free(s->rec);
	jitter_dist_free(&s->dist);
}

#endif
