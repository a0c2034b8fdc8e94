// SPDX-License-Identifier: ISC
#include "cli/print.h"

#include <errno.h>
#include <stdio.h>

int print_json(json_t *doc, struct err *err)
{
	int r;

	if (!doc)
		return err_sys(err, -ENOMEM, "JSON");
	r = json_dumpf(doc, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	json_decref(doc);
	if (r < 0)
		return err_sys(err, -errno, "standard output");
	(void)putchar('\n');

	return 0;
}
