// SPDX-License-Identifier: ISC
#include "model/stay.h"

#include <bsd/string.h>
#include <errno.h>
#include <math.h>

int stay_from_json(const json_t *answer, struct stay *ret)
{
	const json_t *virtual_s = json_object_get(answer, "virtual_s");
	const char *kernel = json_string_value(json_object_get(answer, "kernel"));
	struct stay stay = { .virtual_s = json_number_value(virtual_s) };

	if (!json_is_number(virtual_s) || !isfinite(stay.virtual_s) || stay.virtual_s < 0)
		return -EPROTO;
	if (!kernel || strlcpy(stay.kernel, kernel, sizeof(stay.kernel)) >= sizeof(stay.kernel))
		return -EPROTO;
	*ret = stay;

	return 0;
}
