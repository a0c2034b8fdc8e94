// SPDX-License-Identifier: ISC
/* Traffic control: netem, clsact, and the filter that polices and forwards. */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <netlink/attr.h>
#include <stdint.h>

#include "base/auto.h"
#include "netns/nl.h"
#include "netns/op_message.h"
#include "netns/tc_units.h"

/* Linux 6.6's, younger than Debian 12's headers; 13 would be TCA_NETEM_SLOT_DIST. */
#define NETEM_PRNG_SEED 14

#define RATE_TABLE_SIZE 1024
#define POLICE_MTU 65536
#define POLICE_CELL_LOG 9 /* POLICE_MTU in 256 cells */

struct nl_msg *tc_message(int type, int flags, const struct tcmsg *tcm, const char *kind)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_CREATE | flags);

	if (!msg)
		return NULL;
	if (nlmsg_append(msg, (void *)tcm, sizeof(*tcm), NLMSG_ALIGNTO) < 0 ||
	    nla_put_string(msg, TCA_KIND, kind) < 0) {
		nlmsg_free(msg);
		return NULL;
	}

	return msg;
}

static int put_rate(struct nl_msg *msg, const struct netem *netem)
{
	uint64_t bytes = netem->rate_bps / 8;
	struct tc_netem_rate rate = {
		.rate = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes,
		.packet_overhead = bytes ? netem->overhead : 0,
	};
	int r = nla_put(msg, TCA_NETEM_RATE, sizeof(rate), &rate);

	if (bytes > UINT32_MAX)
		r |= nla_put_u64(msg, TCA_NETEM_RATE64, bytes);

	return r;
}

/* The kernel's h is the chance to survive the bad state, tc's and ours to be lost in it. */
static int put_loss_model(struct nl_msg *msg, const struct netem *netem)
{
	const struct tc_netem_gimodel gi = {
		.p13 = tc_ratio(netem->p13),
		.p31 = tc_ratio(netem->p31),
		.p32 = tc_ratio(netem->p32),
		.p14 = tc_ratio(netem->p14),
		.p23 = tc_ratio(netem->p23),
	};
	const struct tc_netem_gemodel ge = {
		.p = tc_ratio(netem->p),
		.r = tc_ratio(netem->r),
		.h = UINT32_MAX - tc_ratio(netem->h),
		.k1 = tc_ratio(netem->k1),
	};
	struct nlattr *loss = nla_nest_start(msg, TCA_NETEM_LOSS);
	int r;

	if (netem->loss == NETEM_LOSS_STATES)
		r = nla_put(msg, NETEM_LOSS_GI, sizeof(gi), &gi);
	else
		r = nla_put(msg, NETEM_LOSS_GE, sizeof(ge), &ge);
	if (!loss || r < 0)
		return -ENOMEM;

	return nla_nest_end(msg, loss);
}

static int put_share(struct nl_msg *msg, int attribute, double ratio)
{
	/* Both attributes have this form. */
	const struct tc_netem_corrupt share = { .probability = tc_ratio(ratio) };

	static_assert(sizeof(struct tc_netem_reorder) == sizeof(share), "the same form");

	return nla_put(msg, attribute, sizeof(share), &share);
}

/*
 * Everything is sent each time, since a change in place keeps the rate and the 64-bit times that
 * it does not mention; only a loss model that is absent means plain random loss. The seed would
 * restart the stream.
 */
int op_netem_message(const struct op *op, const struct op_refs *refs, struct nl_msg **ret,
		     struct err *err)
{
	const struct netem *netem = &op->netem;
	const bool random = netem->loss == NETEM_LOSS_RANDOM;
	const uint64_t delay = netem->delay_ns, ticks = delay / TICK_NS;
	const struct tcmsg tcm = {
		.tcm_ifindex = refs->ifindex,
		.tcm_handle = TC_H_MAKE(netem->child ? 2U << 16 : 1U << 16, 0),
		.tcm_parent = netem->child ? TC_H_MAKE(1U << 16, 1) : TC_H_ROOT,
	};
	struct tc_netem_qopt qopt = {
		.latency = ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks,
		.limit = netem->limit,
		.loss = random ? tc_ratio(netem->loss_ratio) : 0,
		/* Each packet is tried, not each so manieth. */
		.gap = netem->reorder_ratio > 0 ? 1 : 0,
		.duplicate = tc_ratio(netem->duplicate_ratio),
	};
	auto_nl_msg struct nl_msg *msg = tc_message(RTM_NEWQDISC, NLM_F_REPLACE, &tcm, "netem");
	struct nlattr *options = msg ? nla_nest_start(msg, TCA_OPTIONS) : NULL;
	int r;

	if (!options)
		return err_sys(err, -ENOMEM, "netlink message");
	if (delay > INT64_MAX || (netem->rate_bps && netem->rate_bps < 8))
		return err_set(err, -ERANGE, "a rate is at least 8 bit/s, a delay at most 2^63 ns");

	r = nlmsg_append(msg, &qopt, sizeof(qopt), NLA_ALIGNTO);
	r |= put_rate(msg, netem);
	r |= nla_put_u64(msg, TCA_NETEM_LATENCY64, delay);
	r |= nla_put_u64(msg, TCA_NETEM_JITTER64, 0);
	r |= put_share(msg, TCA_NETEM_REORDER, netem->reorder_ratio);
	r |= put_share(msg, TCA_NETEM_CORRUPT, netem->corrupt_ratio);
	if (!random)
		r |= put_loss_model(msg, netem);
	if (netem->seeded)
		r |= nla_put_u64(msg, NETEM_PRNG_SEED, netem->seed);
	if (r)
		return err_sys(err, -ENOMEM, "netlink message");
	nla_nest_end(msg, options);

	*ret = take_ptr(msg);

	return 0;
}

int op_clsact_message(const struct op *op __attribute__((unused)), const struct op_refs *refs,
		      struct nl_msg **ret, struct err *err)
{
	const struct tcmsg tcm = {
		.tcm_ifindex = refs->ifindex,
		.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0),
		.tcm_parent = TC_H_CLSACT,
	};
	struct nl_msg *msg = tc_message(RTM_NEWQDISC, NLM_F_EXCL, &tcm, "clsact");

	if (!msg)
		return err_sys(err, -ENOMEM, "netlink message");
	*ret = msg;

	return 0;
}

static int put_byte_rate(struct nl_msg *msg, const struct police *police, struct tc_police *parm)
{
	/* Demanded, but the kernel computes times from the rate (psched_ratecfg_precompute()). */
	static const uint8_t rate_table[RATE_TABLE_SIZE];
	const uint64_t bytes = police->rate_bps / 8;
	int r;

	parm->rate = (struct tc_ratespec){
		.rate = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes,
		.overhead = police->overhead,
		.cell_log = POLICE_CELL_LOG,
		.cell_align = -1,
		.linklayer = TC_LINKLAYER_ETHERNET,
	};
	parm->burst = (uint32_t)tc_ticks(bytes, police->burst_bytes);
	parm->mtu = POLICE_MTU; /* the default is 2 KB, and drops every jumbo frame */

	r = nla_put(msg, TCA_POLICE_TBF, sizeof(*parm), parm);
	r |= nla_put(msg, TCA_POLICE_RATE, sizeof(rate_table), rate_table);
	if (bytes > UINT32_MAX)
		r |= nla_put_u64(msg, TCA_POLICE_RATE64, bytes);

	return r;
}

/* @index: of the policer in its namespace; 0 for one that is new */
static int put_police(struct nl_msg *msg, int order, const struct police *police, uint32_t index)
{
	struct tc_police parm = { .index = index, .action = TC_ACT_SHOT, .mtu = police->mtu };
	struct nlattr *act = nla_nest_start(msg, order), *options;
	int r;

	r = nla_put_string(msg, TCA_ACT_KIND, "police");
	options = nla_nest_start(msg, TCA_ACT_OPTIONS);
	if (police->mtu) {
		r |= nla_put(msg, TCA_POLICE_TBF, sizeof(parm), &parm);
	} else if (police->pps) {
		r |= nla_put(msg, TCA_POLICE_TBF, sizeof(parm), &parm);
		r |= nla_put_u64(msg, TCA_POLICE_PKTRATE64, police->pps);
		r |= nla_put_u64(msg, TCA_POLICE_PKTBURST64,
				 tc_ticks(police->pps, police->pps_burst));
	} else {
		r |= put_byte_rate(msg, police, &parm);
	}
	r |= nla_put_u32(msg, TCA_POLICE_RESULT, TC_ACT_PIPE);
	if (r || !act || !options)
		return -ENOMEM;
	nla_nest_end(msg, options);
	nla_nest_end(msg, act);

	return 0;
}

static int put_redirect(struct nl_msg *msg, int order, int ifindex)
{
	struct tc_mirred parm = {
		.action = TC_ACT_STOLEN,
		.eaction = TCA_EGRESS_REDIR,
		.ifindex = (uint32_t)ifindex,
	};
	struct nlattr *act = nla_nest_start(msg, order), *options;
	int r;

	r = nla_put_string(msg, TCA_ACT_KIND, "mirred");
	options = nla_nest_start(msg, TCA_ACT_OPTIONS);
	r |= nla_put(msg, TCA_MIRRED_PARMS, sizeof(parm), &parm);
	if (r || !act || !options)
		return -ENOMEM;
	nla_nest_end(msg, options);
	nla_nest_end(msg, act);

	return 0;
}

/* A bucket that takes longer to fill than ticks can count would wrap to a small one. */
static int check_police(const struct police *police, struct err *err)
{
	const uint64_t rate = police->pps ? police->pps : police->rate_bps / 8;
	const uint64_t burst = police->pps ? police->pps_burst : police->burst_bytes;

	if (police->mtu)
		return police->rate_bps || police->pps
			       ? err_set(err, -ERANGE, "a policer of sizes has no rate")
			       : 0;
	if (!rate || !burst)
		return err_set(err, -ERANGE, "a policer needs a rate and a burst");
	if (burst > UINT32_MAX || tc_ticks(rate, burst) > UINT32_MAX)
		return err_set(err, -ERANGE, "a policer's burst is at most 4 GiB and 274 s");

	return 0;
}

int op_forward_message(const struct op *op, const struct op_refs *refs, struct nl_msg **ret,
		       struct err *err)
{
	const struct tcmsg tcm = {
		.tcm_ifindex = refs->ifindex,
		.tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
		.tcm_info = TC_H_MAKE(FORWARD_PREF << 16, htons(ETH_P_ALL)),
	};
	auto_nl_msg struct nl_msg *msg = tc_message(RTM_NEWTFILTER, NLM_F_EXCL, &tcm, "matchall");
	struct nlattr *options = msg ? nla_nest_start(msg, TCA_OPTIONS) : NULL, *acts;
	int order = 0, r = 0;

	if (!options)
		return err_sys(err, -ENOMEM, "netlink message");

	acts = nla_nest_start(msg, TCA_MATCHALL_ACT);
	for (unsigned i = 0; i < op->forward.n_police; i++) {
		int bad = check_police(&op->forward.police[i], err);

		if (bad)
			return bad;
		r |= put_police(msg, ++order, &op->forward.police[i], 0);
	}
	if (refs->other)
		r |= put_redirect(msg, ++order, refs->other);
	if (r || !acts)
		return err_sys(err, -ENOMEM, "netlink message");
	nla_nest_end_keep_empty(msg, acts);
	nla_nest_end(msg, options);

	*ret = take_ptr(msg);

	return 0;
}

int op_police_message(const struct police *police, uint32_t index, struct nl_msg **ret,
		      struct err *err)
{
	const struct tcamsg tca = { .tca_family = AF_UNSPEC };
	auto_nl_msg struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWACTION, NLM_F_REPLACE);
	struct nlattr *acts = NULL;
	int r = check_police(police, err);

	if (r < 0)
		return r;
	if (msg && nlmsg_append(msg, (void *)&tca, sizeof(tca), NLMSG_ALIGNTO) == 0)
		acts = nla_nest_start(msg, TCA_ACT_TAB);
	if (!acts || put_police(msg, 1, police, index) < 0)
		return err_sys(err, -ENOMEM, "netlink message");
	nla_nest_end(msg, acts);
	*ret = take_ptr(msg);

	return 0;
}
