// SPDX-License-Identifier: ISC
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/rng.h"
#include "base/util.h"
#include "emul/account.h"
#include "emul/answer.h"
#include "emul/ends.h"
#include "emul/job.h"
#include "emul/load.h"
#include "traffic/probe.h"
#include "traffic/tcp.h"

/* Receive stamps are switched on asynchronously: what arrives earlier gets the time it was read. */
#define STAMPS_SETTLE_NS (200 * NSEC_PER_MSEC)

/* Goodput between two readings, at the receiver and over the time that really passed between them. */
static int measure_load(struct inside *in, struct load *load, int64_t from, int64_t to,
			struct answer *a, struct err *err)
{
	struct tcp_counters before, after;
	int64_t t0, t1;

	sleep_and_tell(in, clock_ns(CLOCK_REALTIME), from);
	t0 = clock_ns(CLOCK_REALTIME);
	if (tcp_read(load->run, &before, err) < 0)
		return err->code;
	sleep_and_tell(in, from, to);
	t1 = clock_ns(CLOCK_REALTIME);
	if (tcp_read(load->run, &after, err) < 0)
		return err->code;

	a->tcp.measured = true;
	a->tcp.bytes = after.received_bytes - before.received_bytes;
	a->tcp.retransmits = after.retransmits - before.retransmits;
	a->tcp.goodput_bps = (double)a->tcp.bytes * 8e9 / (double)(t1 - t0);
	a->mss = after.mss;

	return 0;
}

int measure_run(struct inside *in, const struct job *job, struct err *err)
{
	const struct phase_plan *ph = &job->phase;
	auto_close int reflector = -1, sender = -1;
	auto_free struct probe_record *rec = NULL;
	struct load load = LOAD_NONE;
	struct probe_run *probes;
	struct answer answer = { 0 };
	struct probe_opts opts;
	int64_t begin, from, to;
	int r = 0;

	reflector = bound_socket(&sender_of[TO_ONPREM], SOCK_DGRAM, PORT_PROBE, err);
	if (reflector < 0)
		return reflector;
	sender = bound_socket(&sender_of[TO_VPC], SOCK_DGRAM, PORT_SENDER, err);
	if (sender < 0 || connect_to(sender, &sender_of[TO_ONPREM], PORT_PROBE, err) < 0)
		return err->code;
	rec = calloc(MAX(ph->n_probes, 1), sizeof(*rec));
	if (!rec)
		return err_sys(err, -ENOMEM, "probe records");

	if (ph->phase != PHASE_IDLE &&
	    load_open(&load, phase_load_dir(ph->phase), 0, job->method.flows,
		      job->method.congestion_control, err) < 0) {
		load_close(&load);
		return err->code;
	}

	be_punctual();
	begin = begin_at_round_time();
	from = begin + STAMPS_SETTLE_NS + (int64_t)(ph->ramp_s * 1e9);
	to = from + (int64_t)(ph->duration_s * 1e9);
	if (ph->phase != PHASE_IDLE)
		r = load_start(&load, &job->profile, err);

	opts = (struct probe_opts){
		.sender = sender,
		.reflector = reflector,
		.n = ph->n_probes,
		.start_ns = from,
		.interval_ns = (int64_t)ph->probe_interval_us * NSEC_PER_USEC,
		.linger_ns = (int64_t)(ph->linger_s * 1e9),
		.seed = rng_derive(job->seed, DIR_COUNT + (uint64_t)ph->phase),
	};
	if (r == 0)
		r = probe_start(&opts, rec, &probes, err);
	if (r == 0) {
		int probe_r;
		struct err probe_err = { 0 };

		if (load.run)
			r = measure_load(in, &load, from, to, &answer, err);
		else
			sleep_and_tell(in, from, to);
		load_close(&load);
		probe_r = probe_finish(probes, answer.duplicated, &probe_err);
		if (r == 0 && probe_r < 0) {
			*err = probe_err;
			r = probe_r;
		}
	}
	load_close(&load);
	if (r == 0)
		r = check_drops(err);
	if (r == 0)
		r = account_settle(&job->profile, answer.account, err);
	if (r < 0)
		return r;
	stay_so_far(&answer.stay);

	return answer_send(in->channel, &answer, rec, ph->n_probes, err);
}
