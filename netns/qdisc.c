// SPDX-License-Identifier: ISC
#include "netns/qdisc.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <stdlib.h>

#include "base/auto.h"
#include "netns/nl.h"
#include "netns/op_message.h"
#include "netns/stats.h"

struct qdisc {
	struct nl *nl;
	struct op op;
	struct op_refs refs;
};

int qdisc_open(const struct op *op, struct qdisc **ret, struct err *err)
{
	struct qdisc *q = calloc(1, sizeof(*q));

	if (!q)
		return err_sys(err, -ENOMEM, "queueing discipline");
	q->op = *op;
	if (nl_begin(op->ns, &q->nl, err) == 0)
		q->refs.ifindex = nl_ifindex(q->nl, op->dev, err);
	if (!q->nl || q->refs.ifindex < 0) {
		qdisc_close(q);
		return err_wrap(err, "'%s' in namespace '%s'", op->dev, op->ns);
	}
	*ret = q;

	return 0;
}

void qdisc_close(struct qdisc *q)
{
	if (!q)
		return;
	nl_end(q->nl);
	free(q);
}

int qdisc_change(struct qdisc *q, const struct netem *netem, struct err *err)
{
	auto_nl_msg struct nl_msg *msg = NULL;

	q->op.netem = *netem;
	q->op.netem.seeded = false;
	if (op_netem_message(&q->op, &q->refs, &msg, err) < 0 || nl_request(q->nl, msg, err) < 0)
		return err_wrap(err, "change '%s' in namespace '%s'", q->op.dev, q->op.ns);

	return 0;
}

int qdisc_packets(struct qdisc *q, uint64_t *ret, struct err *err)
{
	struct qdisc_stats st;
	int r = qdisc_stats_of(q->nl, q->refs.ifindex, TC_H_ROOT, &st, err);

	if (r == 0)
		*ret = st.packets + st.drops + st.backlog_packets;

	return r;
}
