/* SPDX-License-Identifier: ISC */
/* One line on a terminal that is written over and over; nothing anywhere else. */
#ifndef DXEMU_CLI_PROGRESS_H
#define DXEMU_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#define PROGRESS_ITEMS_MAX 8

struct progress_item {
	const char *name, *phase;
	double virtual_s, of_s; /* of the world's time; of 0: nobody knows of how much */
	double wall_s;
};

/* Standard error is a terminal, and the user did not ask for quiet. */
bool progress_wanted(bool quiet);

void progress_show(size_t done, size_t all, const struct progress_item *items, size_t n);

/* Takes the line away again; nothing if there was none. */
void progress_clear(void);

#endif
