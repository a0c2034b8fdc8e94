/* SPDX-License-Identifier: ISC */
/* Profiles as JSON, units in the key names; used by `profile show --json` and by result documents. */
#ifndef DXEMU_MODEL_PROFILE_JSON_H
#define DXEMU_MODEL_PROFILE_JSON_H

#include <jansson.h>

#include "model/profile.h"

/*
 * profile_json_dir() - what one direction is configured to be; stages that are absent are left out.
 * { rate_bps, queue_us, cir_bps, burst_bytes, accounting, cap_bps, cap_pps, delay_us,
 *   jitter: { shape, scale_us }, loss: { model, ratio | p, r, bad, good }, loss_ratio }
 * loss_ratio is the long-term ratio whatever the model. Microseconds are whole where they can be.
 * Returns a new reference, or NULL when memory runs out.
 */
json_t *profile_json_dir(const struct profile_dir *d);

/* The whole profile, with both directions under to_vpc and to_onprem; as above. */
json_t *profile_json(const struct profile *p);

#endif
