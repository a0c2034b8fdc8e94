// SPDX-License-Identifier: ISC
#include "traffic/train_slots.h"

#include <errno.h>
#include <math.h>

#include "base/util.h"

#define BITS_PER_BYTE INT64_C(8)

/* A POISSON train of n takes as long as 2 (n + 64) mean gaps less often than once in e^100. */
#define POISSON_GAPS_MORE 64

/* Payloads, by the frame that carries them: 64, 594 and 1518 bytes. */
#define SMALL (64 - TRAIN_FRAME_BYTES)
#define MEDIUM (594 - TRAIN_FRAME_BYTES)
#define LARGE (1518 - TRAIN_FRAME_BYTES)

const unsigned train_imix[TRAIN_IMIX_LEN] = { SMALL, MEDIUM, SMALL, SMALL, MEDIUM, SMALL,
					      LARGE, MEDIUM, SMALL, SMALL, MEDIUM, SMALL };

typedef unsigned __int128 u128;

struct sizes {
	const unsigned *bytes;
	size_t n;
};

/* One size is a pattern, too. */
static struct sizes sizes_of(const struct train_opts *opts)
{
	if (opts->pattern)
		return (struct sizes){ opts->pattern, opts->pattern_len };

	return (struct sizes){ &opts->payload_bytes, 1 };
}

unsigned train_payload(const struct train_opts *opts, uint64_t seq)
{
	const struct sizes s = sizes_of(opts);

	return s.bytes[seq % s.n];
}

unsigned train_payload_max(const struct train_opts *opts)
{
	const struct sizes s = sizes_of(opts);
	unsigned most = 0;

	for (size_t i = 0; i < s.n; i++)
		most = MAX(most, s.bytes[i]);

	return most;
}

/* Of all packets before @i, with what is around them. */
static u128 bytes_before(const struct train_opts *opts, u128 i)
{
	const struct sizes s = sizes_of(opts);
	const size_t rest = (size_t)(i % s.n);
	uint64_t all = 0, some = 0;

	for (size_t k = 0; k < s.n; k++) {
		all += s.bytes[k] + opts->overhead_bytes;
		if (k < rest)
			some += s.bytes[k] + opts->overhead_bytes;
	}

	return i / s.n * all + some;
}

struct train_time train_slots(const struct train_opts *opts, u128 from, u128 to)
{
	/* Below 2^64 packets of 2^17 bytes, times 8e9. */
	if (opts->rate_bps)
		return (struct train_time){ (bytes_before(opts, to) - bytes_before(opts, from)) *
						    (BITS_PER_BYTE * NSEC_PER_SEC),
					    opts->rate_bps };
	if (opts->rate_pps)
		return (struct train_time){ (to - from) * NSEC_PER_SEC, opts->rate_pps };

	return (struct train_time){ (to - from) * (u128)opts->interval_ns, 1 };
}

struct train_time train_mean_slot(const struct train_opts *opts)
{
	const size_t n = sizes_of(opts).n;
	struct train_time t = train_slots(opts, 0, n);

	t.den *= n;
	return t;
}

int64_t train_interval_ns(const struct train_opts *opts)
{
	const struct train_time mean = train_mean_slot(opts);

	return (int64_t)(mean.num / mean.den);
}

uint64_t train_burst_size(const struct train_opts *opts)
{
	return opts->burst ? opts->burst : MAX(opts->n, 1U);
}

bool train_is_dense(const struct train_opts *opts)
{
	const struct train_time mean = train_mean_slot(opts);

	return mean.num < TRAIN_DENSE_NS * mean.den;
}

uint64_t train_group_size(const struct train_opts *opts)
{
	const struct train_time mean = train_mean_slot(opts);

	if (opts->group)
		return opts->group;
	if (mean.num == 0)
		return train_burst_size(opts);
	if (!train_is_dense(opts))
		return 1;

	return (uint64_t)((TRAIN_GROUP_NS * mean.den + mean.num - 1) / mean.num);
}

u128 train_slot_offset(const struct train_opts *opts, uint64_t i)
{
	struct train_time t;

	if (!opts->burst) {
		t = train_slots(opts, 0, i);
		return t.num / t.den;
	}
	t = train_slots(opts, i - i % opts->burst, i);

	return i / opts->burst * (u128)opts->period_ns + t.num / t.den;
}

int64_t train_slot_ns(const struct train_opts *opts, uint64_t i)
{
	return opts->start_ns + (int64_t)train_slot_offset(opts, i);
}

/* Rounded up. Bursts begin anywhere in a pattern, but no further on than after all of its packets once more. */
static u128 longest_burst_ns(const struct train_opts *opts)
{
	const size_t n = sizes_of(opts).n;
	u128 most = 0;

	for (size_t i = 0; i < n; i++) {
		const uint64_t from = i * (opts->burst % n) % n;
		const struct train_time t = train_slots(opts, from, (u128)from + opts->burst);

		most = MAX(most, (t.num + t.den - 1) / t.den);
	}

	return most;
}

int64_t train_period_ns(const struct train_opts *opts, double duty)
{
	const struct train_time mean = train_mean_slot(opts);
	const double on_ns = (double)(mean.num * opts->burst) / (double)mean.den;

	return MAX(llround(on_ns / duty), (int64_t)longest_burst_ns(opts));
}

static int check_sizes(const struct train_opts *opts, struct err *err)
{
	const struct sizes s = sizes_of(opts);

	if (opts->pattern && (s.n == 0 || s.n > TRAIN_PATTERN_MAX))
		return err_set(err, -EINVAL, "a train of %zu sizes, 1 to %u are possible", s.n,
			       TRAIN_PATTERN_MAX);
	for (size_t i = 0; i < s.n; i++) {
		if (s.bytes[i] < TRAIN_PAYLOAD_MIN)
			return err_set(err, -EINVAL,
				       "packets of a train: %u bytes of payload, %u at least",
				       s.bytes[i], TRAIN_PAYLOAD_MIN);
		if (s.bytes[i] > TRAIN_PAYLOAD_MAX)
			return err_set(err, -EINVAL,
				       "packets of a train: %u bytes of payload, %u at most",
				       s.bytes[i], TRAIN_PAYLOAD_MAX);
	}
	if (opts->overhead_bytes > TRAIN_OVERHEAD_MAX)
		return err_set(err, -EINVAL, "packets of a train: %u bytes around each, %u at most",
			       opts->overhead_bytes, TRAIN_OVERHEAD_MAX);

	return 0;
}

static int check_pace(const struct train_opts *opts, struct err *err)
{
	if (opts->interval_ns < 0 || opts->linger_ns < 0)
		return err_set(err, -EINVAL, "a train that ends before it begins");
	if ((opts->interval_ns > 0) + (opts->rate_bps > 0) + (opts->rate_pps > 0) > 1)
		return err_set(err, -EINVAL, "a train of more than one rate");
	if (opts->burst && opts->pacing != TRAIN_EVEN)
		return err_set(err, -EINVAL, "a train of bursts that is not even");
	if (opts->burst && (opts->period_ns < 0 || (u128)opts->period_ns < longest_burst_ns(opts)))
		return err_set(err, -EINVAL, "a train whose bursts overlap");
	if (opts->pacing == TRAIN_POISSON && train_mean_slot(opts).num == 0)
		return err_set(err, -EINVAL, "a Poisson train without a rate");

	return 0;
}

static int check_end(const struct train_opts *opts, struct err *err)
{
	const struct train_time drawn = train_slots(opts, 0, (u128)opts->n + POISSON_GAPS_MORE);
	const u128 length = opts->pacing == TRAIN_POISSON ? drawn.num / drawn.den
							  : train_slot_offset(opts, opts->n);

	if (length > INT64_MAX / 2 ||
	    (__int128)opts->start_ns + 2 * (__int128)length + opts->linger_ns > INT64_MAX)
		return err_set(err, -EINVAL, "a train that never ends");

	return 0;
}

int train_check(const struct train_opts *opts, bool records, struct err *err)
{
	if (records && opts->n > UINT32_MAX)
		return err_set(err, -EINVAL, "a train of more than %u packets", UINT32_MAX);
	if (check_sizes(opts, err) < 0 || check_pace(opts, err) < 0 || check_end(opts, err) < 0)
		return err->code;

	return 0;
}
