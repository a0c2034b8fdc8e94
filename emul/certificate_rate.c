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

/* A bucket is kept in ticks of 64 ns, and stamps are a little late. */
#define BUCKET_SLACK_S 1e-6

/* What a stage let pass, and how long it took for that. */
struct flow {
	uint64_t packets;
	int64_t ns;
};

static double per_second(const struct flow *f)
{
	return f->ns > 0 ? (double)f->packets * 1e9 / (double)f->ns : 0;
}

/* Out of a queue that is never empty they come one after the other: all after the first, until the last. */
static struct flow flow_of_queue(const struct evidence *ev)
{
	int64_t first = 0, last = 0;
	struct flow f = { 0 };

	for (uint64_t i = 0; i < ev->train->n; i++) {
		if (!ev->rec[i].copies)
			continue;
		if (!first)
			first = ev->rec[i].received_ns;
		f.packets += ev->rec[i].received_ns > first;
		last = ev->rec[i].received_ns;
	}
	f.ns = last - first;

	return f;
}

/* When the bucket has run out, after the train began, in a link that is right. */
static int64_t spent_ns(const struct train_opts *t, const struct limit *l)
{
	double offered_pps = 1e9 / (double)t->interval_ns;

	return (int64_t)((double)l->hold / (offered_pps - limit_pps(l)) * 1e9);
}

/*
 * A policer decides when they come: all that passed of those that were sent after its bucket had run out, from one group
 * to the last. None if it never did.
 */
static struct flow flow_of_policer(const struct evidence *ev, const struct limit *l)
{
	const struct train_record *rec = ev->rec;
	const uint64_t n = ev->train->n;
	int64_t from, end = rec[n - 1].sent_ns;
	struct flow f = { 0 };
	uint64_t i = 0;

	while (i < n && rec[i].copies)
		i++;
	if (i == n)
		return f;
	from = MAX(rec[i].sent_ns, rec[0].sent_ns + spent_ns(ev->train, l));
	while (i < n && rec[i].sent_ns <= from)
		i++;
	if (i == n)
		return f;
	f.ns = end - rec[i].sent_ns;
	for (; rec[i].sent_ns < end; i++)
		f.packets += rec[i].copies > 0;

	return f;
}

/* The longest delay less the shortest. */
static double delay_spread_ns(const struct evidence *ev)
{
	int64_t least = INT64_MAX, most = 0;

	for (uint64_t i = 0; i < ev->train->n; i++) {
		int64_t ns = ev->rec[i].received_ns - ev->rec[i].sent_ns;

		if (!ev->rec[i].copies)
			continue;
		least = MIN(least, ns);
		most = MAX(most, ns);
	}

	return most > least ? (double)(most - least) : 0;
}

/* The kernel counts a packet's time in whole nanoseconds: the faster, the less exactly. */
static double tolerance(double bps)
{
	return bps <= 10e9 ? 0.001 : bps <= 100e9 ? 0.01 : 0.03;
}

/* From @rate, or as much faster as whole nanoseconds make it, by the tolerance and one packet over the window. */
static struct range near_rate(double rate, double cut, double tolerated, const struct flow *f)
{
	double one = f->packets ? 1 / (double)f->packets : 0;
	double low = fmax(1 - tolerated - one, 0), high = fmax(rate * (1 + tolerated), cut * 1.001);

	return (struct range){ rate * low, high * (1 + one) };
}

/* Groups farther apart than a stage can bridge with what it holds say nothing about its rate. */
static void judge_starved(struct verification *row, const struct train_opts *t, double held_ns)
{
	if ((double)t->group * (double)t->interval_ns > held_ns)
		row->verdict = VERDICT_INCONCLUSIVE;
}

static void queue_row(struct certificate *c, const struct evidence *ev, double frame_ns)
{
	double limit = (double)exercise_queue_frames(ev->profile, ev->dir);
	/* The one that waits for nothing is on the wire, and counts. */
	double depth = delay_spread_ns(ev) / frame_ns + 1;
	double one = 1 + NS_PER_US / frame_ns;

	certificate_row(c, ev, "queue depth", "packets", limit, depth,
			(struct range){ limit - one, limit + one });
}

/*
 * What a packet takes from a bucket, which the kernel keeps as time: whole nanoseconds, cut from a product with a factor
 * that is cut to 32 bits itself (psched_ratecfg_precompute()).
 */
static double bucket_ns(double bits, double rate)
{
	return floor(bits * 1e9 / rate * (1 - 0x1p-31));
}

static int policer_rows(struct certificate *c, const struct evidence *ev, const struct limit *l,
			const char *prefix, struct err *err)
{
	struct flow f = flow_of_policer(ev, l);
	double rate = (double)l->rate_bps, bits = BITS_PER_BYTE * l->bytes;
	double cut = bits * 1e9 / bucket_ns(bits, rate);
	struct verification *row;
	char name[40];
	uint64_t burst;

	if (train_burst(ev->rec, ev->train->n, (uint64_t)ceil(cut), l->bytes, &burst, err) < 0)
		return err->code;
	(void)snprintf(name, sizeof(name), "%srate", prefix);
	row = certificate_row(c, ev, name, "bps", rate, per_second(&f) * bits,
			      near_rate(rate, cut, tolerance(rate), &f));
	judge_starved(row, ev->train,
		      BITS_PER_BYTE * (double)(l->burst_least - l->bytes) / rate * 1e9);
	(void)snprintf(name, sizeof(name), "%sburst", prefix);
	certificate_row(c, ev, name, "bytes", (double)l->burst, (double)burst,
			(struct range){ (double)l->burst_least - l->bytes,
					(double)l->burst * cut / rate +
						BUCKET_SLACK_S * rate / BITS_PER_BYTE + l->bytes });

	return 0;
}

/* A bucket too large for the train: who is in a hurry says nothing, who is not says that. */
static int policer_or_too_large(struct certificate *c, const struct evidence *ev,
				const struct limit *l, const char *prefix, struct err *err)
{
	const size_t from = c->n;

	if (ev->train->n <= l->hold && ev->exercise->scope == VERIFY_SHORT)
		return 0;
	if (policer_rows(c, ev, l, prefix, err) < 0)
		return err->code;
	for (size_t i = from; i < c->n && ev->train->n <= l->hold; i++)
		c->row[i].verdict = VERDICT_INCONCLUSIVE;

	return 0;
}

int certify_rate(struct certificate *c, const struct evidence *ev, struct err *err)
{
	const unsigned payload = ev->train->payload_bytes;
	const struct profile_dir *d = &ev->profile->dir[ev->dir];
	const struct limit cir = exercise_cir(ev->profile, ev->dir);
	double frame_ns = (double)exercise_frame_ns(ev->profile, ev->dir, payload);
	double bits = BITS_PER_BYTE * exercise_wire_bytes(ev->profile, payload);
	double rate = (double)d->rate_bps;
	uint64_t queue = exercise_queue_frames(ev->profile, ev->dir);
	struct verification *row;
	struct flow f;

	if (cir.rate_bps) {
		if (policer_or_too_large(c, ev, &cir, "", err) < 0)
			return err->code;
		certificate_row(c, ev, "queueing", "us", 0, delay_spread_ns(ev) / NS_PER_US,
				(struct range){ 0, QUEUEING_MAX_US });
		return 0;
	}
	f = flow_of_queue(ev);
	row = certificate_row(c, ev, "rate", "bps", rate, per_second(&f) * bits,
			      near_rate(rate, bits * 1e9 / frame_ns, tolerance(rate), &f));
	judge_starved(row, ev->train, (double)(queue - 1) * frame_ns);
	/* The train may have been too short for the queue, too. */
	if (d->aqm == AQM_NONE && ev->train->n > queue)
		queue_row(c, ev, frame_ns);

	return 0;
}

int certify_cap(struct certificate *c, const struct evidence *ev, struct err *err)
{
	const struct limit packets = exercise_cap_packets(ev->profile, ev->dir);
	const struct limit bits = exercise_cap_bits(ev->profile, ev->dir);
	struct flow f;
	double pps = (double)packets.pps;

	if (ev->train->payload_bytes == exercise_full_payload(ev->profile))
		return policer_or_too_large(c, ev, &bits, "tunnel ", err);
	f = flow_of_policer(ev, &packets);
	certificate_row(c, ev, "tunnel packet rate", "pps", pps, per_second(&f),
			near_rate(pps, pps, tolerance(0), &f));

	return 0;
}
