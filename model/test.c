// SPDX-License-Identifier: ISC
#include "model/test.h"

#include <bsd/string.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/util.h"

const char *const test_names[TEST_KIND_COUNT] = {
	[TEST_TCP] = "tcp",
	[TEST_UDP] = "udp",
	[TEST_LATENCY] = "latency",
	[TEST_RR] = "rr",
	[TEST_CRR] = "crr",
	[TEST_FCT] = "fct",
	[TEST_THROUGHPUT] = "throughput",
	[TEST_CAPACITY] = "capacity",
	[TEST_POLICING] = "policing",
	[TEST_PATH_MTU] = "path-mtu",
};

const char *const test_summaries[TEST_KIND_COUNT] = {
	[TEST_TCP] = "TCP flows: goodput, retransmits, latency meanwhile, each flow over time",
	[TEST_UDP] = "packets at a set rate: loss and its shape, order, delay",
	[TEST_LATENCY] = "STAMP probes (RFC 8762) alone",
	[TEST_RR] = "requests and responses on one TCP connection",
	[TEST_CRR] = "the same with a connection for each",
	[TEST_FCT] = "flow completion time of --size bytes, from connect to last byte",
	[TEST_THROUGHPUT] = "RFC 6349: path MTU, RTT, BDP; transfer time, efficiency, buffer delay",
	[TEST_CAPACITY] = "RFC 9971: the packet rates with no loss (NDR) and with 0.5 % (PDR)",
	[TEST_POLICING] = "ITU-T Y.1564: steps up to the CIR, CIR + EIR, and beyond",
	[TEST_PATH_MTU] = "RFC 1191 and RFC 8899: what passes, and whether the path says so",
};

const char *const arrivals_names[ARRIVALS_COUNT] = {
	[ARRIVALS_CONSTANT] = "constant",
	[ARRIVALS_POISSON] = "poisson",
	[ARRIVALS_ON_OFF] = "on-off",
};

#define DURATION_S 10
#define PROBE_INTERVAL_US 1000

struct test test_defaults(enum test_kind kind)
{
	const bool both = kind == TEST_CAPACITY || kind == TEST_POLICING || kind == TEST_PATH_MTU;
	struct test t = {
		.kind = kind,
		.dir = { [TO_VPC] = true, [TO_ONPREM] = both },
		.flows = 1,
		.congestion_control = "cubic",
		.duration_s = DURATION_S,
		.interval_s = 1,
		.burst = 100,
		.duty = 0.5,
		.size_bytes = 10000000,
		.request_bytes = 1,
		.response_bytes = 1,
		.probe_interval_us = PROBE_INTERVAL_US,
	};

	/* Trials and steps: by the link's rate. */
	if (kind == TEST_CAPACITY || kind == TEST_POLICING)
		t.duration_s = 0;

	return t;
}

/* Parameters that are numbers, for JSON. */
static const struct field {
	const char *name;
	size_t offset;
	enum { FIELD_UNSIGNED, FIELD_U64, FIELD_DOUBLE, FIELD_BOOL } type;
} fields[] = {
	{ "to_vpc", offsetof(struct test, dir[TO_VPC]), FIELD_BOOL },
	{ "to_onprem", offsetof(struct test, dir[TO_ONPREM]), FIELD_BOOL },
	{ "flows", offsetof(struct test, flows), FIELD_UNSIGNED },
	{ "duration_s", offsetof(struct test, duration_s), FIELD_DOUBLE },
	{ "interval_s", offsetof(struct test, interval_s), FIELD_DOUBLE },
	{ "background", offsetof(struct test, background), FIELD_DOUBLE },
	{ "rate_bps", offsetof(struct test, rate_bps), FIELD_U64 },
	{ "pps", offsetof(struct test, pps), FIELD_U64 },
	{ "burst", offsetof(struct test, burst), FIELD_U64 },
	{ "duty", offsetof(struct test, duty), FIELD_DOUBLE },
	{ "frame_bytes", offsetof(struct test, frame_bytes), FIELD_UNSIGNED },
	{ "size_bytes", offsetof(struct test, size_bytes), FIELD_U64 },
	{ "request_bytes", offsetof(struct test, request_bytes), FIELD_U64 },
	{ "response_bytes", offsetof(struct test, response_bytes), FIELD_U64 },
	{ "count", offsetof(struct test, count), FIELD_U64 },
	{ "probe_interval_us", offsetof(struct test, probe_interval_us), FIELD_UNSIGNED },
	{ "stream", offsetof(struct test, stream), FIELD_BOOL },
	{ "probes_wanted", offsetof(struct test, probes_wanted), FIELD_BOOL },
};

static json_t *field_to_json(const struct test *t, const struct field *f)
{
	const void *at = (const char *)t + f->offset;

	switch (f->type) {
	case FIELD_UNSIGNED:
		return json_integer(*(const unsigned *)at);
	case FIELD_U64:
		return json_integer((json_int_t) * (const uint64_t *)at);
	case FIELD_DOUBLE:
		return json_real(*(const double *)at);
	case FIELD_BOOL:
		return json_boolean(*(const bool *)at);
	}

	return NULL;
}

json_t *test_to_json(const struct test *t)
{
	json_t *doc =
		json_pack("{s:s, s:s, s:s}", "method", test_names[t->kind], "congestion_control",
			  t->congestion_control, "arrivals", arrivals_names[t->arrivals]);
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		r |= json_object_set_new(doc, fields[i].name, field_to_json(t, &fields[i]));
	if (r) {
		json_decref(doc);
		return NULL;
	}

	return doc;
}

static int field_from_json(struct test *t, const struct field *f, const json_t *value)
{
	void *at = (char *)t + f->offset;
	const json_int_t n = json_integer_value(value);

	switch (f->type) {
	case FIELD_UNSIGNED:
		if (!json_is_integer(value) || n < 0 || n > UINT32_MAX)
			return -EPROTO;
		*(unsigned *)at = (unsigned)n;
		break;
	case FIELD_U64:
		if (!json_is_integer(value) || n < 0)
			return -EPROTO;
		*(uint64_t *)at = (uint64_t)n;
		break;
	case FIELD_DOUBLE:
		if (!json_is_number(value) || !(json_number_value(value) >= 0))
			return -EPROTO;
		*(double *)at = json_number_value(value);
		break;
	case FIELD_BOOL:
		if (!json_is_boolean(value))
			return -EPROTO;
		*(bool *)at = json_is_true(value);
		break;
	}

	return 0;
}

/* The place of a name in a list, or -EPROTO. */
static int name_from_json(const json_t *doc, const char *key, const char *const *names, size_t n)
{
	const char *name = json_string_value(json_object_get(doc, key));

	for (size_t i = 0; name && i < n; i++)
		if (!strcmp(name, names[i]))
			return (int)i;

	return -EPROTO;
}

/* Numbers by which a method sizes its arrays and packets. */
static bool is_possible(const struct test *t)
{
	const bool named = t->frame_bytes == FRAME_FULL || t->frame_bytes == FRAME_IMIX;

	return t->flows <= TEST_FLOWS_MAX &&
	       (named || (t->frame_bytes >= FRAME_BYTES_MIN && t->frame_bytes <= FRAME_BYTES_MAX));
}

int test_from_json(const json_t *doc, struct test *ret)
{
	const char *cc = json_string_value(json_object_get(doc, "congestion_control"));
	int kind = name_from_json(doc, "method", test_names, TEST_KIND_COUNT);
	int arrivals = name_from_json(doc, "arrivals", arrivals_names, ARRIVALS_COUNT);
	struct test t = { 0 };

	if (kind < 0 || arrivals < 0 || !cc ||
	    strlcpy(t.congestion_control, cc, sizeof(t.congestion_control)) >=
		    sizeof(t.congestion_control))
		return -EPROTO;
	t.kind = (enum test_kind)kind;
	t.arrivals = (enum arrivals)arrivals;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (field_from_json(&t, &fields[i], json_object_get(doc, fields[i].name)) < 0)
			return -EPROTO;
	if (!is_possible(&t))
		return -EPROTO;
	*ret = t;

	return 0;
}
