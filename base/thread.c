// SPDX-License-Identifier: ISC
#include "base/thread.h"

#include <sched.h>

int thread_start(pthread_t *ret, enum thread_priority priority, void *(*fn)(void *), void *arg)
{
	const struct sched_param param = { .sched_priority = priority };
	pthread_attr_t attr;
	int r = pthread_attr_init(&attr);

	if (r != 0)
		return -r;
	(void)pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	(void)pthread_attr_setschedpolicy(&attr, SCHED_FIFO);
	(void)pthread_attr_setschedparam(&attr, &param);
	r = pthread_create(ret, &attr, fn, arg);
	(void)pthread_attr_destroy(&attr);

	return -r;
}
