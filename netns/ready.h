/* SPDX-License-Identifier: ISC */
#ifndef DXEMU_NETNS_READY_H
#define DXEMU_NETNS_READY_H

#include <stdbool.h>

#include "base/err.h"

/*
 * ns_ready() - whether every device of namespace @ns that was set up is operational (IF_OPER_UP, RFC 2863).
 * The kernel gets there some time after `up`, in a worker of its own (net/core/link_watch.c), and until then
 * a device drops what it is given.
 */
int ns_ready(const char *ns, bool *ret, struct err *err);

#endif
