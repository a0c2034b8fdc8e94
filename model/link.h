/* SPDX-License-Identifier: ISC */
/* The two directions every parameter and every measurement is told apart by. */
#ifndef DXEMU_MODEL_LINK_H
#define DXEMU_MODEL_LINK_H

enum dir {
	TO_VPC,
	TO_ONPREM,
	DIR_COUNT,
};

/* "to_vpc", "to_onprem": the names used in files, results and messages. */
extern const char *const dir_names[DIR_COUNT];

static inline enum dir dir_reverse(enum dir d)
{
	return d == TO_VPC ? TO_ONPREM : TO_VPC;
}

#endif
