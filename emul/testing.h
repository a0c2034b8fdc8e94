/* SPDX-License-Identifier: ISC */
/* What test methods share: a test that is under way, probes and other traffic beside it. Inside a world. */
#ifndef DXEMU_EMUL_TESTING_H
#define DXEMU_EMUL_TESTING_H

#include "emul/job.h"
#include "emul/test_answer.h"
#include "traffic/probe.h"

struct testing {
	struct inside *in;
	const struct job *job;
	const struct profile *p;
	const struct test *t;
	struct rows rows;
	/* Of the test's probes, where they are wanted. */
	struct probe_record *probes;
	uint64_t n_probes;
};

/* A row of a table, cell by cell: as many as the table has columns. */
#define ROW(testing, id, err, ...) \
	rows_add(&(testing)->rows, id, (const double[]){ __VA_ARGS__ }, err)

/* Receive stamps are switched on asynchronously: what arrives earlier gets the time it was read. */
#define TESTING_SETTLE_NS (300 * NSEC_PER_MSEC)

/* How long to measure: as asked, or as long as enough full-size frames take, 1 to 10 s. */
double testing_duration_s(const struct testing *g);

/* How long the last packet of a test may take. */
int64_t testing_linger_ns(const struct profile *p);

/* The time a load is given to reach its rate, in a direction: the same rule as in comparisons (emul/phases.h). */
int64_t testing_ramp_ns(const struct testing *g, enum dir d);

/* Sleeps until then (CLOCK_REALTIME), and tells the launcher about each second of it. */
void testing_wait(struct testing *g, int64_t until);

/* STAMP probes from one time to another, to the VPC and back. */
struct probing {
	int reflector, sender;
	struct probe_record *rec;
	uint64_t n;
	int64_t linger_ns;
	struct probe_run *run;
};

#define PROBING_NONE ((struct probing){ .reflector = -1, .sender = -1 })

/*
 * probing_start() - nothing where the test wants no probes. @from is TESTING_SETTLE_NS ahead, or more.
 * probing_finish() - waits for the last of them and fills the tables of latency and probes, or (@g's @p50_ns and
 * @mean_ns not NULL) tells round trips. probing_close() frees, also after a failure.
 */
int probing_start(struct probing *pr, const struct testing *g, int64_t from, int64_t to,
		  struct err *err);
int probing_finish(struct probing *pr, struct testing *g, struct phase_result *ret,
		   struct err *err);
void probing_close(struct probing *pr, struct testing *g);

/* The rows of a phase's probes. */
int probing_tell(const struct probing *pr, struct testing *g, const struct phase_result *ph,
		 struct err *err);

/* The methods; each fills its tables. */
int test_tcp(struct testing *g, struct err *err);
int test_udp(struct testing *g, struct err *err);
int test_latency(struct testing *g, struct err *err);
int test_transactions(struct testing *g, struct err *err);
int test_throughput(struct testing *g, struct err *err);
int test_capacity(struct testing *g, struct err *err);
int test_policing(struct testing *g, struct err *err);
int test_path_mtu(struct testing *g, struct err *err);

#endif
