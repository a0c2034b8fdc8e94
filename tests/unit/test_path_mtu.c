// SPDX-License-Identifier: ISC
#include "traffic/path_mtu.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/filter.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/util.h"
#include "traffic/mtu_packet.h"

/* Far above what the loopback device takes, also where the receiver waits for a processor. */
#define TIMEOUT_NS (30 * NSEC_PER_MSEC)

/* The largest IP packet; the loopback device would carry one byte more. */
#define MOST 65535

/* Closed by the test's process, which ends. */
struct pair {
	int sender, receiver;
};

static struct pair make_pair(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	struct pair p = { socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0) };

	cr_assert_eq(bind(p.receiver, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(getsockname(p.receiver, (struct sockaddr *)&a, &len), 0);
	cr_assert_eq(connect(p.sender, (struct sockaddr *)&a, sizeof(a)), 0);
	len = sizeof(a);
	cr_assert_eq(getsockname(p.sender, (struct sockaddr *)&a, &len), 0);

	return p;
}

/* A filter at @fd plays the path: it loses packets above @limit bytes, and of each @of all but the last. */
static void attach_path(int fd, unsigned limit, unsigned of)
{
	struct sock_filter code[] = {
		/* A socket's filter sees a packet from its UDP header on. */
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, limit - 20, 3, 0),
		/* The last byte of the number, behind 8 bytes of header and 8 of mark. */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 8 + 15),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, of),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, of - 1, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	const struct sock_fprog filter = { ARRAY_SIZE(code), code };

	cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)), 0);
}

static struct path_mtu find(struct pair p, unsigned max_probes)
{
	const struct path_mtu_opts opts = { p.sender, p.receiver, TIMEOUT_NS, max_probes };
	struct path_mtu m;
	struct err err;

	cr_assert_eq(path_mtu_find(&opts, &m, &err), 0, "%s", err.msg);

	return m;
}

static unsigned loopback_mtu(void)
{
	struct ifreq req = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	cr_assert_eq(ioctl(fd, SIOCGIFMTU, &req), 0);
	cr_assert_eq(close(fd), 0);
	cr_assert_eq(req.ifr_mtu, MOST + 1, "these tests are for an ordinary loopback device");

	return (unsigned)req.ifr_mtu;
}

/* Nothing but ICMP could tell classic discovery of a limit here, and there is none: black holes. */
Test(path_mtu, limits_and_losses)
{
	static const struct {
		const char *name;
		unsigned limit, of;  /* on the way there */
		unsigned replies_of; /* on the way back */
		unsigned max_probes;
		unsigned plpmtud;
		bool delivered, base_failed, black_hole;
		unsigned sent, lost;
	} rows[] = {
		/* One packet for classic; the base and the most there can be. */
		{ "no limit", MOST, 1, 1, 1, MOST, true, false, false, 3, 0 },
		{ "two of three lost", MOST, 3, 1, 3, MOST, true, false, false, 9, 6 },
		{ "two of three replies lost", MOST, 1, 3, 3, MOST, true, false, false, 9, 6 },
		/* 1200 fits; 65535 does not, and what halves the rest until 1 byte is left: 32767 does... */
		{ "a byte less", MOST - 1, 1, 1, 1, MOST - 1, false, false, true, 0, 0 },
		{ "a limit", 60000, 1, 1, 2, 60000, false, false, true, 0, 0 },
		{ "a limit and losses", 50001, 2, 1, 2, 50001, false, false, true, 0, 0 },
		{ "just the base", 1200, 1, 1, 1, 1200, false, false, true, 0, 0 },
		{ "less than the base", 700, 1, 1, 2, 700, false, true, true, 0, 0 },
		{ "the least", 68, 1, 1, 1, 68, false, true, true, 0, 0 },
		/* An outage: classic, the base and the least, twice each. */
		{ "nothing", 67, 1, 1, 2, 0, false, true, false, 6, 6 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pair p = make_pair();
		struct path_mtu m;

		attach_path(p.receiver, rows[i].limit, rows[i].of);
		attach_path(p.sender, MOST, rows[i].replies_of);
		m = find(p, rows[i].max_probes);
		cr_expect_eq(m.interface_mtu, loopback_mtu(), "%s", rows[i].name);
		cr_expect_eq(m.classic_mtu, MOST, "%s: %u", rows[i].name, m.classic_mtu);
		cr_expect_eq(m.plpmtud_mtu, rows[i].plpmtud, "%s: %u", rows[i].name, m.plpmtud_mtu);
		cr_expect_not(m.icmp_received, "%s", rows[i].name);
		cr_expect_eq(m.classic_delivered, rows[i].delivered, "%s", rows[i].name);
		cr_expect_eq(m.base_failed, rows[i].base_failed, "%s", rows[i].name);
		cr_expect_eq(m.black_hole, rows[i].black_hole, "%s", rows[i].name);
		if (rows[i].sent)
			cr_expect(m.probes_sent == rows[i].sent && m.probes_lost == rows[i].lost,
				  "%s: %u sent, %u lost", rows[i].name, m.probes_sent,
				  m.probes_lost);
	}
}

/* Bad luck is no black hole: neither where classic was right, nor where PLPMTUD got through with as much. */
Test(path_mtu, one_lost)
{
	static const struct {
		uint32_t lost; /* number of the probe */
		unsigned plpmtud;
		bool delivered;
	} rows[] = {
		{ 0, MOST, false },    /* classic's only one */
		{ 2, MOST - 1, true }, /* PLPMTUD's second, after the base: it gives that size up */
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sock_filter code[] = {
			BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 8 + 15),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, rows[i].lost, 1, 0),
			BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
			BPF_STMT(BPF_RET | BPF_K, 0),
		};
		const struct sock_fprog filter = { ARRAY_SIZE(code), code };
		struct pair p = make_pair();
		struct path_mtu m;

		cr_assert_eq(setsockopt(p.receiver, SOL_SOCKET, SO_ATTACH_FILTER, &filter,
					sizeof(filter)),
			     0);
		m = find(p, 1);
		cr_expect_eq(m.classic_mtu, MOST, "row %zu: %u", i, m.classic_mtu);
		cr_expect_eq(m.plpmtud_mtu, rows[i].plpmtud, "row %zu: %u", i, m.plpmtud_mtu);
		cr_expect_eq(m.classic_delivered, rows[i].delivered, "row %zu", i);
		cr_expect_not(m.black_hole, "row %zu", i);
		cr_expect_eq(m.probes_lost, 1, "row %zu: %u", i, m.probes_lost);
	}
}

/* What is no reply to a probe of the size in hand confirms nothing, and what is no probe gets no reply. */
Test(path_mtu, strangers)
{
	static const struct {
		uint64_t seq;
		uint32_t ip_bytes;
		size_t bytes;
	} replies[] = {
		{ 0, MOST - 1, MTU_REPLY_BYTES }, /* another size */
		{ 0, MOST, MTU_REPLY_BYTES - 1 }, /* another length */
		{ 0, MOST, MTU_REPLY_BYTES + 1 },
		{ 1000, MOST, MTU_REPLY_BYTES }, /* of a probe not yet sent */
		{ UINT64_MAX, MOST, MTU_REPLY_BYTES },
	};
	struct pair p = make_pair();
	struct sockaddr_in sender;
	socklen_t len = sizeof(sender);
	struct path_mtu m;
	uint8_t buf[MTU_REPLY_BYTES + 1] = { 0 };

	cr_assert_eq(getsockname(p.sender, (struct sockaddr *)&sender, &len), 0);
	for (size_t i = 0; i < ARRAY_SIZE(replies); i++) {
		mtu_reply_write(buf, replies[i].seq, replies[i].ip_bytes);
		cr_assert_eq(sendto(p.receiver, buf, replies[i].bytes, 0,
				    (struct sockaddr *)&sender, sizeof(sender)),
			     (ssize_t)replies[i].bytes);
		cr_assert_eq(send(p.sender, buf, replies[i].bytes, 0), (ssize_t)replies[i].bytes);
	}
	cr_assert_eq(send(p.sender, buf, 0, 0), 0);
	attach_path(p.receiver, 67, 1);
	m = find(p, 1);
	cr_expect_eq(m.plpmtud_mtu, 0, "%u", m.plpmtud_mtu);
	cr_expect_not(m.classic_delivered);
	cr_expect_eq(recv(p.sender, buf, sizeof(buf), MSG_DONTWAIT), -1);
}

/* The receiver is its owner's again, and a second run is as good as the first. */
Test(path_mtu, again)
{
	struct pair p = make_pair();
	char byte = 0;

	for (unsigned i = 0; i < 2; i++) {
		struct path_mtu m = find(p, 1);

		cr_expect_eq(m.plpmtud_mtu, MOST);
		cr_expect(m.classic_delivered);
	}
	cr_expect_eq(send(p.sender, "x", 1, 0), 1);
	cr_expect_eq(recv(p.receiver, &byte, 1, 0), 1);
	cr_expect_eq(byte, 'x');
}

/* A router says that nobody is there: an outage, and no failure of ours; nor does it shorten the tries. */
Test(path_mtu, nobody_listens)
{
	struct pair p = make_pair(), other = make_pair();
	struct path_mtu m;
	int64_t start = clock_ns(CLOCK_MONOTONIC);

	cr_assert_eq(close(p.receiver), 0);
	p.receiver = other.receiver;
	/* Its answer is still in the socket when discovery begins. */
	cr_assert_eq(send(p.sender, "x", 1, 0), 1);
	m = find(p, 2);
	cr_expect_eq(m.plpmtud_mtu, 0);
	cr_expect_not(m.classic_delivered);
	cr_expect_not(m.black_hole);
	cr_expect_not(m.icmp_received, "that was not about a size");
	cr_expect(m.probes_sent == 6 && m.probes_lost == 6, "%u sent, %u lost", m.probes_sent,
		  m.probes_lost);
	cr_expect_geq(clock_ns(CLOCK_MONOTONIC) - start, 6 * TIMEOUT_NS);
}

Test(path_mtu, refused)
{
	const struct pair p = make_pair();
	const struct {
		struct path_mtu_opts opts;
		int code;
		const char *says;
	} rows[] = {
		{ { p.sender, p.receiver, 0, 3 },
		  -EINVAL,
		  "path MTU discovery without time or without probes" },
		{ { p.sender, p.receiver, TIMEOUT_NS, 0 },
		  -EINVAL,
		  "path MTU discovery without time or without probes" },
		{ { -1, p.receiver, TIMEOUT_NS, 3 },
		  -EBADF,
		  "options of a path MTU probe: Bad file descriptor" },
		/* Not connected. */
		{ { p.receiver, p.receiver, TIMEOUT_NS, 3 },
		  -EDESTADDRREQ,
		  "MTU of the sender's device: Destination address required" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct path_mtu m = { .plpmtud_mtu = 42 };
		struct err err = { .code = 0 };

		cr_expect_eq(path_mtu_find(&rows[i].opts, &m, &err), rows[i].code, "row %zu", i);
		cr_expect_str_eq(err.msg, rows[i].says);
		cr_expect_eq(m.plpmtud_mtu, 42, "row %zu", i);
	}
}
