// SPDX-License-Identifier: ISC
#include "traffic/reflector.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/util.h"
#include "traffic/batch.h"
#include "traffic/stamp.h"

/* Each probe takes under 1 KiB of it. */
#define SOCKET_BUFFER (8 << 20)

/* One step of a virtual world's clock. No clock here is known to follow UTC. */
#define CLOCK_ERROR_NS 256

#define TTL_UNKNOWN 255

struct reflector {
	struct probe_opts opts;
	const struct probe_record *rec;
	struct reflection *seen;
	uint64_t highest;
	uint32_t seq; /* of the next reply */
	uint64_t duplicated;
	int error; /* -errno */
	atomic_bool stopping;
	pthread_t thread;
	struct batch batch;
};

uint16_t probe_error_estimate(void)
{
	return error_estimate(CLOCK_ERROR_NS);
}

bool probe_index(const struct probe_opts *opts, const struct probe_record *rec, uint64_t *highest,
		 const struct sender_packet *p, uint64_t *ret_index)
{
	const uint64_t seq = sequence_extend(*highest, p->seq), i = seq - opts->first_seq;

	if (i >= opts->n || p->timestamp != ntp_from_ns(rec[i].sent_ns))
		return false;
	*highest = MAX(*highest, seq);
	*ret_index = i;

	return true;
}

int probe_prepare_socket(int fd, struct err *err)
{
	const int on = 1, size = SOCKET_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0)
		return err_sys(err, -errno, "receive stamps for probes");
	/* Only root may exceed rmem_max. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) < 0)
		return err_sys(err, -errno, "receive buffer for probes");

	return 0;
}

/* Makes message @i the reply to itself; false for what is no probe or came before. */
static bool reflect(struct reflector *rf, struct batch *b, int i, int64_t now)
{
	struct reflector_packet reply = { .error_estimate = probe_error_estimate() };
	struct reflection *seen;
	uint64_t index;
	int ttl;

	if (!sender_packet_read(b->data[i], b->msgs[i].msg_len, &reply.sender) ||
	    !probe_index(&rf->opts, rf->rec, &rf->highest, &reply.sender, &index))
		return false;
	seen = &rf->seen[index];
	if (seen->at_vpc_ns) {
		rf->duplicated++;
		return false;
	}
	seen->at_vpc_ns = receive_stamp(&b->msgs[i].msg_hdr);
	seen->reflected_ns = now;

	ttl = receive_ttl(&b->msgs[i].msg_hdr);
	reply.seq = rf->seq++;
	reply.timestamp = ntp_from_ns(seen->reflected_ns);
	reply.receive_timestamp = ntp_from_ns(seen->at_vpc_ns);
	reply.sender_ttl = ttl < 0 ? TTL_UNKNOWN : (uint8_t)ttl;
	reflector_packet_write(b->data[i], &reply);

	return true;
}

/* Keeps of a batch what is to be sent back, packed to the front. */
static int reflect_batch(struct reflector *rf, int n, int64_t now)
{
	struct batch *b = &rf->batch;
	int kept = 0;

	for (int i = 0; i < n; i++) {
		if (!reflect(rf, b, i, now))
			continue;
		/* Swapped, not copied: each message keeps pointing at its own address and data. */
		if (kept != i) {
			struct mmsghdr m = b->msgs[kept];

			b->msgs[kept] = b->msgs[i];
			b->msgs[i] = m;
		}
		kept++;
	}

	return kept;
}

static void *reflector_thread(void *arg)
{
	struct reflector *rf = arg;
	struct batch *b = &rf->batch;

	while (rf->error == 0) {
		int n = batch_receive(rf->opts.reflector, b, MSG_WAITFORONE);

		/* A socket that is shut down ends the wait with an empty message, as anybody could send. */
		if (n > 0 && b->msgs[0].msg_len == 0 && atomic_load(&rf->stopping))
			break;
		if (n > 0)
			n = reflect_batch(rf, n, clock_ns(CLOCK_REALTIME));
		rf->error = n < 0 ? n : batch_send_back(rf->opts.reflector, b, n);
	}

	return NULL;
}

int reflector_start(const struct probe_opts *opts, const struct probe_record *rec,
		    struct reflection *seen, struct reflector **ret, struct err *err)
{
	const int on = 1;
	struct reflector *rf;
	int r;

	if (probe_prepare_socket(opts->reflector, err) < 0)
		return err->code;
	if (setsockopt(opts->reflector, IPPROTO_IP, IP_RECVTTL, &on, sizeof(on)) < 0)
		return err_sys(err, -errno, "TTL of probes");
	rf = calloc(1, sizeof(*rf));
	if (!rf)
		return err_sys(err, -ENOMEM, "reflector of probes");
	rf->opts = *opts;
	rf->rec = rec;
	rf->seen = seen;
	rf->highest = opts->first_seq;

	r = pthread_create(&rf->thread, NULL, reflector_thread, rf);
	if (r != 0) {
		free(rf);
		return err_sys(err, -r, "reflector of probes");
	}
	*ret = rf;

	return 0;
}

int reflector_stop(struct reflector *rf, uint64_t *ret_duplicated, struct err *err)
{
	int r = 0;

	atomic_store(&rf->stopping, true);
	/* Wakes the thread also where the socket has no peer to be shut down from (ENOTCONN). */
	(void)shutdown(rf->opts.reflector, SHUT_RDWR);
	(void)pthread_join(rf->thread, NULL);

	if (rf->error < 0)
		r = err_sys(err, rf->error, "reflect probes");
	else
		*ret_duplicated = rf->duplicated;
	free(rf);

	return r;
}
