/* SPDX-License-Identifier: ISC */
/*
 * One CPU per world. A world is several processes that hand over to each other at every system call, which
 * is about four times faster on one CPU; two worlds on the same CPU would slow each other down.
 */
#ifndef DXEMU_WORLD_CPU_H
#define DXEMU_WORLD_CPU_H

#include "base/err.h"

/* Number of CPUs this process may use. */
int cpu_count(void);

/*
 * cpu_take() - takes a CPU that no other dxemu of this network namespace holds.
 * The lock is an abstract socket, which vanishes with the process that holds it. Returns its descriptor and
 * writes the CPU's number, or -EAGAIN when all are taken. Closing the descriptor gives the CPU back.
 */
int cpu_take(int *ret_cpu, struct err *err);

#endif
