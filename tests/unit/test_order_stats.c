// SPDX-License-Identifier: ISC
#include "traffic/order_stats.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/rng.h"
#include "base/util.h"
#include "tests/unit/traces.h"

#define MS NSEC_PER_MSEC
#define MANY 2000000

static struct order_stats order_of(const struct train_record *rec, size_t n)
{
	struct order_stats o;
	struct err err;

	cr_assert_eq(order_stats(rec, n, &o, &err), 0, "%s", err.msg);

	return o;
}

Test(order_stats, by_hand)
{
	static const struct {
		const char *letters;
		uint64_t reordered, arrived, extent_max, bins[4]; /* 1, 2, 3-4, 5-8 */
		int64_t late_ms;
		uint64_t n_reordered;
	} rows[] = {
		{ "", 0, 0, 0, { 0 }, 0, 0 },
		{ "a", 0, 1, 0, { 0 }, 0, 0 },
		{ ".", 0, 0, 0, { 0 }, 0, 0 },
		{ "....", 0, 0, 0, { 0 }, 0, 0 },
		{ "aBc.D", 0, 4, 0, { 0 }, 0, 0 },
		{ "ba", 1, 2, 1, { 1 }, 1, 0 },
		/* One after three that are later: TCP would send it again. */
		{ "dabc", 1, 4, 3, { 0, 0, 1 }, 3, 1 },
		/* Three after one: the last of them follows two that are earlier. */
		{ "bcda", 3, 4, 3, { 1, 1, 1 }, 3, 0 },
		{ "abchdefgij", 1, 10, 4, { 0, 0, 1 }, 4, 1 },
		/* Losses hold no place, nor do second copies. */
		{ "D.a.b.C", 1, 4, 3, { 0, 0, 1 }, 3, 1 },
		/* All but the first to arrive. */
		{ "gfedcba", 6, 7, 6, { 1, 1, 2, 2 }, 6, 4 },
		{ "badc", 2, 4, 1, { 2 }, 1, 0 },
		/* 2 0 3 1: the extent of 1 counts from 2, the first that is later, not from 3. */
		{ "bdac", 2, 4, 3, { 1, 0, 1 }, 3, 0 },
		/* 2 3 0 1: 2 and 3 places. */
		{ "cdab", 2, 4, 3, { 0, 1, 1 }, 3, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *name = rows[i].letters;
		struct train_record rec[TRACE_MAX];
		const struct order_stats o = order_of(rec, trace(name, rec));
		const struct reordering *r = &o.reordering;

		cr_expect_eq(r->reordered, rows[i].reordered, "%s", name);
		cr_expect_float_eq(r->ratio,
				   (double)r->reordered / (double)MAX(rows[i].arrived, 1U), 1e-15,
				   "%s: %g", name, r->ratio);
		cr_expect_eq(r->extent_max, rows[i].extent_max, "%s", name);
		for (unsigned b = 0; b < BIN_COUNT; b++)
			cr_expect_eq(r->extent.n[b], b < 4 ? rows[i].bins[b] : 0, "%s: bin %u",
				     name, b);
		cr_expect_eq(r->late_time_max_ns, rows[i].late_ms * MS, "%s", name);
		cr_expect_eq(o.n_reordered, rows[i].n_reordered, "%s: %ju", name,
			     (uintmax_t)o.n_reordered);
	}
}

/* Some lost, the others shuffled among neighbours; @at holds the sequence numbers in order of arrival. */
static size_t shuffled(struct train_record *rec, size_t n, uint64_t seed, size_t *at)
{
	size_t arrived = 0;

	for (size_t i = 0; i < n; i++) {
		rec[i] = at_once(i, rng_next(&seed) % 8 == 0);
		if (rec[i].copies)
			at[arrived++] = i;
	}
	for (size_t k = 1; k < arrived; k++) {
		size_t with = k - rng_next(&seed) % MIN(k, 6U), moved = at[k];

		at[k] = at[with];
		at[with] = moved;
	}
	for (size_t k = 0; k < arrived; k++) {
		rec[at[k]].order = (uint32_t)k + 1;
		rec[at[k]].received_ns = (int64_t)(k * (k + 1) + 10 * n) * MS;
	}

	return arrived;
}

/* In the words of RFC 4737, 4.2.3 and 5.3. */
Test(order_stats, by_definition)
{
	enum { N = 60 };

	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct train_record rec[N];
		struct reordering r = { 0 };
		uint64_t n_reordered = 0;
		size_t at[N], arrived = shuffled(rec, N, seed, at);
		struct order_stats o;

		for (size_t i = 0; i < arrived; i++) {
			bool all_later = i >= REORDERING_N;
			size_t j = 0;

			for (size_t k = 1; k <= REORDERING_N && all_later; k++)
				all_later = at[i - k] > at[i];
			n_reordered += all_later;
			while (j < i && at[j] < at[i])
				j++;
			if (j == i)
				continue;
			r.reordered++;
			r.extent_max = MAX(r.extent_max, i - j);
			r.extent.n[bin_of(i - j)]++;
			r.late_time_max_ns = MAX(r.late_time_max_ns,
						 rec[at[i]].received_ns - rec[at[j]].received_ns);
		}

		o = order_of(rec, N);
		cr_expect_gt(r.reordered, 0);
		cr_expect_eq(o.reordering.reordered, r.reordered, "seed %ju", (uintmax_t)seed);
		cr_expect_eq(o.reordering.extent_max, r.extent_max, "seed %ju", (uintmax_t)seed);
		cr_expect_arr_eq(&o.reordering.extent, &r.extent, sizeof(r.extent), "seed %ju",
				 (uintmax_t)seed);
		cr_expect_eq(o.reordering.late_time_max_ns, r.late_time_max_ns, "seed %ju",
			     (uintmax_t)seed);
		cr_expect_eq(o.n_reordered, n_reordered, "seed %ju", (uintmax_t)seed);
	}
}

/* Places that are none, or taken, write nowhere. */
Test(order_stats, refuses_wrong_ranks)
{
	static const struct {
		size_t at;
		uint32_t order;
	} rows[] = { { 1, 0 }, { 1, 4 }, { 1, UINT32_MAX }, { 1, 1 }, { 3, 1 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct order_stats o = { .n_reordered = 42 };
		struct train_record rec[TRACE_MAX];
		size_t n = trace("ab.c", rec);
		struct err err;

		rec[rows[i].at].order = rows[i].order;
		cr_expect_eq(order_stats(rec, n, &o, &err), -EINVAL, "row %zu", i);
		cr_expect_eq(o.n_reordered, 42, "row %zu", i);
	}
}

Test(order_stats, jitter_by_hand)
{
	static const struct {
		const char *letters;
		double ms;
	} rows[] = {
		{ "", 0 },
		{ "a", 0 },
		{ "abcd", 0 },
		/* Arrivals are even, but two slots apart were sent 2 ms apart: 1 / 16. */
		{ "a.b", 1 / 16.0 },
		/* 0, 2, 1: changes of -1 and 2 ms; the second is 1/16 + (2 - 1/16) / 16. */
		{ "acb", 1 / 16.0 + (2 - 1 / 16.0) / 16 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct train_record rec[TRACE_MAX];
		struct order_stats o = order_of(rec, trace(rows[i].letters, rec));

		cr_expect_float_eq(o.jitter_ns, rows[i].ms * 1e6, 1e-6, "%s: %g", rows[i].letters,
				   o.jitter_ns);
	}
}

/* Each delay 3 ms off the one before: after k changes d (1 - (15/16)^k). */
Test(order_stats, jitter_settles)
{
	static const size_t lengths[] = { 2, 3, 17, 100, 1000 };
	struct train_record rec[1000];

	for (size_t i = 0; i < ARRAY_SIZE(rec); i++) {
		rec[i] = at_once(i, false);
		rec[i].sent_ns *= 10;
		rec[i].received_ns = rec[i].sent_ns + (i % 2 ? 8 : 5) * MS;
	}
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		double expected = 3e6 * (1 - pow(15 / 16.0, (double)lengths[i] - 1));
		struct order_stats o = order_of(rec, lengths[i]);

		cr_expect_float_eq(o.jitter_ns, expected, 1e-3, "%zu: %.15g", lengths[i],
				   o.jitter_ns);
	}
}

static void expect_gap(const char *name, const struct convergence_gap *g,
		       const struct convergence_gap *expected)
{
	cr_expect_eq(g->rate_derived_ns, expected->rate_derived_ns * MS, "%s: %jd", name,
		     (intmax_t)g->rate_derived_ns);
	cr_expect_eq(g->last_arrival_ns, expected->last_arrival_ns * MS, "%s", name);
	cr_expect_eq(g->next_arrival_ns, expected->next_arrival_ns * MS, "%s", name);
	cr_expect_eq(g->loss_derived_ns, expected->loss_derived_ns * MS, "%s: %jd", name,
		     (intmax_t)g->loss_derived_ns);
	cr_expect_eq(g->lost, (uint64_t)(expected->loss_derived_ns), "%s", name);
	cr_expect_eq(g->first_lost_ns, expected->first_lost_ns * MS, "%s", name);
	cr_expect_eq(g->recovered_ns, expected->recovered_ns * MS, "%s", name);
	cr_expect_eq(g->lost_from_start, expected->lost_from_start, "%s", name);
	cr_expect_eq(g->lost_to_end, expected->lost_to_end, "%s", name);
}

/*
 * A train in letters: packet i leaves at i + 1 ms; '.' lost, '-' arrives as it leaves, '+' twice, 'z' with the next
 * that is not.
 */
static size_t gap_trace(const char *letters, struct train_record rec[TRACE_MAX])
{
	size_t n = strlen(letters);

	cr_assert_leq(n, TRACE_MAX);
	for (size_t i = n; i-- > 0;) {
		rec[i] = at_once(i, letters[i] == '.');
		rec[i].copies *= letters[i] == '+' ? 2 : 1;
		if (letters[i] == 'z')
			rec[i].received_ns = rec[i + 1].received_ns;
	}

	return n;
}

Test(order_stats, gap)
{
	static const struct {
		const char *letters;
		struct convergence_gap g; /* in ms; as many lost as ms */
	} rows[] = {
		{ "", { 0 } },
		{ "-", { .rate_derived_ns = 0 } },
		{ ".",
		  { .loss_derived_ns = 1,
		    .first_lost_ns = 1,
		    .lost_from_start = true,
		    .lost_to_end = true } },
		{ ".....",
		  { .loss_derived_ns = 5,
		    .first_lost_ns = 1,
		    .lost_from_start = true,
		    .lost_to_end = true } },
		{ "-----", { 0, 1, 2, .lost = 0 } },
		{ "---....---", { 4, 3, 8, 4, 0, 4, 8, false, false } },
		/* What comes twice after it, or before. */
		{ "--+....+--", { 4, 3, 8, 4, 0, 4, 8, false, false } },
		/* Shorter ones elsewhere, and the first of two. */
		{ "-.-...-.-...-", { 3, 3, 7, 3, 0, 4, 7, false, false } },
		/* Held back, not lost. */
		{ "---zzzz---", { 4, 3, 8, .lost = 0 } },
		{ "-..zz-", { 4, 1, 6, 2, 0, 2, 4, false, false } },
		/* At the ends: arrivals tell nothing. */
		{ "--....", { 0, 1, 2, 4, 0, 3, 0, false, true } },
		{ "...--", { 0, 4, 5, 3, 0, 1, 4, true, false } },
		{ "..-...", { 0, 0, 0, 3, 0, 4, 0, false, true } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct train_record rec[TRACE_MAX];
		size_t n = gap_trace(rows[i].letters, rec);
		struct convergence_gap g;
		struct err err;

		cr_assert_eq(order_gap(rec, n, MS, &g, &err), 0, "%s", err.msg);
		expect_gap(rows[i].letters, &g, &rows[i].g);
	}
}

/* One that comes in the middle of a gap ends it, whatever its number; all at once is no gap. */
Test(order_stats, gap_goes_by_the_time_of_arrival)
{
	static const struct convergence_gap expected = { 2, 5, 8, 3, 0, 4, 7, false, false };
	struct train_record rec[TRACE_MAX];
	size_t n = gap_trace("---...----", rec);
	struct convergence_gap g;
	struct err err;

	/* Times are 3, 5 (number 0), 8 (6 and 7), 9, ... */
	rec[0].received_ns = 5 * MS;
	rec[6].received_ns = 8 * MS;
	cr_assert_eq(order_gap(rec, n, MS, &g, &err), 0);
	expect_gap("by time", &g, &expected);

	for (size_t i = 0; i < n; i++)
		rec[i].received_ns = 5 * MS;
	cr_assert_eq(order_gap(rec, n, MS, &g, &err), 0);
	cr_expect_eq(g.rate_derived_ns, 0);
	cr_expect_eq(g.last_arrival_ns, 5 * MS);
	cr_expect_eq(g.next_arrival_ns, 5 * MS);
}

/* As long as trains get: of the first half all but one are lost, the other, sent in groups of ten, arrives backwards. */
Test(order_stats, a_long_train)
{
	auto_free struct train_record *rec = calloc(MANY, sizeof(*rec));
	const size_t half = MANY / 2;
	struct convergence_gap g;
	struct order_stats o;
	struct err err;

	cr_assert_not_null(rec);
	for (size_t i = 0; i < MANY; i++) {
		rec[i] = at_once(i, i > 0 && i < half);
		rec[i].sent_ns = (int64_t)(i / 10 * 10 + 1) * MS;
		if (i < half)
			continue;
		rec[i].order = (uint32_t)(MANY - i + 1);
		rec[i].received_ns = (int64_t)(3 * (size_t)MANY - i) * MS;
	}
	o = order_of(rec, MANY);
	cr_expect_eq(o.reordering.reordered, half - 1);
	cr_expect_eq(o.reordering.extent_max, half - 1);
	cr_expect_eq(o.reordering.late_time_max_ns, (int64_t)(half - 1) * MS);
	cr_expect_eq(o.n_reordered, half - REORDERING_N);
	/* Most arrive 1 ms apart and were sent at once: 1 ms; every tenth was sent 10 ms before: 1 - -10. */
	cr_expect(o.jitter_ns > 1 * MS && o.jitter_ns < 11 * MS, "%g", o.jitter_ns);

	cr_assert_eq(order_gap(rec, MANY, MS, &g, &err), 0);
	cr_expect_eq(g.lost, half - 1);
	cr_expect_eq(g.last_arrival_ns, MS);
	cr_expect_eq(g.next_arrival_ns, (2 * (int64_t)MANY + 1) * MS);
	cr_expect_eq(g.rate_derived_ns, (2 * (int64_t)MANY - 1) * MS);
}
