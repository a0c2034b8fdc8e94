/* SPDX-License-Identifier: ISC */
/* Trains over the loopback device. */
#ifndef DXEMU_TESTS_UNIT_TRAINS_H
#define DXEMU_TESTS_UNIT_TRAINS_H

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <endian.h>
#include <linux/filter.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/util.h"
#include "traffic/train.h"
#include "traffic/train_receiver.h"

#define AHEAD_NS (200 * NSEC_PER_MSEC)
#define LINGER_NS (50 * NSEC_PER_MSEC)

/* Closed by the test's process, which ends. */
struct pair {
	int sender, receiver;
};

static inline struct pair make_pair(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	struct pair p = { socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0) };

	cr_assert_eq(bind(p.receiver, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(getsockname(p.receiver, (struct sockaddr *)&a, &len), 0);
	cr_assert_eq(connect(p.sender, (struct sockaddr *)&a, sizeof(a)), 0);

	return p;
}

/* Over the loopback device, @p's sockets put into @opts. */
static inline struct train_opts opts_for(struct pair p, uint64_t n)
{
	return (struct train_opts){
		.sender = p.sender,
		.receiver = p.receiver,
		.n = n,
		.payload_bytes = 100,
		.start_ns = clock_ns(CLOCK_REALTIME) + AHEAD_NS,
		.interval_ns = 10000,
		.linger_ns = LINGER_NS,
	};
}

static inline uint64_t run_train(const struct train_opts *opts, struct train_record *rec)
{
	struct train_run *run;
	uint64_t dropped;
	struct err err;

	cr_assert_eq(train_start(opts, rec, &run, &err), 0, "%s", err.msg);
	cr_assert_eq(train_finish(run, &dropped, &err), 0, "%s", err.msg);

	return dropped;
}

/* Each arrived once, in order, and none before its time. */
static inline void expect_all(const char *name, const struct train_opts *opts,
			      const struct train_record *rec)
{
	for (uint64_t i = 0; i < opts->n; i++) {
		cr_expect_eq(rec[i].copies, 1, "%s: %u copies of %ju", name, rec[i].copies,
			     (uintmax_t)i);
		cr_expect_eq(rec[i].order, i + 1, "%s: %ju was number %u", name, (uintmax_t)i,
			     rec[i].order);
		cr_expect_geq(rec[i].received_ns, rec[i].sent_ns, "%s: %ju came early", name,
			      (uintmax_t)i);
	}
}

static inline void send_packet(int fd, uint64_t seq, const char *mark, size_t bytes)
{
	struct {
		struct train_head head;
		uint8_t rest[200];
	} packet = { .head.seq = htobe64(seq) };

	memcpy(packet.head.mark, mark, sizeof(packet.head.mark));
	cr_assert_eq(send(fd, &packet, bytes, 0), (ssize_t)bytes);
}

/* Of every four packets, the second does not get into this socket. */
static inline void lose_packets(int receiver)
{
	struct sock_filter code[] = {
		/* The last byte of the sequence number, after 8 bytes of UDP header and 8 of mark. */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 8 + 15),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 3),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT16_MAX),
	};
	const struct sock_fprog filter = { ARRAY_SIZE(code), code };

	cr_assert_eq(setsockopt(receiver, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)),
		     0);
}

#endif
