// SPDX-License-Identifier: ISC
#include "emul/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/rng.h"
#include "base/util.h"
#include "emul/certificate.h"
#include "emul/ends.h"
#include "emul/verify_answer.h"
#include "traffic/train_schedule.h"

/* Receive stamps are switched on asynchronously, and a train wants to be told early. */
#define AHEAD_NS (300 * NSEC_PER_MSEC)

/* Beside those of the stages, the curves and the probes. */
#define SEED_TRAIN 128

/* One train on its way. */
struct run {
	struct train_opts opts;
	int sender, receiver;
	struct train_record *rec;
	struct train_run *train;
};

static int open_run(struct run *run, enum dir d, struct err *err)
{
	const struct end *from = &sender_of[d], *to = &sender_of[dir_reverse(d)];

	run->receiver = bound_socket(to, SOCK_DGRAM, PORT_PROBE, err);
	if (run->receiver < 0)
		return run->receiver;
	run->sender = bound_socket(from, SOCK_DGRAM, PORT_SENDER, err);
	if (run->sender < 0)
		return run->sender;
	if (connect_to(run->sender, to, PORT_PROBE, err) < 0)
		return err->code;
	run->rec = calloc(MAX(run->opts.n, 1U), sizeof(*run->rec));
	run->opts.sender = run->sender;
	run->opts.receiver = run->receiver;

	return run->rec ? 0 : err_sys(err, -ENOMEM, "records of a train");
}

static void close_run(struct run *run)
{
	if (run->sender >= 0)
		(void)close(run->sender);
	if (run->receiver >= 0)
		(void)close(run->receiver);
	free(run->rec);
}

/* A packet lost at the receiver would pass for loss of the link. */
static int finish(struct run *run, bool corrupts, struct err *err)
{
	uint64_t dropped;

	if (!run->train)
		return 0;
	if (train_finish(run->train, &dropped, err) < 0)
		return err->code;
	if (dropped && !corrupts)
		return err_set(err, -EIO, "the receiver of a train dropped %llu packets",
			       (unsigned long long)dropped);

	return 0;
}

/* Both directions at once; those that have no train have n = 0. */
static int run_trains(struct inside *in, const struct job *job, struct run run[DIR_COUNT],
		      struct err *err)
{
	int64_t start = begin_at_round_time() + AHEAD_NS, end = start;
	int r = 0;

	for (enum dir d = 0; d < DIR_COUNT && r == 0; d++) {
		struct train_opts *t = &run[d].opts;

		if (!t->n)
			continue;
		t->start_ns = start;
		t->seed = rng_derive(job->seed, SEED_TRAIN + d);
		r = open_run(&run[d], d, err);
		if (r == 0)
			r = train_start(t, run[d].rec, &run[d].train, err);
		end = MAX(end, start + train_length_ns(t) + t->linger_ns);
	}
	if (r == 0)
		sleep_and_tell(in, start, end);
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		struct err finish_err;
		bool corrupts = job->profile.dir[d].corrupt_ratio > 0;

		if (finish(&run[d], corrupts, &finish_err) < 0 && r == 0) {
			*err = finish_err;
			r = err->code;
		}
	}

	return r;
}

static int certify(struct certificate *c, const struct job *job, const struct run run[DIR_COUNT],
		   struct err *err)
{
	int r = 0;

	for (enum dir d = 0; d < DIR_COUNT && r == 0; d++) {
		struct jitter_dist dist = { 0 };
		struct evidence ev = {
			.exercise = &job->exercise,
			.profile = &job->profile,
			.dir = d,
			.train = &run[d].opts,
			.rec = run[d].rec,
			.alpha = VERIFY_ALPHA,
		};

		if (!run[d].opts.n)
			continue;
		if (job->profile.dir[d].jitter_shape != JITTER_NONE) {
			r = jitter_dist_read(&job->profile.dir[d], &dist, err);
			ev.jitter = &dist;
		}
		if (r == 0)
			r = certificate_add(c, &ev, err);
		jitter_dist_free(&dist);
	}

	return r;
}

int verify_run(struct inside *in, const struct job *job, struct err *err)
{
	struct train_opts trains[DIR_COUNT][EXERCISE_TRAINS_MAX];
	auto_free struct certificate *c = calloc(1, sizeof(*c));
	unsigned n[DIR_COUNT];
	struct stay stay;
	int r = 0;

	if (!c)
		return err_sys(err, -ENOMEM, "certificate");
	for (enum dir d = 0; d < DIR_COUNT; d++)
		n[d] = exercise_trains(&job->exercise, &job->profile, d, trains[d]);

	be_punctual();
	for (unsigned i = 0; i < EXERCISE_TRAINS_MAX && r == 0; i++) {
		struct run run[DIR_COUNT];

		for (enum dir d = 0; d < DIR_COUNT; d++) {
			run[d] = (struct run){ .sender = -1, .receiver = -1 };
			if (i < n[d])
				run[d].opts = trains[d][i];
		}
		r = run_trains(in, job, run, err);
		if (r == 0)
			r = certify(c, job, run, err);
		for (enum dir d = 0; d < DIR_COUNT; d++)
			close_run(&run[d]);
	}
	if (r == 0)
		r = check_drops(err);
	if (r < 0)
		return err_wrap(err, "exercise '%s'", exercise_kind_names[job->exercise.kind]);

	stay_so_far(&stay);
	return verify_answer_send(in->channel, c->row, c->n, &stay, err);
}
