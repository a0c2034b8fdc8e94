// SPDX-License-Identifier: ISC
/*
 * The bytes that the kernel is sent for queues, filters and policers. Those of netem and police were taken from
 * what tc 6.1 sends for the command in each row's comment.
 */
#include "tests/unit/op_bytes.h"

#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "base/util.h"
#include "netns/nl.h"
#include "netns/op_message.h"

/* Netem's options start with a struct, and attributes follow it. */
static struct nlattr *netem_attr(struct nl_msg *msg, int type)
{
	struct nlattr *options = FIND(msg, struct tcmsg, TCA_OPTIONS);
	const int skip = sizeof(struct tc_netem_qopt);

	cr_assert_not_null(options);

	return nla_find((void *)((char *)nla_data(options) + skip), nla_len(options) - skip, type);
}

static void expect_qopt(struct nl_msg *msg, struct tc_netem_qopt want)
{
	const struct tc_netem_qopt *qopt = nla_data(FIND(msg, struct tcmsg, TCA_OPTIONS));

	cr_expect_eq(qopt->latency, want.latency);
	cr_expect_eq(qopt->limit, want.limit);
	cr_expect_eq(qopt->loss, want.loss);
	cr_expect_eq(qopt->jitter, 0);
	cr_expect_eq(qopt->gap, 0);
	cr_expect_eq(qopt->duplicate, 0);
}

Test(netlink_tc, netem)
{
	static const struct {
		struct netem netem;
		struct tc_netem_qopt qopt;
		uint64_t latency;
		const char *rate;
	} rows[] = {
		/* netem delay 10us loss 1% rate 50mbit 24 limit 100 */
		{ { .limit = 100,
		    .delay_ns = 10000,
		    .loss_ratio = 0.01,
		    .rate_bps = 50000000,
		    .overhead = 24 },
		  { .latency = 0x9c, .limit = 100, .loss = 0x028f5c29 },
		  10000,
		  "105e5f00180000000000000000000000" },
		/* netem limit 7: what is off must be said, too */
		{ { .limit = 7, .overhead = 24 },
		  { .limit = 7 },
		  0,
		  "00000000000000000000000000000000" },
		{ { .limit = 7, .loss_ratio = 1, .rate_bps = 34359738360, .overhead = -4 },
		  { .limit = 7, .loss = UINT32_MAX },
		  0,
		  "fffffffffcffffff0000000000000000" },
		/* beyond tc: a nanosecond, more than 2^32 ticks */
		{ { .delay_ns = 1 }, { .latency = 0 }, 1, "00000000000000000000000000000000" },
		{ { .delay_ns = 300000000000 },
		  { .latency = UINT32_MAX },
		  300000000000,
		  "00000000000000000000000000000000" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct op op = { .kind = OP_NETEM, .netem = rows[i].netem };
		auto_nl_msg struct nl_msg *msg = build(op_netem_message, &op);

		expect_qopt(msg, rows[i].qopt);
		expect_bytes(netem_attr(msg, TCA_NETEM_RATE), rows[i].rate, "rate");
		cr_expect_null(netem_attr(msg, TCA_NETEM_RATE64));
		cr_expect_null(netem_attr(msg, TCA_NETEM_LOSS));
		cr_expect_null(netem_attr(msg, 14));
		cr_assert_not_null(netem_attr(msg, TCA_NETEM_LATENCY64));
		cr_expect_eq(nla_get_u64(netem_attr(msg, TCA_NETEM_LATENCY64)), rows[i].latency);
		expect_bytes(netem_attr(msg, TCA_NETEM_JITTER64), "0000000000000000", "jitter");
	}
}

Test(netlink_tc, netem_head)
{
	const struct op op = { .kind = OP_NETEM, .netem = { .limit = 1 } };
	auto_nl_msg struct nl_msg *msg = build(op_netem_message, &op);
	const struct nlmsghdr *hdr = nlmsg_hdr(msg);
	const struct tcmsg *tcm = nlmsg_data(hdr);

	cr_expect_eq(hdr->nlmsg_type, RTM_NEWQDISC);
	cr_expect_eq(hdr->nlmsg_flags, NLM_F_CREATE | NLM_F_REPLACE);
	cr_expect_eq(tcm->tcm_ifindex, 3);
	cr_expect_eq(tcm->tcm_parent, TC_H_ROOT);
	cr_expect_eq(tcm->tcm_handle, 0x10000);
	cr_expect_str_eq(nla_get_string(FIND(msg, struct tcmsg, TCA_KIND)), "netem");
}

Test(netlink_tc, netem_wide_rate_model_and_seed)
{
	/* netem limit 100 rate 100gbit loss gemodel 0.2% 25% 90% 0.1% */
	const struct op op = { .kind = OP_NETEM,
			       .netem = { .limit = 100,
					  .rate_bps = 100000000000,
					  .loss = NETEM_LOSS_GEMODEL,
					  .loss_ratio = 0.5,
					  .p = 0.002,
					  .r = 0.25,
					  .h = 0.9,
					  .k1 = 0.001,
					  .seeded = true,
					  .seed = 0x0102030405060708 } };
	auto_nl_msg struct nl_msg *msg = build(op_netem_message, &op);

	expect_qopt(msg, (struct tc_netem_qopt){ .limit = 100 });
	expect_bytes(netem_attr(msg, TCA_NETEM_RATE), "ffffffff000000000000000000000000", "rate");
	expect_bytes(netem_attr(msg, TCA_NETEM_RATE64), "00dd0ee902000000", "wide rate");
	expect_bytes(netem_attr(msg, TCA_NETEM_LOSS), "140002006f128300000000409999991937894100",
		     "loss model");
	expect_bytes(netem_attr(msg, 14), "0807060504030201", "seed");
}

/* matchall action police rate 200mbit burst 100020 mtu 64kb overhead 38 conform-exceed drop/pipe
 * action police pkts_rate 10000 pkts_burst 11 conform-exceed drop/pipe
 * action mirred egress redirect dev (index 2) */
Test(netlink_tc, forward)
{
	const struct op op = {
		.kind = OP_FORWARD,
		.forward = { .to = "e1",
			     .n_police = 2,
			     .police = { { .rate_bps = 200000000,
					   .burst_bytes = 100020,
					   .overhead = 38 },
					 { .pps = 10000, .pps_burst = 11 } } },
	};
	auto_nl_msg struct nl_msg *msg = build(op_forward_message, &op);
	const struct tcmsg *tcm = nlmsg_data(nlmsg_hdr(msg));
#define ACT(n, ...) FIND(msg, struct tcmsg, TCA_OPTIONS, TCA_MATCHALL_ACT, n, __VA_ARGS__)

	cr_expect_eq(nlmsg_hdr(msg)->nlmsg_flags, NLM_F_CREATE | NLM_F_EXCL);
	cr_expect_eq(tcm->tcm_parent, 0xfffffff2);
	cr_expect_eq(tcm->tcm_info, 0x640300);

	cr_expect_str_eq(nla_get_string(ACT(1, TCA_ACT_KIND)), "police");
	expect_bytes(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_TBF),
		     "00000000020000000000000024f400000000010009012600ffff000040787d01"
		     "000000000000000000000000000000000000000000000000",
		     "police");
	cr_expect_eq(nla_len(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_RATE)), 1024);
	cr_expect_null(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_RATE64));
	expect_bytes(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_RESULT), "03000000", "conforming");

	cr_expect_str_eq(nla_get_string(ACT(2, TCA_ACT_KIND)), "police");
	expect_bytes(ACT(2, TCA_ACT_OPTIONS, TCA_POLICE_TBF),
		     "0000000002000000000000000000000000000000000000000000000000000000"
		     "000000000000000000000000000000000000000000000000",
		     "police by packets");
	cr_expect_null(ACT(2, TCA_ACT_OPTIONS, TCA_POLICE_RATE));
	expect_bytes(ACT(2, TCA_ACT_OPTIONS, TCA_POLICE_PKTRATE64), "1027000000000000",
		     "packet rate");
	expect_bytes(ACT(2, TCA_ACT_OPTIONS, TCA_POLICE_PKTBURST64), "2343000000000000",
		     "packet burst");

	cr_expect_str_eq(nla_get_string(ACT(3, TCA_ACT_KIND)), "mirred");
	expect_bytes(ACT(3, TCA_ACT_OPTIONS, 2),
		     "00000000000000000400000000000000000000000100000002000000", "redirect");
	cr_expect_null(ACT(4, TCA_ACT_KIND));
}

/* matchall action police mtu 1460 conform-exceed drop/pipe */
Test(netlink_tc, police_of_sizes)
{
	const struct op op = { .kind = OP_FORWARD,
			       .forward = { .n_police = 1, .police = { { .mtu = 1460 } } } };
	auto_nl_msg struct nl_msg *msg = build(op_forward_message, &op);

	expect_bytes(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_TBF),
		     "00000000020000000000000000000000b4050000000000000000000000000000"
		     "000000000000000000000000000000000000000000000000",
		     "police by size");
	cr_expect_null(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_RATE));
	cr_expect_null(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_PKTRATE64));
	expect_bytes(ACT(1, TCA_ACT_OPTIONS, TCA_POLICE_RESULT), "03000000", "conforming");
}

Test(netlink_tc, police_out_of_range)
{
	static const struct police rows[] = {
		{ .rate_bps = 8000, .burst_bytes = 1000000 }, /* 1000 s */
		{ .rate_bps = 100000000000, .burst_bytes = UINT64_C(1) << 32 },
		{ .rate_bps = 1000000, .burst_bytes = 0 },
		{ .rate_bps = 7, .burst_bytes = 1500 },
		{ .pps = 10, .pps_burst = 0 },
		{ .pps = 10, .pps_burst = 3000 },
		{ .rate_bps = 1000000, .burst_bytes = 1500, .mtu = 1460 }, /* one of the three */
		{ .pps = 10, .pps_burst = 10, .mtu = 1460 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct op op = { .kind = OP_FORWARD,
				       .forward = { .n_police = 1, .police = { rows[i] } } };
		struct nl_msg *msg = NULL;
		struct err err;

		cr_expect_eq(op_forward_message(&op, &refs, &msg, &err), -ERANGE, "row %zu", i);
		cr_expect_null(msg);
	}
}

Test(netlink_tc, netem_out_of_range)
{
	static const struct netem rows[] = {
		{ .rate_bps = 7 }, /* 0 bytes per second would mean no limit */
		{ .delay_ns = UINT64_C(1) << 63 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct op op = { .kind = OP_NETEM, .netem = rows[i] };
		struct nl_msg *msg = NULL;
		struct err err;

		cr_expect_eq(op_netem_message(&op, &refs, &msg, &err), -ERANGE, "row %zu", i);
		cr_expect_null(msg);
	}
}

Test(netlink_tc, clsact)
{
	const struct op op = { .kind = OP_CLSACT };
	auto_nl_msg struct nl_msg *msg = build(op_clsact_message, &op);
	const struct tcmsg *tcm = nlmsg_data(nlmsg_hdr(msg));

	cr_expect_eq(tcm->tcm_handle, 0xffff0000);
	cr_expect_eq(tcm->tcm_parent, 0xfffffff1);
	cr_expect_str_eq(nla_get_string(FIND(msg, struct tcmsg, TCA_KIND)), "clsact");
}
