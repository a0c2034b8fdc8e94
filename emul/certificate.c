// SPDX-License-Identifier: ISC
#include "emul/certificate.h"

#include <bsd/string.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/util.h"
#include "traffic/stats.h"
#include "traffic/train_stats.h"

#define NS_PER_US 1e3

/*
 * Samples one correlation time apart hardly depend on each other: 4 % are left, so the variance of a mean is as large
 * as that of 1.08 times fewer.
 */
#define DEPENDENCE 1.1

/* Fewer say nothing about a distribution. */
#define SAMPLES_LEAST 10

/* Points at which a fourth moment is summed up. */
#define MOMENT_STEPS 4096

struct verification *certificate_row(struct certificate *c, const struct evidence *ev,
				     const char *quantity, const char *unit, double configured,
				     double measured, struct range allowed)
{
	struct verification *row;

	if (c->n >= CERTIFICATE_ROWS)
		abort(); /* the lists of rows are fixed */
	row = &c->row[c->n++];
	*row = (struct verification){
		.dir = ev->dir,
		.configured = configured,
		.measured = measured,
		.low = allowed.low,
		.high = allowed.high,
		.verdict = measured >= allowed.low && measured <= allowed.high ? VERDICT_PASS
									       : VERDICT_FAIL,
	};
	(void)strlcpy(row->quantity, quantity, sizeof(row->quantity));
	(void)strlcpy(row->unit, unit, sizeof(row->unit));

	return row;
}

/* The samples of a train, and what is to be expected of them. Nanoseconds. */
struct delays {
	int64_t *ns; /* sorted by stats_quantiles() */
	size_t n;
	struct quantiles quantiles;
	double base;  /* without jitter */
	double scale; /* of the jitter; 0 = none */
	const struct jitter_dist *dist;
};

static bool loaded(const struct evidence *ev)
{
	return ev->exercise->kind == EXERCISE_LOADED;
}

static int collect(const struct evidence *ev, struct delays *ret, struct err *err)
{
	const struct profile_dir *d = &ev->profile->dir[ev->dir];
	const struct train_opts *t = ev->train;
	/* Its first one finds the stages idle, and the link awake. */
	uint64_t step = MAX(t->burst, 1U), group = train_group_size(t);
	uint64_t first = (step - 1) / group * group;
	struct delays s = { .ns = calloc(MAX(exercise_samples(t), 1U), sizeof(*s.ns)) };

	if (!s.ns)
		return err_sys(err, -ENOMEM, "delays");
	for (uint64_t i = first; i < t->n; i += step)
		if (ev->rec[i].copies)
			s.ns[s.n++] = ev->rec[i].received_ns - ev->rec[i].sent_ns;
	stats_quantiles(s.ns, s.n, 0, &s.quantiles);
	s.base = (double)(d->delay_ns + exercise_frame_ns(ev->profile, ev->dir, t->payload_bytes));
	if (ev->jitter) {
		s.scale = (double)d->jitter_ns;
		s.dist = ev->jitter;
	}
	*ret = s;

	return 0;
}

/* The delay that a share @u of all is below. */
static double delay_at(const struct delays *s, double u)
{
	return s->base + (s->dist ? s->scale * jitter_quantile(s->dist, u) : 0);
}

static void name_row(const struct evidence *ev, char name[40], const char *what)
{
	(void)snprintf(name, 40, "%s%s", what, loaded(ev) ? ", 50 % load" : "");
}

static void delay_rows(struct certificate *c, const struct evidence *ev, const struct delays *s)
{
	static const struct {
		const char *name;
		enum quantile q;
		double share;
	} rows[] = {
		{ "delay min", Q_MIN, 0 },
		{ "delay p50", Q_P50, 0.5 },
		{ "delay p99", Q_P99, 0.99 },
		{ "delay max", Q_MAX, 1 },
	};
	uint64_t independent = (uint64_t)((double)s->n / (s->dist ? DEPENDENCE : 1));

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct range share = { 0, 1 };
		char name[40];

		if (!(s->quantiles.have & 1U << rows[i].q))
			continue;
		if (rows[i].share > 0)
			share = chance_quantile(independent, rows[i].share, ev->alpha);
		else
			share.high = 1 - chance_quantile(independent, 1, ev->alpha).low;
		name_row(ev, name, rows[i].name);
		certificate_row(c, ev, name, "us", delay_at(s, rows[i].share) / NS_PER_US,
				(double)s->quantiles.ns[rows[i].q] / NS_PER_US,
				(struct range){ delay_at(s, share.low) / NS_PER_US,
						(delay_at(s, share.high) + CALLS_NS) / NS_PER_US });
	}
}

/* The fourth moment of the jitter about its mean, in units of the squared variance. */
static double kurtosis(const struct jitter_dist *dist)
{
	double mean, sd, sum = 0;

	jitter_moments(dist, &mean, &sd);
	for (int i = 0; i < MOMENT_STEPS; i++)
		sum += pow((jitter_quantile(dist, (i + 0.5) / MOMENT_STEPS) - mean) / sd, 4);

	return sum / MOMENT_STEPS;
}

static double cdf(double x, const void *dist)
{
	return jitter_cdf(dist, x);
}

static int shape_row(struct certificate *c, const struct evidence *ev, const struct delays *s,
		     const char *name, struct err *err)
{
	auto_free double *x = calloc(s->n, sizeof(*x));
	double distance;

	if (!x)
		return err_sys(err, -ENOMEM, "shape of the jitter");
	for (size_t i = 0; i < s->n; i++)
		x[i] = ((double)s->ns[i] - s->base - CALLS_TYPICAL_NS) / s->scale;
	if (ks_distance(x, s->n, cdf, s->dist, &distance, err) < 0)
		return err->code;
	certificate_row(
		c, ev, name, "", 0, distance,
		(struct range){ 0, ks_critical((size_t)((double)s->n / DEPENDENCE), ev->alpha) });

	return 0;
}

/* Beyond what the delay's rows say: mean, deviation and shape of what varies. */
static int jitter_rows(struct certificate *c, const struct evidence *ev, const struct delays *s,
		       struct err *err)
{
	const char *when = loaded(ev) ? "50 % load" : "idle";
	double independent = (double)s->n / DEPENDENCE, mean, sd, error;
	struct train_moments m;
	struct range r;
	char name[40];

	train_moments(s->ns, s->n, &m);
	jitter_moments(s->dist, &mean, &sd);
	mean *= s->scale;
	sd *= s->scale;
	error = chance_z(ev->alpha) * sd / sqrt(independent);
	(void)snprintf(name, sizeof(name), "jitter mean, %s", when);
	certificate_row(c, ev, name, "us", mean / NS_PER_US, (m.mean - s->base) / NS_PER_US,
			(struct range){ (mean - error) / NS_PER_US,
					(mean + error + CALLS_NS) / NS_PER_US });

	r = chance_deviation(independent, kurtosis(s->dist), ev->alpha);
	(void)snprintf(name, sizeof(name), "jitter sd, %s", when);
	certificate_row(c, ev, name, "us", sd / NS_PER_US, m.sd / NS_PER_US,
			(struct range){ sd * r.low / NS_PER_US, sd * r.high / NS_PER_US });

	if (s->quantiles.have & 1U << Q_P99) {
		double p99 = (double)s->quantiles.ns[Q_P99] - s->base;

		r = chance_quantile((uint64_t)independent, 0.99, ev->alpha);
		(void)snprintf(name, sizeof(name), "jitter p99, %s", when);
		certificate_row(
			c, ev, name, "us", (delay_at(s, 0.99) - s->base) / NS_PER_US,
			p99 / NS_PER_US,
			(struct range){ (delay_at(s, r.low) - s->base) / NS_PER_US,
					(delay_at(s, r.high) - s->base + CALLS_NS) / NS_PER_US });
	}

	(void)snprintf(name, sizeof(name), "jitter shape, %s", when);

	return shape_row(c, ev, s, name, err);
}

static void order_rows(struct certificate *c, const struct evidence *ev)
{
	const struct profile_dir *d = &ev->profile->dir[ev->dir];
	struct train_counts counts;
	char name[40];

	train_count(ev->rec, ev->train->n, &counts);
	name_row(ev, name, "reordered");
	certificate_row(c, ev, name, "packets", 0, (double)counts.reordered,
			(struct range){ 0, 0 });
	if (d->duplicate_ratio > 0)
		return;
	name_row(ev, name, "duplicated");
	certificate_row(c, ev, name, "packets", 0, (double)counts.duplicated,
			(struct range){ 0, 0 });
}

int certify_latency(struct certificate *c, const struct evidence *ev, struct err *err)
{
	struct delays s = { 0 };
	int r = 0;

	if (collect(ev, &s, err) < 0)
		return err->code;
	if (s.n < SAMPLES_LEAST) {
		certificate_row(c, ev, "delay p50", "us", delay_at(&s, 0.5) / NS_PER_US, 0,
				(struct range){ 0, 0 })
			->verdict = VERDICT_INCONCLUSIVE;
		free(s.ns);
		return 0;
	}
	delay_rows(c, ev, &s);
	if (s.dist && ev->exercise->scope == VERIFY_FULL)
		r = jitter_rows(c, ev, &s, err);
	free(s.ns);
	if (r == 0)
		order_rows(c, ev);

	return r;
}

int certificate_add(struct certificate *c, const struct evidence *ev, struct err *err)
{
	switch (ev->exercise->kind) {
	case EXERCISE_LATENCY:
	case EXERCISE_LOADED:
		return certify_latency(c, ev, err);
	case EXERCISE_DICE:
		certify_dice(c, ev);
		break;
	case EXERCISE_RATE:
		return certify_rate(c, ev, err);
	case EXERCISE_CAP:
		return certify_cap(c, ev, err);
	case EXERCISE_KIND_COUNT:
		break;
	}

	return 0;
}
