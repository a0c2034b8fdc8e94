// SPDX-License-Identifier: ISC
#include "emul/ends.h"

#include <arpa/inet.h>
#include <bsd/string.h>
#include <errno.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/thread.h"
#include "emul/topology.h"
#include "netns/counters.h"
#include "netns/ns.h"
#include "netns/stats.h"

#define BEGIN_STEP_NS (100 * NSEC_PER_MSEC)

/* Progress is told so many times. */
#define PROGRESS_STEPS 50

const struct end sender_of[DIR_COUNT] = {
	[TO_VPC] = { NODE_ONPREM, ADDR_ONPREM },
	[TO_ONPREM] = { NODE_VPC, ADDR_VPC },
};

static struct sockaddr_in address(const char *addr, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	(void)inet_pton(AF_INET, addr, &a.sin_addr);

	return a;
}

int bound_socket(const struct end *at, int type, uint16_t port, struct err *err)
{
	auto_close int fd = ns_socket(at->node, AF_INET, type, 0, err);
	struct sockaddr_in a = address(at->addr, port);

	if (fd < 0)
		return fd;
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return err_sys(err, -errno, "bind port %u in '%s'", port, at->node);

	return take_fd(&fd);
}

int connect_to(int fd, const struct end *to, uint16_t port, struct err *err)
{
	struct sockaddr_in a = address(to->addr, port);

	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return err_sys(err, -errno, "connect to %s:%u in '%s'", to->addr, port, to->node);

	return 0;
}

void be_punctual(void)
{
	const struct sched_param prio = { .sched_priority = PRIORITY_PROBE };

	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	(void)sched_setscheduler(0, SCHED_FIFO, &prio);
}

int64_t begin_at_round_time(void)
{
	int64_t begin = (clock_ns(CLOCK_REALTIME) / BEGIN_STEP_NS + 2) * BEGIN_STEP_NS;

	clock_sleep_until(CLOCK_REALTIME, begin);

	return begin;
}

void sleep_and_tell(struct inside *in, int64_t from, int64_t to)
{
	for (int i = 1; i <= PROGRESS_STEPS; i++) {
		clock_sleep_until(CLOCK_REALTIME, from + (to - from) / PROGRESS_STEPS * i);
		(void)inside_send_progress(in);
	}
	clock_sleep_until(CLOCK_REALTIME, to);
}

void stay_so_far(struct stay *ret)
{
	struct utsname u;

	*ret = (struct stay){ .virtual_s = clock_s(CLOCK_MONOTONIC) };
	if (uname(&u) == 0)
		(void)strlcpy(ret->kernel, u.release, sizeof(ret->kernel));
}

static int check_host(const char *node, struct err *err)
{
	struct tcp_shortage s;

	if (tcp_shortage_read(node, &s, err) < 0)
		return err->code;
	if (s.pressures || s.pruned || s.dropped)
		return err_set(err, -ENOMEM,
			       "%s: TCP ran out of memory (under pressure %llu times, %llu full "
			       "buffers, %llu segments dropped): what it reached is not the link's",
			       node, (unsigned long long)s.pressures, (unsigned long long)s.pruned,
			       (unsigned long long)s.dropped);

	return 0;
}

int check_drops(struct err *err)
{
	uint64_t drops;

	if (backlog_drops_read(&drops, err) < 0)
		return err->code;
	if (drops)
		return err_set(err, -EIO,
			       "the world's kernel dropped %llu frames outside of the link",
			       (unsigned long long)drops);

	for (enum dir d = 0; d < DIR_COUNT; d++)
		if (check_host(sender_of[d].node, err) < 0)
			return err->code;

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		struct qdisc_stats all, dice;

		/* A netem counts what the one below it drops as dropped, too. */
		if (qdisc_stats_read(ways[d].leave, ways[d].out, false, &all, err) < 0 ||
		    qdisc_stats_read(ways[d].leave, ways[d].out, true, &dice, err) < 0)
			return err->code;
		if (all.drops != dice.drops)
			return err_set(err, -EIO,
				       "%s: %u frames were lost in the delay stage, which loses "
				       "none",
				       dir_names[d], all.drops - dice.drops);
	}

	return 0;
}
