/* SPDX-License-Identifier: ISC */
/* The half of a world that runs inside: as init of its own kernel, or in namespaces of the machine's. */
#ifndef DXEMU_WORLD_INSIDE_H
#define DXEMU_WORLD_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "world/world.h"

/* Set by the boot line to the world's kind: tells dxemu that it is the init of a world. */
#define INSIDE_ENV "DXEMU_WORLD"

/* Whether this process is the init of a world. */
bool inside_is_init(void);

/* What a job gets: its line to the launcher, and the kind of world it is in. */
struct inside {
	enum world_kind kind;
	int channel;
	struct frame_reader reader;
};

/*
 * The life of an init: file systems, serial line, job, result, power off. Never returns. A virtual job
 * starts INSIDE_START_S after boot, when the kernel's own start-up timers have run out.
 */
#define INSIDE_START_S 2
_Noreturn void inside_init(world_job_fn fn);

/* The same in a child of the launcher, for WORLD_HOST: in namespaces of its own, then the job. */
int inside_host(world_job_fn fn, int channel);

/* Sends an error as FRAME_ERROR, and reads one back (launcher's side; what it gets is untrusted). */
int inside_send_error(int channel, const struct err *err);
void inside_parse_error(const uint8_t *data, size_t len, struct err *ret);

/* Tells the launcher how far the world's time has come since boot. */
int inside_send_progress(struct inside *in);
double inside_parse_progress(const uint8_t *data, size_t len);

/*
 * Reads the launcher's input up to an empty frame into an unnamed file, whose descriptor is returned. Takes
 * no time in a virtual world.
 */
int inside_read_stdin(struct inside *in, struct err *err);

/* Waits until so many seconds after boot in a virtual world; nothing in others, where waiting takes time. */
void inside_start_at(const struct inside *in, int64_t s);

/* Puts a file with this content over @path for everybody in the world ("/etc/hosts"). */
int inside_put_file(const char *path, const char *text, struct err *err);

#endif
