// SPDX-License-Identifier: ISC
#include "model/account_json.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/util.h"

/* No two figures are alike, and the largest is all that an integer of JSON holds. */
static const struct loss_account some[DIR_COUNT] = {
	[TO_VPC] = { 100, 11, 86, { 1, 2, 3, 4, 5 } },
	[TO_ONPREM] = { INT64_MAX, 12, 87, { 6, 7, 8, 9, 10 } },
};

static const char some_text[] =
	"{\"to_vpc\":{\"sent\":100,\"duplicated\":11,\"received\":86,\"impairment\":1,\"queue\":2,"
	"\"policer\":3,\"packet_cap\":4,\"endpoint\":5},"
	"\"to_onprem\":{\"sent\":9223372036854775807,\"duplicated\":12,\"received\":87,"
	"\"impairment\":6,\"queue\":7,\"policer\":8,\"packet_cap\":9,\"endpoint\":10}}";

Test(account_json, text)
{
	json_t *doc = account_to_json(some);
	char *text = json_dumps(doc, JSON_COMPACT);

	cr_expect_str_eq(text, some_text);
	free(text);
	json_decref(doc);
}

Test(account_json, round_trip)
{
	json_t *doc = json_loads(some_text, 0, NULL);
	struct loss_account got[DIR_COUNT];

	cr_assert_eq(account_from_json(doc, got), 0);
	for (enum dir d = 0; d < DIR_COUNT; d++) {
		cr_expect_eq(got[d].sent, some[d].sent);
		cr_expect_eq(got[d].duplicated, some[d].duplicated);
		cr_expect_eq(got[d].received, some[d].received);
		for (enum loss_place p = 0; p < LOSS_PLACE_COUNT; p++)
			cr_expect_eq(got[d].lost[p], some[d].lost[p], "%s", loss_place_names[p]);
	}
	json_decref(doc);
}

/* Each figure of each direction, absent or something else: refused, and nothing is written. */
Test(account_json, hostile)
{
	static const char *const values[] = { NULL,    "-1",   "1.0",  "1e3",
					      "\"1\"", "null", "true", "[1]" };
	json_t *all = json_loads(some_text, 0, NULL), *dir, *figure;
	const char *name, *key;

	json_object_foreach (all, name, dir)
		json_object_foreach (dir, key, figure)
			for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
				json_t *doc = json_deep_copy(all);
				json_t *part = json_object_get(doc, name);
				struct loss_account got[DIR_COUNT];

				memset(got, 0xa5, sizeof(got));
				if (values[i])
					json_object_set_new(
						part, key,
						json_loads(values[i], JSON_DECODE_ANY, NULL));
				else
					json_object_del(part, key);
				cr_expect_eq(account_from_json(doc, got), -EPROTO, "%s.%s: %s",
					     name, key, values[i] ? values[i] : "absent");
				cr_expect_eq(got[TO_VPC].sent, UINT64_C(0xa5a5a5a5a5a5a5a5));
				json_decref(doc);
			}
	json_decref(all);
}

Test(account_json, no_account)
{
	static const char *const rows[] = { "[]",
					    "5",
					    "null",
					    "{}",
					    "{\"to_vpc\":{},\"to_onprem\":{}}",
					    "{\"to_vpc\":[],\"to_onprem\":5}" };
	struct loss_account got[DIR_COUNT];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_t *doc = json_loads(rows[i], JSON_DECODE_ANY, NULL);

		cr_expect_eq(account_from_json(doc, got), -EPROTO, "%s", rows[i]);
		json_decref(doc);
	}
	cr_expect_eq(account_from_json(NULL, got), -EPROTO);
}
