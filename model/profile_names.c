// SPDX-License-Identifier: ISC
#include <assert.h>

#include "base/util.h"
#include "model/profile.h"

const char *const link_kind_names[] = {
	[LINK_DEDICATED] = "dedicated",
	[LINK_HOSTED] = "hosted",
	[LINK_VPN] = "vpn",
};

static_assert(ARRAY_SIZE(link_kind_names) == LINK_KIND_COUNT, "a name for every kind");

const char *const accounting_names[] = {
	[ACCOUNT_L1] = "l1",
	[ACCOUNT_L2] = "l2",
	[ACCOUNT_L3] = "l3",
};

static_assert(ARRAY_SIZE(accounting_names) == ACCOUNTING_COUNT, "a name for every accounting");

const char *const jitter_shape_names[] = {
	[JITTER_NONE] = "none",	    [JITTER_UNIFORM] = "uniform",
	[JITTER_NORMAL] = "normal", [JITTER_HALF_NORMAL] = "half-normal",
	[JITTER_PARETO] = "pareto", [JITTER_PARETO_NORMAL] = "pareto-normal",
	[JITTER_TABLE] = "table",
};

static_assert(ARRAY_SIZE(jitter_shape_names) == JITTER_SHAPE_COUNT, "a name for every shape");

const char *const loss_model_names[] = {
	[LOSS_RANDOM] = "random",
	[LOSS_GILBERT] = "gilbert",
	[LOSS_GILBERT_ELLIOTT] = "gilbert-elliott",
	[LOSS_FOUR_STATE] = "four-state",
};

static_assert(ARRAY_SIZE(loss_model_names) == LOSS_MODEL_COUNT, "a name for every model");

const char *const aqm_names[] = {
	[AQM_NONE] = "none",
	[AQM_CODEL] = "codel",
	[AQM_FQ_CODEL] = "fq-codel",
};

static_assert(ARRAY_SIZE(aqm_names) == AQM_COUNT, "a name for every queue management");

const char *const pmtud_names[] = {
	[PMTUD_HOSTS] = "hosts",
	[PMTUD_ICMP] = "icmp",
	[PMTUD_NONE] = "none",
};

static_assert(ARRAY_SIZE(pmtud_names) == PMTUD_COUNT, "a name for every path MTU discovery");
