// SPDX-License-Identifier: ISC
#include "model/link.h"

const char *const dir_names[DIR_COUNT] = {
	[TO_VPC] = "to_vpc",
	[TO_ONPREM] = "to_onprem",
};
