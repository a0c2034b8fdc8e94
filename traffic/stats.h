/* SPDX-License-Identifier: ISC */
/*
 * What a train of probes says about a link. Pure: records in, figures out; no clock, no sockets.
 *
 * A direction sees only what was sent that way: to_vpc every probe, to_onprem those that the
 * reflector sent back. A probe that never reached the VPC is lost to_vpc and no sample of to_onprem
 * at all.
 */
#ifndef DXEMU_TRAFFIC_STATS_H
#define DXEMU_TRAFFIC_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/result.h"

/* A percentile needs so many samples beyond it; a loss ratio, so many episodes to be expected. */
#define STATS_SAMPLES_BEYOND 10
#define STATS_LOSS_EPISODES 20

/*
 * stats_phase() - all figures of one phase.
 * @rec, @n: one record per probe sent, the index is the sequence number
 * @duplicated: later copies per direction, counted by the receivers; records hold the first
 * @out: rtt, owd, pdv, ipdv, loss, reordered, duplicated and samples_sha256 are written, the rest
 *       is left alone; loss[].few needs the profile and is stats_link()'s
 *
 * rtt: received - sent. owd: arrival - sending, per direction. pdv: owd - smallest owd (RFC 5481).
 * ipdv: |difference of owd| of neighbouring sequence numbers that both arrived (RFC 3393): the sign
 * is dropped, and a pair with a lost probe is undefined, so ipdv never has a lost bit.
 * samples_sha256: every record as four little-endian 64-bit integers, in the order of its members.
 *
 * -EINVAL: stamps of a record contradict each other (an arrival without a sending, or before it);
 * -ENOMEM. @out is written on success only.
 */
int stats_phase(const struct probe_record *rec, size_t n, const uint64_t duplicated[DIR_COUNT],
		struct phase_result *out, struct err *err);

/*
 * stats_link() - what the finished phases of a link add up to: loss per direction (episodes are
 * added, the longest burst is that of any phase), reordered, duplicated, and the hash of the
 * phases' hashes. Sets loss[].few of the link and of each finished phase from the profile's
 * expected loss episodes, and tcp.few where TCP met fewer than that and was faster than they allow.
 */
void stats_link(struct link_result *link, const struct method *method);

/*
 * stats_quantiles() - nearest rank, exact (RFC 5481 percentiles: over received probes).
 * @ns: the samples; sorted on return
 * @lost: probes that would have been samples, had they arrived
 */
void stats_quantiles(int64_t *ns, size_t n, uint64_t lost, struct quantiles *out);

/* The ratio and its interval, from what was sent and lost. */
void stats_loss_rate(struct loss_stats *loss);

/* One direction's loss; an episode is a run of losses among packets sent that way. Clears few. */
void stats_loss(const struct probe_record *rec, size_t n, enum dir d, struct loss_stats *out);

/* Wilson score interval at 95 % of a proportion; [0, 1] if nothing was sent. */
void stats_wilson(uint64_t lost, uint64_t sent, double *low, double *high);

/*
 * stats_reordered() - Type-P-Reordered packets of a direction (RFC 4737, 3.3): those that arrive
 * after a packet that was sent later. Equal stamps never count. to_onprem compares with the order
 * in which the reflector sent, so that one swap on the way there is not counted again on the way
 * back. Returns 0 or -ENOMEM.
 */
int stats_reordered(const struct probe_record *rec, size_t n, enum dir d, uint64_t *ret_count,
		    struct err *err);

/* SHA-256 of the records as stats_phase() says. */
void stats_sha256(const struct probe_record *rec, size_t n, uint8_t out[32]);

#endif
