/* SPDX-License-Identifier: ISC */
/* From a profile to an ordered list of operations (pure), to be printed or applied. */
#ifndef DXEMU_EMUL_PLAN_H
#define DXEMU_EMUL_PLAN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "model/profile.h"
#include "netns/op.h"

struct plan {
	struct op *ops;
	size_t n;
};

/* Everything a lab with this link consists of. @p has passed profile_check(). Free with plan_free(). */
int plan_make(const struct profile *p, uint64_t seed, struct plan *ret, struct err *err);
void plan_free(struct plan *plan);

/* A shell script of ip, tc and ethtool commands that builds the same lab by hand (all but the seed). */
void plan_print(const struct plan *plan, const struct profile *p, FILE *out);

/* Builds the lab in the kernel at hand, and waits until all of its devices carry frames. */
int plan_apply(const struct plan *plan, struct err *err);

#endif
