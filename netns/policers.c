// SPDX-License-Identifier: ISC
#include "netns/policers.h"

#include <errno.h>
#include <stdlib.h>

#include "netns/nl.h"
#include "netns/op_message.h"
#include "netns/stats.h"

struct policers {
	struct nl *nl;
	struct police_stats found[OP_POLICE_MAX];
	unsigned n;
};

int policers_open(const char *ns, const char *dev, struct policers **ret, struct err *err)
{
	struct policers *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return err_sys(err, -ENOMEM, "policers");
	r = nl_begin(ns, &p->nl, err);
	if (r == 0)
		r = nl_ifindex(p->nl, dev, err);
	if (r > 0)
		r = police_stats_of(p->nl, r, p->found, &p->n, err);
	if (r < 0) {
		policers_close(p);
		return err_wrap(err, "policers of '%s' in namespace '%s'", dev, ns);
	}
	*ret = p;

	return 0;
}

void policers_close(struct policers *p)
{
	if (!p)
		return;
	nl_end(p->nl);
	free(p);
}

int policers_change(struct policers *p, unsigned number, const struct police *police,
		    struct err *err)
{
	auto_nl_msg struct nl_msg *msg = NULL;

	if (number >= p->n)
		return err_set(err, -ENOENT, "policer %u is not there", number);
	if (op_police_message(police, p->found[number].index, &msg, err) < 0 ||
	    nl_request(p->nl, msg, err) < 0)
		return err_wrap(err, "change policer %u", number);

	return 0;
}
