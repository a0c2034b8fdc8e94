// SPDX-License-Identifier: ISC
/*
 * Certificates of simulated links: right ones pass and fail by chance as often as they may; of wrong ones, the row that
 * is about the fault fails.
 */
#include "emul/certificate.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/shipped.h"
#include "tests/unit/simulated.h"

#define ALPHA 1e-6

static const struct verification *row_of(const struct certificate *c, const char *quantity)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->row[i].quantity, quantity))
			return &c->row[i];

	return NULL;
}

#define CHANGES_MAX 8

#define G1 "dx-dedicated-1g"
#define HOSTED "dx-hosted-200m"
#define METRO "vpn-metro"
#define FAR "vpn-intercontinental"

#define CALM "jitter.scale=0ms"
#define LOSSLESS "loss.ratio=0"
#define LOSSY "loss.ratio=0.01"
#define REORDERS LOSSLESS, "reorder.ratio=0.01", "reorder.depth=500us"
#define GE_BAD "loss.bad=0.4", "loss.good=0.001"
#define GE "loss.model=gilbert-elliott", "loss.p=0.001", "loss.r=0.02", GE_BAD
#define BURSTS "loss.p31=0.1", "loss.p32=0.2", "loss.p23=0.3", "loss.p14=0.001"
#define FOUR "loss.model=four-state", "loss.p13=0.002", BURSTS

enum {
	LATENCY = EXERCISE_LATENCY,
	LOADED = EXERCISE_LOADED,
	DICE = EXERCISE_DICE,
	RATE = EXERCISE_RATE,
	CAP = EXERCISE_CAP
};

static const struct {
	const char *profile;
	const char *changes[CHANGES_MAX];
	int kind;
	const char *fails; /* the row */
	struct fault fault;
} faults[] = {
	{ G1, { CALM }, LATENCY, "delay p50", { .later_ns = 4000 } },
	{ G1, { CALM }, LATENCY, "delay min", { .later_ns = -700 } },
	{ G1, { NULL }, LATENCY, "jitter mean, idle", { .later_ns = 15000 } },
	{ G1, { NULL }, LATENCY, "jitter sd, idle", { .jitter_scale = 1.3 } },
	{ G1, { NULL }, LATENCY, "jitter sd, idle", { .jitter_scale = 0.7 } },
	{ G1, { NULL }, LATENCY, "jitter shape, idle", { .shape = JITTER_UNIFORM } },
	{ G1, { NULL }, LATENCY, "jitter p99, idle", { .jitter_scale = 2 } },
	{ G1, { NULL }, LATENCY, "delay p99", { .jitter_scale = 2 } },
	{ G1, { NULL }, LATENCY, "delay max", { .jitter_scale = 1.6 } },
	{ G1, { NULL }, LATENCY, "reordered", { .swap = 77 } },
	{ G1, { NULL }, LATENCY, "duplicated", { .copy = 77 } },
	{ METRO, { NULL }, LATENCY, "jitter shape, idle", { .shape = JITTER_NORMAL } },

	/* Each packet's latency drawn by itself, and order kept: what "delay, jitter, rate" of one netem does. */
	{ G1, { NULL }, LOADED, "jitter mean, 50 % load", { .running_max = true } },
	{ "dx-dedicated-10g", { NULL }, LOADED, "jitter shape, 50 % load", { .running_max = true } },
	{ METRO, { NULL }, LOADED, "delay p50, 50 % load", { .running_max = true } },
	{ METRO, { NULL }, LOADED, "jitter sd, 50 % load", { .jitter_scale = 1.3 } },
	{ HOSTED, { NULL }, LOADED, "delay min, 50 % load", { .later_ns = 50000 } },

	{ G1, { NULL }, RATE, "rate", { .rate = 0.997 } },
	{ G1, { NULL }, RATE, "rate", { .rate = 1.003 } },
	{ "dx-dedicated-100g", { NULL }, RATE, "rate", { .rate = 1.02 } },
	{ "dx-dedicated-400g", { NULL }, RATE, "rate", { .rate = 0.9 } },
	{ G1, { NULL }, RATE, "queue depth", { .queue_frames = -2 } },
	{ G1, { NULL }, RATE, "queue depth", { .queue_frames = 2 } },
	{ G1, { NULL }, RATE, "queue depth", { .queue_frames = 100000 } },
	{ HOSTED, { NULL }, RATE, "rate", { .rate = 0.997 } },
	{ HOSTED, { NULL }, RATE, "rate", { .rate = 1.003 } },
	{ HOSTED, { NULL }, RATE, "burst", { .burst = 0.98 } },
	{ HOSTED, { NULL }, RATE, "burst", { .burst = 1.02 } },
	{ HOSTED, { NULL }, RATE, "queueing", { .queues = true } },
	{ METRO, { NULL }, CAP, "tunnel packet rate", { .rate = 0.995 } },
	{ METRO, { NULL }, CAP, "tunnel packet rate", { .rate = 1.005 } },

	{ G1, { LOSSLESS }, DICE, "loss ratio", { .drop = 19999 } },
	{ G1, { "loss.ratio=1e-6" }, DICE, "loss ratio", { .loss = 1e4 } },
	{ G1, { LOSSY }, DICE, "loss ratio", { .loss = 2 } },
	{ G1, { LOSSY }, DICE, "loss ratio", { .loss = 0.5 } },
	{ FAR, { NULL }, DICE, "loss ratio", { .loss = 2 } },
	{ FAR, { NULL }, DICE, "loss episodes", { .loss = 2 } },
	{ FAR, { NULL }, DICE, "mean loss burst", { .recover = 0.5 } },
	{ FAR, { NULL }, DICE, "mean loss burst", { .recover = 1.7 } },
	{ G1, { GE }, DICE, "loss ratio", { .recover = 0.25 } },
	{ G1, { FOUR }, DICE, "loss ratio", { .loss = 2 } },
	{ G1, { LOSSLESS, "duplicate=0.01" }, DICE, "duplicated ratio", { .duplicates = 2 } },
	{ G1, { LOSSLESS, "duplicate=0.01" }, DICE, "duplicated ratio", { .duplicates = 0.5 } },
	{ G1, { LOSSLESS, "corrupt=0.01" }, DICE, "corrupted ratio", { .corrupts = 2 } },
	{ G1, { LOSSY, "corrupt=0.01" }, DICE, "loss and corruption ratio", { .corrupts = 2 } },
	{ G1, { REORDERS }, DICE, "reordered ratio", { .reorders = 2 } },
	{ G1, { REORDERS }, DICE, "reordering depth", { .depth_ns = 10000 } },
};

Test(certificate, faults)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		struct profile p = load_changed(faults[i].profile, faults[i].changes);
		struct simulated s;
		struct certificate c;
		const struct verification *row;

		s = simulate(&p, (enum exercise_kind)faults[i].kind, &faults[i].fault, 100 + i);
		c = certificate_of(&s, ALPHA);
		row = row_of(&c, faults[i].fails);
		cr_expect(row && row->verdict == VERDICT_FAIL, "%zu, %s, %s: %g, [%g, %g]", i,
			  faults[i].profile, faults[i].fails, row ? row->measured : 0,
			  row ? row->low : 0, row ? row->high : 0);
		simulated_free(&s);
	}
}

/* The same links without their faults; alpha is so small that chance does not show. */
Test(certificate, faultless)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		struct profile p = load_changed(faults[i].profile, faults[i].changes);
		struct simulated s = simulate(&p, (enum exercise_kind)faults[i].kind,
					      &(struct fault){ 0 }, 200 + i);
		struct certificate c = certificate_of(&s, ALPHA);

		cr_expect_gt(c.n, 0, "%zu", i);
		for (size_t k = 0; k < c.n; k++)
			cr_expect(c.row[k].verdict != VERDICT_FAIL, "%zu, %s, %s: %g, [%g, %g]", i,
				  faults[i].profile, c.row[k].quantity, c.row[k].measured,
				  c.row[k].low, c.row[k].high);
		cr_expect(row_of(&c, faults[i].fails), "%zu, no row %s", i, faults[i].fails);
		simulated_free(&s);
	}
}

/* With a large alpha and many seeds, each row fails by chance, but no more often than that. */
Test(certificate, chance)
{
	static const struct {
		const char *profile;
		const char *changes[CHANGES_MAX];
		int kind;
	} rows[] = {
		{ G1, { NULL }, LATENCY },
		{ METRO, { NULL }, LATENCY },
		{ G1, { "loss.ratio=0.002" }, DICE },
		{ G1, { "loss.model=gilbert", "loss.p=0.002", "loss.r=0.2" }, DICE },
		{ G1, { GE }, DICE },
		{ G1, { FOUR }, DICE },
		{ G1, { LOSSY, "corrupt=0.01", "duplicate=0.05" }, DICE },
	};
	enum { SEEDS = 100 };
	const double alpha = 0.02, most = SEEDS * alpha + 4 * sqrt(SEEDS * alpha);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_changed(rows[i].profile, rows[i].changes);
		unsigned failed[CERTIFICATE_ROWS] = { 0 };
		struct certificate c = { .n = 0 };

		for (unsigned seed = 0; seed < SEEDS; seed++) {
			struct simulated s = simulate(&p, (enum exercise_kind)rows[i].kind,
						      &(struct fault){ 0 }, seed);

			c = certificate_of(&s, alpha);
			for (size_t k = 0; k < c.n; k++)
				failed[k] += c.row[k].verdict == VERDICT_FAIL;
			simulated_free(&s);
		}
		for (size_t k = 0; k < c.n; k++)
			cr_expect_leq(failed[k], most, "%zu, %s: %u of %d", i, c.row[k].quantity,
				      failed[k], SEEDS);
	}
}

/* Too few losses are to be expected: nothing can be said, unless there are impossibly many. */
Test(certificate, few)
{
	static const struct {
		double loss;
		enum verdict verdict;
	} rows[] = { { 1, VERDICT_INCONCLUSIVE }, { 1e4, VERDICT_FAIL } };
	struct profile p = load_changed("dx-dedicated-1g", NULL);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fault f = { .loss = rows[i].loss };
		struct simulated s = simulate(&p, EXERCISE_DICE, &f, 5);
		struct certificate c = certificate_of(&s, ALPHA);
		const struct verification *row = row_of(&c, "loss ratio");

		cr_assert_not_null(row);
		cr_expect_eq(row->verdict, rows[i].verdict, "%g: %s", rows[i].loss,
			     verdict_names[row->verdict]);
		simulated_free(&s);
	}
}

/* A link that lets nothing pass is none about which something can be said. */
Test(certificate, nothing_arrives)
{
	for (enum exercise_kind kind = 0; kind < EXERCISE_KIND_COUNT; kind++) {
		struct profile p = load_changed("vpn-metro", NULL);
		struct simulated s = simulate(&p, kind, &(struct fault){ 0 }, 5);
		struct certificate c;

		memset(s.rec, 0, s.train.n * sizeof(*s.rec));
		c = certificate_of(&s, ALPHA);
		cr_expect_gt(c.n, 0, "%s", exercise_kind_names[kind]);
		for (size_t k = 0; k < c.n; k++) {
			cr_expect(c.row[k].verdict != VERDICT_PASS || c.row[k].configured == 0,
				  "%s: %s passes", exercise_kind_names[kind], c.row[k].quantity);
			cr_expect(isfinite(c.row[k].measured) && isfinite(c.row[k].low) &&
					  isfinite(c.row[k].high),
				  "%s: %s", exercise_kind_names[kind], c.row[k].quantity);
		}
		simulated_free(&s);
	}
}
