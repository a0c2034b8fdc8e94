// SPDX-License-Identifier: ISC
#include "emul/background.h"

#include "base/clock.h"
#include "emul/ends.h"
#include "emul/phases.h"

/* Of all streams that may run at once, the last. */
#define NUMBER 99

int background_start(struct background *b, struct testing *g, struct err *err)
{
	*b = (struct background){ .stream = { STREAM_NONE, STREAM_NONE } };
	if (g->t->background <= 0)
		return 0;
	b->start_ns = begin_at_round_time() + TESTING_SETTLE_NS;
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		const struct stream_wish wish = {
			.rate_bps = (uint64_t)(g->t->background * (double)link_rate_bps(g->p, d)),
			.frame_bytes = FRAME_FULL,
			.counted_only = true,
		};

		if (g->t->dir[d] &&
		    stream_start(&b->stream[d], g, d, &wish, NUMBER, b->start_ns, err) < 0)
			return err_wrap(err, "background");
	}
	/* The test begins with it there. */
	testing_wait(g, b->start_ns);

	return 0;
}

/* What arrived was all sent in that time, but for what is on its way. */
static int tell_stream(struct testing *g, const struct stream *s, int64_t length, struct err *err)
{
	const struct train_totals *t = &s->totals;
	const double overhead = s->opts.overhead_bytes, seconds = (double)length / 1e9;
	double sent = (double)t->sent_bytes + (double)t->sent * overhead;
	double received = (double)t->received_bytes + (double)t->received * overhead;

	return ROW(g, TABLE_BACKGROUND, err, s->dir, 8 * sent / seconds, 8 * received / seconds,
		   (double)t->sent, (double)t->received);
}

int background_finish(struct background *b, struct testing *g, bool tell, struct err *err)
{
	const int64_t length = clock_ns(CLOCK_REALTIME) - b->start_ns;
	int r = 0;

	for (enum dir d = 0; d < DIR_COUNT; d++)
		stream_stop(&b->stream[d]);
	if (tell && b->start_ns)
		testing_wait(g, b->start_ns + length + testing_linger_ns(g->p));
	for (enum dir d = 0; d < DIR_COUNT && tell && r == 0; d++) {
		bool runs = b->stream[d].run != NULL;

		r = stream_finish(&b->stream[d], err);
		if (r == 0 && runs)
			r = tell_stream(g, &b->stream[d], length, err);
	}
	for (enum dir d = 0; d < DIR_COUNT; d++)
		stream_close(&b->stream[d]);

	return r;
}
