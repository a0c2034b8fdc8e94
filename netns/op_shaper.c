// SPDX-License-Identifier: ISC
/* A router's own shaper: a token bucket (tbf) in front of which a managed queue stands. */
#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>

#include "base/auto.h"
#include "netns/nl.h"
#include "netns/op_message.h"
#include "netns/tc_units.h"

int op_shaper_message(const struct op *op, const struct op_refs *refs, struct nl_msg **ret,
		      struct err *err)
{
	const uint64_t bytes = op->shaper.rate_bps / 8;
	const struct tcmsg tcm = {
		.tcm_ifindex = refs->ifindex,
		.tcm_handle = TC_H_MAKE(1U << 16, 0),
		.tcm_parent = TC_H_ROOT,
	};
	const struct tc_tbf_qopt qopt = {
		.rate = { .rate = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes,
			  .overhead = op->shaper.overhead,
			  .linklayer = TC_LINKLAYER_ETHERNET },
		.limit = op->shaper.burst_bytes, /* of the queue that op_aqm_message() replaces */
		.buffer = (uint32_t)tc_ticks(bytes, op->shaper.burst_bytes),
	};
	auto_nl_msg struct nl_msg *msg = tc_message(RTM_NEWQDISC, NLM_F_REPLACE, &tcm, "tbf");
	struct nlattr *options = msg ? nla_nest_start(msg, TCA_OPTIONS) : NULL;
	int r;

	if (!options)
		return err_sys(err, -ENOMEM, "netlink message");
	r = nla_put(msg, TCA_TBF_PARMS, sizeof(qopt), &qopt);
	r |= nla_put_u32(msg, TCA_TBF_BURST, op->shaper.burst_bytes);
	if (bytes > UINT32_MAX)
		r |= nla_put_u64(msg, TCA_TBF_RATE64, bytes);
	if (r)
		return err_sys(err, -ENOMEM, "netlink message");
	nla_nest_end(msg, options);
	*ret = take_ptr(msg);

	return 0;
}

int op_aqm_message(const struct op *op, const struct op_refs *refs, struct nl_msg **ret,
		   struct err *err)
{
	const struct tcmsg tcm = {
		.tcm_ifindex = refs->ifindex,
		.tcm_handle = TC_H_MAKE(2U << 16, 0),
		.tcm_parent = TC_H_MAKE(1U << 16, 1),
	};
	struct nl_msg *msg = tc_message(RTM_NEWQDISC, NLM_F_REPLACE, &tcm,
					op->shaper.per_flow ? "fq_codel" : "codel");

	if (!msg)
		return err_sys(err, -ENOMEM, "netlink message");
	*ret = msg;

	return 0;
}
