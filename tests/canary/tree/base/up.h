/* SPDX-License-Identifier: ISC */
#include "cli/cmd.h"
