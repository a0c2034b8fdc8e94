// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "traffic/response.h"
#include "traffic/stats.h"

static const struct method method = { .flows = 1, .congestion_control = "cubic" };

Test(summary, link)
{
	/* One arrives both ways, two are lost on the way there, one on the way back. */
	static const struct probe_record rec[] = {
		{ .sent_ns = 1000000000,
		  .at_vpc_ns = 1000010000,
		  .reflected_ns = 1000010000,
		  .received_ns = 1000020000 },
		{ .sent_ns = 1001000000 },
		{ .sent_ns = 1002000000 },
		{ .sent_ns = 1003000000, .at_vpc_ns = 1003010000, .reflected_ns = 1003010000 },
	};
	struct link_result link = { .profile = { .dir = { [TO_VPC] = { .loss_ratio = 1e-3 } } } };
	struct phase_result *phase = link.phase;
	char hex[2 * sizeof(link.samples_sha256) + 1];
	struct err err;

	cr_assert_eq(stats_phase(rec, 4, (uint64_t[]){ 1, 2 }, &phase[PHASE_IDLE], &err), 0);
	cr_assert_eq(
		stats_phase(rec, 2, (uint64_t[]){ 3, 0 }, &phase[PHASE_LOADED_TO_ONPREM], &err), 0);
	phase[PHASE_IDLE].done = phase[PHASE_LOADED_TO_ONPREM].done = true;
	phase[PHASE_LOADED_TO_VPC] =
		(struct phase_result){ .loss = { { .sent = 1000, .lost = 999 } } };
	phase[PHASE_IDLE].reordered[TO_VPC] = 4;
	phase[PHASE_IDLE].reordered[TO_ONPREM] = 5;
	phase[PHASE_LOADED_TO_ONPREM].reordered[TO_VPC] = 6;

	/* Twice: sums start afresh. */
	stats_link(&link, &method);
	stats_link(&link, &method);

	cr_expect_eq(link.loss[TO_VPC].sent, 6);
	cr_expect_eq(link.loss[TO_VPC].lost, 3);
	cr_expect_eq(link.loss[TO_VPC].episodes, 2);
	cr_expect_eq(link.loss[TO_VPC].longest_burst, 2);
	cr_expect_float_eq(link.loss[TO_VPC].ratio, 0.5, 1e-12);
	cr_expect_float_eq(link.loss[TO_VPC].ci95_low + link.loss[TO_VPC].ci95_high, 1, 1e-12);
	cr_expect_eq(link.loss[TO_ONPREM].sent, 3);
	cr_expect_eq(link.loss[TO_ONPREM].lost, 1);
	cr_expect_eq(link.reordered, 15);
	cr_expect_eq(link.duplicated, 6);
	for (size_t i = 0; i < sizeof(link.samples_sha256); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", link.samples_sha256[i]);
	cr_expect_str_eq(hex, "8fa5bec086e7cf36e3fc4642d5167cc4c143329d23cfe8bd1e714e59346e71df");
}

/* Expected loss episodes decide, not seen ones; without loss there is nothing to wait for. */
Test(summary, few_loss_episodes)
{
	static const struct {
		double ratio;
		uint64_t sent;
		bool few;
	} rows[] = {
		{ 0, 10, false },
		{ 0.01, 1000, true },
		{ 0.01, 10000, false },
		{ 1e-6, 1000000, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct link_result link = { .profile = { .name = "x" } };
		struct phase_result *idle = &link.phase[PHASE_IDLE];

		link.profile.dir[TO_VPC].loss_ratio = rows[i].ratio;
		idle->done = true;
		idle->loss[TO_VPC].sent = rows[i].sent;
		stats_link(&link, &method);
		cr_expect_eq(idle->loss[TO_VPC].few, rows[i].few, "row %zu", i);
		cr_expect_eq(link.loss[TO_VPC].few, rows[i].few, "row %zu", i);
		cr_expect_not(link.loss[TO_ONPREM].few);
	}
}

/*
 * A segment of 1448 bytes each 1.16 us is 10 Gbit/s. At a loss of 1e-6 and a round trip of 2 ms Reno's function
 * allows 1225 segments per round trip, 7.09 Gbit/s, and CUBIC's is no other there.
 */
Test(summary, few_losses_of_tcp)
{
	static const struct {
		const char *cc;
		double loss, goodput_bps;
		unsigned flows;
		uint64_t segments;
		bool few;
	} rows[] = {
		{ "cubic", 1e-6, 9.39e9, 1, 2400000, true },
		{ "cubic", 1e-6, 9.39e9, 1, 24000000, false }, /* that holds 24 */
		{ "cubic", 1e-6, 7.05e9, 1, 2400000, false },  /* not faster than loss allows */
		{ "cubic", 1e-6, 9.39e9, 2, 2400000, false },  /* nor are two flows */
		{ "cubic", 0, 9.39e9, 1, 2400000, false },
		{ "reno", 1e-6, 9.39e9, 1, 2400000, true },
		{ "bbr", 1e-6, 9.39e9, 1, 2400000, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct link_result link = { .mss = 1448 };
		struct phase_result *loaded = &link.phase[PHASE_LOADED_TO_ONPREM];
		struct method m = { .flows = rows[i].flows };

		(void)snprintf(m.congestion_control, sizeof(m.congestion_control), "%s",
			       rows[i].cc);
		link.profile.dir[TO_ONPREM].loss_ratio = rows[i].loss;
		loaded->done = true;
		loaded->rtt = (struct quantiles){ .have = 1U << Q_P50 };
		loaded->rtt.ns[Q_P50] = 2 * NSEC_PER_MSEC;
		loaded->tcp = (struct tcp_stats){ .measured = true,
						  .goodput_bps = rows[i].goodput_bps,
						  .bytes = rows[i].segments * 1448 };
		stats_link(&link, &m);
		cr_expect_eq(loaded->tcp.few, rows[i].few, "row %zu", i);
		cr_expect_not(link.phase[PHASE_LOADED_TO_VPC].tcp.few, "row %zu", i);
	}
}

/* By hand from the formulas of the RFCs. */
Test(response, functions)
{
	static const struct {
		const char *cc;
		double p, rtt_s, segments;
	} rows[] = {
		/* sqrt(2e-2 / 3) = 0.08165; 12 * sqrt(3e-2 / 8) * 0.01 * 1.0032 = 0.007372 */
		{ "reno", 0.01, 0.1, 11.233 },
		{ "cubic", 1e-6, 0.002, 1224.745 }, /* sqrt(1.5e6); CUBIC's own: 318 */
		{ "cubic", 1e-4, 0.2, 315.168 },    /* 1.2333^(1/4) * 2000^(3/4) */
		{ "cubic", 0, 0.2, INFINITY },
		{ "bbr", 0.01, 0.2, INFINITY },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double segments = tcp_response_segments(rows[i].cc, rows[i].p, rows[i].rtt_s);

		if (isinf(rows[i].segments))
			cr_expect(isinf(segments), "row %zu: %g", i, segments);
		else
			cr_expect_float_eq(segments / rows[i].segments, 1, 1e-3, "row %zu: %g", i,
					   segments);
	}
}
