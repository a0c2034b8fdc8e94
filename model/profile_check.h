/* SPDX-License-Identifier: ISC */
/* The parts of profile_fault(). Internal to model/. */
#ifndef DXEMU_MODEL_PROFILE_CHECK_H
#define DXEMU_MODEL_PROFILE_CHECK_H

#include "model/profile_keys.h"

/* What is being looked at: a direction of the link itself (step -1) or of a step, and where to say what is wrong. */
struct check {
	const struct profile *p;
	const struct profile_dir *d;
	enum dir dir;
	int step;
	struct fault *f;
};

/* Fills in the fault that the key of that name is; returns true. */
bool check_fault(const struct check *c, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether there is a fault in what is random: jitter, loss, reordered and duplicated packets. */
bool check_jitter(const struct check *c);
bool check_loss(const struct check *c);
bool check_others(const struct check *c);

#endif
