// SPDX-License-Identifier: ISC
/* TCP flows in one direction or both, with probes beside them: each flow over time, and all of a direction. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/util.h"
#include "emul/ends.h"
#include "emul/load.h"
#include "emul/testing.h"

/* Readings of all flows of a direction, at one time. */
struct reading {
	int64_t at_ns;
	struct tcp_sample flow[TEST_FLOWS_MAX];
};

struct direction {
	struct load load;
	struct reading first, last, now;
};

static int take_reading(struct direction *d, struct err *err)
{
	d->now.at_ns = clock_ns(CLOCK_REALTIME);
	for (unsigned i = 0; i < d->load.n; i++)
		if (tcp_sample(d->load.run, i, &d->now.flow[i], err) < 0)
			return err->code;

	return 0;
}

static double goodput_bps(const struct reading *from, const struct reading *to, unsigned flow)
{
	return 8e9 * (double)(to->flow[flow].received_bytes - from->flow[flow].received_bytes) /
	       (double)(to->at_ns - from->at_ns);
}

/* Readings are taken some hundred ns after the instant they are for. */
static double seconds(int64_t ns)
{
	return round((double)ns / NSEC_PER_USEC) / 1e6;
}

static int tell_interval(struct testing *g, const struct direction *d, int64_t from_ns,
			 struct err *err)
{
	for (unsigned i = 0; i < d->load.n; i++) {
		const struct tcp_sample *now = &d->now.flow[i], *last = &d->last.flow[i];

		if (ROW(g, TABLE_TCP_INTERVALS, err, seconds(d->last.at_ns - from_ns),
			seconds(d->now.at_ns - from_ns), d->load.dir, i,
			goodput_bps(&d->last, &d->now, i),
			(double)(now->retransmits - last->retransmits), now->cwnd_segments,
			now->srtt_us, now->rttvar_us, now->min_rtt_us,
			(double)now->delivery_rate_bps,
			(double)(now->busy_us - last->busy_us) / 1e6,
			(double)(now->rwnd_limited_us - last->rwnd_limited_us) / 1e6,
			(double)(now->sndbuf_limited_us - last->sndbuf_limited_us) / 1e6) < 0)
			return err->code;
	}

	return 0;
}

/* Of the whole measured time. */
static int tell_direction(struct testing *g, const struct direction *d, struct err *err)
{
	double bps = 0, bytes = 0, retransmits = 0, sent = 0, resent = 0;

	for (unsigned i = 0; i < d->load.n; i++) {
		const struct tcp_sample *a = &d->first.flow[i], *b = &d->now.flow[i];
		double one = goodput_bps(&d->first, &d->now, i);

		bps += one;
		bytes += (double)(b->received_bytes - a->received_bytes);
		retransmits += (double)(b->retransmits - a->retransmits);
		sent += (double)(b->sent_bytes - a->sent_bytes);
		resent += (double)(b->resent_bytes - a->resent_bytes);
		if (ROW(g, TABLE_TCP_FLOWS, err, d->load.dir, i, one,
			(double)(b->retransmits - a->retransmits), b->srtt_us, b->min_rtt_us,
			b->cwnd_segments, (double)(b->busy_us - a->busy_us) / 1e6,
			(double)(b->rwnd_limited_us - a->rwnd_limited_us) / 1e6,
			(double)(b->sndbuf_limited_us - a->sndbuf_limited_us) / 1e6) < 0)
			return err->code;
	}

	return ROW(g, TABLE_TCP, err, d->load.dir, d->load.n, bps, bytes, retransmits,
		   sent > 0 ? (sent - resent) / sent : NAN);
}

/* Reads all flows at the end of each interval, until @to. */
static int watch(struct testing *g, struct direction dirs[DIR_COUNT], int64_t from, int64_t to,
		 struct err *err)
{
	const int64_t step = (int64_t)(g->t->interval_s * 1e9);
	for (int64_t at = from; at <= to; at = at == to ? to + 1 : MIN(at + step, to)) {
		testing_wait(g, at);
		for (enum dir i = 0; i < DIR_COUNT; i++) {
			struct direction *d = &dirs[i];

			if (!d->load.run)
				continue;
			if (take_reading(d, err) < 0)
				return err->code;
			if (at == from)
				d->first = d->now;
			else if (tell_interval(g, d, from, err) < 0)
				return err->code;
			d->last = d->now;
		}
	}

	return 0;
}

static int run(struct testing *g, struct direction dirs[DIR_COUNT], struct probing *probing,
	       struct err *err)
{
	const struct test *t = g->t;
	int64_t ramp = 0, from, to;

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		if (!t->dir[d])
			continue;
		if (load_open(&dirs[d].load, d, 0, t->flows, t->congestion_control, err) < 0)
			return err->code;
		ramp = MAX(ramp, testing_ramp_ns(g, d));
	}
	from = begin_at_round_time() + TESTING_SETTLE_NS + ramp;
	to = from + (int64_t)(t->duration_s * 1e9);
	for (enum dir d = 0; d < DIR_COUNT; d++)
		if (t->dir[d] && load_start(&dirs[d].load, g->p, err) < 0)
			return err->code;
	if (probing_start(probing, g, from, to, err) < 0)
		return err->code;

	return watch(g, dirs, from, to, err);
}

int test_tcp(struct testing *g, struct err *err)
{
	auto_free struct direction *dirs = calloc(DIR_COUNT, sizeof(*dirs));
	struct probing probing = PROBING_NONE;
	struct phase_result ph = { 0 };
	int r;

	if (!dirs)
		return err_sys(err, -ENOMEM, "TCP test");
	for (enum dir d = 0; d < DIR_COUNT; d++)
		dirs[d].load = LOAD_NONE;
	r = run(g, dirs, &probing, err);
	for (enum dir d = 0; d < DIR_COUNT && r == 0; d++)
		if (g->t->dir[d])
			r = tell_direction(g, &dirs[d], err);
	for (enum dir d = 0; d < DIR_COUNT; d++)
		load_close(&dirs[d].load);
	if (r == 0)
		r = probing_finish(&probing, g, &ph, err);
	if (r == 0)
		r = probing_tell(&probing, g, &ph, err);
	probing_close(&probing, g);

	return r;
}
