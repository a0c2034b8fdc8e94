// SPDX-License-Identifier: ISC
/* A program that links Criterion and has no test in it. */
#include <criterion/criterion.h>
