// SPDX-License-Identifier: ISC
/*
 * Closed forms of the loss models. A two-state chain that goes bad with probability p per packet and good
 * again with r is in its bad state for p / (p + r) of the packets, and enters it p * r / (p + r) times per
 * packet.
 */
#include "model/profile.h"

/* Zero transitions mean that the chain stays where it starts, in the good state. */
static double bad_share(const struct profile_dir *d)
{
	return d->loss_p > 0 ? d->loss_p / (d->loss_p + d->loss_r) : 0;
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
	case LOSS_MODEL_COUNT:
		break;
	}

	return 0;
}
