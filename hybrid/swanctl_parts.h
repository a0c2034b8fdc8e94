/* SPDX-License-Identifier: ISC */
/* What the files of one charon share. */
#ifndef DXEMU_HYBRID_SWANCTL_PARTS_H
#define DXEMU_HYBRID_SWANCTL_PARTS_H

#include "hybrid/network.h"
#include "hybrid/swanctl.h"

/* How often a message of IKE is sent again before the peer is given up; all at the same interval. */
#define SWANCTL_RETRIES 3

/* Whether the tunnel with that number ends at the node; and whether any does. */
bool swanctl_is_end(const struct lab *lab, struct lab_ref node, unsigned tunnel);
bool swanctl_has_tunnels(const struct lab *lab, struct lab_ref node);

/*
 * Between two transmissions, which is one time for the whole daemon: a sixth of the shortest DPD timeout, so that what
 * each tunnel's timeout leaves for its delay is a third of it, or more.
 */
uint64_t swanctl_retransmit_ns(const struct lab *lab, struct lab_ref node);

#endif
