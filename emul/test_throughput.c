// SPDX-License-Identifier: ISC
/*
 * TCP throughput by RFC 6349: path MTU, baseline round trip and bottleneck bandwidth first; then what TCP makes of them,
 * in its three metrics, and by windows from a quarter of the bandwidth-delay product up to all of it.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/util.h"
#include "emul/ends.h"
#include "emul/load.h"
#include "emul/phases.h"
#include "emul/stages.h"
#include "emul/stream.h"
#include "netns/ns.h"
#include "traffic/path_mtu.h"
#include "traffic/train_stats.h"

#define PORT_MTU 5203
#define PORT_MTU_SENDER 46000

#define BASELINE_NS (2 * NSEC_PER_SEC)

/* Offered to find the bottleneck: more than it takes; what bucket and queue hold is gone by the second half. */
#define BOTTLENECK_OFFERED 1.25
#define BOTTLENECK_NS (2 * NSEC_PER_SEC)

/* IPv4 and TCP with timestamps, as Linux sends them. */
#define TCP_HEADERS 52

/* Windows, as shares of the bandwidth-delay product (RFC 6349, 3.3.1), each for so much of the test's time. */
static const double windows[] = { 0.25, 0.5, 0.75, 1 };
#define WINDOW_TIME 0.2
#define WINDOW_STEP_NS (100 * NSEC_PER_MSEC)

/* What was found out before TCP is tried. */
struct path {
	enum dir dir;
	unsigned mtu;
	double rtt_s, bottleneck_bps; /* the latter as rates of streams count */
	double ideal_bps;	      /* payload of full segments at that rate */
};

static int find_mtu(struct testing *g, struct path *path, struct err *err)
{
	const struct end *to = &sender_of[dir_reverse(path->dir)];
	auto_close int receiver = bound_socket(to, SOCK_DGRAM, PORT_MTU, err);
	auto_close int sender = -1;
	struct path_mtu_opts opts = { .receiver = receiver,
				      .probe_timeout_ns = testing_linger_ns(g->p),
				      .max_probes = PLPMTUD_MAX_PROBES };
	struct path_mtu m;

	if (receiver < 0)
		return receiver;
	opts.sender = sender =
		bound_socket(&sender_of[path->dir], SOCK_DGRAM, PORT_MTU_SENDER, err);
	if (sender < 0 || connect_to(sender, to, PORT_MTU, err) < 0 ||
	    path_mtu_find(&opts, &m, err) < 0)
		return err->code;
	if (m.plpmtud_mtu <= TCP_HEADERS)
		return err_set(err, -EIO, "%s: no packet gets through", dir_names[path->dir]);
	path->mtu = m.plpmtud_mtu;

	return 0;
}

/* Round trips while nothing else is there, or while a load runs; mean, nanoseconds. */
static double mean_rtt_ns(const struct probing *pr)
{
	double sum = 0, n = 0;

	for (uint64_t i = 0; i < pr->n; i++)
		if (pr->rec[i].received_ns) {
			sum += (double)(pr->rec[i].received_ns - pr->rec[i].sent_ns);
			n++;
		}

	return n > 0 ? sum / n : NAN;
}

static int find_rtt(struct testing *g, struct path *path, struct err *err)
{
	const int64_t from = begin_at_round_time() + TESTING_SETTLE_NS;
	struct probing probing = PROBING_NONE;
	struct phase_result ph;
	int r = probing_start(&probing, g, from, from + BASELINE_NS, err);

	if (r == 0) {
		testing_wait(g, from + BASELINE_NS);
		r = probing_finish(&probing, g, &ph, err);
	}
	if (r == 0) {
		path->rtt_s = mean_rtt_ns(&probing) / 1e9;
		if (isnan(path->rtt_s))
			r = err_set(err, -EIO, "no probe came back");
	}
	probing_close(&probing, g);

	return r;
}

static int find_bottleneck(struct testing *g, struct path *path, struct err *err)
{
	const struct stream_wish wish = {
		.rate_bps = (uint64_t)(BOTTLENECK_OFFERED * (double)link_rate_bps(g->p, path->dir)),
		.frame_bytes = FRAME_FULL,
		.length_ns = BOTTLENECK_NS,
	};
	const int64_t start = begin_at_round_time() + TESTING_SETTLE_NS;
	struct stream s = STREAM_NONE;
	int r = stream_start(&s, g, path->dir, &wish, 0, start, err);

	if (r == 0) {
		testing_wait(g, start + wish.length_ns);
		r = stream_finish(&s, err);
	}
	if (r == 0) {
		const unsigned bytes = stream_frame_bytes(&s, s.opts.payload_bytes);

		path->bottleneck_bps = train_rate(s.rec, s.opts.n, start + wish.length_ns / 2,
						  start + wish.length_ns, bytes);
		path->ideal_bps = path->bottleneck_bps * (path->mtu - TCP_HEADERS) / bytes;
		if (path->bottleneck_bps <= 0)
			r = err_set(err, -EIO, "nothing of a stream arrived");
	}
	stream_close(&s);

	return r;
}

/* Sums of what the flows of a direction did. */
struct transfer {
	double seconds, bytes, sent, resent, retransmits;
};

static int read_transfer(const struct load *load, int64_t from, struct transfer *ret,
			 struct err *err)
{
	struct transfer sum = { .seconds = (double)(clock_ns(CLOCK_REALTIME) - from) / 1e9 };

	for (unsigned i = 0; i < load->n; i++) {
		struct tcp_sample one;

		if (tcp_sample(load->run, i, &one, err) < 0)
			return err->code;
		sum.bytes += (double)one.received_bytes;
		sum.sent += (double)one.sent_bytes;
		sum.resent += (double)one.resent_bytes;
		sum.retransmits += (double)one.retransmits;
	}
	*ret = sum;

	return 0;
}

/* From the start of the flows on, slow start included: that is what a transfer takes. */
static int transfer(struct testing *g, const struct path *path, struct probing *probing,
		    struct transfer *ret, struct err *err)
{
	struct load load = LOAD_NONE;
	int64_t from, to;
	int r = load_open(&load, path->dir, 0, g->t->flows, g->t->congestion_control, err);

	from = begin_at_round_time() + TESTING_SETTLE_NS;
	to = from + (int64_t)(g->t->duration_s * 1e9);
	if (r == 0)
		r = probing_start(probing, g, from, to, err);
	if (r == 0) {
		testing_wait(g, from);
		r = load_start(&load, g->p, err);
	}
	if (r == 0) {
		testing_wait(g, to);
		r = read_transfer(&load, from, ret, err);
	}
	load_close(&load);

	return r;
}

/*
 * A slow start that overran a queue or bucket takes CUBIC seconds to make up for: until each flow's congestion window
 * holds what its receiver offers, or until @limit, since where packets are lost that may never be.
 */
static int wait_for_windows(struct testing *g, const struct load *load, int64_t limit,
			    struct err *err)
{
	for (unsigned i = 0; i < load->n;) {
		const int64_t now = clock_ns(CLOCK_REALTIME);
		struct tcp_sample one;

		if (now >= limit)
			break;
		if (tcp_sample(load->run, i, &one, err) < 0)
			return err->code;
		if ((uint64_t)one.cwnd_segments * one.mss >= load->window_bytes) {
			i++;
			continue;
		}
		testing_wait(g, now + WINDOW_STEP_NS);
		i = 0;
	}

	return 0;
}

/* In equilibrium (RFC 6349, 1.2): after the ramp that the method tcp has, and once flows have reached their windows. */
static int transfer_by_window(struct testing *g, const struct path *path, unsigned number,
			      unsigned window_bytes, struct transfer *ret, struct err *err)
{
	struct load load = LOAD_NONE;
	struct transfer ramp = { 0 }, all = { 0 };
	int64_t start;
	int r;

	load.window_bytes = window_bytes;
	r = load_open(&load, path->dir, number, g->t->flows, g->t->congestion_control, err);
	start = begin_at_round_time() + TESTING_SETTLE_NS;
	if (r == 0) {
		testing_wait(g, start);
		r = load_start(&load, g->p, err);
	}
	if (r == 0) {
		const int64_t limit = (int64_t)(g->t->duration_s * 1e9);

		start += testing_ramp_ns(g, path->dir);
		testing_wait(g, start);
		r = wait_for_windows(g, &load, start + limit, err);
	}
	if (r == 0) {
		start = clock_ns(CLOCK_REALTIME);
		r = read_transfer(&load, start, &ramp, err);
	}
	if (r == 0) {
		testing_wait(g, start + (int64_t)(WINDOW_TIME * g->t->duration_s * 1e9));
		r = read_transfer(&load, start, &all, err);
	}
	load_close(&load);
	*ret = (struct transfer){
		.seconds = all.seconds - ramp.seconds,
		.bytes = all.bytes - ramp.bytes,
		.retransmits = all.retransmits - ramp.retransmits,
	};

	return r;
}

/*
 * Of each flow: pairs of full segments, for what does not fill one is not sent, and the last of an odd number waits to be
 * acknowledged (RFC 1122, 4.2.3.2). The pipe is filled by payload as much as by headers, hence the ideal goodput.
 */
static unsigned window_of(const struct testing *g, const struct path *path, double share)
{
	const unsigned pair = 2 * (path->mtu - TCP_HEADERS);
	const double bytes = share * path->ideal_bps * path->rtt_s / 8 / g->t->flows;

	return pair * (unsigned)fmin(fmax(1, bytes / pair), INT32_MAX / (double)pair);
}

static int try_windows(struct testing *g, const struct path *path, struct err *err)
{
	/* A sender that fills windows, rather than let up to a third of one be free first to send more at a time. */
	if (ns_sysctl(sender_of[path->dir].node, "net.ipv4.tcp_tso_win_divisor", "255", err) < 0)
		return err->code;

	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		const unsigned bytes = window_of(g, path, windows[i]);
		const double all = (double)bytes * g->t->flows;
		struct transfer t;

		if (transfer_by_window(g, path, (unsigned)i + 1, bytes, &t, err) < 0)
			return err->code;
		if (ROW(g, TABLE_WINDOWS, err, path->dir, windows[i], all,
			fmin(path->ideal_bps, 8 * all / path->rtt_s), 8 * t.bytes / t.seconds,
			t.retransmits) < 0)
			return err->code;
	}

	return 0;
}

static int try_tcp(struct testing *g, const struct path *path, struct err *err)
{
	const double bdp_bytes = path->bottleneck_bps * path->rtt_s / 8;
	struct probing probing = PROBING_NONE;
	struct phase_result ph;
	struct transfer t = { 0 };
	double loaded_s, ideal_s;
	int r = transfer(g, path, &probing, &t, err);

	if (r == 0)
		r = probing_finish(&probing, g, &ph, err);
	if (r == 0) {
		loaded_s = mean_rtt_ns(&probing) / 1e9;
		ideal_s = 8 * t.bytes / path->ideal_bps;
		r = ROW(g, TABLE_RFC6349, err, path->dir, path->mtu, path->rtt_s * 1e6,
			path->bottleneck_bps, floor(bdp_bytes), path->ideal_bps,
			8 * t.bytes / t.seconds, ideal_s, t.seconds, t.seconds / ideal_s,
			t.sent > 0 ? (t.sent - t.resent) / t.sent : NAN, loaded_s * 1e6,
			fmax(loaded_s - path->rtt_s, 0) / path->rtt_s);
	}
	probing_close(&probing, g);

	return r < 0 ? r : try_windows(g, path, err);
}

int test_throughput(struct testing *g, struct err *err)
{
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		struct path path = { .dir = d };

		if (!g->t->dir[d])
			continue;
		if (find_mtu(g, &path, err) < 0 || find_rtt(g, &path, err) < 0 ||
		    find_bottleneck(g, &path, err) < 0 || try_tcp(g, &path, err) < 0)
			return err_wrap(err, "%s", dir_names[d]);
	}

	return 0;
}
