// SPDX-License-Identifier: ISC
/* Rows on rates: what passes an overloaded stage, how much it holds, and how much goes beyond its rate. */
#include <math.h>
#include <stdlib.h>

#include "base/util.h"
#include "emul/certificate.h"
#include "traffic/train_stats.h"

#define BITS_PER_BYTE 8.0
#define NS_PER_US 1e3

/* Of a policer nothing may wait; and what system calls and readings of the clock add. */
#define QUEUEING_MAX_US 3.0

/* Packets that show a rate. */
#define STEADY_LEAST 100

/* A bucket is kept in ticks of 64 ns, and stamps are a little late. */
#define BUCKET_SLACK_S 1e-6

/* What arrived one after the other, without pause. */
struct flow {
	uint64_t packets; /* after the first instant */
	int64_t ns;
	int64_t least_ns, most_ns; /* delay */
	bool lost; /* something did not arrive */
};

/* Of all that arrived, or of what arrived after the first loss: what a bucket let pass once it was empty. */
static struct flow flow_of(const struct evidence *ev, bool after_loss)
{
	int64_t first = 0, last = 0;
	struct flow f = { .least_ns = INT64_MAX };

	for (uint64_t i = 0; i < ev->train->n; i++) {
		const struct train_record *r = &ev->rec[i];

		if (!r->copies) {
			f.lost = true;
			continue;
		}
		f.least_ns = MIN(f.least_ns, r->received_ns - r->sent_ns);
		f.most_ns = MAX(f.most_ns, r->received_ns - r->sent_ns);
		if (after_loss && !f.lost)
			continue;
		if (!first)
			first = r->received_ns;
		/* Those of the first instant came with what had gathered before it. */
		f.packets += r->received_ns > first;
		last = r->received_ns;
	}
	f.ns = last - first;

	return f;
}

static double per_second(const struct flow *f)
{
	return f->ns > 0 ? (double)f->packets * 1e9 / (double)f->ns : 0;
}

/* The kernel counts a packet's time in whole nanoseconds: the faster, the less exactly. */
static double tolerance(double bps)
{
	return bps <= 10e9 ? 0.001 : bps <= 100e9 ? 0.01 : 0.03;
}

/* From @rate, or as much faster as whole nanoseconds make it, by the tolerance and one packet over the window. */
static struct range near_rate(double rate, double cut, double tolerated, const struct flow *f)
{
	double one = 1 / fmax((double)f->packets, 1);

	return (struct range){
		rate * fmax(1 - tolerated - one, 0),
		fmax(rate * (1 + tolerated), cut * 1.001) * (1 + one),
	};
}

static void queue_row(struct certificate *c, const struct evidence *ev, const struct flow *f,
		      double frame_ns)
{
	double limit = (double)exercise_queue_frames(ev->profile, ev->dir);
	/* The one that waits for nothing is on the wire, and counts. */
	double depth = (double)(f->most_ns - f->least_ns) / frame_ns + 1;
	double one = 1 + NS_PER_US / frame_ns;

	certificate_row(c, ev, "queue depth", "packets", limit, depth,
			(struct range){ limit - one, limit + one });
}

static int policer_rows(struct certificate *c, const struct evidence *ev, const struct limit *l,
			const char *prefix, struct err *err)
{
	struct flow f = flow_of(ev, true);
	double rate = (double)l->rate_bps, bits = BITS_PER_BYTE * l->bytes;
	struct range allowed = near_rate(rate, rate, tolerance(rate), &f);
	char name[40];
	uint64_t burst;

	/* A short train may have ended before the bucket did. */
	if (f.packets < STEADY_LEAST && ev->exercise->scope == VERIFY_SHORT)
		return 0;
	if (train_burst(ev->rec, ev->train->n, l->rate_bps, l->bytes, &burst, err) < 0)
		return err->code;
	(void)snprintf(name, sizeof(name), "%srate", prefix);
	certificate_row(c, ev, name, "bps", rate, per_second(&f) * bits, allowed);
	(void)snprintf(name, sizeof(name), "%sburst", prefix);
	certificate_row(c, ev, name, "bytes", (double)l->burst, (double)burst,
			(struct range){ (double)l->burst_least - l->bytes,
					(double)l->burst +
						BUCKET_SLACK_S * rate / BITS_PER_BYTE + l->bytes });

	return 0;
}

int certify_rate(struct certificate *c, const struct evidence *ev, struct err *err)
{
	const struct profile_dir *d = &ev->profile->dir[ev->dir];
	const struct limit cir = exercise_cir(ev->profile, ev->dir);
	struct flow f = flow_of(ev, false);
	double frame_ns =
		(double)exercise_frame_ns(ev->profile, ev->dir, ev->train->payload_bytes);
	double bits = BITS_PER_BYTE * exercise_wire_bytes(ev->profile, ev->train->payload_bytes);
	double rate = (double)d->rate_bps;

	if (cir.rate_bps) {
		if (policer_rows(c, ev, &cir, "", err) < 0)
			return err->code;
		certificate_row(c, ev, "queueing", "us", 0,
				(double)(f.most_ns - f.least_ns) / NS_PER_US,
				(struct range){ 0, QUEUEING_MAX_US });
		return 0;
	}
	certificate_row(c, ev, "rate", "bps", rate, per_second(&f) * bits,
			near_rate(rate, bits * 1e9 / frame_ns, tolerance(rate), &f));
	/* A train that loses nothing has not filled the queue, and was not meant to. */
	if (d->aqm == AQM_NONE && (f.lost || ev->exercise->scope == VERIFY_FULL))
		queue_row(c, ev, &f, frame_ns);

	return 0;
}

int certify_cap(struct certificate *c, const struct evidence *ev, struct err *err)
{
	const struct limit packets = exercise_cap_packets(ev->profile, ev->dir);
	const struct limit bits = exercise_cap_bits(ev->profile, ev->dir);
	struct flow f = flow_of(ev, true);
	double pps = (double)packets.pps;

	if (ev->train->payload_bytes == exercise_full_payload(ev->profile))
		return policer_rows(c, ev, &bits, "tunnel ", err);
	certificate_row(c, ev, "tunnel packet rate", "pps", pps, per_second(&f),
			near_rate(pps, pps, tolerance(0), &f));

	return 0;
}
