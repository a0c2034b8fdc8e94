// SPDX-License-Identifier: ISC
#include <sha2.h>
#include <string.h>

#include "base/util.h"
#include "traffic/response.h"
#include "traffic/stats.h"

/* A profile without loss has no episodes to wait for. */
static bool expects_few(const struct profile_dir *profile, uint64_t sent)
{
	double per_packet = profile_loss_episodes(profile);

	return per_packet > 0 && per_packet * (double)sent < STATS_LOSS_EPISODES;
}

/*
 * Whether the load was faster than loss will let it be in the long run, for want of losses. What limits it
 * then is the response function of its congestion control.
 */
static bool load_saw_few(const struct link_result *link, enum phase phase,
			 const struct method *method)
{
	enum dir dir = phase == PHASE_LOADED_TO_ONPREM ? TO_ONPREM : TO_VPC;
	const struct phase_result *p = &link->phase[phase];
	const struct profile_dir *d = &link->profile.dir[dir];
	double rtt_s = (double)p->rtt.ns[Q_P50] / 1e9;

	if (!p->tcp.measured || !(p->rtt.have & 1U << Q_P50) || !link->mss)
		return false;

	return expects_few(d, p->tcp.bytes / link->mss) &&
	       p->tcp.goodput_bps > tcp_response_segments(method->congestion_control,
							  profile_loss_episodes(d), rtt_s) *
					    8 * link->mss / rtt_s * method->flows;
}

static void add_loss(struct loss_stats *sum, const struct loss_stats *loss)
{
	sum->sent += loss->sent;
	sum->lost += loss->lost;
	sum->episodes += loss->episodes;
	sum->longest_burst = MAX(sum->longest_burst, loss->longest_burst);
}

void stats_link(struct link_result *link, const struct method *method)
{
	SHA2_CTX ctx;

	memset(link->loss, 0, sizeof(link->loss));
	link->reordered = 0;
	link->duplicated = 0;

	SHA256Init(&ctx);
	for (enum phase i = 0; i < PHASE_COUNT; i++) {
		struct phase_result *p = &link->phase[i];

		if (!p->done)
			continue;
		SHA256Update(&ctx, p->samples_sha256, sizeof(p->samples_sha256));
		for (enum dir d = 0; d < DIR_COUNT; d++) {
			p->loss[d].few = expects_few(&link->profile.dir[d], p->loss[d].sent);
			add_loss(&link->loss[d], &p->loss[d]);
			link->reordered += p->reordered[d];
			link->duplicated += p->duplicated[d];
		}
		p->tcp.few = load_saw_few(link, i, method);
	}
	SHA256Final(link->samples_sha256, &ctx);

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		stats_loss_rate(&link->loss[d]);
		link->loss[d].few = expects_few(&link->profile.dir[d], link->loss[d].sent);
	}
}
