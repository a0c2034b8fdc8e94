// SPDX-License-Identifier: ISC
/*
 * Each model is a Markov chain over states in which a packet is lost with some probability (loss_gilb_ell() and
 * loss_4state() of the kernel's sch_netem.c; of the four states two lose all, and two nothing). A node is a state and
 * what became of the packet: what is counted then depends on two nodes in a row.
 */
#include "emul/loss_chain.h"

#include <math.h>

#define STATES 4
#define NODES ((unsigned)2 * STATES)

/* Where what is left of the past is too little to matter. */
#define NEGLIGIBLE 1e-12

struct chain {
	unsigned n;
	double loss[STATES], share[STATES], move[STATES][STATES];
};

static struct chain two_states(double p, double r, double bad, double good)
{
	double share = p > 0 ? p / (p + r) : 0;

	return (struct chain){
		.n = 2,
		.loss = { good, bad },
		.share = { 1 - share, share },
		.move = { { 1 - p, p }, { r, 1 - r } },
	};
}

/* Good, passing within a burst, lost in a burst, lost by itself. */
static struct chain four_states(const struct profile_dir *d)
{
	double burst = d->loss_p31 > 0 ? d->loss_p13 / d->loss_p31 : 0;
	double passing = d->loss_p23 > 0 ? burst * d->loss_p32 / d->loss_p23 : 0;
	double sum = 1 + passing + burst + d->loss_p14;

	return (struct chain){
		.n = 4,
		.loss = { 0, 0, 1, 1 },
		.share = { 1 / sum, passing / sum, burst / sum, d->loss_p14 / sum },
		.move = { { 1 - d->loss_p13 - d->loss_p14, 0, d->loss_p13, d->loss_p14 },
			  { 0, 1 - d->loss_p23, d->loss_p23, 0 },
			  { d->loss_p31, d->loss_p32, 1 - d->loss_p31 - d->loss_p32, 0 },
			  { 1, 0, 0, 0 } },
	};
}

static struct chain chain_of(const struct profile_dir *d)
{
	switch (d->loss_model) {
	case LOSS_GILBERT:
		return two_states(d->loss_p, d->loss_r, 1, 0);
	case LOSS_GILBERT_ELLIOTT:
		return two_states(d->loss_p, d->loss_r, d->loss_bad, d->loss_good);
	case LOSS_FOUR_STATE:
		return four_states(d);
	case LOSS_RANDOM:
	case LOSS_MODEL_COUNT:
		break;
	}

	return (struct chain){
		.n = 1, .loss = { d->loss_ratio }, .share = { 1 }, .move = { { 1 } }
	};
}

/* Nodes: state * 2 + lost. */
struct nodes {
	unsigned n;
	double share[NODES], move[NODES][NODES];
};

static struct nodes nodes_of(const struct profile_dir *d)
{
	const struct chain c = chain_of(d);
	struct nodes x = { .n = 2 * c.n };

	for (unsigned i = 0; i < x.n; i++) {
		double happens = i % 2 ? c.loss[i / 2] : 1 - c.loss[i / 2];

		x.share[i] = c.share[i / 2] * happens;
		for (unsigned from = 0; from < x.n; from++)
			x.move[from][i] = c.move[from / 2][i / 2] * happens;
	}

	return x;
}

static double weight(struct loss_weights w, unsigned from, unsigned to)
{
	if (to % 2 == 0)
		return 0;

	return from % 2 ? w.further : w.first;
}

/* Per packet. */
static double mean_of(const struct nodes *x, struct loss_weights w)
{
	double mean = 0;

	for (unsigned i = 0; i < x->n; i++)
		for (unsigned j = 0; j < x->n; j++)
			mean += x->share[i] * x->move[i][j] * weight(w, i, j);

	return mean;
}

struct loss_rates loss_rates(const struct profile_dir *d)
{
	const struct nodes x = nodes_of(d);

	return (struct loss_rates){
		.lost = mean_of(&x, (struct loss_weights){ 1, 1 }),
		.episodes = mean_of(&x, (struct loss_weights){ 1, 0 }),
	};
}

double loss_events(const struct profile_dir *d)
{
	return fmin(profile_loss_episodes(d), loss_rates(d).episodes);
}

/*
 * With f the weight of a step less the mean: the sum of the covariances of f now and f in k steps. @ahead is what is to
 * be expected of f after each node, and each turn looks a step farther.
 */
static double covariances(const struct nodes *x, struct loss_weights w, double mean,
			  double ahead[NODES], uint64_t n)
{
	double sum = 0, left = 1;

	for (uint64_t k = 1; k < n && left > NEGLIGIBLE; k++) {
		double further[NODES] = { 0 }, cov = 0;

		left = 0;
		for (unsigned i = 0; i < x->n; i++) {
			for (unsigned j = 0; j < x->n; j++) {
				cov += x->share[i] * x->move[i][j] * (weight(w, i, j) - mean) *
				       ahead[j];
				further[i] += x->move[i][j] * ahead[j];
			}
			left = fmax(left, fabs(further[i]));
		}
		for (unsigned i = 0; i < x->n; i++)
			ahead[i] = further[i];
		sum += (double)(n - k) * cov;
	}

	return sum;
}

double loss_variance(const struct profile_dir *d, struct loss_weights w, uint64_t n)
{
	const struct nodes x = nodes_of(d);
	const double mean = mean_of(&x, w);
	double ahead[NODES] = { 0 }, variance = 0;

	for (unsigned i = 0; i < x.n; i++)
		for (unsigned j = 0; j < x.n; j++) {
			double f = weight(w, i, j) - mean;

			variance += x.share[i] * x.move[i][j] * f * f;
			ahead[i] += x.move[i][j] * f;
		}

	return (double)n * variance + 2 * covariances(&x, w, mean, ahead, n);
}
