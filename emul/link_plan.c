// SPDX-License-Identifier: ISC
#include "emul/link_plan.h"

#include <bsd/string.h>

#include "emul/stages.h"

/* Where a direction enters the link, or leaves it: through the policers that stand there. */
static void add_forward(struct plan *plan, const struct profile *p, enum dir dir,
			const struct way *w, bool leaving)
{
	struct op *op = plan_add(plan, OP_FORWARD, leaving ? w->leave : w->enter, w->in);

	(void)strlcpy(op->forward.to, w->out, sizeof(op->forward.to));
	op->forward.n_police = stage_policers_at(p, dir, leaving, op->forward.police);
}

/* The netems of a direction: the rate where it enters the link, the others where it leaves. */
static void add_stages(struct plan *plan, const struct profile *p, enum dir dir,
		       const struct way *w, uint64_t seed)
{
	struct netem netem;

	for (enum stage i = 0; i < STAGE_COUNT; i++)
		if (stage_netem(p, dir, i, seed, &netem))
			plan_add(plan, OP_NETEM, i == STAGE_RATE ? w->enter : w->leave, w->out)
				->netem = netem;
}

void plan_link(struct plan *plan, const struct profile *p, uint64_t seed,
	       const struct way link[DIR_COUNT])
{
	const struct way *w = &link[TO_VPC];
	const char *const nodes[] = { w->enter, w->leave };

	for (size_t i = 0; i < DIR_COUNT; i++) {
		plan_add(plan, OP_CLSACT, nodes[i], w->in);
		plan_add(plan, OP_CLSACT, nodes[i], w->out);
	}
	for (enum dir dir = 0; dir < DIR_COUNT; dir++) {
		add_forward(plan, p, dir, &link[dir], false);
		add_forward(plan, p, dir, &link[dir], true);
		add_stages(plan, p, dir, &link[dir], seed);
	}
}
