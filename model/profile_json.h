/* SPDX-License-Identifier: ISC */
/* Profiles as JSON, units in the key names; used by `profile show --json` and by result documents. */
#ifndef DXEMU_MODEL_PROFILE_JSON_H
#define DXEMU_MODEL_PROFILE_JSON_H

#include <jansson.h>

#include "model/profile.h"

/*
 * profile_json_dir() - what one direction is configured to be; stages that are absent are left out.
 * { rate_bps, queue_us | queue_frames, aqm, cir_bps, burst_bytes, partner: { cir_bps, burst_bytes }, accounting,
 *   cap_bps, cap_pps, delay_us, jitter: { shape, scale_us, correlation_us, table },
 *   loss: { model, ratio | p, r, bad, good | p13, p31, p32, p23, p14 }, loss_ratio,
 *   reorder: { ratio, depth_us }, duplicate_ratio, corrupt_ratio }
 * loss_ratio is the long-term ratio whatever the model, correlation_us what is in force. Microseconds are whole
 * where they can be. Returns a new reference, or NULL when memory runs out.
 */
json_t *profile_json_dir(const struct profile_dir *d);

/*
 * Changes over time: { period_s, start_s, steps: [ { at_s, to_vpc, to_onprem } ] }, the directions whole and as above;
 * without a period neither it nor a start.
 */
json_t *profile_json_schedule(const struct profile *p);

/* The whole profile, with both directions under to_vpc and to_onprem, and its schedule if there is one. */
json_t *profile_json(const struct profile *p);

#endif
