/* SPDX-License-Identifier: ISC */
/* Accounts of losses in JSON, in results and in what worlds answer. */
#ifndef DXEMU_MODEL_ACCOUNT_JSON_H
#define DXEMU_MODEL_ACCOUNT_JSON_H

#include <jansson.h>

#include "model/account.h"

/* {"to_vpc": {"sent", "duplicated", "received", "impairment", ...}, "to_onprem": ...}; NULL without memory. */
json_t *account_to_json(const struct loss_account a[DIR_COUNT]);

/* Reads it back, from untrusted text: 0 or -EPROTO. */
int account_from_json(const json_t *doc, struct loss_account ret[DIR_COUNT]);

#endif
