// SPDX-License-Identifier: ISC
/* The numbers of each stage, computed by hand: bytes on the wire, policers, queues, limits, loss. */
#include "emul/stages.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/util.h"
#include "tests/unit/shipped.h"

/* A stage that the link must have. */
static struct netem stage(const struct profile *p, enum dir dir, enum stage which, uint64_t seed)
{
	struct netem n = { 0 };

	cr_assert(stage_netem(p, dir, which, seed, &n), "%s: no stage %d", p->name, which);

	return n;
}

Test(stages, wire_bytes)
{
	static const struct {
		const char *profile, *setting;
		unsigned bytes;
	} rows[] = {
		/* packet, MAC header, tag, FCS, preamble and gap */
		{ "dx-dedicated-1g", "mtu=1500", 1500 + 14 + 4 + 4 + 20 },
		{ "dx-dedicated-10g", "mtu=9001", 9001 + 14 + 4 + 4 + 20 },
		{ "dx-hosted-200m", "mtu=1500", 1500 + 14 + 4 + 4 + 20 },
		/* no tag, but what encapsulation adds */
		{ "vpn-metro", "mtu=1446", 1446 + 54 + 14 + 4 + 20 },
		{ "vpn-intercontinental", "mtu=1438", 1438 + 62 + 14 + 4 + 20 },
		{ "vpn-metro", "encap=20B", 1446 + 20 + 14 + 4 + 20 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_with(rows[i].profile, rows[i].setting);

		cr_expect_eq(stage_wire_bytes(&p), rows[i].bytes, "%s %s: %u", rows[i].profile,
			     rows[i].setting, stage_wire_bytes(&p));
	}
}

/* The overhead: what a frame takes on the wire beyond what a qdisc counts of it, which has a MAC header. */
Test(stages, rate_and_queue)
{
	static const struct {
		const char *profile, *setting;
		uint64_t rate_bps; /* 0 = none */
		int32_t overhead;
		uint32_t limit; /* frames in the queue's time, rounded up */
	} rows[] = {
		{ "dx-dedicated-1g", "mtu=1500", 1000000000, 28, 811 },	   /* 10 ms / 12.336 us */
		{ "dx-dedicated-10g", "mtu=1500", 10000000000, 28, 8107 }, /* 10 ms / 1.2336 us */
		{ "dx-dedicated-10g", "mtu=9001", 10000000000, 28, 1383 }, /* 10 ms / 7.2344 us */
		{ "dx-dedicated-1g", "queue=12336ns", 1000000000, 28, 1 },
		{ "dx-dedicated-1g", "queue_frames=77", 1000000000, 28, 77 },
		{ "vpn-metro", "mtu=1446", 500000000, 78, 2032 },	    /* 50 ms / 24.608 us */
		{ "vpn-intercontinental", "mtu=1438", 200000000, 86, 813 }, /* 50 ms / 61.52 us */
		{ "dx-hosted-200m", "mtu=1500", 0, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_with(rows[i].profile, rows[i].setting);

		for (enum dir d = 0; d < DIR_COUNT; d++) {
			struct netem n = { 0 };
			bool has = stage_netem(&p, d, STAGE_RATE, 1, &n);

			cr_expect_eq(has, rows[i].rate_bps != 0, "%s", rows[i].profile);
			cr_expect_eq(n.rate_bps, rows[i].rate_bps, "%s", rows[i].profile);
			cr_expect_eq(n.overhead, rows[i].overhead, "%s: %d", rows[i].profile,
				     n.overhead);
			cr_expect_eq(n.limit, rows[i].limit, "%s %s: %u", rows[i].profile,
				     rows[i].setting, n.limit);
			cr_expect_eq(n.delay_ns, 0, "%s", rows[i].profile);
			cr_expect_eq(n.loss_ratio, 0, "%s", rows[i].profile);
		}
	}
}

/*
 * The smallest frames that the stage before lets through in the longest delay, four times the scale of jitter
 * included, one in a hundred more, a policer's bucket of them, and 1000: a drop for lack of room would look like loss.
 */
Test(stages, latency_limit)
{
	static const struct {
		const char *profile, *setting;
		uint64_t delay_ns;
		uint32_t limit;
	} rows[] = {
		/* 1 Gbit/s / (84 bytes * 8) = 1488095.2 a second, for 1.2 ms */
		{ "dx-dedicated-1g", "mtu=1500", 1000000, 2803 },
		{ "dx-dedicated-1g", "jitter.scale=0ms", 1000000, 2502 },
		{ "dx-dedicated-1g", "delay=0ms", 0, 1300 },
		{ "dx-dedicated-10g", "delay=100ms", 100000000, 1506982 },
		/* 200 Mbit/s / (64 * 8) = 390625 a second; 250000 / 64 = 3906.25 in the bucket */
		{ "dx-hosted-200m", "mtu=1500", 2000000, 6168 },
		/* 500 Mbit/s / ((84 + 54) * 8) = 452898.6 a second */
		{ "vpn-metro", "mtu=1446", 4000000, 4659 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_with(rows[i].profile, rows[i].setting);
		struct netem n = stage(&p, TO_VPC, STAGE_LATENCY, 1);

		cr_expect_eq(n.delay_ns, rows[i].delay_ns, "%s", rows[i].profile);
		cr_expect_eq(n.limit, rows[i].limit, "%s %s: %u", rows[i].profile, rows[i].setting,
			     n.limit);
		cr_expect_eq(n.loss_ratio, 0, "%s", rows[i].profile);
	}
}

Test(stages, longest_delay_fits)
{
	struct profile p = load_with("dx-dedicated-10g", "delay=10s");

	p.dir[TO_VPC].rate_bps = UINT64_C(1000000000000);
	cr_expect_eq(stage(&p, TO_VPC, STAGE_LATENCY, 1).limit, INT32_MAX);
}

/* Only where latency moves does order have to be kept by a rate, and by one that costs no time. */
Test(stages, order)
{
	static const struct {
		const char *setting;
		bool moves;
	} rows[] = {
		{ "jitter.scale=50us", true },
		{ "jitter.scale=0us", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_with("dx-dedicated-1g", rows[i].setting);
		struct netem n = stage(&p, TO_VPC, STAGE_LATENCY, 1);

		cr_expect_eq(stage_moves(&p, TO_VPC), rows[i].moves, "%s", rows[i].setting);
		cr_expect_eq(n.rate_bps, rows[i].moves ? 8000000000000 : 0, "%s", rows[i].setting);
		p.n_steps = 1;
		p.step[0].dir[TO_VPC] = p.dir[TO_VPC];
		cr_expect(stage_moves(&p, TO_VPC), "%s: a schedule moves it", rows[i].setting);
	}
}

Test(stages, loss)
{
	static const struct {
		const char *profile, *setting;
		enum netem_loss loss;
		double ratio, p, r, h, k1;
	} rows[] = {
		{ "dx-hosted-200m", "loss.ratio=1e-5", NETEM_LOSS_RANDOM, 1e-5, 0, 0, 0, 0 },
		/* In the bad state of Gilbert's model everything is lost. */
		{ "vpn-intercontinental", "mtu=1438", NETEM_LOSS_GEMODEL, 0, 0.0015, 0.5, 1, 0 },
		{ "vpn-metro", "mtu=1446", NETEM_LOSS_GEMODEL, 0, 1.333e-5, 6.01795e-3, 0.445051,
		  1e-6 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_with(rows[i].profile, rows[i].setting);

		for (enum dir d = 0; d < DIR_COUNT; d++) {
			struct netem n = stage(&p, d, STAGE_DICE, 1);

			cr_expect(n.child, "%s", rows[i].profile);
			cr_expect_eq(n.loss, rows[i].loss, "%s", rows[i].profile);
			cr_expect_float_eq(n.loss_ratio, rows[i].ratio, 1e-15, "%s",
					   rows[i].profile);
			cr_expect_float_eq(n.p, rows[i].p, 1e-15, "%s", rows[i].profile);
			cr_expect_float_eq(n.r, rows[i].r, 1e-15, "%s", rows[i].profile);
			cr_expect_float_eq(n.h, rows[i].h, 1e-15, "%s", rows[i].profile);
			cr_expect_float_eq(n.k1, rows[i].k1, 1e-15, "%s", rows[i].profile);
		}
	}
}

/* Nothing is rolled for where there is nothing to win, but a schedule may bring it. */
Test(stages, dice_or_none)
{
	struct profile p = load_with("dx-dedicated-1g", "loss.ratio=0");
	struct netem n;

	cr_expect_not(stage_netem(&p, TO_VPC, STAGE_DICE, 1, &n));
	p.n_steps = 1;
	p.step[0].dir[TO_VPC] = p.step[0].dir[TO_ONPREM] = p.dir[TO_VPC];
	p.step[0].dir[TO_VPC].loss_ratio = 0.01;
	p.step[0].dir[TO_VPC].delay_ns = 100 * NSEC_PER_MSEC;
	cr_expect_eq(stage(&p, TO_VPC, STAGE_DICE, 1).loss_ratio, 0);
	cr_expect_not(stage_netem(&p, TO_ONPREM, STAGE_DICE, 1, &n));
	/* And there is room for the longest delay from the beginning. */
	cr_expect_gt(stage(&p, TO_VPC, STAGE_LATENCY, 1).limit, 148000);
	stage_at(&p, 0, &p);
	cr_expect_eq(stage(&p, TO_VPC, STAGE_DICE, 1).loss_ratio, 0.01);
	cr_expect_eq(stage(&p, TO_VPC, STAGE_LATENCY, 1).delay_ns, 100 * NSEC_PER_MSEC);
}

/* What overtakes skips the second of two delays, which add up to the whole. Copies are made in front of the rate. */
Test(stages, reordering_and_copies)
{
	struct profile p = load("dx-hosted-200m");
	struct netem n;

	cr_expect_not(stage_netem(&p, TO_VPC, STAGE_RATE, 1, &n), "no rate, no copies");
	p.dir[TO_VPC].reorder_ratio = 0.1;
	p.dir[TO_VPC].reorder_depth_ns = 500 * NSEC_PER_USEC;
	p.dir[TO_VPC].corrupt_ratio = 0.2;
	p.dir[TO_VPC].duplicate_ratio = 0.3;
	n = stage(&p, TO_VPC, STAGE_DICE, 1);
	cr_expect_eq(n.delay_ns, 500 * NSEC_PER_USEC);
	cr_expect_eq(n.reorder_ratio, 0.1);
	cr_expect_eq(n.corrupt_ratio, 0.2);
	cr_expect_eq(n.duplicate_ratio, 0);
	cr_expect_eq(stage(&p, TO_VPC, STAGE_LATENCY, 1).delay_ns, 1500 * NSEC_PER_USEC);
	n = stage(&p, TO_VPC, STAGE_RATE, 1);
	cr_expect_eq(n.duplicate_ratio, 0.3);
	cr_expect_eq(n.rate_bps, 0);
	cr_expect_gt(n.limit, 1000);
}

Test(stages, four_states)
{
	struct profile p = load("dx-dedicated-1g");
	struct profile_dir *d = &p.dir[TO_VPC];
	struct netem n;

	d->loss_model = LOSS_FOUR_STATE;
	d->loss_p13 = 0.01;
	d->loss_p31 = 0.3;
	d->loss_p32 = 0.2;
	d->loss_p23 = 0.4;
	d->loss_p14 = 0.001;
	n = stage(&p, TO_VPC, STAGE_DICE, 1);
	cr_expect_eq(n.loss, NETEM_LOSS_STATES);
	cr_expect(n.p13 == 0.01 && n.p31 == 0.3 && n.p32 == 0.2 && n.p23 == 0.4 && n.p14 == 0.001);
}

/* The customer's router shapes to the rate of the port, and lets two frames go at once. */
Test(stages, shaper)
{
	static const struct {
		enum aqm aqm;
		bool has, per_flow;
	} rows[] = {
		{ AQM_NONE, false, false },
		{ AQM_CODEL, true, false },
		{ AQM_FQ_CODEL, true, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load("dx-dedicated-1g");
		struct op op = { .kind = OP_SHAPER };

		p.dir[TO_VPC].aqm = rows[i].aqm;
		cr_expect_eq(stage_shaper(&p, TO_VPC, &op), rows[i].has, "row %zu", i);
		if (!rows[i].has)
			continue;
		cr_expect_eq(op.shaper.rate_bps, 1000000000);
		cr_expect_eq(op.shaper.burst_bytes, 2 * 1542);
		cr_expect_eq(op.shaper.overhead, 28);
		cr_expect_eq(op.shaper.per_flow, rows[i].per_flow, "row %zu", i);
	}
}

/* Each stage of each direction draws its own numbers, and all of them come from the user's seed. */
Test(stages, seeds)
{
	struct profile p = load("dx-dedicated-1g");
	uint64_t seen[2 * DIR_COUNT * STAGE_COUNT];
	size_t n = 0;

	for (uint64_t seed = 1; seed <= 2; seed++)
		for (enum dir d = 0; d < DIR_COUNT; d++)
			for (enum stage i = 0; i < STAGE_COUNT; i++) {
				struct netem netem = stage(&p, d, i, seed);

				cr_expect(netem.seeded);
				cr_expect_eq(stage(&p, d, i, seed).seed, netem.seed);
				for (size_t k = 0; k < n; k++)
					cr_expect_neq(seen[k], netem.seed);
				seen[n++] = netem.seed;
			}
}

/* Each direction has its own values. */
Test(stages, directions)
{
	struct profile p = load("dx-dedicated-1g");
	struct err err;

	cr_assert_eq(profile_set(&p, "to_vpc.delay=7ms", &err), 0);
	cr_assert_eq(profile_set(&p, "to_onprem.rate=2gbit", &err), 0);
	cr_assert_eq(profile_set(&p, "to_onprem.loss.ratio=0.5", &err), 0);
	cr_expect_eq(stage(&p, TO_VPC, STAGE_LATENCY, 1).delay_ns, 7000000);
	cr_expect_eq(stage(&p, TO_ONPREM, STAGE_LATENCY, 1).delay_ns, 1000000);
	cr_expect_float_eq(stage(&p, TO_ONPREM, STAGE_DICE, 1).loss_ratio, 0.5, 1e-15);
	cr_expect_float_eq(stage(&p, TO_VPC, STAGE_DICE, 1).loss_ratio, 1e-6, 1e-15);
	cr_expect_eq(stage(&p, TO_ONPREM, STAGE_RATE, 1).rate_bps, 2000000000);
	cr_expect_eq(stage(&p, TO_VPC, STAGE_RATE, 1).rate_bps, 1000000000);
}
