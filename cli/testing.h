/* SPDX-License-Identifier: ISC */
/* `dxemu run --method`: one test on one link. */
#ifndef DXEMU_CLI_TESTING_H
#define DXEMU_CLI_TESTING_H

#include "cli/options.h"
#include "model/test.h"

/* Runs it, with the link's short check beside it, and shows what was found. Returns an exit status or -errno. */
int testing_run(const struct options *o, const struct profile *p, const struct test *t,
		struct err *err);

#endif
