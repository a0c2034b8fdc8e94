/* SPDX-License-Identifier: ISC */
/* Where the kernel of the worlds is: world/kernel/build.sh puts it into the user's cache. */
#ifndef DXEMU_WORLD_KERNEL_H
#define DXEMU_WORLD_KERNEL_H

#include <stddef.h>

#include "base/err.h"

/*
 * kernel_find() - path of the User-Mode Linux executable to boot.
 * @datadir: holds world/kernel/config, by whose hash a kernel that was built with it is recognised
 *
 * $DXEMU_KERNEL if set, else the newest in ${XDG_CACHE_HOME:-$HOME/.cache}/dxemu. Returns 0 and writes
 * @ret_path, or a negative errno: err_env() with the remedy if there is none.
 */
int kernel_find(const char *datadir, char *ret_path, size_t size, struct err *err);

#endif
