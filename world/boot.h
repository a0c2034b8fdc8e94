/* SPDX-License-Identifier: ISC */
#ifndef DXEMU_WORLD_BOOT_H
#define DXEMU_WORLD_BOOT_H

#include <sys/types.h>

#include "world/world.h"

/* A booted world: its process, the launcher's end of the serial line, and the kernel's messages. */
struct booted {
	pid_t pid;
	int channel;  /* non-blocking */
	int console;  /* world/console.h */
	int starting; /* a pipe that ends when the kernel has been executed */
};

/*
 * world_boot() - boots a world on @cpu (-1: any).
 * @line: what the world is to read, @len bytes; as much of it as the line holds (some 200 KiB) is on the line
 *        before the world boots, *ret_sent bytes
 *
 * When input arrives depends on the machine. It must not while a virtual world runs: the interrupts that it
 * causes leave traces, of a few clock readings of 256 ns each, in all that comes after.
 *
 * The caller owns what is in *ret and ends it with world_end().
 */
int world_boot(const struct world_opts *opts, int cpu, const uint8_t *line, size_t len,
	       struct booted *ret, size_t *ret_sent, struct err *err);

/* Kills the world if it still runs, reaps it and closes everything. Safe on a zero pid. */
void world_end(struct booted *b);

#endif
