// SPDX-License-Identifier: ISC
#include "emul/account.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <string.h>

#include "base/clock.h"
#include "base/util.h"
#include "emul/ends.h"
#include "emul/phases.h"
#include "emul/stages.h"
#include "emul/topology.h"
#include "model/jitter.h"
#include "netns/counters.h"
#include "netns/nl.h"
#include "netns/stats.h"

/* Between two looks, beyond a round trip over full queues; and how many looks there may be. */
#define LOOK_NS (200 * NSEC_PER_MSEC)
#define LOOKS_MAX 100

/* The routers of a direction: where packets get in, and where they get out of the link. */
static const struct {
	const char *near_sender, *near_receiver;
} routers[DIR_COUNT] = {
	[TO_VPC] = { NODE_CGW, NODE_VGW },
	[TO_ONPREM] = { NODE_VGW, NODE_CGW },
};

/* Policers by what they count; returns how much they dropped altogether. */
static int read_policers(const struct profile *p, enum dir d, bool leaving, struct loss_account *a,
			 uint64_t *ret_drops, struct err *err)
{
	const struct way *w = &ways[d];
	struct police asked[OP_POLICE_MAX];
	struct police_stats stats[OP_POLICE_MAX];
	unsigned n = stage_policers_at(p, d, leaving, asked), found = 0;
	const char *node = leaving ? w->leave : w->enter;

	*ret_drops = 0;
	if (!n)
		return 0;
	if (police_stats_read(node, w->in, stats, &found, err) < 0)
		return err->code;
	if (found != n)
		return err_set(err, -EIO, "%u policers in '%s', not %u", found, node, n);
	for (unsigned i = 0; i < n; i++) {
		a->lost[asked[i].pps ? LOST_PACKET_CAP : LOST_POLICER] += stats[i].drops;
		*ret_drops += stats[i].drops;
	}

	return 0;
}

/* The queue that the rate makes, and what it let in twice. */
static int read_queue(const struct profile *p, enum dir d, uint64_t policed, struct loss_account *a,
		      struct err *err)
{
	const struct way *w = &ways[d];
	struct device_counters in;
	struct qdisc_stats queue;
	struct netem netem;
	struct op shaper;

	if (d == TO_VPC && stage_shaper(p, d, &shaper)) {
		if (qdisc_stats_read(NODE_CGW, DEV_TO_VPC, true, &queue, err) < 0)
			return err->code;
		a->lost[LOST_QUEUE] += queue.drops;
	}
	if (!stage_netem(p, d, STAGE_RATE, 0, &netem))
		return 0;
	if (qdisc_stats_read(w->enter, w->out, false, &queue, err) < 0 ||
	    device_counters_read(w->enter, w->in, &in, err) < 0)
		return err->code;
	a->lost[LOST_QUEUE] += queue.drops;
	a->duplicated =
		queue.packets + queue.backlog_packets + queue.drops - (in.rx_packets - policed);

	return 0;
}

static int read_dice(const struct profile *p, enum dir d, struct loss_account *a, struct err *err)
{
	struct qdisc_stats dice;
	struct netem netem;

	if (!stage_netem(p, d, STAGE_DICE, 0, &netem))
		return 0;
	if (qdisc_stats_read(ways[d].leave, ways[d].out, true, &dice, err) < 0)
		return err->code;
	a->lost[LOST_IMPAIRMENT] += dice.drops;

	return 0;
}

static int read_hosts(enum dir d, struct loss_account *a, struct err *err)
{
	const char *from = sender_of[d].node, *to = sender_of[dir_reverse(d)].node;
	struct host_counters near, far, host;
	struct device_counters out, in, at_router;

	if (device_counters_read(from, DEV_TO_ONPREM, &out, err) < 0 ||
	    device_counters_read(to, NULL, &in, err) < 0 ||
	    device_counters_read(routers[d].near_receiver, NULL, &at_router, err) < 0 ||
	    host_counters_read(routers[d].near_sender, &near, err) < 0 ||
	    host_counters_read(routers[d].near_receiver, &far, err) < 0 ||
	    host_counters_read(to, &host, err) < 0)
		return err->code;
	/* What a router tells of a packet's size goes back to the host beside it, and never crosses the link. */
	a->sent = out.tx_packets + near.icmp_out - near.ip_too_big + far.ip_too_big;
	a->received = host.udp_in + host.tcp_in + host.icmp_in;
	a->lost[LOST_ENDPOINT] = host.udp_errors + host.tcp_errors + host.ip_errors +
				 near.ip_too_big + far.ip_errors + in.discarded +
				 at_router.discarded;

	return 0;
}

static int account_read(const struct profile *p, enum dir d, struct loss_account *ret,
			struct err *err)
{
	struct loss_account a = { 0 };
	uint64_t entering, leaving;

	if (read_policers(p, d, false, &a, &entering, err) < 0 ||
	    read_policers(p, d, true, &a, &leaving, err) < 0 ||
	    read_queue(p, d, entering, &a, err) < 0 || read_dice(p, d, &a, err) < 0 ||
	    read_hosts(d, &a, err) < 0)
		return err_wrap(err, "account of losses, %s", dir_names[d]);
	*ret = a;

	return 0;
}

/* The longest time in which a packet that is on its way might not be seen anywhere. */
static int64_t crossing_ns(const struct profile *p)
{
	int64_t ns = (int64_t)link_full_rtt_ns(p);

	for (enum dir d = 0; d < DIR_COUNT; d++)
		ns += (int64_t)(JITTER_REACH * (double)p->dir[d].jitter_ns);

	return ns + LOOK_NS;
}

int account_settle(const struct profile *p, struct loss_account ret[DIR_COUNT], struct err *err)
{
	struct loss_account before[DIR_COUNT] = { 0 }, now[DIR_COUNT];
	int64_t at = clock_ns(CLOCK_MONOTONIC);

	for (unsigned i = 0; i < LOOKS_MAX; i++) {
		for (enum dir d = 0; d < DIR_COUNT; d++)
			if (account_read(p, d, &now[d], err) < 0)
				return err->code;
		if (!memcmp(before, now, sizeof(now)))
			break;
		if (i == LOOKS_MAX - 1)
			return err_set(err, -ETIMEDOUT, "packets go on crossing the link");
		memcpy(before, now, sizeof(now));
		at += crossing_ns(p);
		clock_sleep_until(CLOCK_MONOTONIC, at);
	}
	for (enum dir d = 0; d < DIR_COUNT; d++)
		if (account_check(&now[d], d, stage_duplicates(p, d), stage_corrupts(p, d), err) <
		    0)
			return err->code;
	memcpy(ret, now, sizeof(now));

	return 0;
}
