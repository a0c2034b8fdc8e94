// SPDX-License-Identifier: ISC
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CLEAR_LINE "\r\033[K"

static bool shown;

bool progress_wanted(bool quiet)
{
	return !quiet && isatty(STDERR_FILENO);
}

static size_t columns(void)
{
	struct winsize w;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 1 ? w.ws_col - 1U : 79;
}

void progress_show(size_t done, size_t all, const struct progress_item *items, size_t n)
{
	char line[1024];
	size_t used;

	(void)snprintf(line, sizeof(line), "%zu of %zu", done, all);
	for (size_t i = 0; i < n; i++) {
		char of[32] = "";

		if (items[i].of_s > 0)
			(void)snprintf(of, sizeof(of), "/%.1f", items[i].of_s);
		used = strlen(line);
		(void)snprintf(line + used, sizeof(line) - used,
			       " | %s %s %.1f%s virtual s, %.0f s", items[i].name, items[i].phase,
			       items[i].virtual_s, of, items[i].wall_s);
	}
	(void)fprintf(stderr, CLEAR_LINE "%.*s", (int)columns(), line);
	(void)fflush(stderr);
	shown = true;
}

void progress_clear(void)
{
	if (shown)
		(void)fputs(CLEAR_LINE, stderr);
	shown = false;
}
