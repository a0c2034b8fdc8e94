// SPDX-License-Identifier: ISC
#include "netns/stats.h"

#include <errno.h>
#include <linux/gen_stats.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "netns/nl.h"
#include "netns/op.h"

/* Asks for every qdisc or filter below @parent and hands the answers to @fn. */
static int collect_tc(struct nl *nl, int ifindex, int type, uint32_t parent, nl_recvmsg_msg_cb_t fn,
		      void *arg, struct err *err)
{
	const struct tcmsg tcm = { .tcm_ifindex = ifindex, .tcm_parent = parent };
	auto_nl_msg struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_DUMP);

	if (!msg || nlmsg_append(msg, (void *)&tcm, sizeof(tcm), NLMSG_ALIGNTO) < 0)
		return err_sys(err, -ENOMEM, "netlink message");

	return nl_collect(nl, msg, fn, arg, err);
}

/* A socket in @ns and the index of @dev there (> 0), or -errno. */
static int begin_at(const char *ns, const char *dev, struct nl **ret, struct err *err)
{
	int r = nl_begin(ns, ret, err);

	return r < 0 ? r : nl_ifindex(*ret, dev, err);
}

/* The attributes of a tc answer, or NULL if it is another kind of message. */
static const struct tcmsg *parse_tc(struct nl_msg *msg, struct nlattr *tb[TCA_MAX + 1])
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);

	if (nlmsg_parse(hdr, sizeof(struct tcmsg), tb, TCA_MAX, NULL) < 0)
		return NULL;

	return nlmsg_data(hdr);
}

/* An attribute's content as a struct, zero where the kernel sent less than we know of. */
static void read_struct(void *to, size_t size, struct nlattr *attr)
{
	memset(to, 0, size);
	if (attr)
		(void)nla_memcpy(to, attr, (int)size);
}

struct qdisc_query {
	int ifindex;
	uint32_t parent;
	struct qdisc_stats stats;
};

static int on_qdisc(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[TCA_MAX + 1], *stats[TCA_STATS_MAX + 1];
	const struct tcmsg *tcm = parse_tc(msg, tb);
	struct qdisc_query *query = arg;
	struct gnet_stats_basic basic;
	struct gnet_stats_queue queue;

	/* The kernel ignores the index in a dump of qdiscs and tells of every device. */
	if (!tcm || tcm->tcm_ifindex != query->ifindex || tcm->tcm_parent != query->parent ||
	    !tb[TCA_STATS2] || nla_parse_nested(stats, TCA_STATS_MAX, tb[TCA_STATS2], NULL) < 0)
		return NL_OK;

	read_struct(&basic, sizeof(basic), stats[TCA_STATS_BASIC]);
	read_struct(&queue, sizeof(queue), stats[TCA_STATS_QUEUE]);
	query->stats = (struct qdisc_stats){
		.bytes = basic.bytes,
		/* 64 bits wide only once 32 no longer hold it */
		.packets = stats[TCA_STATS_PKT64] ? nla_get_u64(stats[TCA_STATS_PKT64])
						  : basic.packets,
		.drops = queue.drops,
		.backlog_packets = queue.qlen,
	};

	return NL_OK;
}

int qdisc_stats_of(struct nl *nl, int ifindex, uint32_t parent, struct qdisc_stats *ret,
		   struct err *err)
{
	struct qdisc_query query = { .ifindex = ifindex, .parent = parent };
	int r = collect_tc(nl, ifindex, RTM_GETQDISC, TC_H_UNSPEC, on_qdisc, &query, err);

	if (r == 0)
		*ret = query.stats;

	return r;
}

int qdisc_stats_read(const char *ns, const char *dev, bool child, struct qdisc_stats *ret,
		     struct err *err)
{
	auto_nl struct nl *nl = NULL;
	int r = begin_at(ns, dev, &nl, err);

	if (r > 0)
		r = qdisc_stats_of(nl, r, child ? TC_H_MAKE(1U << 16, 1) : TC_H_ROOT, ret, err);

	return r < 0 ? err_wrap(err, "queue of '%s' in namespace '%s'", dev, ns) : 0;
}

struct police_query {
	struct police_stats *stats;
	unsigned n;
};

static void read_action(struct nlattr *action, struct police_query *query)
{
	struct nlattr *tb[TCA_ACT_MAX + 1], *stats[TCA_STATS_MAX + 1], *options[TCA_POLICE_MAX + 1];
	struct gnet_stats_queue queue;
	struct tc_police parm;

	if (nla_parse_nested(tb, TCA_ACT_MAX, action, NULL) < 0 || !tb[TCA_ACT_KIND] ||
	    nla_strcmp(tb[TCA_ACT_KIND], "police") != 0 || query->n == OP_POLICE_MAX)
		return;
	if (!tb[TCA_ACT_STATS] || !tb[TCA_ACT_OPTIONS] ||
	    nla_parse_nested(stats, TCA_STATS_MAX, tb[TCA_ACT_STATS], NULL) < 0 ||
	    nla_parse_nested(options, TCA_POLICE_MAX, tb[TCA_ACT_OPTIONS], NULL) < 0)
		return;
	read_struct(&queue, sizeof(queue), stats[TCA_STATS_QUEUE]);
	read_struct(&parm, sizeof(parm), options[TCA_POLICE_TBF]);
	query->stats[query->n++] = (struct police_stats){ parm.index, queue.drops };
}

static int on_filter(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[TCA_MAX + 1], *options[TCA_MATCHALL_MAX + 1], *acts, *act;
	const struct tcmsg *tcm = parse_tc(msg, tb);
	int left;

	if (!tcm || TC_H_MAJ(tcm->tcm_info) >> 16 != FORWARD_PREF || !tb[TCA_OPTIONS] ||
	    nla_parse_nested(options, TCA_MATCHALL_MAX, tb[TCA_OPTIONS], NULL) < 0 ||
	    !options[TCA_MATCHALL_ACT])
		return NL_OK;

	acts = options[TCA_MATCHALL_ACT];
	left = nla_len(acts);
	for (act = nla_data(acts); nla_ok(act, left); act = nla_next(act, &left))
		read_action(act, arg);

	return NL_OK;
}

int police_stats_of(struct nl *nl, int ifindex, struct police_stats *ret, unsigned *ret_n,
		    struct err *err)
{
	struct police_query query = { .stats = ret };
	int r = collect_tc(nl, ifindex, RTM_GETTFILTER, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
			   on_filter, &query, err);

	if (r < 0)
		return r;
	*ret_n = query.n;

	return 0;
}

int police_stats_read(const char *ns, const char *dev, struct police_stats *ret, unsigned *ret_n,
		      struct err *err)
{
	auto_nl struct nl *nl = NULL;
	int r = begin_at(ns, dev, &nl, err);

	if (r > 0)
		r = police_stats_of(nl, r, ret, ret_n, err);

	return r < 0 ? err_wrap(err, "policers of '%s' in namespace '%s'", dev, ns) : 0;
}

int backlog_drops_read(uint64_t *ret_drops, struct err *err)
{
	static const char path[] = "/proc/net/softnet_stat";
	auto_fclose FILE *in = fopen(path, "re");
	uint64_t sum = 0;
	char line[512], *at;

	if (!in)
		return err_sys(err, -errno, "%s", path);

	/* A line per processor, 32-bit numbers in hexadecimal. */
	while (fgets(line, sizeof(line), in)) {
		(void)strtoul(line, &at, 16);
		if (at == line || *at != ' ')
			return err_set(err, -EPROTO, "%s: unexpected line '%s'", path, line);
		sum += strtoul(at, NULL, 16);
	}
	if (ferror(in))
		return err_sys(err, -EIO, "%s", path);
	*ret_drops = sum;

	return 0;
}
