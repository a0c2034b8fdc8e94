// SPDX-License-Identifier: ISC
#include "emul/exercise.h"

#include <math.h>

#include "base/util.h"
#include "emul/loss_chain.h"
#include "emul/stages.h"
#include "model/jitter.h"
#include "traffic/packet.h"

#define FRAME_BITS 8.0

/* Samples of a distribution, by the scope: where there is one, and where all should be the same. */
#define SAMPLES_FULL 1200 /* a p99 takes a thousand, and some are lost */
#define SAMPLES_FULL_CONSTANT 500
#define SAMPLES_SHORT 30

/* Between packets that have nothing to do with each other. */
#define APART_NS (2 * NSEC_PER_MSEC)
#define APART_FRAMES 4

/*
 * What wakes a link that rests finds the latency where it was left, and nobody overtakes it. The packet after it comes
 * so much later that it hardly ever has to wait for it: some scales, while the link is still awake.
 */
#define WAKE_NS (50 * NSEC_PER_USEC)
#define WAKE_SCALES 3.5

/*
 * Load around a sample: so many scales long, as anything that piles up with load does so within them. Frames leave in
 * groups, which costs less, and half of the time the stages are idle again before the next.
 */
#define LOADED_SCALES 4
#define LOADED_GROUP 16
#define LOADED_GROUPS 4 /* or more, around a sample */
#define LOADED_FRAMES 300000
#define LOADED_FRAMES_MAX 4000000 /* when more samples are asked for */
#define LOADED_SAMPLES_MIN 100

/*
 * Packets to count losses among. What happens often enough is to happen so many times; what is rare, enough to tell; for
 * what is rarer still there is no time.
 */
#define DICE_MIN 20000
#define DICE_USUAL_MAX 200000
#define DICE_MAX 2100000
#define DICE_EPISODES 400
#define DICE_EPISODES_LEAST 20
#define DICE_GROUP 256

/* Small packets on their way that a world has the memory for, in each direction. */
#define IN_FLIGHT_MAX 50000

/* A managed queue takes what waits for longer as its cue. */
#define AQM_NS (4 * NSEC_PER_MSEC)

#define LINGER_NS (50 * NSEC_PER_MSEC)

unsigned exercise_wire_bytes(const struct profile *p, unsigned payload_bytes)
{
	unsigned around = p->kind == LINK_VPN ? p->encap_bytes : VLAN_TAG;

	return payload_bytes + IP_AND_UDP + around + ETH_HEADER + ETH_FCS + ETH_PREAMBLE_AND_GAP;
}

unsigned exercise_full_payload(const struct profile *p)
{
	return p->mtu - IP_AND_UDP;
}

/* Of a packet that is small, but no smaller than other tools' probes. */
static unsigned small_payload(const struct profile *p)
{
	return MIN((unsigned)PROBE_BYTES, exercise_full_payload(p));
}

uint64_t exercise_frame_ns(const struct profile *p, enum dir d, unsigned payload_bytes)
{
	uint64_t bytes_per_s = p->dir[d].rate_bps / 8;

	if (!bytes_per_s)
		return 0;

	return exercise_wire_bytes(p, payload_bytes) * (uint64_t)NSEC_PER_SEC / bytes_per_s;
}

uint64_t exercise_queue_frames(const struct profile *p, enum dir d)
{
	const struct profile_dir *dir = &p->dir[d];
	double bits = FRAME_BITS * exercise_wire_bytes(p, exercise_full_payload(p));

	if (dir->queue_frames)
		return dir->queue_frames;

	return (uint64_t)ceil((double)dir->queue_ns / 1e9 * (double)dir->rate_bps / bits);
}

/* The longest that a packet may take. */
static int64_t linger_ns(const struct profile *p, enum dir d)
{
	const struct profile_dir *dir = &p->dir[d];
	double queue_ns = (double)exercise_queue_frames(p, d) *
			  (double)exercise_frame_ns(p, d, exercise_full_payload(p));

	return (int64_t)((double)dir->delay_ns + JITTER_REACH * (double)dir->jitter_ns + queue_ns) +
	       LINGER_NS;
}

/* Of both directions: who waits for one wakes the other. */
static int64_t correlation_ns(const struct profile *p)
{
	return (int64_t)MAX(profile_correlation_ns(&p->dir[TO_VPC]),
			    profile_correlation_ns(&p->dir[TO_ONPREM]));
}

static uint64_t samples_wanted(const struct exercise *e, bool jitter)
{
	if (e->samples)
		return e->samples;
	if (e->scope == VERIFY_SHORT)
		return SAMPLES_SHORT;

	return jitter ? SAMPLES_FULL : SAMPLES_FULL_CONSTANT;
}

/* The larger one of both directions: what waits for one wakes the other. */
static uint64_t scale_ns(const struct profile *p)
{
	return MAX(p->dir[TO_VPC].jitter_ns, p->dir[TO_ONPREM].jitter_ns);
}

static struct train_opts latency_train(const struct exercise *e, const struct profile *p,
				       enum dir d)
{
	int64_t correlation = correlation_ns(p);
	int64_t frames_ns = APART_FRAMES * (int64_t)exercise_frame_ns(p, d, small_payload(p));
	struct train_opts t = { .payload_bytes = small_payload(p) };

	if (correlation) {
		t.burst = 2;
		t.interval_ns = (int64_t)(WAKE_SCALES * (double)scale_ns(p)) + WAKE_NS + frames_ns;
		t.period_ns = MAX(correlation, 2 * t.interval_ns);
	} else {
		t.interval_ns = MAX(APART_NS, frames_ns);
	}
	t.n = samples_wanted(e, correlation > 0) * MAX(t.burst, 1U);

	return t;
}

/* Nanoseconds from one packet to the next at half of what every stage lets pass. */
static double half_load_ns(const struct profile *p, enum dir d, unsigned payload_bytes)
{
	const struct profile_dir *dir = &p->dir[d];
	double bits = FRAME_BITS * exercise_wire_bytes(p, payload_bytes), slowest = INFINITY;
	const uint64_t rates[] = { dir->rate_bps, dir->cir_bps, dir->partner_cir_bps,
				   dir->cap_bps };

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++)
		if (rates[i])
			slowest = fmin(slowest, (double)rates[i]);

	return 2e9 * fmax(bits / slowest, dir->cap_pps ? 1 / (double)dir->cap_pps : 0);
}

/* Packets that may leave at once: as many as queues and buckets hold twice, but no more than @most. */
static uint64_t group_within(const struct profile *p, enum dir d, unsigned payload_bytes,
			     uint64_t most)
{
	const struct profile_dir *dir = &p->dir[d];
	const unsigned bytes = exercise_wire_bytes(p, payload_bytes);
	struct police police[2 * OP_POLICE_MAX];
	unsigned n = stage_policers(p, d, police);

	n += stage_tunnel_caps(p, d, police + n);
	for (unsigned i = 0; i < n; i++)
		most = MIN(most,
			   (police[i].pps ? police[i].pps_burst : police[i].burst_bytes / bytes) /
				   2);
	if (dir->rate_bps)
		most = MIN(most, exercise_queue_frames(p, d) / 2);
	if (dir->aqm != AQM_NONE)
		most = MIN(most, (uint64_t)(AQM_NS / half_load_ns(p, d, payload_bytes)));

	return MAX(most, 1U);
}

/* What leaves at once, must not do so too often for who sends it. */
static int64_t interval_for(double interval_ns, uint64_t group)
{
	return (int64_t)ceil(fmax(interval_ns, (double)TRAIN_DENSE_NS / (double)group));
}

static struct train_opts loaded_train(const struct exercise *e, const struct profile *p, enum dir d)
{
	const unsigned payload = exercise_full_payload(p);
	const double half_ns = half_load_ns(p, d, payload);
	const uint64_t around_ns = LOADED_SCALES * scale_ns(p);
	uint64_t most = e->samples ? LOADED_FRAMES_MAX : LOADED_FRAMES, group, samples;
	struct train_opts t = { .payload_bytes = payload };

	group = MIN((uint64_t)((double)around_ns / half_ns) / LOADED_GROUPS, LOADED_GROUP);
	group = MAX(group, (uint64_t)(TRAIN_GROUP_NS / half_ns));
	t.group = group_within(p, d, payload, group);
	t.interval_ns = interval_for(half_ns, t.group);
	t.burst = MAX(around_ns / (uint64_t)t.interval_ns, LOADED_GROUPS * t.group);
	t.period_ns = MAX(correlation_ns(p), (int64_t)t.burst * t.interval_ns);
	samples = MAX(MIN(samples_wanted(e, true), most / t.burst), (uint64_t)LOADED_SAMPLES_MIN);
	t.n = samples * t.burst;

	return t;
}

static uint64_t dice_count(const struct exercise *e, const struct profile_dir *d)
{
	const double episodes = e->samples ? (double)e->samples : DICE_EPISODES;
	const double chances[] = { loss_events(d), d->corrupt_ratio, d->duplicate_ratio,
				   d->reorder_ratio };
	double n = DICE_MIN;

	for (size_t i = 0; i < ARRAY_SIZE(chances); i++) {
		double least = ceil(DICE_EPISODES_LEAST / chances[i]);

		if (chances[i] > 0 && least <= DICE_MAX)
			n = fmax(n, fmax(least, fmin(episodes / chances[i], DICE_USUAL_MAX)));
	}

	return (uint64_t)n;
}

static struct train_opts dice_train(const struct exercise *e, const struct profile *p, enum dir d)
{
	const unsigned payload = small_payload(p);
	struct train_opts t = { .payload_bytes = payload, .n = dice_count(e, &p->dir[d]) };
	double interval_ns =
		fmax(half_load_ns(p, d, payload), (double)p->dir[d].delay_ns / IN_FLIGHT_MAX);

	/* What overtakes is told from the rest by its delay, which is then everybody's own. */
	t.group = p->dir[d].reorder_ratio > 0 ? 1 : group_within(p, d, payload, DICE_GROUP);
	t.interval_ns = interval_for(interval_ns, t.group);

	return t;
}

unsigned exercise_trains(const struct exercise *e, const struct profile *p, enum dir d,
			 struct train_opts ret[EXERCISE_TRAINS_MAX])
{
	unsigned n = 1;

	switch (e->kind) {
	case EXERCISE_LATENCY:
		ret[0] = latency_train(e, p, d);
		break;
	case EXERCISE_LOADED:
		ret[0] = loaded_train(e, p, d);
		break;
	case EXERCISE_DICE:
		ret[0] = dice_train(e, p, d);
		break;
	case EXERCISE_RATE:
		ret[0] = exercise_rate_train(e, p, d);
		break;
	case EXERCISE_CAP:
		n = exercise_cap_trains(e, p, d, ret);
		break;
	case EXERCISE_KIND_COUNT:
		return 0;
	}
	for (unsigned i = 0; i < n; i++)
		ret[i].linger_ns = linger_ns(p, d);

	return n;
}

uint64_t exercise_samples(const struct train_opts *train)
{
	return train->burst ? train->n / train->burst : train->n;
}
