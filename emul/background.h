/* SPDX-License-Identifier: ISC */
/* Other traffic on the link while a test runs: full-size UDP packets at a steady share of its rate. Inside a world. */
#ifndef DXEMU_EMUL_BACKGROUND_H
#define DXEMU_EMUL_BACKGROUND_H

#include "emul/stream.h"

struct background {
	struct stream stream[DIR_COUNT];
	int64_t start_ns;
};

/*
 * background_start() - in the directions of the test's load; nothing where it wants none. It goes on until
 * background_finish(), which also tells what became of it, and is to be called after a failure, too (@tell is false).
 */
int background_start(struct background *b, struct testing *g, struct err *err);
int background_finish(struct background *b, struct testing *g, bool tell, struct err *err);

#endif
