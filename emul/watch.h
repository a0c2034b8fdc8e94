/* SPDX-License-Identifier: ISC */
/* Being told of the next packet. */
#ifndef DXEMU_EMUL_WATCH_H
#define DXEMU_EMUL_WATCH_H

#include "base/err.h"
#include "model/link.h"

/*
 * A socket that is readable once a packet is where that direction enters the link; the caller closes it. To be open
 * only while little is to come: each packet is copied to it.
 */
int watch_open(enum dir d, struct err *err);

#endif
