/* SPDX-License-Identifier: ISC */
/*
 * rtnetlink through libnl: a socket in a namespace, one request at a time, and the kernel's own
 * words when it refuses. libnl alone reports its own error numbers and never reads extended
 * acknowledgements.
 */
#ifndef DXEMU_NETNS_NL_H
#define DXEMU_NETNS_NL_H

#include <netlink/handlers.h>
#include <netlink/msg.h>

#include "base/err.h"

struct nl;

/* Opens a socket in namespace @ns ("" is the caller's); the caller ends it with nl_end(). */
int nl_begin(const char *ns, struct nl **ret, struct err *err);
void nl_end(struct nl *nl); /* NULL is fine */

/*
 * Sends @msg, which stays the caller's, and waits for the kernel's answer: 0, or its -errno and
 * its text.
 */
int nl_request(struct nl *nl, struct nl_msg *msg, struct err *err);

/* Sends a dump request and hands each answer to @fn, which returns NL_OK. */
int nl_collect(struct nl *nl, struct nl_msg *msg, nl_recvmsg_msg_cb_t fn, void *arg,
	       struct err *err);

/* Of what libnl returns when it builds a message: 0 or -errno. */
int nl_built(int r, struct err *err);

/* The index of a device in the socket's namespace (> 0), or -errno. */
int nl_ifindex(struct nl *nl, const char *dev, struct err *err);

static inline void auto_nl_fn(struct nl **nl)
{
	nl_end(*nl);
}

static inline void auto_nl_msg_fn(struct nl_msg **msg)
{
	nlmsg_free(*msg);
}

#define auto_nl __attribute__((cleanup(auto_nl_fn)))
#define auto_nl_msg __attribute__((cleanup(auto_nl_msg_fn)))

#endif
