/* SPDX-License-Identifier: ISC */
/* A profile while it is being read: what its text has said so far, and where. Internal to model/. */
#ifndef DXEMU_MODEL_PROFILE_READER_H
#define DXEMU_MODEL_PROFILE_READER_H

#include "model/profile_places.h"
#include "model/yaml.h"

/* Which keys the link itself, or a step, gives: bit masks, for each direction in any way, or for it alone. */
struct layer {
	uint64_t given[DIR_COUNT], direct[DIR_COUNT];
};

struct reader {
	const char *name; /* of the file, for messages */
	const char *dir;  /* where it is; NULL: in no file */
	struct profile profile;
	struct places places;
	struct layer layers[1 + PROFILE_STEPS_MAX];
	char step_paths[PROFILE_STEPS_MAX][YAML_PATH_MAX]; /* "schedule.20s" */
	unsigned layer;					   /* at hand */
	size_t prefix; /* "schedule.20s.": how much of a path it takes up */
};

/* A yaml_handler; the context is a struct reader. */
int reader_handle(void *context, enum yaml_event event, const struct yaml_at *at, const char *text,
		  struct err *err);

#endif
