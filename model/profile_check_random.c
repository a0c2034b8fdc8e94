// SPDX-License-Identifier: ISC
/* Contradictions in what is random: jitter, loss, reordered and duplicated packets. */
#include <inttypes.h>

#include "base/util.h"
#include "model/jitter.h"
#include "model/profile_check.h"

/* A latency cannot fall faster than time runs, which a curve that moves by its scale in less would have to. */
#define CORRELATION_MIN_SCALES 20

/*
 * How far below the delay a shape reaches, in hundredths of the scale. Tables are iproute2's; a user's own is
 * checked when it is read, by jitter_fits().
 */
static const unsigned reach_below[JITTER_SHAPE_COUNT] = {
	[JITTER_UNIFORM] = 100,
	[JITTER_NORMAL] = 400,
	[JITTER_PARETO] = 67,
	[JITTER_PARETO_NORMAL] = 151,
};

/* Whether the link itself, or a step, has jitter in this direction. */
static bool any_jitter(const struct check *c)
{
	bool any = c->p->dir[c->dir].jitter_ns;

	for (size_t i = 0; i < c->p->n_steps; i++)
		any |= c->p->step[i].dir[c->dir].jitter_ns > 0;

	return any;
}

static bool check_table(const struct check *c)
{
	const struct profile_dir *d = c->d;
	const char *shape = jitter_shape_names[d->jitter_shape];

	if (d->jitter_shape == JITTER_TABLE && !d->jitter_table[0])
		return check_fault(c, "jitter.shape",
				   "'%s' has no table; set jitter.table to the path of a .dist "
				   "file",
				   shape);
	if (d->jitter_shape != JITTER_TABLE && d->jitter_table[0])
		return check_fault(c, "jitter.table",
				   "does not belong to jitter.shape '%s', only to 'table'", shape);

	return false;
}

bool check_jitter(const struct check *c)
{
	const struct profile_dir *d = c->d;
	const char *shape = jitter_shape_names[d->jitter_shape];
	uint64_t below = d->jitter_ns * reach_below[d->jitter_shape] / 100;
	char text[32], allowed[32];

	if (d->jitter_shape == JITTER_NONE && d->jitter_ns)
		return check_fault(c, "jitter.scale", "has no shape; set jitter.shape%s",
				   c->step < 0 ? "" : " of the link");
	if (d->jitter_shape != JITTER_NONE && !any_jitter(c))
		return check_fault(c, "jitter.shape", "'%s' has no scale; set jitter.scale", shape);
	if (check_table(c))
		return true;
	if (d->jitter_shape == JITTER_NONE && d->jitter_correlation_ns)
		return check_fault(c, "jitter.correlation",
				   "there is no jitter; set jitter.shape and jitter.scale");
	if (d->jitter_correlation_ns &&
	    d->jitter_correlation_ns < CORRELATION_MIN_SCALES * d->jitter_ns)
		return check_fault(
			c, "jitter.correlation",
			"%s is below %d times the scale, and a latency cannot fall "
			"faster than time runs; allowed: %s or more with this scale",
			unit_format(UNIT_TIME, d->jitter_correlation_ns, text, sizeof(text)),
			CORRELATION_MIN_SCALES,
			unit_format(UNIT_TIME, CORRELATION_MIN_SCALES * d->jitter_ns, allowed,
				    sizeof(allowed)));
	if (d->delay_ns < below)
		return check_fault(c, "delay",
				   "%s is less than what jitter of shape '%s' and this scale "
				   "reaches below it; allowed: %s or more",
				   unit_format(UNIT_TIME, d->delay_ns, text, sizeof(text)), shape,
				   unit_format(UNIT_TIME, below, allowed, sizeof(allowed)));

	return false;
}

static bool check_two_states(const struct check *c)
{
	const struct profile_dir *d = c->d;

	if (d->loss_p <= 0)
		return check_fault(c, "loss.p",
				   "0 or missing; loss.model '%s' needs it above 0 (for no loss: "
				   "loss.model random, loss.ratio 0)",
				   loss_model_names[d->loss_model]);
	if (d->loss_r <= 0)
		return check_fault(c, "loss.r",
				   "0 or missing, so that the bad state would never end; allowed: "
				   "above 0, up to 1");
	if (d->loss_model == LOSS_GILBERT_ELLIOTT && d->loss_bad <= d->loss_good)
		return check_fault(c, "loss.bad", "missing or not above loss.good");

	return false;
}

static bool check_four_states(const struct check *c)
{
	const struct profile_dir *d = c->d;

	if (d->loss_p13 <= 0 && d->loss_p14 <= 0)
		return check_fault(c, "loss.p13",
				   "0 or missing, as loss.p14 is; loss.model 'four-state' needs "
				   "one of them above 0 (for no loss: loss.model random, "
				   "loss.ratio 0)");
	if (d->loss_p13 > 0 && d->loss_p31 <= 0)
		return check_fault(c, "loss.p31",
				   "0 or missing, so that a burst would never end; allowed: above "
				   "0, up to 1");
	if (d->loss_p32 > 0 && d->loss_p23 <= 0)
		return check_fault(c, "loss.p23",
				   "0 or missing, so that passing within a burst would never end; "
				   "allowed: above 0, up to 1");
	if (d->loss_p13 + d->loss_p14 > 1)
		return check_fault(c, "loss.p14",
				   "above 1 together with loss.p13; both lead away from the good "
				   "state");
	if (d->loss_p31 + d->loss_p32 > 1)
		return check_fault(c, "loss.p32",
				   "above 1 together with loss.p31; both lead away from losing in "
				   "a burst");

	return false;
}

bool check_loss(const struct check *c)
{
	const struct profile_dir *d = c->d;

	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		if (key->models && !(key->models & 1U << d->loss_model) &&
		    !key_is_zero(key, key_field_const(d, key)))
			return check_fault(c, key->name, "does not belong to loss.model '%s'",
					   loss_model_names[d->loss_model]);
	}

	switch (d->loss_model) {
	case LOSS_GILBERT:
	case LOSS_GILBERT_ELLIOTT:
		return check_two_states(c);
	case LOSS_FOUR_STATE:
		return check_four_states(c);
	case LOSS_RANDOM:
	case LOSS_MODEL_COUNT:
		break;
	}

	return false;
}

bool check_others(const struct check *c)
{
	const struct profile_dir *d = c->d;
	char depth[32], delay[32];

	if (c->step >= 0 && (d->reorder_ratio > 0) != (c->p->dir[c->dir].reorder_ratio > 0))
		return check_fault(c, "reorder.ratio",
				   "reordering cannot begin or end in mid-run, only change; "
				   "allowed: %s",
				   d->reorder_ratio > 0 ? "0 here, or above 0 in the link too"
							: "above 0, up to 1");
	if (d->reorder_ratio > 0 && !d->reorder_depth_ns)
		return check_fault(c, "reorder.ratio", "has no depth; set reorder.depth");
	if (d->reorder_depth_ns && d->reorder_ratio <= 0)
		return check_fault(c, "reorder.depth", "has no share; set reorder.ratio");
	if (d->reorder_depth_ns > d->delay_ns)
		return check_fault(
			c, "reorder.depth",
			"%s is more than the delay, and nothing arrives before it was "
			"sent; allowed: up to %s",
			unit_format(UNIT_TIME, d->reorder_depth_ns, depth, sizeof(depth)),
			unit_format(UNIT_TIME, d->delay_ns, delay, sizeof(delay)));
	if (d->duplicate_ratio >= 1)
		return check_fault(c, "duplicate",
				   "would send every packet twice, which is a loop in the network "
				   "and no share; allowed: 0 to less than 1");

	return false;
}
