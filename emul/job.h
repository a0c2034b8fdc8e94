/* SPDX-License-Identifier: ISC */
/* What a world is told to do, as JSON on its line, and what it answers. */
#ifndef DXEMU_EMUL_JOB_H
#define DXEMU_EMUL_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "emul/exercise.h"
#include "emul/phases.h"
#include "model/profile.h"
#include "model/result.h"
#include "model/test.h"
#include "world/inside.h"

/* The world's time at which a lab is ready, at the latest, and something begins to happen in it. */
#define JOB_START_S 8

enum job_kind {
	JOB_MEASURE, /* one phase of a measurement */
	JOB_COMMAND, /* a program of the user's */
	JOB_VERIFY,  /* one exercise of a verification */
	JOB_TEST,    /* a test method */
	JOB_PROBE,   /* what can this kernel do? The profile does not matter */
	JOB_KIND_COUNT,
};

struct job {
	enum job_kind kind;
	struct profile profile;
	uint64_t seed;

	/* JOB_MEASURE */
	struct phase_plan phase;
	struct method method;

	/* JOB_VERIFY */
	struct exercise exercise;

	/* JOB_TEST */
	struct test test;

	/* JOB_COMMAND; the strings belong to the job */
	char **argv, **env; /* NULL-terminated */
	char *cwd;
	bool use_stdin;	   /* FRAME_STDIN follows */
	bool capture;	   /* FRAME_CAPTURE comes back */
	double deadline_s; /* of the world's time */
};

/* The text of a job, for world_run_all(); the caller frees it. NULL without memory. */
char *job_write(const struct job *job);

/* Reads it back inside; free with job_free(). */
int job_read(const char *text, size_t len, struct job *ret, struct err *err);
void job_free(struct job *job);

/* Builds the lab and does the job: what every world's inside runs (world_job_fn). */
int job_run(struct inside *in, const char *text, size_t len, struct err *err);

/* The kinds of jobs; for all but the last the lab is up. */
int measure_run(struct inside *in, const struct job *job, struct err *err);
int command_run(struct inside *in, const struct job *job, struct err *err);
int verify_run(struct inside *in, const struct job *job, struct err *err);
int test_run(struct inside *in, const struct job *job, struct err *err);
int probe_run(struct inside *in, struct err *err);

#endif
