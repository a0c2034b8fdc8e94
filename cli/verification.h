/* SPDX-License-Identifier: ISC */
/* Links verified: exercises, each in a world of its own, and the rows of certificates that come of them. */
#ifndef DXEMU_CLI_VERIFICATION_H
#define DXEMU_CLI_VERIFICATION_H

#include "cli/options.h"
#include "cli/pool.h"
#include "emul/verify.h"
#include "model/result.h"

/* One exercise of one link. */
struct exam {
	const struct profile *profile;
	size_t link;
	struct exercise exercise;
	char *job;
	struct verification *rows;
	size_t n_rows;
	struct stay stay;
};

struct exams {
	struct exam *list;
	size_t n;
};

/* Those that these links need, with their jobs; freed with exams_free(), and moved by nobody until then. */
int exams_make(const struct options *o, const struct profile *profiles, size_t n,
	       enum verify_scope scope, struct exams *ret, struct err *err);
void exams_free(struct exams *exams);

/* Their places in a pool: writes @exams->n jobs. */
void exams_enter(struct exams *exams, struct pool_job *jobs);

/* Once they have been run: moves their rows to the links that they are of. */
int exams_collect(struct exams *exams, struct result *result, struct err *err);

/* The certificates of links, which the caller frees with document_free(). */
int verification_run(const struct options *o, const struct profile *profiles, size_t n,
		     enum verify_scope scope, struct result *ret, struct err *err);

/*
 * Whether compare and run check the links that they use: in virtual worlds, unless told not to. In real
 * time a check would find what the machine does.
 */
bool verification_wanted(const struct options *o);

/* Says on standard error what is wrong with a link, if anything is. */
void verification_warn(const struct link_result *l);

#endif
