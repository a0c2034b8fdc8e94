// SPDX-License-Identifier: ISC
#include "traffic/train_series.h"

#include <string.h>

#include "traffic/train_slots.h"

struct series {
	int64_t from_ns, interval_ns;
	struct train_interval *out;
	size_t count;
};

/* NULL: in none. */
static struct train_interval *interval_at(const struct series *s, int64_t at_ns)
{
	uint64_t i;

	if (at_ns < s->from_ns)
		return NULL;
	/* The difference may be more than signed numbers hold. */
	i = ((uint64_t)at_ns - (uint64_t)s->from_ns) / (uint64_t)s->interval_ns;

	return i < s->count ? &s->out[i] : NULL;
}

void train_series(const struct train_opts *opts, const struct train_record *rec, int64_t from_ns,
		  int64_t interval_ns, struct train_interval *out, size_t count)
{
	const struct series s = { from_ns, interval_ns, out, count };

	memset(out, 0, count * sizeof(*out));
	for (uint64_t i = 0; i < opts->n; i++) {
		const uint64_t bytes = train_payload(opts, i) + opts->overhead_bytes;
		struct train_interval *at = interval_at(&s, rec[i].sent_ns);

		if (at) {
			at->sent++;
			at->sent_bytes += bytes;
			at->lost += rec[i].copies == 0;
		}
		at = rec[i].copies ? interval_at(&s, rec[i].received_ns) : NULL;
		if (at) {
			at->received++;
			at->received_bytes += bytes;
		}
	}
}
