/* SPDX-License-Identifier: ISC */
/*
 * The calibration certificate: exercises in worlds of their own that show what a link does, and what that means for
 * each number of its profile.
 */
#ifndef DXEMU_EMUL_VERIFY_H
#define DXEMU_EMUL_VERIFY_H

#include <stdint.h>

#include "emul/exercise.h"
#include "emul/job.h"
#include "model/result.h"

/* A correct link fails a row by chance once in so many. */
#define VERIFY_ALPHA 1e-6

/*
 * verify_exercises() - those that this profile needs; returns how many. Pure.
 * @samples: how many for a distribution (0 = by the scope), for whom wants it more accurate
 */
unsigned verify_exercises(const struct profile *p, enum verify_scope scope, uint64_t samples,
			  struct exercise ret[EXERCISE_KIND_COUNT]);

/* Inside: verify_run() of emul/job.h runs job->exercise and answers with its rows (FRAME_RESULT). */

/*
 * The launcher's side: appends the rows of such an answer, which is untrusted, to an array that the caller frees.
 */
int verify_read(const char *text, size_t len, struct verification **rows, size_t *n,
		struct stay *stay, struct err *err);

#endif
