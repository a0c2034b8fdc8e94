// SPDX-License-Identifier: ISC
#include "netns/nl.h"

#include <bsd/string.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/auto.h"
#include "netns/ns.h"

struct nl {
	struct nl_sock *sk;
	int refusal;	/* -errno of the kernel's last negative answer */
	char text[256]; /* and what it said, "" if nothing */
};

/*
 * The extended acknowledgement: attributes after the error, and after the request if that is
 * echoed.
 */
static int on_refusal(struct sockaddr_nl *from __attribute__((unused)), struct nlmsgerr *answer,
		      void *arg)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)((char *)answer - NLMSG_HDRLEN);
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];
	int skip = (int)sizeof(*answer);
	struct nl *nl = arg;

	nl->refusal = answer->error;

	if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
		skip += (int)NLMSG_ALIGN(answer->msg.nlmsg_len) - NLMSG_HDRLEN;
	if ((hdr->nlmsg_flags & NLM_F_ACK_TLVS) &&
	    nlmsg_parse(hdr, skip, tb, NLMSGERR_ATTR_MAX, NULL) == 0 && tb[NLMSGERR_ATTR_MSG])
		nla_strlcpy(nl->text, tb[NLMSGERR_ATTR_MSG], sizeof(nl->text));

	return NL_STOP;
}

static int attach(struct nl *nl, int *fd, struct err *err)
{
	struct sockaddr_nl local = { .nl_family = AF_NETLINK };
	int one = 1, r;

	/* Neither is needed to work, so a kernel without them is no error. */
	(void)setsockopt(*fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	(void)setsockopt(*fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));

	if (bind(*fd, (struct sockaddr *)&local, sizeof(local)) < 0)
		return err_sys(err, -errno, "bind a netlink socket");

	r = nl_socket_set_fd(nl->sk, NETLINK_ROUTE, *fd);
	if (r < 0)
		return err_set(err, -EIO, "netlink socket: %s", nl_geterror(r));
	*fd = -1; /* nl_socket_free() closes it */

	r = nl_socket_modify_err_cb(nl->sk, NL_CB_CUSTOM, on_refusal, nl);
	if (r < 0)
		return err_set(err, -EIO, "netlink socket: %s", nl_geterror(r));

	return 0;
}

int nl_begin(const char *ns, struct nl **ret, struct err *err)
{
	auto_close int fd = ns_socket(ns, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, err);
	auto_nl struct nl *nl = NULL;
	int r;

	if (fd < 0)
		return fd;

	nl = calloc(1, sizeof(*nl));
	if (!nl)
		return err_sys(err, -ENOMEM, "netlink socket");
	nl->sk = nl_socket_alloc();
	if (!nl->sk)
		return err_sys(err, -ENOMEM, "netlink socket");

	r = attach(nl, &fd, err);
	if (r < 0)
		return r;

	*ret = take_ptr(nl);

	return 0;
}

void nl_end(struct nl *nl)
{
	if (!nl)
		return;

	nl_socket_free(nl->sk);
	free(nl);
}

/*
 * What became of it: @r is libnl's view, which has no room for the kernel's error number and text.
 */
static int outcome(const struct nl *nl, int r, struct err *err)
{
	if (nl->refusal && nl->text[0])
		return err_set(err, nl->refusal, "%s (%s)", nl->text, strerror(-nl->refusal));
	if (nl->refusal)
		return err_set(err, nl->refusal, "%s", strerror(-nl->refusal));
	if (r < 0)
		return err_set(err, -EIO, "netlink: %s", nl_geterror(r));

	return 0;
}

int nl_built(int r, struct err *err)
{
	return r < 0 ? err_set(err, -ENOMEM, "netlink message: %s", nl_geterror(r)) : 0;
}

static int transmit(struct nl *nl, struct nl_msg *msg)
{
	nl->refusal = 0;
	nl->text[0] = '\0';

	return nl_send_auto(nl->sk, msg);
}

int nl_request(struct nl *nl, struct nl_msg *msg, struct err *err)
{
	int r = transmit(nl, msg);

	if (r >= 0)
		r = nl_wait_for_ack(nl->sk);

	return outcome(nl, r, err);
}

int nl_collect(struct nl *nl, struct nl_msg *msg, nl_recvmsg_msg_cb_t fn, void *arg,
	       struct err *err)
{
	int r = nl_socket_modify_cb(nl->sk, NL_CB_VALID, NL_CB_CUSTOM, fn, arg);

	if (r >= 0)
		r = transmit(nl, msg);
	if (r >= 0)
		r = nl_recvmsgs_default(nl->sk);

	return outcome(nl, r, err);
}

int nl_ifindex(struct nl *nl, const char *dev, struct err *err)
{
	struct ifreq req = { 0 };

	if (strlcpy(req.ifr_name, dev, sizeof(req.ifr_name)) >= sizeof(req.ifr_name))
		return err_set(err, -ENAMETOOLONG, "device name '%s' is too long", dev);
	if (ioctl(nl_socket_get_fd(nl->sk), SIOCGIFINDEX, &req) < 0)
		return err_sys(err, -errno, "device '%s'", dev);

	return req.ifr_ifindex;
}
