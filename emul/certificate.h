/* SPDX-License-Identifier: ISC */
/* From what a train met on its way to rows of the certificate. Pure. */
#ifndef DXEMU_EMUL_CERTIFICATE_H
#define DXEMU_EMUL_CERTIFICATE_H

#include <stddef.h>

#include "base/err.h"
#include "emul/chance.h"
#include "emul/exercise.h"
#include "model/jitter.h"
#include "model/profile.h"
#include "model/result.h"
#include "traffic/train.h"

/* What system calls and readings of the clock add to a delay: usually, and at most. */
#define CALLS_TYPICAL_NS 700.0
#define CALLS_NS 2500.0

/* More than any exercise has. */
#define CERTIFICATE_ROWS 64

struct certificate {
	struct verification row[CERTIFICATE_ROWS];
	size_t n;
};

struct evidence {
	const struct exercise *exercise;
	const struct profile *profile; /* as exercise_profile() left it */
	enum dir dir;
	const struct train_opts *train;
	const struct train_record *rec;	  /* of all of its packets */
	const struct jitter_dist *jitter; /* of this direction; NULL = none */
	double alpha;			  /* of each row */
};

/* Appends what this train shows. -ENOMEM */
int certificate_add(struct certificate *c, const struct evidence *ev, struct err *err);

/* One row: pass if what was measured is in @allowed. */
struct verification *certificate_row(struct certificate *c, const struct evidence *ev,
				     const char *quantity, const char *unit, double configured,
				     double measured, struct range allowed);

/* What makes up certificate_add(). */
int certify_latency(struct certificate *c, const struct evidence *ev, struct err *err);
void certify_dice(struct certificate *c, const struct evidence *ev);
int certify_rate(struct certificate *c, const struct evidence *ev, struct err *err);
int certify_cap(struct certificate *c, const struct evidence *ev, struct err *err);

#endif
