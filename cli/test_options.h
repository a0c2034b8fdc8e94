/* SPDX-License-Identifier: ISC */
/* Options of `dxemu run --method`: which there are, which method takes which, and what they say. */
#ifndef DXEMU_CLI_TEST_OPTIONS_H
#define DXEMU_CLI_TEST_OPTIONS_H

#include <stdio.h>

#include "cli/options.h"
#include "model/test.h"

/*
 * The test that these options ask for: the method's defaults, changed by what was given. Wrong usage: what the method does
 * not take, a value that is none.
 */
int test_from_options(const struct cmd *cmd, const struct options *o, struct test *ret,
		      struct err *err);

/* The methods with a line on each, and the options, for the help. */
void test_options_help(FILE *out);

#endif
