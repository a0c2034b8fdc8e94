/* SPDX-License-Identifier: ISC */
#ifndef DXEMU_BASE_IO_H
#define DXEMU_BASE_IO_H

#include <stddef.h>

/* Writes all of it, waiting where @fd is non-blocking and full. 0 or -errno. */
int write_all(int fd, const void *data, size_t len);

#endif
