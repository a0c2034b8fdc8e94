/* SPDX-License-Identifier: ISC */
/* Hand-made results, for tests of reports. */
#ifndef DXEMU_TESTS_UNIT_RESULTS_H
#define DXEMU_TESTS_UNIT_RESULTS_H

#include <string.h>

#include "model/result.h"

#define HAVE_ALL ((1U << QUANTILE_COUNT) - 1)
#define HAVE_TO(q) (((2U << (q)) - 1) | 1U << Q_MAX)

/* A distribution whose figures can be told from those of any other base. */
static inline struct quantiles spread(int64_t base_ns, int64_t step_ns)
{
	struct quantiles q = { .n = 10000, .have = HAVE_ALL };

	for (enum quantile i = 0; i < QUANTILE_COUNT; i++)
		q.ns[i] = base_ns + i * step_ns;

	return q;
}

static inline struct loss_stats losses(uint64_t sent, uint64_t lost, uint64_t episodes, double low,
				       double high)
{
	return (struct loss_stats){
		.sent = sent,
		.lost = lost,
		.ratio = sent ? (double)lost / (double)sent : 0,
		.ci95_low = low,
		.ci95_high = high,
		.episodes = episodes,
		.longest_burst = lost ? lost - episodes + 1 : 0,
	};
}

static inline struct phase_result busy_phase(int64_t owd_ns, double goodput_bps)
{
	struct phase_result p = {
		.done = true,
		.virtual_s = 15.25,
		.wall_s = 1,
		.duration_s = 10,
		.ramp_s = 2.5,
		.probe_interval_us = 1000,
		.rtt = spread(2 * owd_ns + 24176, 1001),
		.owd = { spread(owd_ns, 500), spread(owd_ns + 24176, 501) },
		.pdv = { spread(0, 500), spread(0, 501) },
		.ipdv = { spread(0, 7), spread(0, 8000) },
		.loss = { losses(10000, 0, 0, 0, 0.000384), losses(10000, 0, 0, 0, 0.000384) },
	};

	memset(p.samples_sha256, 0xa5, sizeof(p.samples_sha256));
	if (goodput_bps > 0)
		p.tcp = (struct tcp_stats){ .measured = true,
					    .goodput_bps = goodput_bps,
					    .retransmits = 3,
					    .bytes = (uint64_t)(goodput_bps * 10 / 8),
					    .few = goodput_bps < 1e6 };

	return p;
}

static inline void dedicated(struct link_result *l)
{
	*l = (struct link_result){
		.profile = { .name = "dx-dedicated-1g",
			     .kind = LINK_DEDICATED,
			     .mtu = 1500,
			     .c_tag = 101 },
		.title = "Direct Connect, dedicated port, 1 Gbit/s",
		.phase = { busy_phase(1012345, 0), busy_phase(6000000, 939.04e6),
			   busy_phase(6000001, 938.96e6) },
		.mss = 1448,
		.loss = { losses(30000, 0, 0, 0, 0.000128), losses(30000, 0, 0, 0, 0.000128) },
	};
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		l->profile.dir[d] = (struct profile_dir){
			.rate_bps = 1000000000,
			.queue_ns = 10000000,
			.delay_ns = 1000000,
			.jitter_shape = JITTER_HALF_NORMAL,
			.jitter_ns = 50000,
			.loss_ratio = 1e-6,
		};
		l->loss[d].few = true;
		for (enum phase i = 0; i < PHASE_COUNT; i++)
			l->phase[i].loss[d].few = true;
	}
	memset(l->samples_sha256, 0x1f, sizeof(l->samples_sha256));
}

static inline void vpn(struct link_result *l)
{
	*l = (struct link_result){
		.profile = { .name = "vpn-intercontinental", .kind = LINK_VPN, .mtu = 1438 },
		.title = "VPN \"over\" the internet",
		.phase = { busy_phase(45000000, 0), busy_phase(95000000, 12.346e6),
			   busy_phase(95000000, 999.96e3) },
		.mss = 1386,
		.loss = { losses(200000, 597, 301, 0.002755, 0.003233),
			  losses(199403, 1, 1, 8.85e-7, 2.84e-5) },
		.reordered = 2,
		.duplicated = 1,
	};
	for (enum dir d = 0; d < DIR_COUNT; d++)
		l->profile.dir[d] = (struct profile_dir){
			.rate_bps = 200000000,
			.queue_ns = 50000000,
			.cap_bps = 1250000000,
			.cap_pps = 140000,
			.delay_ns = 45000000,
			.loss_model = LOSS_GILBERT,
			.loss_p = 0.0015,
			.loss_r = 0.5,
		};
	l->phase[PHASE_IDLE].rtt.lost = 1U << Q_P999;
	l->phase[PHASE_IDLE].pdv[TO_VPC].lost = 1U << Q_P999;
	l->phase[PHASE_IDLE].reordered[TO_VPC] = 2;
	l->phase[PHASE_LOADED_TO_VPC].duplicated[TO_ONPREM] = 1;
	memset(l->samples_sha256, 0x2e, sizeof(l->samples_sha256));
}

/* Only an idle phase, and a short one: few probes there, and none that was sent back. */
static inline void barely_measured(struct link_result *l)
{
	struct phase_result *idle = &l->phase[PHASE_IDLE];

	*l = (struct link_result){
		.profile = { .name = "dx-hosted-50m", .kind = LINK_HOSTED, .mtu = 1500 },
		.title = "Direct Connect, hosted, 50 Mbit/s",
		.loss = { losses(150, 1, 1, 0.00118, 0.0368), { .few = true } },
	};
	for (enum dir d = 0; d < DIR_COUNT; d++)
		l->profile.dir[d] = (struct profile_dir){
			.cir_bps = 50000000,
			.burst_bytes = 65536,
			.accounting = ACCOUNT_L2,
			.delay_ns = 2000500,
			.loss_model = LOSS_GILBERT_ELLIOTT,
			.loss_p = 0.001,
			.loss_r = 0.25,
			.loss_bad = 0.5,
			.loss_good = 0.0001,
		};
	l->loss[TO_VPC].few = true;
	*idle = (struct phase_result){
		.done = true,
		.duration_s = 0.15,
		.probe_interval_us = 1000,
		.rtt = { .n = 0, .lost = 1U << Q_P50 | 1U << Q_P90 | 1U << Q_P99 | 1U << Q_P999 },
		.owd = { spread(2000000, 100) },
		.pdv = { spread(0, 100) },
		.loss = { l->loss[TO_VPC], l->loss[TO_ONPREM] },
	};
	idle->owd[TO_VPC].n = idle->pdv[TO_VPC].n = 149;
	idle->owd[TO_VPC].have = idle->pdv[TO_VPC].have = HAVE_TO(Q_P90);
	memset(l->samples_sha256, 0x3d, sizeof(l->samples_sha256));
}

static inline struct result result_of(struct link_result *links, size_t n)
{
	return (struct result){
		.version = "0.0-golden",
		.seed = 1,
		.deterministic = true,
		.world_kind = "virtual",
		.stay = { .kernel = "0.0.0-golden", .virtual_s = 47.123456789 },
		.wall_s = 2.5,
		.method = { .flows = 1,
			    .congestion_control = "cubic",
			    .frame_by_frame = true,
			    .probe_bytes = 64 },
		.links = links,
		.n_links = n,
	};
}

#endif
