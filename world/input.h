/* SPDX-License-Identifier: ISC */
#ifndef DXEMU_WORLD_INPUT_H
#define DXEMU_WORLD_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * input_slurp() - all of standard input as frames, for a world that cannot wait for it: its time runs on.
 * More than 64 MiB are refused, since both sides keep it in memory. The caller frees *ret.
 */
int input_slurp(int fd, uint8_t **ret, size_t *ret_len, struct err *err);

#endif
