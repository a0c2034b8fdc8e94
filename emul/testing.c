// SPDX-License-Identifier: ISC
#include "emul/testing.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/util.h"
#include "emul/account.h"
#include "emul/background.h"
#include "emul/ends.h"
#include "emul/stages.h"
#include "model/jitter.h"
#include "traffic/stats.h"

/* Beside those of stages, curves and trains. */
#define SEED_PROBES 256

#define FRAMES_WANTED 300000

static int (*const methods[TEST_KIND_COUNT])(struct testing *g, struct err *err) = {
	[TEST_TCP] = test_tcp,
	[TEST_UDP] = test_udp,
	[TEST_LATENCY] = test_latency,
	[TEST_RR] = test_transactions,
	[TEST_CRR] = test_transactions,
	[TEST_FCT] = test_transactions,
	[TEST_THROUGHPUT] = test_throughput,
	[TEST_CAPACITY] = test_capacity,
	[TEST_POLICING] = test_policing,
	[TEST_PATH_MTU] = test_path_mtu,
};

double testing_duration_s(const struct testing *g)
{
	double fps = INFINITY;

	if (g->t->duration_s > 0)
		return g->t->duration_s;
	for (enum dir d = 0; d < DIR_COUNT; d++)
		fps = fmin(fps, (double)link_rate_bps(g->p, d) / (8.0 * stage_wire_bytes(g->p)));

	return fmax(1, fmin(round(FRAMES_WANTED / fps), 10));
}

int64_t testing_linger_ns(const struct profile *p)
{
	double ns = 3 * (double)link_full_rtt_ns(p);

	for (enum dir d = 0; d < DIR_COUNT; d++)
		ns += JITTER_REACH * (double)p->dir[d].jitter_ns;

	return MAX((int64_t)ns, NSEC_PER_SEC);
}

int64_t testing_ramp_ns(const struct testing *g, enum dir d)
{
	enum phase phase = d == TO_VPC ? PHASE_LOADED_TO_VPC : PHASE_LOADED_TO_ONPREM;

	return (int64_t)(phase_plan(g->p, phase, PHASE_BUDGET_DEFAULT_S, 1).ramp_s * 1e9);
}

void testing_wait(struct testing *g, int64_t until)
{
	int64_t now = clock_ns(CLOCK_REALTIME);

	for (int64_t at = now + NSEC_PER_SEC; at < until; at += NSEC_PER_SEC) {
		clock_sleep_until(CLOCK_REALTIME, at);
		(void)inside_send_progress(g->in);
	}
	clock_sleep_until(CLOCK_REALTIME, until);
}

int probing_start(struct probing *pr, const struct testing *g, int64_t from, int64_t to,
		  struct err *err)
{
	const int64_t interval = (int64_t)g->t->probe_interval_us * NSEC_PER_USEC;
	struct probe_opts opts;

	if (!interval)
		return 0;
	pr->n = (uint64_t)((to - from) / interval);
	pr->linger_ns = testing_linger_ns(g->p);
	pr->reflector = bound_socket(&sender_of[TO_ONPREM], SOCK_DGRAM, PORT_PROBE, err);
	if (pr->reflector < 0)
		return pr->reflector;
	pr->sender = bound_socket(&sender_of[TO_VPC], SOCK_DGRAM, PORT_SENDER, err);
	if (pr->sender < 0 || connect_to(pr->sender, &sender_of[TO_ONPREM], PORT_PROBE, err) < 0)
		return err->code;
	pr->rec = calloc(MAX(pr->n, 1U), sizeof(*pr->rec));
	if (!pr->rec)
		return err_sys(err, -ENOMEM, "probe records");
	opts = (struct probe_opts){
		.sender = pr->sender,
		.reflector = pr->reflector,
		.n = pr->n,
		.start_ns = from,
		.interval_ns = interval,
		.linger_ns = pr->linger_ns,
		.seed = rng_derive(g->job->seed, SEED_PROBES),
	};

	return probe_start(&opts, pr->rec, &pr->run, err);
}

int probing_finish(struct probing *pr, struct testing *g, struct phase_result *ret, struct err *err)
{
	uint64_t duplicated[DIR_COUNT];
	struct probe_run *run = pr->run;

	*ret = (struct phase_result){ 0 };
	if (!run)
		return 0;
	pr->run = NULL;
	if (probe_finish(run, duplicated, err) < 0)
		return err->code;
	if (stats_phase(pr->rec, pr->n, duplicated, ret, err) < 0)
		return err->code;
	ret->done = true;
	if (g->t->probes_wanted && !g->probes) {
		g->probes = pr->rec;
		g->n_probes = pr->n;
	}

	return 0;
}

void probing_close(struct probing *pr, struct testing *g)
{
	uint64_t duplicated[DIR_COUNT];
	struct err ignored;

	if (pr->run)
		(void)probe_finish(pr->run, duplicated, &ignored);
	if (pr->reflector >= 0)
		(void)close(pr->reflector);
	if (pr->sender >= 0)
		(void)close(pr->sender);
	if (pr->rec != g->probes)
		free(pr->rec);
	*pr = PROBING_NONE;
}

/* In the order of the table's names. */
enum figure {
	FIGURE_RTT,
	FIGURE_OWD,
	FIGURE_PDV,
	FIGURE_IPDV,
};

static int tell_quantiles(struct testing *g, enum figure figure, double dir,
			  const struct quantiles *q, struct err *err)
{
	double us[QUANTILE_COUNT];

	for (enum quantile i = 0; i < QUANTILE_COUNT; i++)
		us[i] = q->have & 1U << i ? (double)q->ns[i] / 1e3 : NAN;

	return ROW(g, TABLE_LATENCY, err, figure, dir, (double)q->n, us[Q_MIN], us[Q_P50],
		   us[Q_P90], us[Q_P99], us[Q_P999], us[Q_MAX]);
}

/* RFC 7680: what comes later than it is waited for. */
static uint64_t late(const struct probing *pr, enum dir d)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < pr->n; i++) {
		const struct probe_record *r = &pr->rec[i];
		int64_t sent = d == TO_VPC ? r->sent_ns : r->reflected_ns;
		int64_t arrived = d == TO_VPC ? r->at_vpc_ns : r->received_ns;

		n += arrived && arrived - sent > pr->linger_ns;
	}

	return n;
}

int probing_tell(const struct probing *pr, struct testing *g, const struct phase_result *ph,
		 struct err *err)
{
	if (!ph->done)
		return 0;
	if (tell_quantiles(g, FIGURE_RTT, NAN, &ph->rtt, err) < 0)
		return err->code;
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		const struct loss_stats *l = &ph->loss[d];

		if (tell_quantiles(g, FIGURE_OWD, d, &ph->owd[d], err) < 0 ||
		    tell_quantiles(g, FIGURE_PDV, d, &ph->pdv[d], err) < 0 ||
		    tell_quantiles(g, FIGURE_IPDV, d, &ph->ipdv[d], err) < 0 ||
		    ROW(g, TABLE_PROBES, err, d, (double)l->sent, (double)l->lost, l->ratio,
			l->ci95_low, l->ci95_high, (double)late(pr, d), (double)l->episodes,
			(double)l->longest_burst, (double)ph->duplicated[d],
			(double)ph->reordered[d]) < 0)
			return err->code;
	}

	return 0;
}

int test_latency(struct testing *g, struct err *err)
{
	int64_t from = begin_at_round_time() + TESTING_SETTLE_NS;
	int64_t to = from + (int64_t)(g->t->duration_s * 1e9);
	struct probing probing = PROBING_NONE;
	struct phase_result ph;
	int r = probing_start(&probing, g, from, to, err);

	if (r == 0) {
		testing_wait(g, to);
		r = probing_finish(&probing, g, &ph, err);
	}
	if (r == 0)
		r = probing_tell(&probing, g, &ph, err);
	probing_close(&probing, g);

	return r;
}

/* Where everything that crossed the link in this test was lost. */
static int tell_losses(struct testing *g, struct err *err)
{
	struct loss_account a[DIR_COUNT];

	if (account_settle(g->p, a, err) < 0)
		return err->code;
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		const uint64_t *lost = a[d].lost;

		if (ROW(g, TABLE_LOSSES, err, d, (double)a[d].sent, (double)a[d].duplicated,
			(double)a[d].received, (double)lost[LOST_IMPAIRMENT],
			(double)lost[LOST_QUEUE], (double)lost[LOST_POLICER],
			(double)lost[LOST_PACKET_CAP], (double)lost[LOST_ENDPOINT]) < 0)
			return err->code;
	}

	return 0;
}

int test_run(struct inside *in, const struct job *job, struct err *err)
{
	struct testing g = {
		.in = in,
		.job = job,
		.p = &job->profile,
		.t = &job->test,
		.rows = { .channel = in->channel, .stream = job->test.stream },
	};
	struct background background;
	struct err background_err;
	struct stay stay;
	int r, finished;

	be_punctual();
	r = background_start(&background, &g, err);
	if (r == 0)
		r = methods[job->test.kind](&g, err);
	finished = background_finish(&background, &g, r == 0, &background_err);
	if (r == 0 && finished < 0) {
		*err = background_err;
		r = finished;
	}
	if (r == 0)
		r = check_drops(err);
	if (r == 0)
		r = tell_losses(&g, err);
	if (r < 0) {
		err_wrap(err, "method '%s'", test_names[job->test.kind]);
	} else {
		stay_so_far(&stay);
		r = rows_finish(&g.rows, g.probes, g.n_probes, &stay, err);
	}
	rows_free(&g.rows);
	free(g.probes);

	return r;
}
