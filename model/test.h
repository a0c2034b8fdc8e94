/* SPDX-License-Identifier: ISC */
/* A test method and its parameters: what `dxemu run --method NAME` asks for. */
#ifndef DXEMU_MODEL_TEST_H
#define DXEMU_MODEL_TEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/link.h"

enum test_kind {
	TEST_TCP,	 /* bulk flows */
	TEST_UDP,	 /* a stream of packets at a set rate */
	TEST_LATENCY,	 /* probes alone */
	TEST_RR,	 /* request and response on one connection */
	TEST_CRR,	 /* connect, request, response */
	TEST_FCT,	 /* flow completion time of a size */
	TEST_THROUGHPUT, /* RFC 6349 */
	TEST_CAPACITY,	 /* RFC 9971 */
	TEST_POLICING,	 /* ITU-T Y.1564, service configuration test */
	TEST_PATH_MTU,	 /* RFC 1191 and RFC 8899 */
	TEST_KIND_COUNT,
};

/* "tcp", "udp", "latency", ...; and a line on each. */
extern const char *const test_names[TEST_KIND_COUNT];
extern const char *const test_summaries[TEST_KIND_COUNT];

enum arrivals {
	ARRIVALS_CONSTANT,
	ARRIVALS_POISSON,
	ARRIVALS_ON_OFF,
	ARRIVALS_COUNT,
};

extern const char *const arrivals_names[ARRIVALS_COUNT]; /* "constant", "poisson", "on-off" */

/* Of test.frame_bytes: Ethernet frames with FCS; or these two. */
#define FRAME_FULL 0 /* as large as the link takes */
#define FRAME_IMIX 1 /* a mix of sizes */
#define FRAME_BYTES_MIN 64
#define FRAME_BYTES_MAX 9022 /* of a packet of 9004 bytes */

#define TEST_FLOWS_MAX 64

struct test {
	enum test_kind kind;
	bool dir[DIR_COUNT]; /* which directions the load takes; both at once where both are set */
	unsigned flows;
	char congestion_control[16];
	double duration_s;	/* measured; 0 = as the method has it */
	double interval_s;	/* of rows over time */
	double background;	/* share of the link's rate that other traffic takes */
	uint64_t rate_bps, pps; /* offered; frames as a policer with l2 accounting counts them */
	enum arrivals arrivals;
	uint64_t burst; /* on-off: packets in a burst */
	double duty;	/* on-off: share of the time that is on */
	unsigned frame_bytes;
	uint64_t size_bytes;			       /* fct */
	uint64_t request_bytes, response_bytes, count; /* rr, crr, fct */
	unsigned probe_interval_us;		       /* 0 = no probes beside the load */
	bool stream;				       /* rows are told as they come */
	bool probes_wanted;			       /* each probe's record comes back */
};

/* What a test does unless told otherwise. */
struct test test_defaults(enum test_kind kind);

/*
 * Parameters in JSON, all of them, by their names with units ("duration_s"); from JSON it is untrusted text.
 * NULL without memory; -EPROTO.
 */
json_t *test_to_json(const struct test *t);
int test_from_json(const json_t *doc, struct test *ret);

#endif
