/* SPDX-License-Identifier: ISC */
/* Offload features of a device. */
#ifndef DXEMU_NETNS_OFFLOAD_H
#define DXEMU_NETNS_OFFLOAD_H

#include "base/err.h"

/*
 * Takes TCP and UDP segmentation away from a device, so that its transmit path cuts super-packets
 * in software (GSO stays on) and only frames leave it. Reads back; -EOPNOTSUPP if the kernel did
 * not comply.
 */
int offload_no_tso(const char *ns, const char *dev, struct err *err);

#endif
