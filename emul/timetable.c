// SPDX-License-Identifier: ISC
#include "emul/timetable.h"

#include "emul/stages.h"

void timetable_begin(struct timetable *t, const struct profile *p, int64_t start_ns)
{
	*t = (struct timetable){ .base = *p, .now = *p };
	t->lap_ns = start_ns - (int64_t)p->schedule_start_ns;
	while (timetable_next_ns(t) <= start_ns)
		timetable_take(t);
}

int64_t timetable_next_ns(const struct timetable *t)
{
	const struct profile *p = &t->base;

	if (t->next < p->n_steps)
		return t->lap_ns + (int64_t)p->step[t->next].at_ns;
	if (p->n_steps && p->schedule_period_ns)
		return t->lap_ns + (int64_t)p->schedule_period_ns;

	return TIMETABLE_NEVER;
}

void timetable_take(struct timetable *t)
{
	if (t->next < t->base.n_steps) {
		stage_at(&t->base, t->next++, &t->now);
		return;
	}
	t->now = t->base;
	t->next = 0;
	t->lap_ns += (int64_t)t->base.schedule_period_ns;
}
