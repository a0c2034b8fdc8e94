/* SPDX-License-Identifier: ISC */
/*
 * Confinement of a world's process: it may read what its user may read and write nothing of the machine.
 *
 * Root inside the world can remount its read-only root writable, and would then write the machine's files as
 * the user who started it. Either of two walls stops that, and both are raised where the machine has them:
 * a mount namespace in which everything is read-only, and Landlock (Linux 5.13). Neither needs root.
 */
#ifndef DXEMU_WORLD_CONFINE_H
#define DXEMU_WORLD_CONFINE_H

#include <stdbool.h>

#include "base/err.h"

struct confinement {
	bool mounts;   /* a mount namespace with everything read-only */
	bool landlock; /* write access refused by Landlock, with a seccomp filter for the rest */
	bool gave_up_root; /* runs as another user, who keeps only the right to read */
	/*
	 * Where the world keeps its memory: a private tmpfs of the mount namespace, or else a directory on
	 * /dev/shm or $TMPDIR that has no name any more. Either way nothing is left to clean up. The
	 * descriptor survives exec.
	 */
	int memory_dir;
};

/*
 * confine() - confines the calling process for good; for a child between fork and exec.
 * @memory_mb: what the world's memory may grow to; checked against the place it gets
 *
 * Gives up root on the way. Fails with err_env() when the machine has neither wall, or no place for the memory;
 * the message names the remedies.
 */
int confine(unsigned memory_mb, struct confinement *ret, struct err *err);

#endif
