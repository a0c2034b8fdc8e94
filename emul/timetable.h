/* SPDX-License-Identifier: ISC */
/* Which step of a profile's schedule holds when. Pure. */
#ifndef DXEMU_EMUL_TIMETABLE_H
#define DXEMU_EMUL_TIMETABLE_H

#include <stdint.h>

#include "model/profile.h"

#define TIMETABLE_NEVER INT64_MAX

struct timetable {
	struct profile base, now; /* as the link begins, and as it is */
	unsigned next;		  /* step to come */
	int64_t lap_ns;		  /* when the period began */
};

/* The run begins at @start_ns; a period may have begun long before. */
void timetable_begin(struct timetable *t, const struct profile *p, int64_t start_ns);

/* When the next change is due, on the clock of @start_ns. */
int64_t timetable_next_ns(const struct timetable *t);

/* To what the schedule says next: a step, or, at the end of its period, how it began. */
void timetable_take(struct timetable *t);

#endif
