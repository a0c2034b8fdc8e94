// SPDX-License-Identifier: ISC
/* Which step of a schedule holds when. */
#include <criterion/criterion.h>

#include "base/units.h"
#include "base/util.h"
#include "emul/timetable.h"

#define START INT64_C(1000)

/* Steps at 20 s and 50 s, told by their delays: 2 and 5; the link itself has 1. */
static struct profile scheduled(uint64_t period_s, uint64_t begin_s)
{
	struct profile p = {
		.n_steps = 2,
		.schedule_period_ns = period_s * NSEC_PER_SEC,
		.schedule_start_ns = begin_s * NSEC_PER_SEC,
	};

	p.step[0].at_ns = UINT64_C(20) * NSEC_PER_SEC;
	p.step[1].at_ns = UINT64_C(50) * NSEC_PER_SEC;
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		p.dir[d].delay_ns = 1;
		p.step[0].dir[d].delay_ns = 2;
		p.step[1].dir[d].delay_ns = 5;
	}

	return p;
}

/* What holds from the start on, and then what comes at which second of the run. */
Test(timetable, changes)
{
	static const struct {
		uint64_t period_s, begin_s;
		uint64_t first;
		struct {
			int64_t at_s; /* -1: never */
			uint64_t delay;
		} then[4];
	} rows[] = {
		{ 0, 0, 1, { { 20, 2 }, { 50, 5 }, { -1, 0 } } },
		{ 60, 0, 1, { { 20, 2 }, { 50, 5 }, { 60, 1 }, { 80, 2 } } },
		{ 60, 19, 1, { { 1, 2 }, { 31, 5 }, { 41, 1 }, { 61, 2 } } },
		{ 60, 20, 2, { { 30, 5 }, { 40, 1 }, { 60, 2 }, { 90, 5 } } },
		{ 60, 59, 5, { { 1, 1 }, { 21, 2 }, { 51, 5 }, { 61, 1 } } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = scheduled(rows[i].period_s, rows[i].begin_s);
		struct timetable t;

		timetable_begin(&t, &p, START);
		cr_expect_eq(t.now.dir[TO_VPC].delay_ns, rows[i].first, "row %zu", i);
		for (size_t k = 0; k < ARRAY_SIZE(rows[i].then); k++) {
			int64_t at_s = rows[i].then[k].at_s, next_ns = timetable_next_ns(&t);

			if (at_s < 0) {
				cr_expect_eq(next_ns, TIMETABLE_NEVER, "row %zu", i);
				break;
			}
			cr_expect_eq(next_ns, START + at_s * NSEC_PER_SEC,
				     "row %zu, change %zu: %ld", i, k, next_ns);
			timetable_take(&t);
			cr_expect_eq(t.now.dir[TO_ONPREM].delay_ns, rows[i].then[k].delay,
				     "row %zu, change %zu", i, k);
		}
	}
}
