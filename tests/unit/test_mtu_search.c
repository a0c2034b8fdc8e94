// SPDX-License-Identifier: ISC
#include "traffic/mtu_search.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/util.h"

/* What a simulated path did with the probes of one search. */
struct outcome {
	unsigned mtu, sizes, probes;
};

/*
 * A path that carries @limit bytes, and loses what '!' marks in @losses, one character for each probe, again from
 * the start after the last. Checks on the way that each size is one that can be sent, and is a new one.
 */
static struct outcome search(unsigned max, unsigned max_probes, unsigned limit, const char *losses)
{
	struct mtu_search s = mtu_search_make(max, max_probes);
	const size_t n = strlen(losses);
	struct outcome o = { 0 };
	unsigned size, before = 0;

	while ((size = mtu_search_next(&s))) {
		cr_assert(size >= PLPMTUD_MIN && size <= max, "%u to %u: %u", limit, max, size);
		cr_assert(size == before || (size > s.confirmed && size < s.failed),
			  "%u to %u: %u again", limit, max, size);
		o.sizes += size != before;
		before = size;
		mtu_search_note(&s, losses[o.probes++ % n] != '!' && size <= limit);
	}
	o.mtu = s.confirmed;

	return o;
}

/* The sizes in their order, worked out by hand; those that fail are tried three times each. */
Test(mtu_search, order)
{
	static const struct {
		unsigned max, limit;
		unsigned sizes[12];
	} rows[] = {
		{ 1500, 1500, { 1200, 1500 } },
		{ 1500, 1446, { 1200, 1500, 1350, 1425, 1462, 1443, 1452, 1447, 1445, 1446 } },
		{ 1500, 1200, { 1200, 1500, 1350, 1275, 1237, 1218, 1209, 1204, 1202, 1201 } },
		{ 1201, 1201, { 1200, 1201 } },
		{ 1200, 1200, { 1200 } },
		/* Below the base, the most there can be is the base. */
		{ 1000, 1000, { 1000 } },
		{ 1000, 500, { 1000, 68, 534, 301, 417, 475, 504, 489, 496, 500, 502, 501 } },
		{ 1500, 68, { 1200, 68, 634, 351, 209, 138, 103, 85, 76, 72, 70, 69 } },
		{ 1500, 67, { 1200, 68 } },
		{ 68, 68, { 68 } },
		{ 68, 67, { 68 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mtu_search s = mtu_search_make(rows[i].max, PLPMTUD_MAX_PROBES);
		size_t k = 0;

		for (; k < ARRAY_SIZE(rows[i].sizes) && rows[i].sizes[k]; k++) {
			const unsigned size = rows[i].sizes[k];
			const bool fits = size <= rows[i].limit;

			for (unsigned t = 0; t < (fits ? 1 : PLPMTUD_MAX_PROBES); t++) {
				cr_expect_eq(mtu_search_next(&s), size, "row %zu: %u, not %u", i,
					     mtu_search_next(&s), size);
				mtu_search_note(&s, fits);
			}
		}
		cr_expect_eq(mtu_search_next(&s), 0, "row %zu: %u is left", i, mtu_search_next(&s));
		cr_expect_eq(s.confirmed, rows[i].limit < PLPMTUD_MIN ? 0 : rows[i].limit,
			     "row %zu: %u", i, s.confirmed);
	}
}

/* Steps of a binary search between two sizes: the logarithm of their distance, rounded up. */
static unsigned steps(unsigned low, unsigned high)
{
	unsigned n = 0;

	while (high - low > 1U << n)
		n++;

	return n;
}

/* Every limit that a path can have is found, in no more sizes than the two ends and a binary search take. */
Test(mtu_search, every_limit)
{
	static const unsigned maxima[] = { 68, 69, 576, 1199, 1200, 1201, 1500, 8500, 9001, 65535 };

	for (size_t i = 0; i < ARRAY_SIZE(maxima); i++) {
		const unsigned max = maxima[i], base = MIN(max, 1200U);

		for (unsigned limit = 0; limit <= max; limit++) {
			struct outcome o = search(max, 2, limit, ".");
			unsigned most = 2 + (limit < base ? steps(68, base) : steps(base, max));

			cr_expect_eq(o.mtu, limit < 68 ? 0 : limit, "%u to %u: %u", limit, max,
				     o.mtu);
			cr_expect(o.sizes <= most, "%u to %u: %u sizes", limit, max, o.sizes);
		}
	}
}

/* One copy that arrives is enough, and a size has all its copies again, whatever the one before needed. */
Test(mtu_search, losses)
{
	static const struct {
		const char *name;
		unsigned max_probes, limit;
		const char *losses;
		unsigned mtu, probes;
	} rows[] = {
		/* 1200 and 1500 */
		{ "two of three", 3, 1500, "!!.", 1500, 6 },
		{ "one of two", 2, 1500, "!.", 1500, 4 },
		{ "one for all", 1, 1500, ".", 1500, 2 },
		/* 6 of the 10 sizes above fit, 4 fail */
		{ "two of three, and a limit", 3, 1446, "!!.", 1446, 30 },
		{ "four of five, and a limit", 5, 1446, "!!!!.", 1446, 50 },
		{ "a limit alone", 3, 1446, ".", 1446, 6 + 4 * 3 },
		/* Three in a row mislead, which the caller's odds are about: 1350 is given up, and 1349 found. */
		{ "three of 1350", 3, 1446, "....!!!.........................", 1349, 0 },
		{ "three of the base", 3, 1500, "!!!.........................", 1199, 0 },
		{ "all", 3, 1500, "!", 0, 6 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct outcome o = search(1500, rows[i].max_probes, rows[i].limit, rows[i].losses);

		cr_expect_eq(o.mtu, rows[i].mtu, "%s: %u", rows[i].name, o.mtu);
		if (rows[i].probes)
			cr_expect_eq(o.probes, rows[i].probes, "%s: %u probes", rows[i].name,
				     o.probes);
	}
}
