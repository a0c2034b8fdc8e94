// SPDX-License-Identifier: ISC
#include "netns/ready.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>

#include "netns/nl.h"

static int check_link(struct nl_msg *msg, void *arg)
{
	const struct ifinfomsg *link = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *tb[IFLA_MAX + 1];
	bool *ready = arg;

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(*link), tb, IFLA_MAX, NULL) < 0 ||
	    !tb[IFLA_OPERSTATE])
		return NL_OK;
	/* A loopback device never says. */
	if ((link->ifi_flags & IFF_UP) && !(link->ifi_flags & IFF_LOOPBACK) &&
	    nla_get_u8(tb[IFLA_OPERSTATE]) != IF_OPER_UP)
		*ready = false;

	return NL_OK;
}

int ns_ready(const char *ns, bool *ret, struct err *err)
{
	struct ifinfomsg all = { .ifi_family = AF_UNSPEC };
	auto_nl_msg struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETLINK, NLM_F_DUMP);
	auto_nl struct nl *nl = NULL;
	bool ready = true;
	int r = nl_begin(ns, &nl, err);

	if (r < 0)
		return r;
	if (!msg || nlmsg_append(msg, &all, sizeof(all), NLMSG_ALIGNTO) < 0)
		return err_sys(err, -ENOMEM, "netlink message");
	r = nl_collect(nl, msg, check_link, &ready, err);
	if (r == 0)
		*ret = ready;

	return r;
}
