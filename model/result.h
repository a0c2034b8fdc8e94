/* SPDX-License-Identifier: ISC */
/* What a comparison found: plain data, filled by emul/, written by report/. Times are nanoseconds. */
#ifndef DXEMU_MODEL_RESULT_H
#define DXEMU_MODEL_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/account.h"
#include "model/profile.h"
#include "model/stay.h"
#include "model/table.h"
#include "model/test.h"

enum phase {
	PHASE_IDLE,
	PHASE_LOADED_TO_VPC,
	PHASE_LOADED_TO_ONPREM,
	PHASE_COUNT,
};

/* "idle", "loaded_to_vpc", "loaded_to_onprem" */
extern const char *const phase_names[PHASE_COUNT];

enum quantile {
	Q_MIN,
	Q_P50,
	Q_P90,
	Q_P99,
	Q_P999,
	Q_MAX,
	QUANTILE_COUNT,
};

extern const char *const quantile_names[QUANTILE_COUNT]; /* "min", "p50", ..., "p999", "max" */

/*
 * A distribution over received probes (RFC 5481). A percentile needs ten samples beyond it, else its bit in
 * @have is clear. @lost: so many probes were lost that, counted as infinite delay, they would make it so.
 */
struct quantiles {
	uint64_t n;
	unsigned have; /* bit mask by enum quantile */
	unsigned lost; /* the same; percentiles only: min and max are of received probes by definition */
	int64_t ns[QUANTILE_COUNT];
};

struct loss_stats {
	uint64_t sent, lost;
	double ratio;
	double ci95_low, ci95_high; /* Wilson score interval */
	uint64_t episodes;	    /* runs of consecutive lost packets */
	uint64_t longest_burst;	    /* packets */
	bool few; /* fewer than 20 loss episodes were to be expected of the profile in this phase */
};

/* The times of one probe on the world's one clock; 0 = did not arrive. */
struct probe_record {
	int64_t sent_ns;      /* intended send time */
	int64_t at_vpc_ns;    /* receive stamp at the reflector */
	int64_t reflected_ns; /* sent back */
	int64_t received_ns;  /* receive stamp at the sender */
};

struct tcp_stats {
	bool measured;
	double goodput_bps; /* payload bits at the receiver, after the ramp */
	uint64_t retransmits;
	uint64_t bytes;
	bool few; /* loss would limit it to less, but fewer than 20 episodes were to be expected */
};

struct phase_result {
	bool done;
	double virtual_s, wall_s;
	double duration_s, ramp_s;
	unsigned probe_interval_us;
	struct quantiles rtt, owd[DIR_COUNT], pdv[DIR_COUNT], ipdv[DIR_COUNT];
	struct loss_stats loss[DIR_COUNT];
	uint64_t reordered[DIR_COUNT], duplicated[DIR_COUNT];
	struct tcp_stats tcp;
	struct loss_account account[DIR_COUNT]; /* of all that crossed the link in this phase */
	uint8_t samples_sha256[32];
};

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_INCONCLUSIVE, /* too few samples to tell */
	VERDICT_COUNT,
};

extern const char *const verdict_names[VERDICT_COUNT]; /* "pass", "fail", "inconclusive" */

/* One row of a link's calibration certificate: what was asked for, what was measured, what would have passed. */
struct verification {
	enum dir dir;
	char quantity[40]; /* "rate", "delay p50", "jitter shape, idle" */
	char unit[8];	   /* "bps", "us", "ratio", "bytes", "packets" or "" */
	double configured, measured, low, high;
	enum verdict verdict;
};

/* What a test method found. Probe records only where they were asked for. */
struct test_result {
	struct test test;
	struct table tables[TABLE_COUNT];
	struct probe_record *probes;
	uint64_t n_probes;
};

struct link_result {
	struct profile profile;
	char title[128];
	struct phase_result phase[PHASE_COUNT];
	unsigned mss; /* of TCP over this link, bytes of payload in a full segment; 0 = not measured */
	/* The certificate; no rows: not verified. */
	struct verification *verification;
	size_t n_verification;
	/* A test method, instead of the phases; NULL = none. */
	struct test_result *test;
	/* over all phases */
	struct loss_stats loss[DIR_COUNT];
	uint64_t reordered, duplicated;
	uint8_t samples_sha256[32]; /* over the phases' hashes, in order */
};

struct method {
	unsigned flows;
	char congestion_control[16];
	bool frame_by_frame; /* no super-packet meets a link: set and read back when it was built */
	unsigned probe_bytes; /* UDP payload */
};

struct result {
	char version[32]; /* of dxemu */
	uint64_t seed;	  /* at most INT64_MAX, the largest integer that JSON readers agree on */
	bool deterministic;
	char world_kind[16];
	struct stay stay; /* of all worlds together */
	double wall_s;
	struct method method;
	struct link_result *links;
	size_t n_links;
};

/* One more world, on the same kernel as those before. */
void result_add_stay(struct result *result, const struct stay *stay);

#endif
