/* SPDX-License-Identifier: ISC */
/* In a world: its kernel (uname -r), and how long. */
#ifndef DXEMU_MODEL_STAY_H
#define DXEMU_MODEL_STAY_H

#include <jansson.h>

struct stay {
	char kernel[64];
	double virtual_s;
};

/* From "kernel" and "virtual_s" of what a world answered, which is untrusted. -EPROTO if they are none. */
int stay_from_json(const json_t *answer, struct stay *ret);

#endif
