/* SPDX-License-Identifier: ISC */
/* From a profile to an ordered list of operations (pure), to be printed or applied. */
#ifndef DXEMU_EMUL_PLAN_H
#define DXEMU_EMUL_PLAN_H

#include <stdint.h>
#include <stdio.h>

#include "model/profile.h"
#include "netns/plan.h"

/* Everything a lab with this link consists of. @p has passed profile_check(). Free with plan_free(). */
int plan_make(const struct profile *p, uint64_t seed, struct plan *ret, struct err *err);

/* A shell script of ip, tc and ethtool commands that builds the same lab by hand (all but the seed). */
void plan_print(const struct plan *plan, const struct profile *p, FILE *out);

#endif
