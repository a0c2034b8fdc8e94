/* SPDX-License-Identifier: ISC */
/* Reads from the kernel of a lab where its packets were lost. Inside a world. */
#ifndef DXEMU_EMUL_ACCOUNT_H
#define DXEMU_EMUL_ACCOUNT_H

#include "model/account.h"
#include "model/profile.h"

/*
 * account_settle() - waits until nothing is on its way any more, then reads and checks both directions.
 *
 * -EIO: they do not add up (account_check()); -ETIMEDOUT: packets go on crossing the link.
 */
int account_settle(const struct profile *p, struct loss_account ret[DIR_COUNT], struct err *err);

#endif
