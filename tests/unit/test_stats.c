// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "traffic/stats.h"

/* Probe i leaves at 1 s + i ms, is sent back at once, and takes these microseconds each way. */
#define SENT(i) (NSEC_PER_SEC + NSEC_PER_USEC * 1000 * (i))
#define AT(i, us) (SENT(i) + NSEC_PER_USEC * (us))
#define PROBE(...)            \
	(struct probe_record) \
	{                     \
		__VA_ARGS__   \
	}
#define GOT(i, there, back) PROBE(SENT(i), AT(i, there), AT(i, there), AT(i, (there) + (back)))
#define NO_WAY(i) PROBE(SENT(i), 0, 0, 0)
#define NO_WAY_BACK(i, there) PROBE(SENT(i), AT(i, there), AT(i, there), 0)
#define UNANSWERED(i, there) PROBE(SENT(i), AT(i, there), 0, 0)

#define TRACE_MAX 8

struct expected_dir {
	uint64_t sent, lost, episodes, longest_burst, reordered;
};

static const struct trace {
	const char *name;
	size_t n;
	struct probe_record rec[TRACE_MAX];
	struct expected_dir dir[DIR_COUNT];
} traces[] = {
	{ "nothing sent", 0, { { 0 } }, { { 0 }, { 0 } } },
	{ "one packet", 1, { GOT(0, 10, 10) }, { { .sent = 1 }, { .sent = 1 } } },
	{ "all lost",
	  4,
	  { NO_WAY(0), NO_WAY(1), NO_WAY(2), NO_WAY(3) },
	  { { 4, 4, 1, 4, 0 }, { 0 } } },
	{ "all lost on the way back",
	  3,
	  { NO_WAY_BACK(0, 10), NO_WAY_BACK(1, 10), NO_WAY_BACK(2, 10) },
	  { { .sent = 3 }, { 3, 3, 1, 3, 0 } } },
	{ "run at the beginning",
	  4,
	  { NO_WAY(0), NO_WAY(1), GOT(2, 10, 10), GOT(3, 10, 10) },
	  { { 4, 2, 1, 2, 0 }, { .sent = 2 } } },
	{ "run in the middle",
	  5,
	  { GOT(0, 10, 10), NO_WAY(1), NO_WAY(2), NO_WAY(3), GOT(4, 10, 10) },
	  { { 5, 3, 1, 3, 0 }, { .sent = 2 } } },
	{ "run at the end",
	  4,
	  { GOT(0, 10, 10), GOT(1, 10, 10), NO_WAY(2), NO_WAY(3) },
	  { { 4, 2, 1, 2, 0 }, { .sent = 2 } } },
	{ "the longest run is not the last",
	  7,
	  { NO_WAY(0), NO_WAY(1), GOT(2, 10, 10), NO_WAY(3), GOT(4, 10, 10), NO_WAY(5),
	    GOT(6, 10, 10) },
	  { { 7, 4, 3, 2, 0 }, { .sent = 3 } } },
	{ "a packet that was never sent that way does not end a run",
	  4,
	  { NO_WAY_BACK(0, 10), NO_WAY(1), NO_WAY_BACK(2, 10), GOT(3, 10, 10) },
	  { { 4, 1, 1, 1, 0 }, { 3, 2, 1, 2, 0 } } },
	{ "arrived, but not sent back",
	  2,
	  { GOT(0, 10, 10), UNANSWERED(1, 10) },
	  { { .sent = 2 }, { .sent = 1 } } },
	{ "one overtaken on the way there",
	  2,
	  { GOT(0, 1500, 10), GOT(1, 10, 10) },
	  { { 2, 0, 0, 0, 1 }, { .sent = 2 } } },
	{ "one overtaken by three counts once",
	  4,
	  { GOT(0, 3500, 10), GOT(1, 10, 10), GOT(2, 10, 10), GOT(3, 10, 10) },
	  { { 4, 0, 0, 0, 1 }, { .sent = 4 } } },
	{ "three overtaken by one count three times",
	  4,
	  { GOT(0, 3500, 10), GOT(1, 2600, 10), GOT(2, 1700, 10), GOT(3, 10, 10) },
	  { { 4, 0, 0, 0, 3 }, { .sent = 4 } } },
	{ "one overtaken on the way back",
	  2,
	  { GOT(0, 10, 1500), GOT(1, 10, 10) },
	  { { .sent = 2 }, { 2, 0, 0, 0, 1 } } },
	{ "overtaken there, and back in order by being overtaken again",
	  2,
	  { GOT(0, 1500, 10), GOT(1, 10, 1500) },
	  { { 2, 0, 0, 0, 1 }, { 2, 0, 0, 0, 1 } } },
	{ "equal arrivals are in order",
	  3,
	  { GOT(0, 2000, 10), GOT(1, 1000, 10), GOT(2, 0, 10) },
	  { { .sent = 3 }, { .sent = 3 } } },
	{ "sent back at the same time, the first of them arrives last",
	  2,
	  { { SENT(0), AT(0, 1500), AT(0, 1500), AT(0, 1520) },
	    { SENT(1), AT(0, 1500), AT(0, 1500), AT(0, 1510) } },
	  { { .sent = 2 }, { .sent = 2 } } },
	{ "sent back at the same time in the order of arrival",
	  2,
	  { { SENT(0), AT(0, 1400), AT(0, 1500), AT(0, 1520) },
	    { SENT(1), AT(0, 1450), AT(0, 1500), AT(0, 1510) } },
	  { { .sent = 2 }, { 2, 0, 0, 0, 1 } } },
};

Test(stats, traces)
{
	const uint64_t duplicated[DIR_COUNT] = { 5, 7 };

	for (const struct trace *t = traces; t < traces + ARRAY_SIZE(traces); t++) {
		struct phase_result p = { .done = true, .duration_s = 3 };
		struct err err = { .code = 0 };

		cr_assert_eq(stats_phase(t->rec, t->n, duplicated, &p, &err), 0, "%s: %s", t->name,
			     err.msg);
		for (enum dir d = 0; d < DIR_COUNT; d++) {
			const struct expected_dir *e = &t->dir[d];
			const struct loss_stats *l = &p.loss[d];

			cr_expect_eq(l->sent, e->sent, "%s, %s: sent %ju", t->name, dir_names[d],
				     (uintmax_t)l->sent);
			cr_expect_eq(l->lost, e->lost, "%s, %s: lost %ju", t->name, dir_names[d],
				     (uintmax_t)l->lost);
			cr_expect_eq(l->episodes, e->episodes, "%s, %s: episodes %ju", t->name,
				     dir_names[d], (uintmax_t)l->episodes);
			cr_expect_eq(l->longest_burst, e->longest_burst,
				     "%s, %s: longest burst %ju", t->name, dir_names[d],
				     (uintmax_t)l->longest_burst);
			cr_expect_eq(p.reordered[d], e->reordered, "%s, %s: reordered %ju", t->name,
				     dir_names[d], (uintmax_t)p.reordered[d]);
			cr_expect_eq(p.owd[d].n, e->sent - e->lost, "%s, %s", t->name,
				     dir_names[d]);
		}
		cr_expect(p.done && p.duration_s == 3, "%s: what others found is kept", t->name);
		cr_expect_arr_eq(p.duplicated, duplicated, sizeof(duplicated), "%s", t->name);
	}
}

Test(stats, delays_of_one_packet)
{
	const struct probe_record rec[] = { { 1000, 4000, 4500, 9500 } };
	struct phase_result p = { 0 };
	struct err err;

	cr_assert_eq(stats_phase(rec, 1, (uint64_t[]){ 0, 0 }, &p, &err), 0);
	cr_expect_eq(p.rtt.ns[Q_MIN], 8500);
	cr_expect_eq(p.rtt.ns[Q_MAX], 8500);
	cr_expect_eq(p.rtt.have, 1U << Q_MIN | 1U << Q_MAX);
	cr_expect_eq(p.owd[TO_VPC].ns[Q_MIN], 3000);
	cr_expect_eq(p.owd[TO_ONPREM].ns[Q_MIN], 5000);
	cr_expect_eq(p.pdv[TO_ONPREM].ns[Q_MAX], 0);
	cr_expect_eq(p.ipdv[TO_VPC].n, 0);
	cr_expect_eq(p.ipdv[TO_VPC].have, 0);
}

Test(stats, variation_leaves_lost_packets_out)
{
	const struct probe_record rec[] = {
		GOT(0, 10, 40), GOT(1, 12, 40),	    NO_WAY(2),	    GOT(3, 25, 41),
		GOT(4, 20, 40), NO_WAY_BACK(5, 20), GOT(6, 20, 49),
	};
	static const struct {
		uint64_t n;
		int64_t min_us, max_us;
	} pdv[DIR_COUNT] = { { 6, 0, 15 }, { 5, 0, 9 } },
	  ipdv[DIR_COUNT] = { { 4, 0, 5 }, { 2, 0, 1 } };
	struct phase_result p = { 0 };
	struct err err;

	cr_assert_eq(stats_phase(rec, ARRAY_SIZE(rec), (uint64_t[]){ 0, 0 }, &p, &err), 0);
	cr_expect_eq(p.rtt.n, 5);
	cr_expect_neq(p.rtt.lost & 1U << Q_P999, 0);
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		cr_expect_eq(p.pdv[d].n, pdv[d].n, "%s", dir_names[d]);
		cr_expect_eq(p.pdv[d].ns[Q_MIN], pdv[d].min_us * NSEC_PER_USEC, "%s", dir_names[d]);
		cr_expect_eq(p.pdv[d].ns[Q_MAX], pdv[d].max_us * NSEC_PER_USEC, "%s", dir_names[d]);
		cr_expect_eq(p.ipdv[d].n, ipdv[d].n, "%s: %ju pairs", dir_names[d],
			     (uintmax_t)p.ipdv[d].n);
		cr_expect_eq(p.ipdv[d].ns[Q_MIN], ipdv[d].min_us * NSEC_PER_USEC, "%s",
			     dir_names[d]);
		cr_expect_eq(p.ipdv[d].ns[Q_MAX], ipdv[d].max_us * NSEC_PER_USEC, "%s",
			     dir_names[d]);
		cr_expect_eq(p.ipdv[d].lost, 0, "%s: an undefined pair is not an infinite one",
			     dir_names[d]);
		cr_expect_neq(p.pdv[d].lost & 1U << Q_P999, 0, "%s", dir_names[d]);
	}
}

#define HAVE_MIN_MAX (1U << Q_MIN | 1U << Q_MAX)
#define TO_P50 (1U << Q_P50)
#define TO_P90 (TO_P50 | 1U << Q_P90)
#define TO_P99 (TO_P90 | 1U << Q_P99)
#define TO_P999 (TO_P99 | 1U << Q_P999)

/* The samples are 1 to n, so that the value at a rank is the rank. */
Test(stats, percentiles)
{
	static const struct {
		size_t n, lost;
		unsigned have, infinite;
		int64_t p50, p90, p99, p999;
	} rows[] = {
		{ 0, 0, 0, 0, 0, 0, 0, 0 },
		{ 0, 5, 0, TO_P999, 0, 0, 0, 0 },
		{ 1, 0, HAVE_MIN_MAX, 0, 0, 0, 0, 0 },
		{ 19, 0, HAVE_MIN_MAX, 0, 0, 0, 0, 0 },
		{ 20, 0, HAVE_MIN_MAX | TO_P50, 0, 10, 0, 0, 0 },
		{ 21, 0, HAVE_MIN_MAX | TO_P50, 0, 11, 0, 0, 0 },
		{ 99, 0, HAVE_MIN_MAX | TO_P50, 0, 50, 0, 0, 0 },
		{ 100, 0, HAVE_MIN_MAX | TO_P90, 0, 50, 90, 0, 0 },
		{ 101, 0, HAVE_MIN_MAX | TO_P90, 0, 51, 91, 0, 0 },
		{ 999, 0, HAVE_MIN_MAX | TO_P90, 0, 500, 900, 0, 0 },
		{ 1000, 0, HAVE_MIN_MAX | TO_P99, 0, 500, 900, 990, 0 },
		{ 9999, 0, HAVE_MIN_MAX | TO_P99, 0, 5000, 9000, 9900, 0 },
		{ 10000, 0, HAVE_MIN_MAX | TO_P999, 0, 5000, 9000, 9900, 9990 },
		/* Exactly the share beyond a percentile may be lost. */
		{ 9990, 10, HAVE_MIN_MAX | TO_P99, 0, 4995, 8991, 9891, 0 },
		{ 9989, 11, HAVE_MIN_MAX | TO_P99, 1U << Q_P999, 4995, 8991, 9890, 0 },
		{ 990, 10, HAVE_MIN_MAX | TO_P90, 1U << Q_P999, 495, 891, 0, 0 },
		{ 989, 11, HAVE_MIN_MAX | TO_P90, 1U << Q_P999 | 1U << Q_P99, 495, 891, 0, 0 },
		{ 100, 101, HAVE_MIN_MAX | TO_P90, TO_P999, 50, 90, 0, 0 },
	};
	static int64_t ns[10000];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct quantiles q;
		size_t n = rows[i].n;

		for (size_t k = 0; k < n; k++)
			ns[k] = (int64_t)(n - k);
		stats_quantiles(ns, n, rows[i].lost, &q);

		cr_expect_eq(q.n, n);
		cr_expect_eq(q.have, rows[i].have, "%zu received: have %#x", n, q.have);
		cr_expect_eq(q.lost, rows[i].infinite, "%zu received, %zu lost: lost %#x", n,
			     rows[i].lost, q.lost);
		cr_expect_eq(q.ns[Q_MIN], n ? 1 : 0);
		cr_expect_eq(q.ns[Q_MAX], (int64_t)n);
		cr_expect_eq(q.ns[Q_P50], rows[i].p50, "%zu: p50 %jd", n, (intmax_t)q.ns[Q_P50]);
		cr_expect_eq(q.ns[Q_P90], rows[i].p90, "%zu: p90 %jd", n, (intmax_t)q.ns[Q_P90]);
		cr_expect_eq(q.ns[Q_P99], rows[i].p99, "%zu: p99 %jd", n, (intmax_t)q.ns[Q_P99]);
		cr_expect_eq(q.ns[Q_P999], rows[i].p999, "%zu: p99.9 %jd", n,
			     (intmax_t)q.ns[Q_P999]);
	}
}

/* Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3. */
Test(stats, wilson)
{
	static const struct {
		uint64_t lost, sent;
		const char *low, *high;
	} rows[] = {
		{ 81, 263, "0.2553", "0.3662" }, { 15, 148, "0.0624", "0.1605" },
		{ 0, 20, "0.0000", "0.1611" },	 { 1, 29, "0.0061", "0.1718" },
		{ 20, 20, "0.8389", "1.0000" },	 { 0, 0, "0.0000", "1.0000" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char low_text[16], high_text[16];
		double low, high;

		stats_wilson(rows[i].lost, rows[i].sent, &low, &high);
		cr_expect(low >= 0 && high <= 1);
		(void)snprintf(low_text, sizeof(low_text), "%.4f", low);
		(void)snprintf(high_text, sizeof(high_text), "%.4f", high);
		cr_expect_str_eq(low_text, rows[i].low, "%ju of %ju: %s", (uintmax_t)rows[i].lost,
				 (uintmax_t)rows[i].sent, low_text);
		cr_expect_str_eq(high_text, rows[i].high, "%ju of %ju: %s", (uintmax_t)rows[i].lost,
				 (uintmax_t)rows[i].sent, high_text);
	}
}

static void expect_sha256(const uint8_t digest[32], const char *expected, const char *name)
{
	char hex[65];

	for (size_t i = 0; i < 32; i++)
		(void)snprintf(&hex[2 * i], 3, "%02x", digest[i]);
	cr_expect_str_eq(hex, expected, "%s: %s", name, hex);
}

/* Known from Python: hashlib.sha256(struct.pack("<8q", ...)).hexdigest() */
Test(stats, sha256)
{
	const struct probe_record rec[] = {
		{ 2000000000, 2001012176, 2001012176, 2002024352 },
		{ 2001000000, 0, 0, 0 },
	};
	uint8_t digest[32];

	stats_sha256(rec, 0, digest);
	expect_sha256(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		      "empty");
	stats_sha256(rec, 2, digest);
	expect_sha256(digest, "cf68ff03eb543c9261ccffe288337259ef1c28857d08f5766fd868634dba9931",
		      "two");
}

Test(stats, contradictory_stamps)
{
	static const struct {
		struct probe_record rec;
		const char *says;
	} rows[] = {
		{ { 10, 0, 30, 40 }, "probe 1 arrived without having been sent" },
		{ { 10, 20, 0, 40 }, "probe 1 arrived without having been sent" },
		{ { 10, 9, 30, 40 }, "probe 1 arrived before it was sent" },
		{ { 10, 20, 19, 40 }, "probe 1 arrived before it was sent" },
		{ { 10, 20, 30, 29 }, "probe 1 arrived before it was sent" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct probe_record rec[] = { GOT(0, 10, 10), rows[i].rec };
		struct phase_result p = { 0 };
		struct err err = { .code = 0 };

		cr_expect_eq(stats_phase(rec, 2, (uint64_t[]){ 1, 1 }, &p, &err), -EINVAL,
			     "row %zu", i);
		cr_expect_eq(strncmp(err.msg, rows[i].says, strlen(rows[i].says)), 0, "%s",
			     err.msg);
		cr_expect(!p.rtt.n && !p.loss[TO_VPC].sent && !p.duplicated[TO_VPC],
			  "row %zu: written in spite of it", i);
	}
}
