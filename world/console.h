/* SPDX-License-Identifier: ISC */
/*
 * What a world's kernel says, and its init before it has a line: in the launcher's memory, for errors and
 * --verbose. Not a pipe, whose reader would interrupt the world (see world_boot()).
 */
#ifndef DXEMU_WORLD_CONSOLE_H
#define DXEMU_WORLD_CONSOLE_H

#include <stddef.h>

#include "base/err.h"

/*
 * A memfd, close-on-exec, that cannot grow beyond about 1 MiB, since anybody in the world may write to it without
 * end: what comes then is refused (EPERM). The world writes through copies of this descriptor, whose common file
 * position is the end of what there is.
 */
int console_open(struct err *err);

/* The last lines for an error, "; " between them; "" if nothing was said but what every world says. */
void console_last_words(int console, char *buf, size_t size);

/* Copies all of it to standard error. */
void console_dump(int console);

#endif
