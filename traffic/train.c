// SPDX-License-Identifier: ISC
#include "traffic/train.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/util.h"
#include "traffic/train_receiver.h"
#include "traffic/train_schedule.h"

static_assert(sizeof(struct train_head) == TRAIN_PAYLOAD_MIN, "the smallest packet is a head");

struct train_run {
	struct train_opts opts;
	struct train_record *rec; /* or NULL */
	struct train_receiver *receiver;
	pthread_t sender;
	uint64_t sent, sent_bytes;
	int error; /* the sender's, -errno */
	atomic_bool stopped;
	struct mmsghdr msgs[TRAIN_BATCH];
	struct iovec iov[TRAIN_BATCH][2];
	struct train_head head[TRAIN_BATCH];
	uint8_t zeros[]; /* what follows each head */
};

static struct train_run *make_run(const struct train_opts *opts, struct train_record *rec)
{
	const size_t rest = train_payload_max(opts) - sizeof(struct train_head);
	struct train_run *run = calloc(1, sizeof(*run) + rest);

	if (!run)
		return NULL;
	run->opts = *opts;
	run->rec = rec;
	for (size_t i = 0; i < TRAIN_BATCH; i++) {
		memcpy(run->head[i].mark, TRAIN_MARK, sizeof(run->head[i].mark));
		run->iov[i][0] = (struct iovec){ &run->head[i], sizeof(run->head[i]) };
		run->iov[i][1] = (struct iovec){ run->zeros, rest };
		run->msgs[i].msg_hdr = (struct msghdr){ .msg_iov = run->iov[i], .msg_iovlen = 2 };
	}

	return run;
}

/* Sends packets @first and on, as many as fit a batch at a time. */
static int send_group(struct train_run *run, uint64_t first, uint64_t count)
{
	while (count) {
		unsigned n = (unsigned)MIN(count, TRAIN_BATCH), done = 0;

		for (unsigned i = 0; i < n; i++) {
			const unsigned payload = train_payload(&run->opts, first + i);

			run->head[i].seq = htobe64(first + i);
			run->iov[i][1].iov_len = payload - sizeof(struct train_head);
		}
		while (done < n) {
			int r = sendmmsg(run->opts.sender, run->msgs + done, n - done, 0);

			if (r < 0 && errno != EINTR)
				return -errno;
			for (; r > 0; r--, done++)
				run->sent_bytes += train_payload(&run->opts, first + done);
		}
		run->sent += n;
		first += n;
		count -= n;
	}

	return 0;
}

static void *sender_thread(void *arg)
{
	struct train_run *run = arg;
	struct train_schedule schedule;
	struct train_group g;

	/* The default slack of 50 us would make every packet late by as much. */
	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);

	train_schedule_begin(&schedule, &run->opts);
	while (run->error == 0 && !atomic_load(&run->stopped) &&
	       train_schedule_next(&schedule, &g)) {
		for (uint64_t i = 0; run->rec && i < g.count; i++)
			run->rec[g.first + i].sent_ns = g.at_ns;
		clock_sleep_until(CLOCK_REALTIME, g.at_ns);
		run->error = send_group(run, g.first, g.count);
	}
	/* After a failure there is nothing to wait for. */
	if (run->error == 0 && !atomic_load(&run->stopped))
		clock_sleep_until(CLOCK_REALTIME,
				  train_schedule_end(&schedule) + run->opts.linger_ns);

	return NULL;
}

int train_start(const struct train_opts *opts, struct train_record *rec, struct train_run **ret,
		struct err *err)
{
	struct train_run *run;
	int r;

	if (train_check(opts, rec, err) < 0)
		return err->code;
	run = make_run(opts, rec);
	if (!run)
		return err_sys(err, -ENOMEM, "train");
	if (rec)
		memset(rec, 0, opts->n * sizeof(*rec));

	if (train_receiver_start(opts, rec, &run->receiver, err) < 0) {
		free(run);
		return err->code;
	}
	r = pthread_create(&run->sender, NULL, sender_thread, run);
	if (r != 0) {
		struct train_totals totals;
		struct err ignored;

		(void)train_receiver_stop(run->receiver, &totals, &ignored);
		free(run);
		return err_sys(err, -r, "sender of a train");
	}
	*ret = run;

	return 0;
}

void train_stop(struct train_run *run)
{
	atomic_store(&run->stopped, true);
}

int train_finish_totals(struct train_run *run, struct train_totals *ret, struct err *err)
{
	struct train_totals totals = { 0 };
	int r;

	(void)pthread_join(run->sender, NULL);
	r = train_receiver_stop(run->receiver, &totals, err);
	if (run->error < 0)
		r = err_sys(err, run->error, "send a train");
	totals.sent = run->sent;
	totals.sent_bytes = run->sent_bytes;
	if (r == 0)
		*ret = totals;
	free(run);

	return r;
}

int train_finish(struct train_run *run, uint64_t *ret_dropped, struct err *err)
{
	struct train_totals totals = { 0 };

	if (train_finish_totals(run, &totals, err) < 0)
		return err->code;
	*ret_dropped = totals.dropped;

	return 0;
}
