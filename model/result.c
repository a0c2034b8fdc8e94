// SPDX-License-Identifier: ISC
#include "model/result.h"

#include <bsd/string.h>

const char *const phase_names[PHASE_COUNT] = {
	[PHASE_IDLE] = "idle",
	[PHASE_LOADED_TO_VPC] = "loaded_to_vpc",
	[PHASE_LOADED_TO_ONPREM] = "loaded_to_onprem",
};

const char *const quantile_names[QUANTILE_COUNT] = {
	[Q_MIN] = "min", [Q_P50] = "p50",   [Q_P90] = "p90",
	[Q_P99] = "p99", [Q_P999] = "p999", [Q_MAX] = "max",
};

const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_PASS] = "pass",
	[VERDICT_FAIL] = "fail",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
};

void result_add_stay(struct result *result, const struct stay *stay)
{
	(void)strlcpy(result->stay.kernel, stay->kernel, sizeof(result->stay.kernel));
	result->stay.virtual_s += stay->virtual_s;
}
