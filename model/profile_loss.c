// SPDX-License-Identifier: ISC
/*
 * Closed forms of the loss models. A two-state chain that goes bad with probability p per packet and good
 * again with r is in its bad state for p / (p + r) of the packets, and enters it p * r / (p + r) times per
 * packet. The four-state chain (tc-netem(8); loss_4state() in the kernel's sch_netem.c) is, per packet:
 * 1 good, 2 passing within a burst, 3 lost in a burst, 4 lost by itself. In balance 1 and 3 exchange as many
 * as 2 and 3 do, and what 4 gets from 1 it gives back with the next packet.
 */
#include "model/profile.h"

/* Zero transitions mean that the chain stays where it starts, in the good state. */
static double bad_share(const struct profile_dir *d)
{
	return d->loss_p > 0 ? d->loss_p / (d->loss_p + d->loss_r) : 0;
}

struct four_states {
	double good, passing, burst, single;
};

static struct four_states four_states(const struct profile_dir *d)
{
	double burst = d->loss_p31 > 0 ? d->loss_p13 / d->loss_p31 : 0;
	double passing = d->loss_p23 > 0 ? burst * d->loss_p32 / d->loss_p23 : 0;
	double sum = 1 + passing + burst + d->loss_p14;

	return (struct four_states){ 1 / sum, passing / sum, burst / sum, d->loss_p14 / sum };
}

double profile_loss_ratio(const struct profile_dir *d)
{
	double bad = bad_share(d);

	switch (d->loss_model) {
	case LOSS_RANDOM:
		return d->loss_ratio;
	case LOSS_GILBERT:
		return bad;
	case LOSS_GILBERT_ELLIOTT:
		return bad * d->loss_bad + (1 - bad) * d->loss_good;
	case LOSS_FOUR_STATE:
		return four_states(d).burst + four_states(d).single;
	case LOSS_MODEL_COUNT:
		break;
	}

	return 0;
}

double profile_loss_episodes(const struct profile_dir *d)
{
	switch (d->loss_model) {
	case LOSS_RANDOM:
		return d->loss_ratio;
	case LOSS_GILBERT:
	case LOSS_GILBERT_ELLIOTT:
		return bad_share(d) * d->loss_r;
	case LOSS_FOUR_STATE:
		return four_states(d).burst * (d->loss_p31 + d->loss_p32) + four_states(d).single;
	case LOSS_MODEL_COUNT:
		break;
	}

	return 0;
}
