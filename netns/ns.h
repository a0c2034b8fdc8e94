/* SPDX-License-Identifier: ISC */
/*
 * Named network namespaces under /run/netns, as `ip netns` has them. The only setns() calls of the
 * tree.
 */
#ifndef DXEMU_NETNS_NS_H
#define DXEMU_NETNS_NS_H

#include "base/err.h"

/* Creates /run/netns/NAME and brings its loopback up. */
int ns_add(const char *name, struct err *err);

/*
 * Opens the namespace ("" is that of the caller): a descriptor for setns() or IFLA_NET_NS_FD,
 * close-on-exec; or -errno.
 */
int ns_open(const char *name, struct err *err);

/*
 * A socket that lives in namespace @name (brief setns(), socket(), back); the caller owns it. ""
 * is the namespace of the caller. Returns the descriptor, close-on-exec, or -errno.
 */
int ns_socket(const char *name, int family, int type, int protocol, struct err *err);

/*
 * A file that shows that namespace to whoever opens it, below /proc/thread-self/net, for reading.
 * Returns the descriptor, close-on-exec, or -errno.
 */
int ns_open_file(const char *name, const char *path, struct err *err);

/* Writes a sysctl ("net.ipv4.ip_forward") of that namespace. */
int ns_sysctl(const char *name, const char *key, const char *value, struct err *err);

/*
 * For a child before exec: enters for good, with /sys of that namespace in a private mount
 * namespace.
 */
int ns_enter(const char *name, struct err *err);

#endif
