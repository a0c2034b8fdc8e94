/* SPDX-License-Identifier: ISC */
/* Cleanup attributes for locals, and the explicit hand-over that goes with them. */
#ifndef DXEMU_BASE_AUTO_H
#define DXEMU_BASE_AUTO_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void auto_free_fn(void *p)
{
	free(*(void **)p);
}

static inline void auto_close_fn(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void auto_fclose_fn(FILE **f)
{
	if (*f)
		(void)fclose(*f);
}

#define auto_free __attribute__((cleanup(auto_free_fn)))
#define auto_close __attribute__((cleanup(auto_close_fn)))
#define auto_fclose __attribute__((cleanup(auto_fclose_fn)))

/* Takes a local's content over: the local no longer owns it. */
static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#define take_ptr(p)                      \
	({                               \
		typeof(p) *_pp = &(p);   \
		typeof(p) _taken = *_pp; \
		*_pp = NULL;             \
		_taken;                  \
	})

#endif
