// SPDX-License-Identifier: ISC
/* Probes over loopback; where packets are to be seen, lost or changed, through a relay between the two ends. */
#include "traffic/probe.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/util.h"
#include "traffic/packet.h"
#include "traffic/stamp_loss.h"

#define N 200
#define INTERVAL_NS (200 * NSEC_PER_USEC)
#define AHEAD_NS (20 * NSEC_PER_MSEC)
#define LINGER_NS (150 * NSEC_PER_MSEC)

static int udp_socket(struct sockaddr_in *ret_addr)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	cr_assert(getsockname(fd, (struct sockaddr *)&a, &len) == 0);
	*ret_addr = a;

	return fd;
}

static void connect_to(int fd, const struct sockaddr_in *a)
{
	cr_assert(connect(fd, (const struct sockaddr *)a, sizeof(*a)) == 0);
}

static void send_to(int fd, const void *data, size_t len, const struct sockaddr_in *to)
{
	cr_assert(sendto(fd, data, len, 0, (const struct sockaddr *)to, sizeof(*to)) ==
		  (ssize_t)len);
}

struct ends {
	struct probe_opts opts;
	struct sockaddr_in sender, reflector;
	struct probe_record rec[N];
	uint64_t duplicated[DIR_COUNT];
	struct probe_run *run;
	struct err err;
};

static void open_ends(struct ends *e, uint64_t first_seq)
{
	*e = (struct ends){ .duplicated = { 42, 42 } };
	e->opts = (struct probe_opts){
		.sender = udp_socket(&e->sender),
		.reflector = udp_socket(&e->reflector),
		.n = N,
		.first_seq = first_seq,
		.interval_ns = INTERVAL_NS,
		.linger_ns = LINGER_NS,
		.seed = 1,
	};
}

static void start(struct ends *e)
{
	e->opts.start_ns = clock_ns(CLOCK_REALTIME) + AHEAD_NS;
	cr_assert_eq(probe_start(&e->opts, e->rec, &e->run, &e->err), 0, "%s", e->err.msg);
}

static int finish(struct ends *e)
{
	int r = probe_finish(e->run, e->duplicated, &e->err);

	(void)close(e->opts.sender);
	(void)close(e->opts.reflector);

	return r;
}

static void expect_arrived(const struct ends *e, size_t i)
{
	const struct probe_record *r = &e->rec[i];
	const int64_t slot = e->opts.start_ns + (int64_t)i * INTERVAL_NS;

	cr_expect(r->sent_ns >= slot + INTERVAL_NS / 4 && r->sent_ns < slot + INTERVAL_NS * 3 / 4,
		  "%zu", i);
	cr_expect(r->sent_ns < r->at_vpc_ns && r->at_vpc_ns <= r->reflected_ns &&
			  r->reflected_ns <= r->received_ns,
		  "probe %zu: %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, i, r->sent_ns,
		  r->at_vpc_ns, r->reflected_ns, r->received_ns);
}

static void expect_all_arrived(const struct ends *e)
{
	for (size_t i = 0; i < N; i++)
		expect_arrived(e, i);
	cr_expect_eq(e->duplicated[TO_VPC], 0);
	cr_expect_eq(e->duplicated[TO_ONPREM], 0);
}

Test(probe, all_arrive)
{
	static const uint64_t first_seq[] = { 0, (UINT64_C(1) << 32) - 5 };

	for (size_t i = 0; i < ARRAY_SIZE(first_seq); i++) {
		struct ends e;

		open_ends(&e, first_seq[i]);
		connect_to(e.opts.sender, &e.reflector);
		start(&e);
		cr_assert_eq(finish(&e), 0, "%s", e.err.msg);
		expect_all_arrived(&e);
	}
}

/* What is no probe of this train, at the reflector from anybody and at the sender from the reflector's address. */
Test(probe, foreign)
{
	struct sockaddr_in from;
	uint8_t buf[2 * PROBE_BYTES];
	uint64_t rng = 1;
	struct ends e;
	int fd;

	open_ends(&e, 0);
	connect_to(e.opts.sender, &e.reflector);
	fd = udp_socket(&from);
	start(&e);

	for (size_t len = 0; len <= sizeof(buf); len++) {
		for (size_t i = 0; i < sizeof(buf); i++)
			buf[i] = (uint8_t)rng_next(&rng);
		send_to(fd, buf, len, &e.reflector);
		send_to(e.opts.reflector, buf, len, &e.sender);
	}
	for (uint32_t i = 0; i < N + 10; i++) {
		const int64_t sent_ns = e.rec[MIN(i, N - 1)].sent_ns;
		/* Right but for the time; for the length; for the multiplier; for the number. */
		const struct {
			struct sender_packet p;
			size_t len;
		} wrong[] = {
			{ { i, ntp_from_ns(sent_ns + 1), 1 }, PROBE_BYTES },
			{ { i, ntp_from_ns(sent_ns), 1 }, PROBE_BYTES - 1 },
			{ { i, ntp_from_ns(sent_ns), 0 }, PROBE_BYTES },
			{ { i + N, ntp_from_ns(sent_ns), 1 }, PROBE_BYTES },
		};

		for (size_t k = 0; k < ARRAY_SIZE(wrong); k++) {
			const struct reflector_packet reply = {
				.error_estimate = wrong[k].p.error_estimate,
				.sender = wrong[k].p,
			};

			sender_packet_write(buf, &wrong[k].p);
			send_to(fd, buf, wrong[k].len, &e.reflector);
			reflector_packet_write(buf, &reply);
			send_to(e.opts.reflector, buf, wrong[k].len, &e.sender);
		}
	}

	cr_assert_eq(finish(&e), 0, "%s", e.err.msg);
	expect_all_arrived(&e);
	/* And nobody got an answer. */
	cr_expect_lt(recv(fd, buf, sizeof(buf), MSG_DONTWAIT), 0);
	(void)close(fd);
}

#define RELAY_TTL 17

struct relay {
	int near, far; /* facing the sender, and connected to the reflector */
	struct sockaddr_in sender;
	uint64_t first_seq;
	/* Every so many probes are lost, doubled, or (one of them alone) told another T2; 0: none. */
	unsigned lose_there, lose_back, double_there, double_back, change;
	atomic_bool stop;
	pthread_t thread;
	/* What was seen. */
	struct sender_packet probe[N];
	struct reflector_packet reply[N];
	size_t n_probes, n_replies;
	struct stamp_reply back[2 * N];
	size_t n_back;
};

static bool every(unsigned period, uint64_t i)
{
	/* Never the last, so that stamp_loss() can know all. */
	return period && i % period == period / 2 && i != N - 1;
}

static void relay_there(struct relay *rl)
{
	uint8_t buf[PROBE_BYTES + 1];
	ssize_t len = recv(rl->near, buf, sizeof(buf), 0);
	struct sender_packet *p = &rl->probe[rl->n_probes];
	uint64_t i = rl->n_probes;

	if (len != PROBE_BYTES || i == N || !sender_packet_read(buf, (size_t)len, p))
		return;
	rl->n_probes++;
	for (int k = every(rl->lose_there, i) ? 2 : !every(rl->double_there, i); k < 2; k++)
		(void)send(rl->far, buf, sizeof(buf) - 1, 0);
}

static void relay_back(struct relay *rl)
{
	uint8_t buf[PROBE_BYTES + 1];
	ssize_t len = recv(rl->far, buf, sizeof(buf), 0);
	struct reflector_packet *p = &rl->reply[rl->n_replies];
	uint64_t i;

	if (len != PROBE_BYTES || rl->n_replies == N || !reflector_packet_read(buf, (size_t)len, p))
		return;
	rl->n_replies++;
	i = sequence_extend(rl->first_seq, p->sender.seq) - rl->first_seq;
	if (rl->change && i == rl->change) {
		struct reflector_packet other = *p;

		other.receive_timestamp = ntp_from_ns(ntp_to_ns(p->receive_timestamp) - 1);
		reflector_packet_write(buf, &other);
	}
	for (int k = every(rl->lose_back, i) ? 2 : !every(rl->double_back, i); k < 2; k++) {
		(void)sendto(rl->near, buf, sizeof(buf) - 1, 0, (struct sockaddr *)&rl->sender,
			     sizeof(rl->sender));
		rl->back[rl->n_back++] = (struct stamp_reply){ p->sender.seq, p->seq };
	}
}

static void *relay_thread(void *arg)
{
	struct relay *rl = arg;
	struct pollfd fds[] = { { rl->near, POLLIN, 0 }, { rl->far, POLLIN, 0 } };

	while (!atomic_load(&rl->stop)) {
		if (poll(fds, ARRAY_SIZE(fds), 10) <= 0)
			continue;
		if (fds[0].revents & POLLIN)
			relay_there(rl);
		if (fds[1].revents & POLLIN)
			relay_back(rl);
	}

	return NULL;
}

/* Runs a train through the relay; what probe_finish() said. */
static int run_through(struct relay *rl, struct ends *e, uint64_t first_seq)
{
	const int ttl = RELAY_TTL;
	struct sockaddr_in a;
	int r;

	open_ends(e, first_seq);
	rl->first_seq = first_seq;
	rl->sender = e->sender;
	rl->near = udp_socket(&a);
	connect_to(e->opts.sender, &a);
	rl->far = udp_socket(&a);
	connect_to(rl->far, &e->reflector);
	cr_assert(setsockopt(rl->far, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)) == 0);
	cr_assert(pthread_create(&rl->thread, NULL, relay_thread, rl) == 0);
	start(e);
	r = finish(e);
	atomic_store(&rl->stop, true);
	(void)pthread_join(rl->thread, NULL);
	(void)close(rl->near);
	(void)close(rl->far);

	return r;
}

/* What is on the wire is what the records say. */
Test(probe, packets)
{
	const uint64_t first_seq = (UINT64_C(1) << 32) - 5;
	static struct relay rl;
	struct ends e;

	cr_assert_eq(run_through(&rl, &e, first_seq), 0, "%s", e.err.msg);
	expect_all_arrived(&e);
	cr_assert_eq(rl.n_probes, N);
	cr_assert_eq(rl.n_replies, N);
	for (uint32_t i = 0; i < N; i++) {
		const struct sender_packet *p = &rl.probe[i];
		const struct reflector_packet *reply = &rl.reply[i];

		cr_expect_eq(p->seq, i < 5 ? 0xfffffffb + i : i - 5, "%u: %08x", i, p->seq);
		cr_expect_eq(p->timestamp, ntp_from_ns(e.rec[i].sent_ns), "%u", i);
		/* 256 ns (test_packet.c), unsynchronized, NTP */
		cr_expect_eq(p->error_estimate, 0x038a, "%u: %04x", i, p->error_estimate);

		cr_expect_eq(reply->seq, i);
		cr_expect_eq(reply->timestamp, ntp_from_ns(e.rec[i].reflected_ns), "%u", i);
		cr_expect_eq(reply->error_estimate, 0x038a, "%u", i);
		cr_expect_eq(reply->receive_timestamp, ntp_from_ns(e.rec[i].at_vpc_ns), "%u", i);
		cr_expect_eq(reply->sender.seq, p->seq, "%u", i);
		cr_expect_eq(reply->sender.timestamp, p->timestamp, "%u", i);
		cr_expect_eq(reply->sender.error_estimate, p->error_estimate, "%u", i);
		cr_expect_eq(reply->sender_ttl, RELAY_TTL, "%u", i);
	}
}

/*
 * Of 0 to 199, all but the last:
 * lost there are 5, 15, ... 195: 20;
 * lost back 3, 10, ... 192, which are 28, but 45, 115 and 185 never came there: 25;
 * doubled there 4, 13, ... 193, which are 22, but 85 and 175 were lost before: 20;
 * doubled back 2, 6, ... 198, which are 50, but 10, 38, ... 178 were lost before: 43.
 */
Test(probe, lost_and_doubled)
{
	const uint64_t first_seq = (UINT64_C(1) << 32) - N / 2;
	static struct relay rl = {
		.lose_there = 10, .lose_back = 7, .double_there = 9, .double_back = 4
	};
	uint64_t there = 0, back = 0;
	struct stamp_loss loss;
	struct ends e;

	cr_assert_eq(run_through(&rl, &e, first_seq), 0, "%s", e.err.msg);
	for (uint64_t i = 0; i < N; i++) {
		const struct probe_record *r = &e.rec[i];

		cr_expect_gt(r->sent_ns, 0);
		if (every(rl.lose_there, i)) {
			there++;
			cr_expect(!r->at_vpc_ns && !r->reflected_ns && !r->received_ns);
			continue;
		}
		if (every(rl.lose_back, i)) {
			back++;
			cr_expect(r->at_vpc_ns > r->sent_ns && r->reflected_ns >= r->at_vpc_ns);
			cr_expect_eq(r->received_ns, 0);
			continue;
		}
		expect_arrived(&e, i);
	}
	cr_expect_eq(there, 20);
	cr_expect_eq(back, 25);
	cr_expect_eq(e.duplicated[TO_VPC], 20, "%" PRIu64, e.duplicated[TO_VPC]);
	cr_expect_eq(e.duplicated[TO_ONPREM], 43, "%" PRIu64, e.duplicated[TO_ONPREM]);

	/* The sender alone comes to the same. */
	cr_assert_eq(stamp_loss(rl.back, rl.n_back, first_seq, N, &loss, &e.err), 0);
	cr_expect_eq(loss.forward, 20, "%" PRIu64, loss.forward);
	cr_expect_eq(loss.backward, 25, "%" PRIu64, loss.backward);
	cr_expect_eq(loss.backward_copies, 43, "%" PRIu64, loss.backward_copies);
	cr_expect_eq(loss.restarts + loss.foreign + loss.excess, 0);
}

/* By a nanosecond, in one reply. */
Test(probe, mismatch)
{
	static struct relay rl = { .change = 42 };
	struct ends e;

	cr_assert_eq(run_through(&rl, &e, 0), -EBADMSG);
	cr_expect_eq(e.err.code, -EBADMSG);
	cr_expect(strstr(e.err.msg, "noted: 1"), "%s", e.err.msg);
	/* Nothing is told of a run that failed. */
	cr_expect_eq(e.duplicated[TO_VPC], 42);
	cr_expect_eq(e.duplicated[TO_ONPREM], 42);
}
