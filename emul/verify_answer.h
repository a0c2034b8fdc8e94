/* SPDX-License-Identifier: ISC */
/* The rows of a certificate on their way from a world: the side that sends; verify_read() is the other. */
#ifndef DXEMU_EMUL_VERIFY_ANSWER_H
#define DXEMU_EMUL_VERIFY_ANSWER_H

#include <stddef.h>

#include "base/err.h"
#include "model/result.h"

int verify_answer_send(int channel, const struct verification *rows, size_t n,
		       const struct stay *stay, struct err *err);

#endif
