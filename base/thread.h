/* SPDX-License-Identifier: ISC */
/* Threads with a real-time priority: in a virtual world, who runs first at one instant. */
#ifndef DXEMU_BASE_THREAD_H
#define DXEMU_BASE_THREAD_H

#include <pthread.h>

/* From those who give way to those who must be first. */
enum thread_priority {
	PRIORITY_LOAD = 1,
	PRIORITY_PROBE,
	PRIORITY_LINK, /* what changes the link: before anything crosses it */
};

/* Returns 0 or -errno. */
int thread_start(pthread_t *ret, enum thread_priority priority, void *(*fn)(void *), void *arg);

#endif
