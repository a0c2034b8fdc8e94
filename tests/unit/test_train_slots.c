// SPDX-License-Identifier: ISC
#include "traffic/train_slots.h"

#include <criterion/criterion.h>
#include <errno.h>

#include "base/util.h"

#define PATTERN(sizes) .pattern = sizes, .pattern_len = ARRAY_SIZE(sizes)
#define IMIX .pattern = train_imix, .pattern_len = TRAIN_IMIX_LEN

static const unsigned two[] = { 16, 32 }, three[] = { 16, 32, 64 };
static const unsigned uneven[] = { 16, 1472, 18 }, too_small[] = { 16, 1472, 15 };

/* 7 * 64 + 4 * 594 + 1518 = 4342 bytes of frames. */
Test(train_slots, imix)
{
	unsigned small = 0, medium = 0, large = 0, frames = 0;

	for (size_t i = 0; i < TRAIN_IMIX_LEN; i++) {
		const unsigned frame = train_imix[i] + TRAIN_FRAME_BYTES;

		small += frame == 64;
		medium += frame == 594;
		large += frame == 1518;
		frames += frame;
		cr_expect_eq(frame == 594, i % 3 == 1, "%zu", i);
	}
	cr_expect_eq(small, 7);
	cr_expect_eq(medium, 4);
	cr_expect_eq(large, 1);
	cr_expect_eq(frames, 4342);
}

Test(train_slots, payloads)
{
	static const struct train_opts one = { .payload_bytes = 100 };
	static const struct train_opts several = { .payload_bytes = 9000, PATTERN(uneven) };

	cr_expect_eq(train_payload(&one, 0), 100);
	cr_expect_eq(train_payload(&one, UINT64_MAX), 100);
	cr_expect_eq(train_payload_max(&one), 100);
	cr_expect_eq(train_payload(&several, 0), 16);
	cr_expect_eq(train_payload(&several, 1), 1472);
	cr_expect_eq(train_payload(&several, 2), 18);
	cr_expect_eq(train_payload(&several, 3), 16);
	/* 2^64 - 1 is divisible by 3. */
	cr_expect_eq(train_payload(&several, UINT64_MAX), 16);
	cr_expect_eq(train_payload_max(&several), 1472);
}

/* By hand: bytes in front, times 8, over the rate; cut, however far it is. */
Test(train_slots, times)
{
	static const struct train_opts slow = { .payload_bytes = 972,
						.overhead_bytes = 28,
						.rate_bps = 8000 };
	static const struct train_opts frames = { .payload_bytes = 18,
						  .overhead_bytes = 66,
						  .rate_bps = UINT64_C(10000000000) };
	static const struct train_opts sevenths = { .payload_bytes = 16, .rate_bps = 7 };
	static const struct train_opts thirds = { .payload_bytes = 16, .rate_pps = 3 };
	/* A byte takes 1 us. */
	static const struct train_opts sizes = { PATTERN(two), .rate_bps = 8000000 };
	static const struct train_opts bursts = { PATTERN(two), .rate_bps = 8000000, .burst = 3,
						  .period_ns = 1000000 };
	static const struct train_opts interval = { .payload_bytes = 16, .interval_ns = 700 };
	static const struct {
		const char *name;
		const struct train_opts *opts;
		uint64_t i;
		int64_t at_ns;
	} rows[] = {
		{ "1000 bytes at 8 kbit/s", &slow, 0, 0 },
		{ "1000 bytes at 8 kbit/s", &slow, 5, 5 * NSEC_PER_SEC },
		{ "67.2 ns", &frames, 1, 67 },
		{ "67.2 ns", &frames, 4, 268 },
		{ "67.2 ns", &frames, 5, 336 },
		{ "67.2 ns", &frames, 1000000000, INT64_C(67200000000) },
		{ "67.2 ns", &frames, UINT64_C(100000000000000001), INT64_C(6720000000000000067) },
		{ "128 / 7 s", &sevenths, 1, INT64_C(18285714285) },
		{ "128 / 7 s", &sevenths, 7, 128 * NSEC_PER_SEC },
		{ "1 / 3 s", &thirds, 2, 666666666 },
		{ "1 / 3 s", &thirds, 3, NSEC_PER_SEC },
		{ "1 / 3 s", &thirds, UINT64_C(3000000001), INT64_C(1000000000333333333) },
		{ "two sizes", &sizes, 1, 16000 },
		{ "two sizes", &sizes, 2, 48000 },
		{ "two sizes", &sizes, 3, 64000 },
		{ "two sizes", &sizes, 20000001, INT64_C(480000016000) },
		{ "two sizes in bursts", &bursts, 2, 48000 },
		{ "two sizes in bursts", &bursts, 3, 1000000 },
		{ "two sizes in bursts", &bursts, 4, 1032000 },
		{ "two sizes in bursts", &bursts, 5, 1048000 },
		{ "two sizes in bursts", &bursts, 6, 2000000 },
		{ "two sizes in bursts", &bursts, 7, 2016000 },
		{ "700 ns", &interval, 3, 2100 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct train_opts opts = *rows[i].opts;

		opts.start_ns = 1000;
		cr_expect_eq(train_slot_ns(&opts, rows[i].i), 1000 + rows[i].at_ns, "%s, %ju: %jd",
			     rows[i].name, (uintmax_t)rows[i].i,
			     (intmax_t)train_slot_ns(&opts, rows[i].i));
	}
}

/* As many as it takes for 10 us, where the mean slot is below 5. */
Test(train_slots, groups)
{
	static const struct {
		struct train_opts opts;
		int64_t interval_ns;
		uint64_t group;
	} rows[] = {
		{ { .payload_bytes = 16, .rate_pps = 1000000 }, 1000, 10 },
		{ { .payload_bytes = 16, .rate_pps = 2000000 }, 500, 20 },
		{ { .payload_bytes = 16, .rate_pps = 200001 }, 4999, 3 },
		{ { .payload_bytes = 16, .rate_pps = 200000 }, 5000, 1 },
		{ { .payload_bytes = 16, .rate_pps = 1 }, NSEC_PER_SEC, 1 },
		{ { .payload_bytes = 16, .rate_pps = 1000000, .group = 7 }, 1000, 7 },
		{ { .payload_bytes = 16, .rate_pps = 2000000000 }, 0, 20000 },
		/* 67.2 ns */
		{ { .payload_bytes = 18, .overhead_bytes = 66, .rate_bps = UINT64_C(10000000000) },
		  67,
		  149 },
		/* 7 * 84 + 4 * 614 + 1538 = 4582 bytes in 12 slots of 305.467 ns */
		{ { IMIX, .overhead_bytes = 66, .rate_bps = UINT64_C(10000000000) }, 305, 33 },
		{ { .payload_bytes = 16, .n = 9 }, 0, 9 },
		{ { .payload_bytes = 16, .n = 9, .burst = 4 }, 0, 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cr_expect_eq(train_interval_ns(&rows[i].opts), rows[i].interval_ns, "row %zu", i);
		cr_expect_eq(train_group_size(&rows[i].opts), rows[i].group, "row %zu: %ju", i,
			     (uintmax_t)train_group_size(&rows[i].opts));
	}
}

/* The mean burst over the duty, and one that train_check() takes. */
Test(train_slots, period_of_a_duty)
{
	static const struct {
		struct train_opts opts;
		double duty;
		int64_t period_ns;
	} rows[] = {
		{ { .payload_bytes = 16, .burst = 10, .interval_ns = 1000 }, 1, 10000 },
		{ { .payload_bytes = 16, .burst = 10, .interval_ns = 1000 }, 0.1, 100000 },
		{ { .payload_bytes = 16, .burst = 10, .interval_ns = 1000 }, 0.3, 33333 },
		{ { .payload_bytes = 16, .burst = 10 }, 0.5, 0 },
		/* 5 / 3 s, up to a whole nanosecond at a duty of 1 */
		{ { .payload_bytes = 16, .burst = 5, .rate_pps = 3 }, 0.5, INT64_C(3333333333) },
		{ { .payload_bytes = 16, .burst = 4, .rate_pps = 3 }, 1, INT64_C(1333333334) },
		/* 16 and 32 us, one by one: 24 in the mean, but the pause comes after 32 */
		{ { PATTERN(two), .burst = 1, .rate_bps = 8000000 }, 0.5, 48000 },
		{ { PATTERN(two), .burst = 1, .rate_bps = 8000000 }, 1, 32000 },
		/* Pairs of {16, 32, 64}: 48, 80, 96 us */
		{ { PATTERN(three), .burst = 2, .rate_bps = 8000000 }, 1, 96000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct train_opts opts = rows[i].opts;
		struct err err;

		opts.n = 100;
		opts.period_ns = train_period_ns(&opts, rows[i].duty);
		cr_expect_eq(opts.period_ns, rows[i].period_ns, "row %zu: %jd", i,
			     (intmax_t)opts.period_ns);
		cr_expect_eq(train_check(&opts, true, &err), 0, "row %zu: %s", i, err.msg);
	}
}

Test(train_slots, refused)
{
	static const struct {
		struct train_opts opts;
		const char *says;
	} rows[] = {
		{ { .payload_bytes = 15 }, "packets of a train: 15 bytes of payload, 16 at least" },
		{ { .payload_bytes = 65508 },
		  "packets of a train: 65508 bytes of payload, 65507 at most" },
		{ { PATTERN(too_small) }, "packets of a train: 15 bytes of payload, 16 at least" },
		{ { .payload_bytes = 16, .pattern = train_imix },
		  "a train of 0 sizes, 1 to 1024 are possible" },
		{ { .pattern = train_imix, .pattern_len = 1025 },
		  "a train of 1025 sizes, 1 to 1024 are possible" },
		{ { .payload_bytes = 16, .overhead_bytes = 65536 },
		  "packets of a train: 65536 bytes around each, 65535 at most" },
		{ { .n = UINT32_MAX + UINT64_C(1), .payload_bytes = 16 },
		  "a train of more than 4294967295 packets" },
		{ { .payload_bytes = 16, .interval_ns = -1 },
		  "a train that ends before it begins" },
		{ { .payload_bytes = 16, .linger_ns = -1 }, "a train that ends before it begins" },
		{ { .payload_bytes = 16, .interval_ns = 1, .rate_bps = 1 },
		  "a train of more than one rate" },
		{ { .payload_bytes = 16, .interval_ns = 1, .rate_pps = 1 },
		  "a train of more than one rate" },
		{ { .payload_bytes = 16, .rate_pps = 1, .rate_bps = 1 },
		  "a train of more than one rate" },
		{ { .payload_bytes = 16, .burst = 2, .period_ns = 10, .pacing = TRAIN_SPREAD },
		  "a train of bursts that is not even" },
		{ { .payload_bytes = 16, .burst = 2, .period_ns = 10, .pacing = TRAIN_POISSON },
		  "a train of bursts that is not even" },
		{ { .payload_bytes = 16, .burst = 2, .interval_ns = 6, .period_ns = 11 },
		  "a train whose bursts overlap" },
		{ { .payload_bytes = 16, .burst = 2, .period_ns = -1 },
		  "a train whose bursts overlap" },
		/* 32 us from time to time */
		{ { PATTERN(two), .burst = 1, .rate_bps = 8000000, .period_ns = 31999 },
		  "a train whose bursts overlap" },
		/* 1333333333.3 ns */
		{ { .payload_bytes = 16, .burst = 4, .rate_pps = 3, .period_ns = 1333333333 },
		  "a train whose bursts overlap" },
		{ { .payload_bytes = 16, .pacing = TRAIN_POISSON },
		  "a Poisson train without a rate" },
		{ { .n = 2, .payload_bytes = 16, .interval_ns = INT64_MAX / 2 },
		  "a train that never ends" },
		{ { .n = 1, .payload_bytes = 65507, .rate_bps = 1, .start_ns = INT64_MAX },
		  "a train that never ends" },
		{ { .n = 1, .payload_bytes = 16, .interval_ns = 1, .linger_ns = INT64_MAX },
		  "a train that never ends" },
		{ { .n = 1,
		    .payload_bytes = 16,
		    .interval_ns = INT64_MAX / 100,
		    .pacing = TRAIN_POISSON },
		  "a train that never ends" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err err = { .code = 0 };

		cr_expect_eq(train_check(&rows[i].opts, true, &err), -EINVAL, "row %zu", i);
		cr_expect_str_eq(err.msg, rows[i].says, "row %zu: %s", i, err.msg);
	}
}

/* The ends of what is allowed. Without records, trains may be longer than there is memory for. */
Test(train_slots, accepted)
{
	static const unsigned longest[TRAIN_PATTERN_MAX] = { [0 ... TRAIN_PATTERN_MAX - 1] = 16 };
	static const struct {
		struct train_opts opts;
		bool records;
	} rows[] = {
		{ { .payload_bytes = 16 }, true },
		{ { .payload_bytes = 65507, .n = UINT32_MAX, .interval_ns = 1 }, true },
		{ { .payload_bytes = 16, .n = UINT64_MAX }, false },
		{ { .payload_bytes = 16, .n = UINT64_MAX, .rate_pps = 2000000000000 }, false },
		{ { .payload_bytes = 65507,
		    .overhead_bytes = 65535,
		    .n = UINT64_MAX,
		    .rate_bps = UINT64_MAX },
		  false },
		{ { PATTERN(longest), .n = 1, .rate_bps = 8000 }, true },
		{ { .payload_bytes = 16, .burst = 2, .interval_ns = 6, .period_ns = 12 }, true },
		{ { .payload_bytes = 16, .n = 1000000, .rate_pps = 1, .pacing = TRAIN_POISSON },
		  true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err err;

		cr_expect_eq(train_check(&rows[i].opts, rows[i].records, &err), 0, "row %zu: %s", i,
			     err.msg);
	}
}
