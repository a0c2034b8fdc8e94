// SPDX-License-Identifier: ISC
#include "model/test.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/util.h"

static void expect_same(const struct test *a, const struct test *b, const char *what)
{
	cr_expect_eq(a->kind, b->kind, "%s", what);
	cr_expect_eq(a->dir[TO_VPC], b->dir[TO_VPC], "%s", what);
	cr_expect_eq(a->dir[TO_ONPREM], b->dir[TO_ONPREM], "%s", what);
	cr_expect_eq(a->flows, b->flows, "%s", what);
	cr_expect_str_eq(a->congestion_control, b->congestion_control, "%s", what);
	cr_expect_eq(a->duration_s, b->duration_s, "%s", what);
	cr_expect_eq(a->interval_s, b->interval_s, "%s", what);
	cr_expect_eq(a->background, b->background, "%s", what);
	cr_expect_eq(a->rate_bps, b->rate_bps, "%s", what);
	cr_expect_eq(a->pps, b->pps, "%s", what);
	cr_expect_eq(a->arrivals, b->arrivals, "%s", what);
	cr_expect_eq(a->burst, b->burst, "%s", what);
	cr_expect_eq(a->duty, b->duty, "%s", what);
	cr_expect_eq(a->frame_bytes, b->frame_bytes, "%s", what);
	cr_expect_eq(a->size_bytes, b->size_bytes, "%s", what);
	cr_expect_eq(a->request_bytes, b->request_bytes, "%s", what);
	cr_expect_eq(a->response_bytes, b->response_bytes, "%s", what);
	cr_expect_eq(a->count, b->count, "%s", what);
	cr_expect_eq(a->probe_interval_us, b->probe_interval_us, "%s", what);
	cr_expect_eq(a->stream, b->stream, "%s", what);
	cr_expect_eq(a->probes_wanted, b->probes_wanted, "%s", what);
}

/* Through text, as a job goes into a world. */
static void expect_round_trip(const struct test *t, const char *what)
{
	json_t *doc = test_to_json(t), *read;
	struct test got;
	char *text;

	cr_assert_not_null(doc, "%s", what);
	text = json_dumps(doc, JSON_COMPACT);
	cr_assert_not_null(text);
	read = json_loads(text, 0, NULL);
	memset(&got, 0xa5, sizeof(got));
	cr_assert_eq(test_from_json(read, &got), 0, "%s: %s", what, text);
	expect_same(t, &got, what);
	free(text);
	json_decref(read);
	json_decref(doc);
}

/* Nothing is as it is by default, and no two fields of a type are alike. */
static const struct test changed = {
	.kind = TEST_UDP,
	.dir = { [TO_VPC] = false, [TO_ONPREM] = true },
	.flows = TEST_FLOWS_MAX,
	.congestion_control = "fifteen-letters",
	.duration_s = 12.345678901234567,
	.interval_s = 0.1,
	.background = 0.3,
	.rate_bps = 400000000001,
	.pps = 99999999,
	.arrivals = ARRIVALS_ON_OFF,
	.burst = 1000000000,
	.duty = 0.000001,
	.frame_bytes = FRAME_BYTES_MAX,
	.size_bytes = 1000000000001,
	.request_bytes = 3,
	.response_bytes = 5,
	.count = 7,
	.probe_interval_us = 100000000,
	.stream = true,
	.probes_wanted = true,
};

Test(test, round_trip)
{
	struct test t = changed;

	for (enum test_kind k = 0; k < TEST_KIND_COUNT; k++) {
		t = test_defaults(k);
		expect_round_trip(&t, test_names[k]);
		t = changed;
		t.kind = k;
		t.arrivals = (enum arrivals)(k % ARRIVALS_COUNT);
		expect_round_trip(&t, test_names[k]);
	}
	t.frame_bytes = FRAME_IMIX;
	expect_round_trip(&t, "imix");
	t.frame_bytes = FRAME_BYTES_MIN;
	expect_round_trip(&t, "least frame");
	/* Whole numbers in JSON have 63 bits. */
	t.size_bytes = INT64_MAX;
	expect_round_trip(&t, "most bytes");
}

Test(test, defaults)
{
	for (enum test_kind k = 0; k < TEST_KIND_COUNT; k++) {
		const struct test t = test_defaults(k);
		/* RFC 9971, Y.1564 and path MTU look at both directions, one after the other. */
		const bool both = k == TEST_CAPACITY || k == TEST_POLICING || k == TEST_PATH_MTU;
		const bool own = k == TEST_CAPACITY || k == TEST_POLICING;

		cr_expect_eq(t.kind, k);
		cr_expect(t.dir[TO_VPC], "%s", test_names[k]);
		cr_expect_eq(t.dir[TO_ONPREM], both, "%s", test_names[k]);
		cr_expect_eq(t.duration_s, own ? 0 : 10, "%s", test_names[k]);
		cr_expect_eq(t.interval_s, 1, "%s", test_names[k]);
		cr_expect_eq(t.flows, 1, "%s", test_names[k]);
		cr_expect_str_eq(t.congestion_control, "cubic");
		cr_expect_eq(t.probe_interval_us, 1000, "%s", test_names[k]);
		cr_expect_eq(t.frame_bytes, FRAME_FULL, "%s", test_names[k]);
		cr_expect_eq(t.arrivals, ARRIVALS_CONSTANT, "%s", test_names[k]);
		cr_expect_eq(t.burst, 100, "%s", test_names[k]);
		cr_expect_eq(t.duty, 0.5, "%s", test_names[k]);
		cr_expect_eq(t.size_bytes, 10000000, "%s", test_names[k]);
		cr_expect_eq(t.request_bytes, 1, "%s", test_names[k]);
		cr_expect_eq(t.response_bytes, 1, "%s", test_names[k]);
		cr_expect(!t.rate_bps && !t.pps && !t.count && !t.stream && !t.probes_wanted);
		cr_expect(test_names[k] && test_summaries[k]);
	}
}

/* A key with another value, as text, in what is else complete; NULL = without the key. */
Test(test, hostile)
{
	static const struct {
		const char *key, *value;
		int code;
	} rows[] = {
		{ "method", "\"udp\"", 0 },
		{ "method", NULL, -EPROTO },
		{ "method", "\"UDP\"", -EPROTO },
		{ "method", "\"\"", -EPROTO },
		{ "method", "1", -EPROTO },
		{ "method", "null", -EPROTO },
		{ "arrivals", NULL, -EPROTO },
		{ "arrivals", "\"bursty\"", -EPROTO },
		{ "arrivals", "[\"constant\"]", -EPROTO },
		{ "congestion_control", NULL, -EPROTO },
		{ "congestion_control", "5", -EPROTO },
		{ "congestion_control", "\"fifteen-letters\"", 0 },
		{ "congestion_control", "\"sixteen--letters\"", -EPROTO },
		{ "to_vpc", NULL, -EPROTO },
		{ "to_vpc", "1", -EPROTO },
		{ "to_onprem", "\"true\"", -EPROTO },
		{ "flows", NULL, -EPROTO },
		{ "flows", "64", 0 },
		{ "flows", "65", -EPROTO },
		/* Of a job that is no test. */
		{ "flows", "0", 0 },
		{ "flows", "-1", -EPROTO },
		{ "flows", "4294967297", -EPROTO },
		{ "flows", "1.5", -EPROTO },
		{ "flows", "\"1\"", -EPROTO },
		{ "flows", "true", -EPROTO },
		{ "duration_s", "0", 0 },
		{ "duration_s", "0.25", 0 },
		{ "duration_s", "-0.001", -EPROTO },
		{ "duration_s", "-1e308", -EPROTO },
		{ "duration_s", "\"10\"", -EPROTO },
		{ "duration_s", "null", -EPROTO },
		{ "interval_s", NULL, -EPROTO },
		{ "background", "-1", -EPROTO },
		{ "rate_bps", "-1", -EPROTO },
		{ "rate_bps", "1e9", -EPROTO },
		{ "rate_bps", "{}", -EPROTO },
		{ "pps", "0.5", -EPROTO },
		{ "burst", NULL, -EPROTO },
		{ "duty", "[]", -EPROTO },
		{ "frame_bytes", "0", 0 },
		{ "frame_bytes", "1", 0 },
		{ "frame_bytes", "2", -EPROTO },
		{ "frame_bytes", "63", -EPROTO },
		{ "frame_bytes", "64", 0 },
		{ "frame_bytes", "9022", 0 },
		{ "frame_bytes", "9023", -EPROTO },
		{ "size_bytes", "-9223372036854775808", -EPROTO },
		{ "request_bytes", "1.0", -EPROTO },
		{ "response_bytes", NULL, -EPROTO },
		{ "count", "false", -EPROTO },
		{ "probe_interval_us", "4294967296", -EPROTO },
		{ "probe_interval_us", "4294967295", 0 },
		{ "stream", "0", -EPROTO },
		{ "probes_wanted", NULL, -EPROTO },
		{ "a key of tomorrow", "1", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct test t = test_defaults(TEST_TCP);
		json_t *doc = test_to_json(&t);
		struct test got;

		memset(&got, 0xa5, sizeof(got));
		if (rows[i].value) {
			json_t *value = json_loads(rows[i].value, JSON_DECODE_ANY, NULL);

			cr_assert_not_null(value, "%s", rows[i].value);
			json_object_set_new(doc, rows[i].key, value);
		} else {
			cr_assert_eq(json_object_del(doc, rows[i].key), 0, "%s", rows[i].key);
		}
		cr_expect_eq(test_from_json(doc, &got), rows[i].code, "%s: %s", rows[i].key,
			     rows[i].value ? rows[i].value : "absent");
		/* What cannot be read leaves no half of it. */
		if (rows[i].code)
			cr_expect_eq(got.flows, 0xa5a5a5a5, "%s", rows[i].key);
		json_decref(doc);
	}
}

/* Without any one of its keys it is no test. */
Test(test, every_key_is_needed)
{
	const struct test t = test_defaults(TEST_FCT);
	json_t *all = test_to_json(&t);
	const char *key;
	json_t *value;

	json_object_foreach (all, key, value) {
		json_t *doc = json_copy(all);
		struct test got;

		cr_assert_eq(json_object_del(doc, key), 0);
		cr_expect_eq(test_from_json(doc, &got), -EPROTO, "%s", key);
		json_object_set_new(doc, key, json_array());
		cr_expect_eq(test_from_json(doc, &got), -EPROTO, "%s", key);
		json_decref(doc);
	}
	cr_expect_eq(json_object_size(all), 21);
	json_decref(all);
}

Test(test, no_object)
{
	static const char *const rows[] = { "[]", "\"tcp\"", "5", "null", "true", "{}" };
	struct test got;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_t *doc = json_loads(rows[i], JSON_DECODE_ANY, NULL);

		cr_expect_eq(test_from_json(doc, &got), -EPROTO, "%s", rows[i]);
		json_decref(doc);
	}
	cr_expect_eq(test_from_json(NULL, &got), -EPROTO);
}
