// SPDX-License-Identifier: ISC
/* Packets at a set rate, with probes beside them: what was lost, how, in which order the rest came, and when. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/util.h"
#include "emul/ends.h"
#include "emul/stream.h"
#include "traffic/loss_stats.h"
#include "traffic/order_stats.h"
#include "traffic/train_series.h"
#include "traffic/train_slots.h"

static double mean_bps(uint64_t packets, uint64_t payload, const struct stream *s, int64_t ns)
{
	return 8e9 * (double)(payload + packets * s->opts.overhead_bytes) / (double)ns;
}

static int tell_intervals(struct testing *g, const struct stream *s, int64_t length,
			  struct err *err)
{
	const int64_t step = (int64_t)(g->t->interval_s * 1e9);
	const size_t n = (size_t)((length + step - 1) / step);
	auto_free struct train_interval *list = calloc(n + 1, sizeof(*list));

	if (!list)
		return err_sys(err, -ENOMEM, "intervals");
	train_series(&s->opts, s->rec, s->opts.start_ns, step, list, n);
	for (size_t i = 0; i < n; i++)
		if (ROW(g, TABLE_UDP_INTERVALS, err, (double)((int64_t)i * step) / 1e9,
			(double)((int64_t)(i + 1) * step) / 1e9, s->dir, (double)list[i].sent,
			(double)list[i].received, (double)list[i].lost,
			8e9 * (double)list[i].received_bytes / (double)step) < 0)
			return err->code;

	return 0;
}

static int tell_shape(struct testing *g, const struct stream *s, const struct loss_shape *shape,
		      const struct order_stats *order, struct err *err)
{
	struct convergence_gap gap;
	struct gilbert_fit gilbert;
	struct gilbert_bad_fit bad;
	bool regular = g->t->arrivals == ARRIVALS_CONSTANT && train_group_size(&s->opts) == 1;

	loss_fit_gilbert(s->rec, s->opts.n, &gilbert);
	loss_fit_gilbert_bad(s->rec, s->opts.n, &bad);
	if (order_gap(s->rec, s->opts.n, train_interval_ns(&s->opts), &gap, err) < 0)
		return err->code;
	for (unsigned i = 0; i < BIN_COUNT; i++)
		if (shape->bursts.n[i] && ROW(g, TABLE_UDP_BURSTS, err, s->dir, (double)bin_low(i),
					      (double)bin_high(i), (double)shape->bursts.n[i]) < 0)
			return err->code;

	return ROW(g, TABLE_UDP_SHAPE, err, s->dir, (double)shape->counts.loss.episodes,
		   (double)shape->counts.loss.longest_burst,
		   shape->counts.burst.n ? shape->counts.burst.mean : NAN,
		   shape->burst_ratio > 0 ? shape->burst_ratio : NAN,
		   shape->distance.n ? shape->distance.mean : NAN, gilbert.fit,
		   gilbert.fit == LOSS_FIT_OK ? gilbert.p : NAN,
		   gilbert.fit == LOSS_FIT_OK ? gilbert.r : NAN, bad.fit,
		   bad.fit == LOSS_FIT_OK ? bad.p : NAN, bad.fit == LOSS_FIT_OK ? bad.r : NAN,
		   bad.fit == LOSS_FIT_OK ? bad.bad : NAN, (double)order->reordering.extent_max,
		   (double)order->n_reordered,
		   regular ? (double)MAX(gap.rate_derived_ns, 0) / 1e3 : NAN,
		   regular ? (double)gap.lost : NAN);
}

static int tell_stream(struct testing *g, const struct stream *s, int64_t length, struct err *err)
{
	const struct loss_shape_opts opts = { .tmax_ns = s->opts.linger_ns };
	struct loss_shape shape;
	struct order_stats order;
	uint64_t received_payload = 0;
	const struct loss_stats *l = &shape.counts.loss;

	if (loss_shape(s->rec, s->opts.n, &opts, &shape, err) < 0 ||
	    order_stats(s->rec, s->opts.n, &order, err) < 0)
		return err->code;
	for (uint64_t i = 0; i < s->opts.n; i++)
		if (s->rec[i].received_ns)
			received_payload += train_payload(&s->opts, i);
	if (ROW(g, TABLE_UDP, err, s->dir,
		mean_bps(s->totals.sent, s->totals.sent_bytes, s, length),
		mean_bps(shape.counts.received, received_payload, s, length), (double)l->sent,
		(double)shape.counts.received, (double)l->lost, l->ratio, l->ci95_low, l->ci95_high,
		(double)shape.late, (double)shape.counts.duplicated, (double)shape.counts.reordered,
		order.jitter_ns / 1e3) < 0 ||
	    tell_shape(g, s, &shape, &order, err) < 0)
		return err->code;

	return tell_intervals(g, s, length, err);
}

static int run(struct testing *g, struct stream streams[DIR_COUNT], struct probing *probing,
	       struct err *err)
{
	const int64_t from = begin_at_round_time() + TESTING_SETTLE_NS;
	const struct stream_wish wish = {
		.rate_bps = g->t->rate_bps,
		.pps = g->t->pps,
		.frame_bytes = g->t->frame_bytes,
		.arrivals = g->t->arrivals,
		.length_ns = (int64_t)(g->t->duration_s * 1e9),
	};

	for (enum dir d = 0; d < DIR_COUNT; d++)
		if (g->t->dir[d] && stream_start(&streams[d], g, d, &wish, 0, from, err) < 0)
			return err->code;
	if (probing_start(probing, g, from, from + wish.length_ns, err) < 0)
		return err->code;
	testing_wait(g, from + wish.length_ns);
	for (enum dir d = 0; d < DIR_COUNT; d++)
		if (g->t->dir[d] && stream_finish(&streams[d], err) < 0)
			return err->code;
	for (enum dir d = 0; d < DIR_COUNT; d++)
		if (g->t->dir[d] && tell_stream(g, &streams[d], wish.length_ns, err) < 0)
			return err->code;

	return 0;
}

int test_udp(struct testing *g, struct err *err)
{
	struct stream streams[DIR_COUNT] = { STREAM_NONE, STREAM_NONE };
	struct probing probing = PROBING_NONE;
	struct phase_result ph;
	int r = run(g, streams, &probing, err);

	if (r == 0)
		r = probing_finish(&probing, g, &ph, err);
	if (r == 0)
		r = probing_tell(&probing, g, &ph, err);
	probing_close(&probing, g);
	for (enum dir d = 0; d < DIR_COUNT; d++)
		stream_close(&streams[d]);

	return r;
}
