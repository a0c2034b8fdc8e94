// SPDX-License-Identifier: ISC
#include "traffic/train.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/util.h"
#include "tests/unit/trains.h"

Test(train, arrives)
{
	/* More packets than fit a batch, and no more than the buffer of an ordinary user's socket holds. */
	static const struct {
		const char *name;
		uint64_t n;
		unsigned payload_bytes;
		int64_t interval_ns;
		uint64_t group; /* of packets that leave together */
	} rows[] = {
		{ "none", 0, 16, 10000, 1 },
		{ "one", 1, 16, 0, 1 },
		{ "all at once", 400, 16, 0, 400 },
		{ "dense, groups of 10 us", 400, 44, 1000, 10 },
		{ "groups of a little more than 10 us", 401, 44, 3000, 4 },
		{ "just dense", 100, 1472, 4999, 3 },
		{ "just not dense", 100, 1472, 5000, 1 },
		{ "jumbo", 10, 8972, 20000, 1 },
		{ "slow", 20, 16, 1000000, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct train_opts opts = opts_for(make_pair(), rows[i].n);
		auto_free struct train_record *rec = malloc((rows[i].n + 1) * sizeof(*rec));

		cr_assert(rec);
		memset(rec, 0xff, (rows[i].n + 1) * sizeof(*rec));
		opts.payload_bytes = rows[i].payload_bytes;
		opts.interval_ns = rows[i].interval_ns;
		cr_expect_eq(run_train(&opts, rec), 0, "%s", rows[i].name);
		expect_all(rows[i].name, &opts, rec);
		for (uint64_t k = 0; k < rows[i].n; k++)
			cr_expect_eq(rec[k].sent_ns - opts.start_ns,
				     (int64_t)(k / rows[i].group * rows[i].group) *
					     rows[i].interval_ns,
				     "%s: packet %ju", rows[i].name, (uintmax_t)k);
		cr_expect_eq(rec[rows[i].n].copies, UINT32_MAX, "%s: one record too many",
			     rows[i].name);
	}
}

/* In the middle half of each slot, by the seed and nothing else. */
Test(train, spread)
{
	static const struct {
		int64_t interval_ns, slot_ns;
		uint64_t group;
	} rows[] = { { 40000, 40000, 1 }, { 2000, 10000, 5 } };
	enum { N = 100 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		static const uint64_t seeds[] = { 7, 7, 8 };
		int64_t offset[ARRAY_SIZE(seeds)][N];
		int64_t least = INT64_MAX, most = INT64_MIN;

		for (size_t s = 0; s < ARRAY_SIZE(seeds); s++) {
			struct train_opts opts = opts_for(make_pair(), N);
			struct train_record rec[N];

			opts.interval_ns = rows[i].interval_ns;
			opts.pacing = TRAIN_SPREAD;
			opts.seed = seeds[s];
			(void)run_train(&opts, rec);
			expect_all("spread", &opts, rec);
			for (uint64_t k = 0; k < N; k++) {
				offset[s][k] = rec[k].sent_ns - opts.start_ns -
					       (int64_t)(k / rows[i].group) * rows[i].slot_ns;
				least = MIN(least, offset[s][k]);
				most = MAX(most, offset[s][k]);
			}
		}
		cr_expect_arr_eq(offset[0], offset[1], sizeof(offset[0]), "row %zu", i);
		cr_expect_arr_neq(offset[0], offset[2], sizeof(offset[0]), "row %zu", i);
		/* And over most of it, as 20 draws or more are. */
		cr_expect(least >= rows[i].slot_ns / 4 && least < rows[i].slot_ns * 3 / 8,
			  "row %zu: %jd", i, (intmax_t)least);
		cr_expect(most < rows[i].slot_ns * 3 / 4 && most > rows[i].slot_ns * 5 / 8,
			  "row %zu: %jd", i, (intmax_t)most);
	}
}

/* When each packet of a train with pauses leaves, in slots of the burst, and how many leave together. */
Test(train, bursts)
{
	static const struct {
		const char *name;
		uint64_t n, burst, group;
		int64_t interval_ns, period_ns;
		uint64_t together; /* as it follows */
	} rows[] = {
		{ "pairs", 10, 2, 0, 50000, 1000000, 1 },
		{ "the last one cut short", 7, 3, 0, 20000, 100000, 1 },
		{ "without pauses", 12, 4, 0, 10000, 40000, 1 },
		{ "dense, groups end with bursts", 50, 12, 0, 1000, 200000, 10 },
		{ "all of a burst at once", 20, 5, 0, 0, 100000, 5 },
		{ "groups of their own size", 24, 8, 3, 10000, 200000, 3 },
		{ "groups, and no bursts", 24, 0, 5, 20000, 0, 5 },
		{ "groups as large as bursts", 24, 6, 100, 10000, 100000, 100 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct train_opts opts = opts_for(make_pair(), rows[i].n);
		auto_free struct train_record *rec = calloc(rows[i].n, sizeof(*rec));
		uint64_t burst = rows[i].burst ? rows[i].burst : rows[i].n;

		cr_assert(rec);
		opts.burst = rows[i].burst;
		opts.group = rows[i].group;
		opts.interval_ns = rows[i].interval_ns;
		opts.period_ns = rows[i].period_ns;
		cr_expect_eq(train_group_size(&opts), rows[i].together, "%s", rows[i].name);
		cr_expect_eq(run_train(&opts, rec), 0, "%s", rows[i].name);
		expect_all(rows[i].name, &opts, rec);
		for (uint64_t k = 0; k < rows[i].n; k++) {
			uint64_t within = k % burst / rows[i].together * rows[i].together;

			cr_expect_eq(rec[k].sent_ns - opts.start_ns,
				     (int64_t)(k / burst) * rows[i].period_ns +
					     (int64_t)within * rows[i].interval_ns,
				     "%s: packet %ju", rows[i].name, (uintmax_t)k);
		}
	}
}

/* A filter at the receiver plays the link: of four packets, the second is lost. */
Test(train, losses_and_the_socket_s_own)
{
	enum { N = 40 };
	struct pair p = make_pair();
	struct train_opts opts = opts_for(p, N);
	struct train_record rec[N];
	uint32_t order = 0;

	lose_packets(p.receiver);
	cr_expect_eq(run_train(&opts, rec), N / 4);
	for (size_t i = 0; i < N; i++) {
		bool lost = i % 4 == 1;

		cr_expect_eq(rec[i].sent_ns, opts.start_ns + (int64_t)i * opts.interval_ns);
		cr_expect_eq(rec[i].copies, lost ? 0 : 1, "%zu", i);
		cr_expect_eq(rec[i].order, lost ? 0 : ++order, "%zu", i);
		cr_expect_eq(rec[i].received_ns == 0, lost, "%zu", i);
	}
}

Test(train, several_at_once)
{
	enum { TRAINS = 4, N = 100 };
	struct train_opts opts[TRAINS];
	struct train_record rec[TRAINS][N];
	struct train_run *run[TRAINS];
	struct err err;

	for (unsigned i = 0; i < TRAINS; i++) {
		opts[i] = opts_for(make_pair(), N);
		opts[i].payload_bytes = 100 + i;
		cr_assert_eq(train_start(&opts[i], rec[i], &run[i], &err), 0, "%s", err.msg);
	}
	for (unsigned i = 0; i < TRAINS; i++) {
		uint64_t dropped = 1;

		cr_assert_eq(train_finish(run[i], &dropped, &err), 0, "%s", err.msg);
		cr_expect_eq(dropped, 0);
		expect_all("several", &opts[i], rec[i]);
	}
}

Test(train, refused)
{
	const struct train_opts opts = { .n = 1, .payload_bytes = 15 };
	struct train_run *run = NULL;
	struct train_record rec = { 0 };
	struct err err = { .code = 0 };

	cr_expect_eq(train_start(&opts, &rec, &run, &err), -EINVAL);
	cr_expect_str_eq(err.msg, "packets of a train: 15 bytes of payload, 16 at least");
	cr_expect_null(run);
}

/* A peer that is not there says so, and the train does not wait for its linger to be over. */
Test(train, nobody_listens)
{
	struct pair p = make_pair(), other = make_pair();
	struct train_opts opts = opts_for(p, 100);
	struct train_record rec[100];
	struct train_run *run;
	uint64_t dropped = 42;
	struct err err;

	cr_assert_eq(close(p.receiver), 0);
	opts.receiver = other.receiver;
	opts.linger_ns = 3600 * NSEC_PER_SEC;
	cr_assert_eq(train_start(&opts, rec, &run, &err), 0, "%s", err.msg);
	cr_expect_eq(train_finish(run, &dropped, &err), -ECONNREFUSED);
	cr_expect_str_eq(err.msg, "send a train: Connection refused");
	cr_expect_eq(dropped, 42);
}

Test(train, no_socket)
{
	struct train_opts opts = { .sender = -1, .receiver = -1, .n = 1, .payload_bytes = 16 };
	struct train_run *run = NULL;
	struct train_record rec;
	struct err err;

	cr_expect_eq(train_start(&opts, &rec, &run, &err), -EBADF);
	cr_expect_str_eq(err.msg, "receive stamps for a train: Bad file descriptor");
	cr_expect_null(run);
}
