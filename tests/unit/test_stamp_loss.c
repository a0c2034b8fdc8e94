// SPDX-License-Identifier: ISC
#include "traffic/stamp_loss.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/rng.h"
#include "base/util.h"

#define REPLIES_MAX 16
#define WRAP (UINT64_C(1) << 32)

/* Probes whose reply came back, were lost on the way there, and on the way back. */
#define LOSS(r, f, b) .received = (r), .forward = (f), .backward = (b)

struct row {
	const char *name;
	uint64_t first_seq, sent;
	size_t n;
	struct stamp_reply reply[REPLIES_MAX]; /* { sender's, reflector's } number */
	struct stamp_loss expected;
};

static void expect(const char *name, const struct stamp_loss *got, const struct stamp_loss *want)
{
	cr_expect_eq(got->received, want->received, "%s: received %" PRIu64, name, got->received);
	cr_expect_eq(got->forward, want->forward, "%s: forward %" PRIu64, name, got->forward);
	cr_expect_eq(got->backward, want->backward, "%s: backward %" PRIu64, name, got->backward);
	cr_expect_eq(got->restarts, want->restarts, "%s: restarts %" PRIu64, name, got->restarts);
	cr_expect_eq(got->forward_copies, want->forward_copies, "%s: forward copies %" PRIu64, name,
		     got->forward_copies);
	cr_expect_eq(got->backward_copies, want->backward_copies, "%s: backward copies %" PRIu64,
		     name, got->backward_copies);
	cr_expect_eq(got->foreign, want->foreign, "%s: foreign %" PRIu64, name, got->foreign);
	cr_expect_eq(got->excess, want->excess, "%s: excess %" PRIu64, name, got->excess);
}

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct stamp_loss loss;
		struct err err;

		cr_assert_eq(stamp_loss(rows[i].reply, rows[i].n, rows[i].first_seq, rows[i].sent,
					&loss, &err),
			     0);
		expect(rows[i].name, &loss, &rows[i].expected);
	}
}

Test(stamp_loss, directions)
{
	static const struct row rows[] = {
		{ "nothing sent", 0, 0, 0, { { 0 } }, { 0 } },
		{ "single, arrived", 0, 1, 1, { { 0, 0 } }, { LOSS(1, 0, 0) } },
		{ "single, lost", 0, 1, 0, { { 0 } }, { LOSS(0, 1, 0) } },
		{ "all lost", 0, 5, 0, { { 0 } }, { LOSS(0, 5, 0) } },
		{ "none lost", 0, 3, 3, { { 0, 0 }, { 1, 1 }, { 2, 2 } }, { LOSS(3, 0, 0) } },
		{ "1 lost forward", 0, 4, 3, { { 0, 0 }, { 2, 1 }, { 3, 2 } }, { LOSS(3, 1, 0) } },
		{ "1 lost backward", 0, 4, 3, { { 0, 0 }, { 2, 2 }, { 3, 3 } }, { LOSS(3, 0, 1) } },
		{ "0 lost forward", 0, 2, 1, { { 1, 0 } }, { LOSS(1, 1, 0) } },
		{ "0 lost backward", 0, 2, 1, { { 1, 1 } }, { LOSS(1, 0, 1) } },
		/* 1 is lost forward; 3 gets the reflector's 2 and is lost backward. */
		{ "each way",
		  0,
		  6,
		  4,
		  { { 0, 0 }, { 2, 1 }, { 4, 3 }, { 5, 4 } },
		  { LOSS(4, 1, 1) } },
		{ "the last two, whichever way", 0, 4, 2, { { 0, 0 }, { 1, 1 } }, { LOSS(2, 2, 0) } },
		{ "not sent",
		  0,
		  2,
		  3,
		  { { 0, 0 }, { 2, 1 }, { 1, 1 } },
		  { LOSS(2, 0, 0), .foreign = 1 } },
		/* Counted 12, 10 of them before. */
		{ "older session",
		  0,
		  2,
		  2,
		  { { 0, 10 }, { 1, 11 } },
		  { LOSS(2, 0, 0), .excess = 10 } },
	};

	check(rows, ARRAY_SIZE(rows));
}

Test(stamp_loss, copies_and_order)
{
	static const struct row rows[] = {
		{ "copied backward",
		  0,
		  3,
		  5,
		  { { 0, 0 }, { 1, 1 }, { 1, 1 }, { 2, 2 }, { 0, 0 } },
		  { LOSS(3, 0, 0), .backward_copies = 2 } },
		/* The reflector gets 1 twice. */
		{ "copied forward",
		  0,
		  3,
		  4,
		  { { 0, 0 }, { 1, 1 }, { 1, 2 }, { 2, 3 } },
		  { LOSS(3, 0, 0), .forward_copies = 1 } },
		{ "copied forward, 2 lost forward",
		  0,
		  4,
		  4,
		  { { 0, 0 }, { 1, 1 }, { 1, 2 }, { 3, 3 } },
		  { LOSS(3, 1, 0), .forward_copies = 1 } },
		/* 0 twice, of which the first reply is lost: no probe is. */
		{ "copied forward, lost backward",
		  0,
		  1,
		  1,
		  { { 0, 1 } },
		  { LOSS(1, 0, 0), .excess = 1 } },
		{ "order changed backward",
		  0,
		  4,
		  4,
		  { { 0, 0 }, { 2, 2 }, { 3, 3 }, { 1, 1 } },
		  { LOSS(4, 0, 0) } },
		{ "order changed forward",
		  0,
		  4,
		  4,
		  { { 0, 0 }, { 2, 1 }, { 1, 2 }, { 3, 3 } },
		  { LOSS(4, 0, 0) } },
		/* 2 overtakes 1, and its reply is overtaken by that to 1. */
		{ "order changed each way",
		  0,
		  3,
		  3,
		  { { 0, 0 }, { 1, 2 }, { 2, 1 } },
		  { LOSS(3, 0, 0) } },
		{ "late by more than 64",
		  0,
		  102,
		  4,
		  { { 0, 0 }, { 100, 100 }, { 1, 1 }, { 101, 101 } },
		  { LOSS(4, 0, 98) } },
		{ "first of all is late", 0, 2, 2, { { 1, 1 }, { 0, 0 } }, { LOSS(2, 0, 0) } },
	};

	check(rows, ARRAY_SIZE(rows));
}

Test(stamp_loss, wrap)
{
	static const struct row rows[] = {
		{ "sender's",
		  WRAP - 2,
		  4,
		  4,
		  { { 0xfffffffe, 0 }, { 0xffffffff, 1 }, { 0, 2 }, { 1, 3 } },
		  { LOSS(4, 0, 0) } },
		{ "sender's, lost and late",
		  3 * WRAP - 2,
		  6,
		  4,
		  { { 0, 1 }, { 0xfffffffe, 0 }, { 3, 4 }, { 1, 2 } },
		  { LOSS(4, 1, 1) } },
		/* What is in between was lost backward: 2^32 + 2 were counted. */
		{ "both",
		  0,
		  WRAP + 2,
		  6,
		  { { 0, 0 },
		    { 0x7fffffff, 0x7fffffff },
		    { 0xfffffffe, 0xfffffffe },
		    { 0xffffffff, 0xffffffff },
		    { 0, 0 },
		    { 1, 1 } },
		  { LOSS(6, 0, WRAP - 4) } },
		/* The reflector is 2 behind, so that it wraps later. */
		{ "both, lost forward",
		  0,
		  WRAP + 4,
		  5,
		  { { 2, 0 },
		    { 0x80000001, 0x7fffffff },
		    { 0xfffffffe, 0xfffffffc },
		    { 1, 0xffffffff },
		    { 3, 1 } },
		  { LOSS(5, 2, WRAP - 3) } },
	};

	check(rows, ARRAY_SIZE(rows));
}

Test(stamp_loss, restart)
{
	static const struct row rows[] = {
		{ "after 3",
		  0,
		  5,
		  5,
		  { { 0, 0 }, { 1, 1 }, { 2, 2 }, { 3, 0 }, { 4, 1 } },
		  { LOSS(5, 0, 0), .restarts = 1 } },
		{ "after each",
		  0,
		  3,
		  3,
		  { { 0, 0 }, { 1, 0 }, { 2, 0 } },
		  { LOSS(3, 0, 0), .restarts = 2 } },
		/*
		 * Of 0 to 4, 1 is lost forward and 3 (the reflector's 2) backward: 4 counted. Of 5 to 8, 5 is lost
		 * forward and 7 (the reflector's 1) backward: 3 counted.
		 */
		{ "loss each way",
		  0,
		  9,
		  5,
		  { { 0, 0 }, { 2, 1 }, { 4, 3 }, { 6, 0 }, { 8, 2 } },
		  { LOSS(5, 2, 2), .restarts = 1 } },
		{ "a late reply from before",
		  0,
		  5,
		  5,
		  { { 0, 0 }, { 1, 1 }, { 3, 0 }, { 2, 2 }, { 4, 1 } },
		  { LOSS(5, 0, 0), .restarts = 1 } },
		{ "the first reply after it is late",
		  0,
		  5,
		  5,
		  { { 0, 0 }, { 1, 1 }, { 2, 2 }, { 4, 1 }, { 3, 0 } },
		  { LOSS(5, 0, 0), .restarts = 1 } },
		/* 3 got 0 and was lost backward; 4 has the number that 1 was late with. */
		{ "the only number to tell it by was late",
		  0,
		  5,
		  4,
		  { { 0, 0 }, { 2, 2 }, { 1, 1 }, { 4, 1 } },
		  { LOSS(4, 0, 1), .restarts = 1 } },
		/* 3 is of the first time: that 2 was counted then is not looked for any more. */
		{ "a late reply from before the last but one",
		  0,
		  6,
		  5,
		  { { 0, 0 }, { 1, 1 }, { 4, 0 }, { 5, 0 }, { 3, 3 } },
		  { LOSS(5, 1, 0), .restarts = 2 } },
		{ "copies around it",
		  0,
		  4,
		  6,
		  { { 0, 0 }, { 1, 1 }, { 2, 0 }, { 1, 1 }, { 2, 0 }, { 3, 1 } },
		  { LOSS(4, 0, 0), .restarts = 1, .backward_copies = 2 } },
		/* 101 counted, then 3: the numbers that came back need not be the same. */
		{ "far back",
		  0,
		  104,
		  3,
		  { { 0, 0 }, { 100, 100 }, { 103, 2 } },
		  { LOSS(3, 0, 101), .restarts = 1 } },
		/* 2 was reflected and lost backward: not to be known. */
		{ "the last before it was lost backward",
		  0,
		  4,
		  3,
		  { { 0, 0 }, { 1, 1 }, { 3, 0 } },
		  { LOSS(3, 1, 0), .restarts = 1 } },
		{ "where the sender wraps",
		  WRAP - 2,
		  4,
		  4,
		  { { 0xfffffffe, 0 }, { 0xffffffff, 1 }, { 0, 0 }, { 1, 1 } },
		  { LOSS(4, 0, 0), .restarts = 1 } },
		/* From 2^31 on, 0 is nearer as 2^32: c0000001h counted, then 1. */
		{ "after more than 2^31",
		  0,
		  0xc0000002,
		  4,
		  { { 0, 0 },
		    { 0x7fffffff, 0x7fffffff },
		    { 0xc0000000, 0xc0000000 },
		    { 0xc0000001, 0 } },
		  { LOSS(4, 0, 0xc0000002 - 4), .restarts = 1 } },
		{ "after the reflector's wrap",
		  0,
		  WRAP + 1002,
		  5,
		  { { 0, 0 },
		    { 0x7fffffff, 0x7fffffff },
		    { 0xfffffffe, 0xfffffffe },
		    { 1000, 1000 },
		    { 1001, 0 } },
		  { LOSS(5, 0, WRAP + 1002 - 5), .restarts = 1 } },
	};

	check(rows, ARRAY_SIZE(rows));
}

#define SENT 20000
#define WIDTH 16 /* replies among which order is changed */

static bool chance(uint64_t *rng, unsigned one_in)
{
	return rng_next(rng) % one_in == 0;
}

/*
 * A link that loses, copies and changes the order of replies, and a reflector that restarts every 5000 probes, of
 * which the first and the last always come back: then everything can be known.
 */
Test(stamp_loss, simulated)
{
	static struct stamp_reply reply[2 * SENT];

	for (uint64_t seed = 1; seed <= 20; seed++) {
		const uint64_t first_seq = WRAP - SENT / 2;
		struct stamp_loss want = { .restarts = SENT / 5000 - 1 }, got;
		uint64_t rng = seed;
		uint32_t counted = 0;
		size_t n = 0;
		struct err err;

		for (uint64_t i = 0; i < SENT; i++) {
			const bool edge = i % 5000 == 0 || i % 5000 == 4999;

			if (i % 5000 == 0)
				counted = 0;
			if (!edge && chance(&rng, 10)) {
				want.forward++;
				continue;
			}
			reply[n] = (struct stamp_reply){ (uint32_t)(first_seq + i), counted++ };
			if (!edge && chance(&rng, 20)) {
				want.backward++;
				continue;
			}
			want.received++;
			n++;
			if (chance(&rng, 50)) {
				reply[n] = reply[n - 1];
				want.backward_copies++;
				n++;
			}
		}
		for (size_t i = 0; i < n; i++) {
			size_t end = MIN(i - i % WIDTH + WIDTH, n);
			size_t j = i + rng_next(&rng) % (end - i);
			struct stamp_reply r = reply[i];

			reply[i] = reply[j];
			reply[j] = r;
		}
		cr_assert_eq(stamp_loss(reply, n, first_seq, SENT, &got, &err), 0);
		expect("simulated", &got, &want);
	}
}
