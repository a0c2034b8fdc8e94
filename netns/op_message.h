/* SPDX-License-Identifier: ISC */
/*
 * The netlink messages of the operations. Pure: what they need from the kernel comes in as struct
 * op_refs, so messages can be built and looked at without one, by anybody.
 */
#ifndef DXEMU_NETNS_OP_MESSAGE_H
#define DXEMU_NETNS_OP_MESSAGE_H

#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include "base/err.h"
#include "netns/op.h"

struct op_refs {
	int ifindex; /* of op->dev, where that exists already */
	int other;   /* of the other device named: link, bridge or where to forward; 0 = none */
	int ns_fd;   /* of what is made, a veth's near end; -1: here */
	int peer_ns_fd;
};

/*
 * One builder per kind. *ret is the caller's, to be freed with nlmsg_free(). They fail with
 * -ENOMEM or, where a value does not fit the kernel's types, with -ERANGE.
 */
typedef int op_message_fn(const struct op *op, const struct op_refs *refs, struct nl_msg **ret,
			  struct err *err);

op_message_fn op_veth_message, op_vlan_message, op_bridge_message, op_port_message, op_xfrm_message;
op_message_fn op_bond_message;
op_message_fn op_up_message, op_down_message; /* sets op->dev up, or down */
op_message_fn op_move_message; /* puts op->dev into another namespace, where it is down */
op_message_fn op_addr_message, op_neigh_message, op_route_message;
op_message_fn op_netem_message, op_clsact_message, op_forward_message;
op_message_fn op_shaper_message, op_aqm_message; /* the bucket, and the queue below it */

/* Gives the policer of this index in its namespace other parameters. Its bucket is full again (tcf_police_init()). */
int op_police_message(const struct police *police, uint32_t index, struct nl_msg **ret,
		      struct err *err);

/*
 * A tc message up to its kind; the attributes that follow are the caller's. NULL if there is no
 * memory.
 */
struct nl_msg *tc_message(int type, int flags, const struct tcmsg *tcm, const char *kind);

#endif
