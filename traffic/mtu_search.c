// SPDX-License-Identifier: ISC
#include "traffic/mtu_search.h"

#include "base/util.h"

struct mtu_search mtu_search_make(unsigned max, unsigned max_probes)
{
	return (struct mtu_search){
		.base = MIN(max, PLPMTUD_BASE),
		.max = max,
		.max_probes = max_probes,
		.failed = max + 1,
	};
}

unsigned mtu_search_next(const struct mtu_search *s)
{
	if (!s->confirmed) {
		if (s->failed > s->base)
			return s->base;
		return s->failed > PLPMTUD_MIN ? PLPMTUD_MIN : 0;
	}
	if (s->failed - s->confirmed == 1)
		return 0;
	if (s->failed > s->max)
		return s->max;

	return s->confirmed + (s->failed - s->confirmed) / 2;
}

void mtu_search_note(struct mtu_search *s, bool arrived)
{
	const unsigned size = mtu_search_next(s);

	if (arrived)
		s->confirmed = size;
	else if (++s->tries < s->max_probes)
		return;
	else
		s->failed = size;
	s->tries = 0;
}
