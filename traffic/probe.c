// SPDX-License-Identifier: ISC
#include "traffic/probe.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/util.h"
#include "traffic/batch.h"
#include "traffic/packet.h"
#include "traffic/reflector.h"
#include "traffic/stamp.h"

/* The sender reads what came back every so many probes; the socket buffer holds the rest. */
#define READ_EVERY 32

struct probe_run {
	struct probe_opts opts;
	struct probe_record *rec;
	struct reflection *seen; /* the reflector's own account */
	struct reflector *reflector;
	pthread_t thread;
	struct batch batch;
	uint64_t highest;
	uint64_t duplicated;
	int error; /* -errno */
};

/* When probe @i leaves: in the middle half of a slot of its own, so that the last one is still within the train. */
static int64_t draw_time(const struct probe_opts *opts, uint64_t i, uint64_t *rng)
{
	return opts->start_ns + (int64_t)i * opts->interval_ns + opts->interval_ns / 4 +
	       (int64_t)(rng_next(rng) % (uint64_t)MAX(opts->interval_ns / 2, 1));
}

static void note_reply(struct probe_run *run, struct batch *b, int i)
{
	struct reflector_packet p;
	struct probe_record *rec;
	uint64_t index;

	if (!reflector_packet_read(b->data[i], b->msgs[i].msg_len, &p) ||
	    !probe_index(&run->opts, run->rec, &run->highest, &p.sender, &index))
		return;
	rec = &run->rec[index];
	if (rec->received_ns) {
		run->duplicated++;
		return;
	}
	rec->at_vpc_ns = ntp_to_ns(p.receive_timestamp);
	rec->reflected_ns = ntp_to_ns(p.timestamp);
	rec->received_ns = receive_stamp(&b->msgs[i].msg_hdr);
}

static int collect(struct probe_run *run)
{
	int n;

	do {
		n = batch_receive(run->opts.sender, &run->batch, MSG_DONTWAIT);
		for (int i = 0; i < n; i++)
			note_reply(run, &run->batch, i);
	} while (n == BATCH);

	return n < 0 && n != -EAGAIN ? n : 0;
}

static int send_probe(struct probe_run *run, uint64_t i)
{
	const struct sender_packet p = {
		.seq = (uint32_t)(run->opts.first_seq + i),
		.timestamp = ntp_from_ns(run->rec[i].sent_ns),
		.error_estimate = probe_error_estimate(),
	};
	uint8_t packet[PROBE_BYTES];

	sender_packet_write(packet, &p);
	if (send(run->opts.sender, packet, sizeof(packet), 0) < 0 && errno != ENOBUFS)
		return -errno;

	return 0;
}

static void *sender_thread(void *arg)
{
	struct probe_run *run = arg;
	int64_t end = run->opts.start_ns + (int64_t)run->opts.n * run->opts.interval_ns;

	/* The default slack of 50 us would make every probe late by as much. */
	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);

	for (uint64_t i = 0; i < run->opts.n && run->error == 0; i++) {
		clock_sleep_until(CLOCK_REALTIME, run->rec[i].sent_ns);
		run->error = send_probe(run, i);
		if (run->error == 0 && i % READ_EVERY == READ_EVERY - 1)
			run->error = collect(run);
	}
	clock_sleep_until(CLOCK_REALTIME, end + run->opts.linger_ns);
	if (run->error == 0)
		run->error = collect(run);

	return NULL;
}

static void free_run(struct probe_run *run)
{
	if (run)
		free(run->seen);
	free(run);
}

static struct probe_run *make_run(const struct probe_opts *opts, struct probe_record *rec)
{
	struct probe_run *run = calloc(1, sizeof(*run));
	uint64_t rng = opts->seed;

	if (run)
		run->seen = calloc(MAX(opts->n, 1), sizeof(*run->seen));
	if (!run || !run->seen) {
		free_run(run);
		return NULL;
	}
	run->opts = *opts;
	run->rec = rec;
	run->highest = opts->first_seq;
	/* Before there are threads: both know a probe by its time. */
	for (uint64_t i = 0; i < opts->n; i++)
		rec[i] = (struct probe_record){ .sent_ns = draw_time(opts, i, &rng) };

	return run;
}

int probe_start(const struct probe_opts *opts, struct probe_record *rec, struct probe_run **ret,
		struct err *err)
{
	struct probe_run *run;
	struct err ignored;
	uint64_t none;
	int r;

	if (probe_prepare_socket(opts->sender, err) < 0)
		return err->code;
	run = make_run(opts, rec);
	if (!run)
		return err_sys(err, -ENOMEM, "probes");
	if (reflector_start(opts, rec, run->seen, &run->reflector, err) < 0) {
		free_run(run);
		return err->code;
	}

	r = pthread_create(&run->thread, NULL, sender_thread, run);
	if (r != 0) {
		(void)reflector_stop(run->reflector, &none, &ignored);
		free_run(run);
		return err_sys(err, -r, "sender of probes");
	}
	*ret = run;

	return 0;
}

/* Takes from the reflector's account what no reply could tell, and compares the rest, for both read one clock. */
static int merge(struct probe_run *run, struct err *err)
{
	uint64_t mismatches = 0;

	for (uint64_t i = 0; i < run->opts.n; i++) {
		const struct reflection *seen = &run->seen[i];
		struct probe_record *rec = &run->rec[i];

		if (rec->received_ns) {
			mismatches += rec->at_vpc_ns != seen->at_vpc_ns ||
				      rec->reflected_ns != seen->reflected_ns;
		} else {
			rec->at_vpc_ns = seen->at_vpc_ns;
			rec->reflected_ns = seen->reflected_ns;
		}
	}
	if (mismatches)
		return err_set(err, -EBADMSG,
			       "replies tell other times than the reflector noted: %" PRIu64,
			       mismatches);

	return 0;
}

int probe_finish(struct probe_run *run, uint64_t ret_duplicated[DIR_COUNT], struct err *err)
{
	struct err reflector_err;
	uint64_t again = 0;
	int r;

	(void)pthread_join(run->thread, NULL);
	r = reflector_stop(run->reflector, &again, &reflector_err);

	if (run->error < 0)
		r = err_sys(err, run->error, "send probes");
	else if (r < 0)
		*err = reflector_err;
	else
		r = merge(run, err);
	if (r == 0) {
		ret_duplicated[TO_VPC] = again;
		ret_duplicated[TO_ONPREM] = run->duplicated;
	}
	free_run(run);

	return r;
}
