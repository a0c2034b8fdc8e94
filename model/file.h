/* SPDX-License-Identifier: ISC */
/* Whole files that users name: profiles, tables. Internal to model/. */
#ifndef DXEMU_MODEL_FILE_H
#define DXEMU_MODEL_FILE_H

#include <stddef.h>

#include "base/err.h"

#define FILE_MAX_BYTES (1U << 20)

/* Opens for file_read(): neither a terminal nor a FIFO without a writer holds it up. A descriptor or -errno. */
int file_open(const char *path);

/*
 * file_read() - all of a regular file of at most FILE_MAX_BYTES.
 * @path, @noun: for messages, "x: a directory, not a profile"
 * @ret_text: followed by a NUL byte that @ret_len does not count; the caller frees it
 *
 * What is no such file is err_input(). Returns 0 or -errno.
 */
int file_read(int fd, const char *path, const char *noun, char **ret_text, size_t *ret_len,
	      struct err *err);

#endif
