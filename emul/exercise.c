// SPDX-License-Identifier: ISC
#include "emul/exercise.h"

#include <math.h>

#include "base/util.h"
#include "emul/loss_chain.h"
#include "emul/stages.h"
#include "model/jitter.h"
#include "traffic/packet.h"

#define IP_AND_UDP 28
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
#define LOADED_FRAMES_MAX 8000000 /* when more samples are asked for */
#define LOADED_SAMPLES_MIN 100

/*
 * Packets to count losses among. What happens often enough is to happen so many times; what is rare, enough to tell; for
 * what is rarer still there is no time.
 */
#define DICE_MIN 20000
#define DICE_USUAL_MAX 200000
#define DICE_MAX 2100000
#define DICE_EPISODES 40
#define DICE_EPISODES_LEAST 20
#define DICE_GROUP 256

/* A managed queue takes what waits for longer as its cue. */
#define AQM_NS (4 * NSEC_PER_MSEC)

/* Frames at the rate once the queue is full or the bucket empty, and the most that a short form sends. */
#define STEADY_FULL 3000
#define STEADY_SHORT 300
#define FILL_MAX_SHORT 14000

/* More than a stage lets pass. */
#define OVERLOAD 3.0
/* Of a cap on packets; what cannot come at least so much faster does not reach it. */
#define CAP_OVERLOAD 1.2
#define CAP_OVERLOAD_MIN 1.05
/* What the stage in front may be filled to, and the smallest packets, so that as many as can be pass it. */
#define CAP_UTILISATION 0.95
#define CAP_PAYLOAD TRAIN_PAYLOAD_MIN

#define LINGER_NS (50 * NSEC_PER_MSEC)

const char *const exercise_kind_names[EXERCISE_KIND_COUNT] = {
	[EXERCISE_LATENCY] = "latency", [EXERCISE_LOADED] = "loaded", [EXERCISE_DICE] = "dice",
	[EXERCISE_RATE] = "rate",	[EXERCISE_CAP] = "cap",
};

static void drop_jitter(struct profile_dir *d)
{
	d->jitter_shape = JITTER_NONE;
	d->jitter_ns = 0;
}

static void drop_reordering(struct profile_dir *d)
{
	d->reorder_ratio = 0;
	d->reorder_depth_ns = 0;
}

static void drop_loss(struct profile_dir *d)
{
	d->loss_model = LOSS_RANDOM;
	d->loss_ratio = 0;
	d->corrupt_ratio = 0;
}

void exercise_profile(enum exercise_kind kind, struct profile *p)
{
	p->n_steps = 0;
	p->schedule_period_ns = p->schedule_start_ns = 0;

	for (enum dir i = 0; i < DIR_COUNT; i++) {
		struct profile_dir *d = &p->dir[i];

		/* A shape without a scale is there for another step's sake. */
		if (!d->jitter_ns)
			drop_jitter(d);
		switch (kind) {
		case EXERCISE_RATE:
			d->cap_bps = d->cap_pps = 0;
			__attribute__((fallthrough));
		case EXERCISE_CAP:
			drop_loss(d);
			__attribute__((fallthrough));
		case EXERCISE_LOADED:
			d->duplicate_ratio = 0;
			__attribute__((fallthrough));
		case EXERCISE_LATENCY:
			drop_reordering(d);
			break;
		case EXERCISE_DICE:
		case EXERCISE_KIND_COUNT:
			break;
		}
		if (kind != EXERCISE_LATENCY && kind != EXERCISE_LOADED)
			drop_jitter(d);
	}
}

unsigned exercise_wire_bytes(const struct profile *p, unsigned payload_bytes)
{
	unsigned around = p->kind == LINK_VPN ? p->encap_bytes : VLAN_TAG;

	return payload_bytes + IP_AND_UDP + around + ETH_HEADER + ETH_FCS + ETH_PREAMBLE_AND_GAP;
}

unsigned exercise_full_payload(const struct profile *p)
{
	return MAX(p->mtu, IP_AND_UDP + TRAIN_PAYLOAD_MIN) - IP_AND_UDP;
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
	double bits = FRAME_BITS * exercise_wire_bytes(p, p->mtu - IP_AND_UDP);

	if (dir->queue_frames)
		return dir->queue_frames;

	return (uint64_t)ceil((double)dir->queue_ns / 1e9 * (double)dir->rate_bps / bits);
}

static unsigned counted_bytes(const struct profile *p, enum accounting accounting)
{
	unsigned frame = ETH_HEADER + ETH_FCS + VLAN_TAG;

	switch (accounting) {
	case ACCOUNT_L1:
		return p->mtu + frame + ETH_PREAMBLE_AND_GAP;
	case ACCOUNT_L2:
		return p->mtu + frame;
	case ACCOUNT_L3:
	case ACCOUNTING_COUNT:
		break;
	}

	return p->mtu;
}

struct limit exercise_cir(const struct profile *p, enum dir d)
{
	const struct profile_dir *dir = &p->dir[d];
	struct limit l = { .rate_bps = dir->cir_bps,
			   .burst = dir->burst_bytes,
			   .bytes = counted_bytes(p, dir->accounting) };

	/* Of two in series the slower one rules; of equals, the one with the smaller bucket. */
	if (dir->partner_cir_bps && (dir->partner_cir_bps < l.rate_bps ||
				     (dir->partner_cir_bps == l.rate_bps &&
				      dir->partner_burst_bytes < l.burst))) {
		l.rate_bps = dir->partner_cir_bps;
		l.burst = dir->partner_burst_bytes;
	}
	l.burst_least = l.burst;
	/* With a bucket smaller than its own, the other one may have run out before. */
	if (dir->partner_cir_bps)
		l.burst_least =
			MIN(l.burst, MIN(dir->burst_bytes, dir->partner_burst_bytes));

	return l;
}

/* Of the tunnel's policers in emul/stages.c, whose buckets no profile says. */
static struct limit tunnel_limit(const struct profile *p, enum dir d, bool packets)
{
	struct police police[OP_POLICE_MAX];
	unsigned n = stage_tunnel_caps(p, d, police);
	struct limit l = { .bytes = p->mtu + p->encap_bytes };

	for (unsigned i = 0; i < n; i++) {
		if (packets != (police[i].pps > 0))
			continue;
		l.rate_bps = police[i].rate_bps;
		l.pps = police[i].pps;
		l.burst = l.burst_least = packets ? police[i].pps_burst : police[i].burst_bytes;
	}

	return l;
}

/* How many packets of this size a second the rate stage lets pass; INFINITY where there is none. */
static double stage_pps(const struct profile *p, enum dir d, unsigned payload_bytes)
{
	if (!p->dir[d].rate_bps)
		return INFINITY;

	return (double)p->dir[d].rate_bps / (FRAME_BITS * exercise_wire_bytes(p, payload_bytes));
}

struct limit exercise_cap_bits(const struct profile *p, enum dir d)
{
	struct limit l = tunnel_limit(p, d, false);
	double pps = (double)l.rate_bps / (FRAME_BITS * l.bytes);
	double most = CAP_UTILISATION * stage_pps(p, d, exercise_full_payload(p));

	/* Full packets must not meet the other cap. */
	if (pps * CAP_OVERLOAD_MIN > most ||
	    (p->dir[d].cap_pps && pps * CAP_OVERLOAD_MIN > (double)p->dir[d].cap_pps))
		return (struct limit){ 0 };

	return l;
}

struct limit exercise_cap_packets(const struct profile *p, enum dir d)
{
	struct limit l = tunnel_limit(p, d, true);
	double most = CAP_UTILISATION * stage_pps(p, d, CAP_PAYLOAD);
	double outer_bits = FRAME_BITS * (CAP_PAYLOAD + IP_AND_UDP + p->encap_bytes);

	if ((double)l.pps * CAP_OVERLOAD_MIN > most ||
	    (p->dir[d].cap_bps &&
	     (double)l.pps * CAP_OVERLOAD * outer_bits > (double)p->dir[d].cap_bps))
		return (struct limit){ 0 };

	return l;
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
	int64_t frames_ns = APART_FRAMES * (int64_t)exercise_frame_ns(p, d, PROBE_BYTES);
	struct train_opts t = { .payload_bytes = PROBE_BYTES };

	if (correlation) {
		t.burst = 2;
		t.interval_ns =
			(int64_t)(WAKE_SCALES * (double)scale_ns(p)) + WAKE_NS + frames_ns;
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
		most = MIN(most, (police[i].pps ? police[i].pps_burst :
						  police[i].burst_bytes / bytes) /
					 2);
	if (dir->rate_bps)
		most = MIN(most, exercise_queue_frames(p, d) / 2);
	if (dir->aqm != AQM_NONE)
		most = MIN(most, (uint64_t)(AQM_NS / half_load_ns(p, d, payload_bytes)));

	return MAX(most, 1U);
}

static struct train_opts loaded_train(const struct exercise *e, const struct profile *p, enum dir d)
{
	const unsigned payload = exercise_full_payload(p);
	const uint64_t interval = (uint64_t)ceil(half_load_ns(p, d, payload));
	const uint64_t around = LOADED_SCALES * scale_ns(p) / interval; /* frames */
	uint64_t most = e->samples ? LOADED_FRAMES_MAX : LOADED_FRAMES, group, samples;
	struct train_opts t = { .payload_bytes = payload, .interval_ns = (int64_t)interval };

	group = MAX(MIN(around / LOADED_GROUPS, LOADED_GROUP), TRAIN_GROUP_NS / interval);
	t.group = group_within(p, d, payload, group);
	t.burst = MAX(around, LOADED_GROUPS * t.group);
	t.period_ns = MAX(correlation_ns(p), (int64_t)(t.burst * interval));
	samples = MAX(MIN(samples_wanted(e, true), most / t.burst), (uint64_t)LOADED_SAMPLES_MIN);
	t.n = samples * t.burst;

	return t;
}

static uint64_t dice_count(const struct profile_dir *d)
{
	const double chances[] = { loss_events(d), d->corrupt_ratio, d->duplicate_ratio,
				   d->reorder_ratio };
	double n = DICE_MIN;

	for (size_t i = 0; i < ARRAY_SIZE(chances); i++) {
		double least = ceil(DICE_EPISODES_LEAST / chances[i]);

		if (chances[i] > 0 && least <= DICE_MAX)
			n = fmax(n, fmax(least, fmin(DICE_EPISODES / chances[i], DICE_USUAL_MAX)));
	}

	return (uint64_t)n;
}

static struct train_opts dice_train(const struct profile *p, enum dir d)
{
	struct train_opts t = { .payload_bytes = PROBE_BYTES, .n = dice_count(&p->dir[d]) };

	t.interval_ns = (int64_t)ceil(half_load_ns(p, d, PROBE_BYTES));
	/* What overtakes is told from the rest by its delay, which is then everybody's own. */
	t.group = p->dir[d].reorder_ratio > 0 ? 1 : group_within(p, d, PROBE_BYTES, DICE_GROUP);

	return t;
}

/*
 * Offers a stage more than it lets pass: until it holds @hold packets, or those have gone beyond its rate, and then for
 * a while at that rate.
 */
static struct train_opts overload_train(const struct exercise *e, unsigned payload_bytes,
					double limit_pps, double offered_pps, uint64_t hold)
{
	const bool brief = e->scope == VERIFY_SHORT;
	struct train_opts t = { .payload_bytes = payload_bytes,
				.interval_ns = MAX((int64_t)(1e9 / offered_pps), 1) };
	double factor = 1e9 / (double)t.interval_ns / limit_pps;

	t.n = (uint64_t)((double)hold * factor / (factor - 1) +
			 factor * (brief ? STEADY_SHORT : STEADY_FULL));
	if (brief)
		t.n = MIN(t.n, (uint64_t)FILL_MAX_SHORT);

	return t;
}

static struct train_opts rate_train(const struct exercise *e, const struct profile *p, enum dir d)
{
	const struct limit cir = exercise_cir(p, d);
	const unsigned payload = exercise_full_payload(p);
	double pps = stage_pps(p, d, payload);
	uint64_t hold = exercise_queue_frames(p, d);

	if (cir.rate_bps) {
		pps = (double)cir.rate_bps / (FRAME_BITS * cir.bytes);
		hold = cir.burst / cir.bytes;
	}

	return overload_train(e, payload, pps, OVERLOAD * pps, hold);
}

static unsigned cap_trains(const struct exercise *e, const struct profile *p, enum dir d,
			   struct train_opts ret[EXERCISE_TRAINS_MAX])
{
	const struct limit bits = exercise_cap_bits(p, d), packets = exercise_cap_packets(p, d);
	const unsigned full = exercise_full_payload(p);
	unsigned n = 0;

	if (bits.rate_bps) {
		double pps = (double)bits.rate_bps / (FRAME_BITS * bits.bytes);
		double most = CAP_UTILISATION * stage_pps(p, d, full);

		ret[n++] = overload_train(e, full, pps, fmin(OVERLOAD * pps, most),
					  bits.burst / bits.bytes);
	}
	if (packets.pps) {
		double pps = (double)packets.pps;
		double most = CAP_UTILISATION * stage_pps(p, d, CAP_PAYLOAD);

		ret[n++] = overload_train(e, CAP_PAYLOAD, pps, fmin(CAP_OVERLOAD * pps, most),
					  packets.burst);
	}

	return n;
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
		ret[0] = dice_train(p, d);
		break;
	case EXERCISE_RATE:
		ret[0] = rate_train(e, p, d);
		break;
	case EXERCISE_CAP:
		n = cap_trains(e, p, d, ret);
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
