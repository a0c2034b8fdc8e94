// SPDX-License-Identifier: ISC
#include "traffic/train.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/util.h"
#include "traffic/train_receiver.h"

static_assert(sizeof(struct train_head) == TRAIN_PAYLOAD_MIN, "the smallest packet is a head");

struct train_run {
	struct train_opts opts;
	struct train_record *rec;
	struct train_receiver *receiver;
	pthread_t sender;
	int error; /* the sender's, -errno */
	struct mmsghdr msgs[TRAIN_BATCH];
	struct iovec iov[TRAIN_BATCH][2];
	struct train_head head[TRAIN_BATCH];
	uint8_t zeros[]; /* what follows each head */
};

static struct train_run *make_run(const struct train_opts *opts, struct train_record *rec)
{
	const size_t rest = opts->payload_bytes - sizeof(struct train_head);
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

		for (unsigned i = 0; i < n; i++)
			run->head[i].seq = htobe64(first + i);
		while (done < n) {
			int r = sendmmsg(run->opts.sender, run->msgs + done, n - done, 0);

			if (r < 0 && errno != EINTR)
				return -errno;
			done += (unsigned)MAX(r, 0);
		}
		first += n;
		count -= n;
	}

	return 0;
}

/* Packets from one pause to the next. */
static uint64_t burst_size(const struct train_opts *opts)
{
	return opts->burst ? opts->burst : MAX(opts->n, 1U);
}

uint64_t train_group_size(const struct train_opts *opts)
{
	int64_t interval = opts->interval_ns;

	if (opts->group)
		return opts->group;
	if (interval == 0)
		return burst_size(opts);
	if (interval >= TRAIN_DENSE_NS)
		return 1;

	return (uint64_t)((TRAIN_GROUP_NS + interval - 1) / interval);
}

static int64_t slot_start(const struct train_opts *opts, uint64_t i)
{
	const uint64_t burst = burst_size(opts);

	if (!opts->burst)
		return opts->start_ns + (int64_t)i * opts->interval_ns;

	return opts->start_ns + (int64_t)(i / burst) * opts->period_ns +
	       (int64_t)(i % burst) * opts->interval_ns;
}

static void *sender_thread(void *arg)
{
	struct train_run *run = arg;
	const struct train_opts *opts = &run->opts;
	const uint64_t group = train_group_size(opts), burst = burst_size(opts);
	const int64_t slot = (int64_t)group * opts->interval_ns;
	uint64_t rng = opts->seed, count;

	/* The default slack of 50 us would make every packet late by as much. */
	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);

	for (uint64_t i = 0; i < opts->n && run->error == 0; i += count) {
		int64_t at = slot_start(opts, i);

		/* A group ends with its burst. */
		count = MIN(MIN(group, burst - i % burst), opts->n - i);
		if (opts->spread)
			at += slot / 4 + (int64_t)(rng_next(&rng) % (uint64_t)MAX(slot / 2, 1));
		for (uint64_t k = 0; k < count; k++)
			run->rec[i + k].sent_ns = at;
		clock_sleep_until(CLOCK_REALTIME, at);
		run->error = send_group(run, i, count);
	}
	/* After a failure there is nothing to wait for. */
	if (run->error == 0)
		clock_sleep_until(CLOCK_REALTIME, slot_start(opts, opts->n) + opts->linger_ns);

	return NULL;
}

static int check_opts(const struct train_opts *opts, struct err *err)
{
	if (opts->n > UINT32_MAX)
		return err_set(err, -EINVAL, "a train of more than %u packets", UINT32_MAX);
	if (opts->payload_bytes < TRAIN_PAYLOAD_MIN)
		return err_set(err, -EINVAL, "packets of a train: %u bytes of payload, %u at least",
			       opts->payload_bytes, TRAIN_PAYLOAD_MIN);
	if (opts->interval_ns < 0 || opts->linger_ns < 0)
		return err_set(err, -EINVAL, "a train that ends before it begins");
	if (opts->burst && opts->spread)
		return err_set(err, -EINVAL, "a train of bursts that is spread");
	if (opts->burst && opts->period_ns / (int64_t)opts->burst < opts->interval_ns)
		return err_set(err, -EINVAL, "a train whose bursts overlap");

	return 0;
}

int train_start(const struct train_opts *opts, struct train_record *rec, struct train_run **ret,
		struct err *err)
{
	struct train_run *run;
	int r;

	if (check_opts(opts, err) < 0)
		return err->code;
	run = make_run(opts, rec);
	if (!run)
		return err_sys(err, -ENOMEM, "train");
	memset(rec, 0, opts->n * sizeof(*rec));

	if (train_receiver_start(opts, rec, &run->receiver, err) < 0) {
		free(run);
		return err->code;
	}
	r = pthread_create(&run->sender, NULL, sender_thread, run);
	if (r != 0) {
		struct err ignored;
		uint64_t dropped;

		(void)train_receiver_stop(run->receiver, &dropped, &ignored);
		free(run);
		return err_sys(err, -r, "sender of a train");
	}
	*ret = run;

	return 0;
}

int train_finish(struct train_run *run, uint64_t *ret_dropped, struct err *err)
{
	uint64_t dropped;
	int r;

	(void)pthread_join(run->sender, NULL);
	r = train_receiver_stop(run->receiver, &dropped, err);
	if (run->error < 0)
		r = err_sys(err, run->error, "send a train");
	if (r == 0)
		*ret_dropped = dropped;
	free(run);

	return r;
}
