// SPDX-License-Identifier: ISC
/* Trains of several sizes, of other arrivals, and without records; and what arrives that is none of theirs. */
#include "traffic/train.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/util.h"
#include "tests/unit/trains.h"
#include "traffic/train_schedule.h"

static struct train_totals run_counted(const struct train_opts *opts, struct train_record *rec)
{
	struct train_totals totals = { 0 };
	struct train_run *run;
	struct err err;

	cr_assert_eq(train_start(opts, rec, &run, &err), 0, "%s", err.msg);
	cr_assert_eq(train_finish_totals(run, &totals, &err), 0, "%s", err.msg);

	return totals;
}

/* Sizes on the wire, by a socket that is not the train's, and as the train counts them. */
Test(train_load, sizes)
{
	static const unsigned two[] = { 16, 65507 }, smallest[] = { 16 };
	static const struct {
		const char *name;
		uint64_t n;
		const unsigned *pattern;
		size_t len;
		uint64_t bytes;
	} rows[] = {
		/* 7 * 18 + 4 * 548 + 1472 */
		{ "the IMIX twice, and its first two", 26, train_imix, TRAIN_IMIX_LEN,
		  2 * 3790 + 566 },
		{ "the extremes", 3, two, ARRAY_SIZE(two), 16 + 65507 + 16 },
		{ "one size", 200, smallest, ARRAY_SIZE(smallest), 3200 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pair seen = make_pair(), p = make_pair();
		struct train_opts opts = opts_for(p, rows[i].n);
		auto_free struct train_record *rec = calloc(rows[i].n, sizeof(*rec));
		struct train_totals t;

		cr_assert(rec);
		/* Neither is looked at. */
		opts.payload_bytes = 1;
		opts.overhead_bytes = 1000;
		opts.pattern = rows[i].pattern;
		opts.pattern_len = rows[i].len;
		t = run_counted(&opts, rec);
		expect_all(rows[i].name, &opts, rec);
		cr_expect_eq(t.sent, rows[i].n, "%s", rows[i].name);
		cr_expect_eq(t.sent_bytes, rows[i].bytes, "%s", rows[i].name);
		cr_expect_eq(t.received, rows[i].n, "%s", rows[i].name);
		cr_expect_eq(t.received_bytes, rows[i].bytes, "%s", rows[i].name);
		cr_expect_eq(t.dropped, 0, "%s", rows[i].name);

		opts.sender = seen.sender;
		opts.receiver = make_pair().receiver;
		opts.start_ns = clock_ns(CLOCK_REALTIME);
		t = run_counted(&opts, rec);
		cr_expect_eq(t.received, 0, "%s", rows[i].name);
		for (uint64_t k = 0; k < rows[i].n; k++) {
			struct train_head head;

			cr_expect_eq(
				recv(seen.receiver, &head, sizeof(head), MSG_TRUNC | MSG_DONTWAIT),
				rows[i].pattern[k % rows[i].len], "%s: %ju", rows[i].name,
				(uintmax_t)k);
			cr_expect_eq(be64toh(head.seq), k, "%s: %ju", rows[i].name, (uintmax_t)k);
		}
	}
}

/* What is sent, is the schedule, by rate and by chance; with records and without. */
Test(train_load, arrivals)
{
	enum { N = 200 };
	static const struct {
		const char *name;
		enum train_pacing pacing;
		uint64_t rate_bps, rate_pps, burst;
		int64_t period_ns;
	} rows[] = {
		{ "100 us", TRAIN_EVEN, 8000000, 0, 0, 0 },
		{ "dense", TRAIN_EVEN, 0, 1000000, 0, 0 },
		{ "spread by a rate", TRAIN_SPREAD, 80000000, 0, 0, 0 },
		{ "Poisson", TRAIN_POISSON, 0, 20000, 0, 0 },
		{ "dense Poisson", TRAIN_POISSON, 0, 1000000, 0, 0 },
		{ "bursts at a rate", TRAIN_EVEN, 0, 30000, 7, 1000000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct train_opts opts = opts_for(make_pair(), N);
		struct train_record rec[N];
		struct train_schedule s;
		struct train_totals t;
		struct train_group g;

		opts.interval_ns = 0;
		opts.pacing = rows[i].pacing;
		opts.rate_bps = rows[i].rate_bps;
		opts.rate_pps = rows[i].rate_pps;
		opts.burst = rows[i].burst;
		opts.period_ns = rows[i].period_ns;
		opts.seed = i;
		(void)run_counted(&opts, rec);
		expect_all(rows[i].name, &opts, rec);

		train_schedule_begin(&s, &opts);
		while (train_schedule_next(&s, &g))
			for (uint64_t k = g.first; k < g.first + g.count; k++)
				cr_expect_eq(rec[k].sent_ns, g.at_ns, "%s: %ju", rows[i].name,
					     (uintmax_t)k);
		/* It took all of its time. */
		cr_expect_geq(clock_ns(CLOCK_REALTIME), train_schedule_end(&s) + opts.linger_ns);

		opts.start_ns = clock_ns(CLOCK_REALTIME);
		t = run_counted(&opts, NULL);
		cr_expect_eq(t.sent, N, "%s", rows[i].name);
		cr_expect_eq(t.received, N, "%s: %ju", rows[i].name, (uintmax_t)t.received);
		cr_expect_eq(t.received_bytes, UINT64_C(100) * N, "%s", rows[i].name);
	}
}

/* A filter drops every fourth packet; who keeps no records sees it, too. */
Test(train_load, losses_are_counted)
{
	struct pair p = make_pair();
	struct train_opts opts = opts_for(p, 40);
	struct train_totals t;

	lose_packets(p.receiver);
	t = run_counted(&opts, NULL);
	cr_expect_eq(t.sent, 40);
	cr_expect_eq(t.sent_bytes, 4000);
	cr_expect_eq(t.received, 30);
	cr_expect_eq(t.received_bytes, 3000);
	cr_expect_eq(t.dropped, 10);
}

/* More packets than records may have; a peer that is not there ends it. */
Test(train_load, longer_than_any_records)
{
	struct pair p = make_pair(), other = make_pair();
	struct train_opts opts = opts_for(p, UINT64_C(1) << 60);
	struct train_totals totals = { .sent = 42 };
	struct train_run *run;
	struct err err;

	cr_assert_eq(close(p.receiver), 0);
	opts.receiver = other.receiver;
	opts.interval_ns = 1;
	cr_assert_eq(train_start(&opts, NULL, &run, &err), 0, "%s", err.msg);
	cr_expect_eq(train_finish_totals(run, &totals, &err), -ECONNREFUSED);
	cr_expect_eq(totals.sent, 42);
}

/* Others came before the train left: copies of its packets, and what is none of its own. */
Test(train_load, copies_order_and_strangers)
{
	static const struct {
		uint32_t copies, order;
	} expected[] = { { 1, 3 }, { 3, 2 }, { 2, 1 }, { 1, 4 } };
	struct pair p = make_pair();
	struct train_record rec[ARRAY_SIZE(expected)];
	struct train_opts opts;

	/* Stamps are switched on asynchronously, and stay on while a socket wants them. */
	opts = opts_for(make_pair(), 1);
	(void)run_train(&opts, rec);

	send_packet(p.sender, 2, TRAIN_MARK, 100);
	send_packet(p.sender, 1, TRAIN_MARK, 100);
	send_packet(p.sender, 1, TRAIN_MARK, 100);
	send_packet(p.sender, 3, TRAIN_MARK, 99);
	send_packet(p.sender, 3, TRAIN_MARK, 101);
	send_packet(p.sender, 3, TRAIN_MARK, 15);
	send_packet(p.sender, 3, "dxtrain0", 100);
	send_packet(p.sender, ARRAY_SIZE(expected), TRAIN_MARK, 100);
	send_packet(p.sender, UINT64_MAX, TRAIN_MARK, 100);
	opts = opts_for(p, ARRAY_SIZE(expected));
	cr_expect_eq(run_train(&opts, rec), 0);

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		cr_expect_eq(rec[i].copies, expected[i].copies, "%zu: %u copies", i, rec[i].copies);
		cr_expect_eq(rec[i].order, expected[i].order, "%zu: number %u", i, rec[i].order);
	}
	cr_expect_lt(rec[1].received_ns, rec[0].received_ns, "the first copy's stamp counts");
}

/* An empty packet, which anybody may send, is not the end of a socket that is shut down. */
Test(train_load, empty_strangers)
{
	struct pair p = make_pair();
	struct train_opts opts = opts_for(p, 100);
	struct train_record rec[100];
	struct train_run *run;
	uint64_t dropped;
	struct err err;

	/* One is there before anything else, one comes when the receiver waits. */
	cr_assert_eq(send(p.sender, "", 0, 0), 0);
	cr_assert_eq(train_start(&opts, rec, &run, &err), 0, "%s", err.msg);
	clock_sleep_until(CLOCK_REALTIME, opts.start_ns - AHEAD_NS / 2);
	cr_assert_eq(send(p.sender, "", 0, 0), 0);
	cr_assert_eq(train_finish(run, &dropped, &err), 0, "%s", err.msg);
	cr_expect_eq(dropped, 0);
	expect_all("empty strangers", &opts, rec);
}

/* Each packet has a size of its own, and no other. */
Test(train_load, strangers_of_a_pattern_s_sizes)
{
	static const unsigned pattern[] = { 100, 50, 16 };
	struct pair p = make_pair();
	struct train_opts opts = opts_for(p, 4);
	struct train_record rec[4];
	struct train_totals t;

	opts.pattern = pattern;
	opts.pattern_len = ARRAY_SIZE(pattern);
	send_packet(p.sender, 0, TRAIN_MARK, 50);
	send_packet(p.sender, 1, TRAIN_MARK, 100);
	send_packet(p.sender, 1, TRAIN_MARK, 50);
	send_packet(p.sender, 2, TRAIN_MARK, 100);
	send_packet(p.sender, 3, TRAIN_MARK, 16);
	send_packet(p.sender, 3, TRAIN_MARK, 100);
	send_packet(p.sender, 4, TRAIN_MARK, 50);
	t = run_counted(&opts, rec);
	cr_expect_eq(rec[0].copies, 1);
	cr_expect_eq(rec[1].copies, 2);
	cr_expect_eq(rec[2].copies, 1);
	cr_expect_eq(rec[3].copies, 2);
	cr_expect_eq(t.sent_bytes, 100 + 50 + 16 + 100);
	cr_expect_eq(t.received, 6);
	cr_expect_eq(t.received_bytes, 266 + 50 + 100);
}
