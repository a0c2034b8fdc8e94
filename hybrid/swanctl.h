/* SPDX-License-Identifier: ISC */
/*
 * Configurations of strongSwan's charon for both ends of a lab's tunnels: one charon in each customer router, and one for
 * each tunnel on AWS's side, in the namespace "vpn1.t1.aws". Pure.
 *
 * A charon wants a /run of its own (its process id's file), in which /run/netns is that of the machine: what sets the
 * device of a tunnel up and down reaches the gateway's namespace there.
 */
#ifndef DXEMU_HYBRID_SWANCTL_H
#define DXEMU_HYBRID_SWANCTL_H

#include <stdio.h>

#include "hybrid/lab_keys.h"

/*
 * Whether a file is ours to make for @node, which is a router or a tunnel (AWS's end of it). The daemon of a router with
 * a swanctl.conf of its own is ours all the same.
 */
bool swanctl_is_needed(const struct lab *lab, struct lab_ref node);
bool strongswan_is_needed(const struct lab *lab, struct lab_ref node);

/* For `swanctl --load-all --file`: connections, proposals, keys. */
void swanctl_write(const struct lab *lab, struct lab_ref node, const struct lab_keys *keys,
		   FILE *out);

/*
 * For STRONGSWAN_CONF: plugins, retransmission, LAB_RUN_DIR/NODE.vici to be controlled by, LAB_RUN_DIR/NODE.charon.log;
 * no keys.
 */
void strongswan_write(const struct lab *lab, struct lab_ref node, const struct lab_keys *keys,
		      FILE *out);

#endif
