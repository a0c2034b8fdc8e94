// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/util.h"
#include "model/profile_json.h"

#define PRECISE (JSON_COMPACT | JSON_REAL_PRECISION(15))

Test(json, direction)
{
	static const struct {
		struct profile_dir d;
		const char *text;
	} rows[] = {
		{ { .delay_ns = 1500, .loss_model = LOSS_RANDOM },
		  "{\"delay_us\":1.5,\"loss\":{\"model\":\"random\",\"ratio\":0.0},\"loss_ratio\":"
		  "0.0}" },
		{ { .rate_bps = 1000000000,
		    .queue_ns = 10000000,
		    .delay_ns = 1000000,
		    .jitter_shape = JITTER_HALF_NORMAL,
		    .jitter_ns = 50000,
		    .loss_ratio = 1e-6 },
		  "{\"rate_bps\":1000000000,\"queue_us\":10000,\"delay_us\":1000,"
		  "\"jitter\":{\"shape\":\"half-normal\",\"scale_us\":50,\"correlation_us\":100000}"
		  ","
		  "\"loss\":{\"model\":\"random\",\"ratio\":1e-6},\"loss_ratio\":1e-6}" },
		{ { .cir_bps = 200000000,
		    .burst_bytes = 250000,
		    .accounting = ACCOUNT_L2,
		    .loss_model = LOSS_GILBERT,
		    .loss_p = 0.1,
		    .loss_r = 0.3 },
		  "{\"cir_bps\":200000000,\"burst_bytes\":250000,\"accounting\":\"l2\",\"delay_"
		  "us\":0,"
		  "\"loss\":{\"model\":\"gilbert\",\"p\":0.1,\"r\":0.3},\"loss_ratio\":0.25}" },
		{ { .rate_bps = 1000000000,
		    .queue_frames = 100,
		    .aqm = AQM_FQ_CODEL,
		    .delay_ns = 5000000,
		    .jitter_shape = JITTER_TABLE,
		    .jitter_ns = 10000,
		    .jitter_correlation_ns = 5000000,
		    .jitter_table = "/x/y.dist",
		    .loss_model = LOSS_FOUR_STATE,
		    .loss_p13 = 0.25,
		    .loss_p31 = 0.5,
		    .loss_p32 = 0.25,
		    .loss_p23 = 0.5,
		    .loss_p14 = 0.25 },
		  "{\"rate_bps\":1000000000,\"queue_frames\":100,\"aqm\":\"fq-codel\","
		  "\"delay_us\":5000,\"jitter\":{\"shape\":\"table\",\"scale_us\":10,"
		  "\"correlation_us\":5000,\"table\":\"/x/y.dist\"},"
		  "\"loss\":{\"model\":\"four-state\",\"p13\":0.25,\"p31\":0.5,\"p32\":0.25,"
		  "\"p23\":0.5,\"p14\":0.25},\"loss_ratio\":0.375}" },
		{ { .cir_bps = 200000000,
		    .burst_bytes = 250000,
		    .partner_cir_bps = 150000000,
		    .partner_burst_bytes = 100000,
		    .accounting = ACCOUNT_L1,
		    .delay_ns = 2000000,
		    .reorder_ratio = 0.5,
		    .reorder_depth_ns = 1500,
		    .duplicate_ratio = 0.25,
		    .corrupt_ratio = 0.125 },
		  "{\"cir_bps\":200000000,\"burst_bytes\":250000,"
		  "\"partner\":{\"cir_bps\":150000000,\"burst_bytes\":100000},"
		  "\"accounting\":\"l1\",\"delay_us\":2000,"
		  "\"loss\":{\"model\":\"random\",\"ratio\":0.0},\"loss_ratio\":0.0,"
		  "\"reorder\":{\"ratio\":0.5,\"depth_us\":1.5},"
		  "\"duplicate_ratio\":0.25,\"corrupt_ratio\":0.125}" },
		/* A shape that only steps of a schedule give a scale. */
		{ { .jitter_shape = JITTER_NORMAL },
		  "{\"delay_us\":0,\"loss\":{\"model\":\"random\",\"ratio\":0.0},\"loss_ratio\":"
		  "0.0}" },
		{ { .cap_bps = 1250000000,
		    .cap_pps = 140000,
		    .loss_model = LOSS_GILBERT_ELLIOTT,
		    .loss_p = 0.1,
		    .loss_r = 0.3,
		    .loss_bad = 0.5,
		    .loss_good = 0.0 },
		  "{\"cap_bps\":1250000000,\"cap_pps\":140000,\"delay_us\":0,"
		  "\"loss\":{\"model\":\"gilbert-elliott\",\"p\":0.1,\"r\":0.3,\"bad\":0.5,"
		  "\"good\":0.0},\"loss_ratio\":0.125}" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_t *j = profile_json_dir(&rows[i].d);
		auto_free char *text = json_dumps(j, PRECISE);

		json_decref(j);
		cr_assert_not_null(text);
		cr_expect_str_eq(text, rows[i].text);
	}
}

Test(json, profile)
{
	struct profile p = { .name = "x",
			     .title = "\u4e13\u7ebf \"x\"",
			     .kind = LINK_HOSTED,
			     .mtu = 1500,
			     .pmtud = PMTUD_ICMP,
			     .c_tag = 101,
			     .s_tag = 900,
			     .s_tpid = 0x88a8 };
	json_t *j = profile_json(&p);
	auto_free char *text = json_dumps(j, PRECISE);

	json_decref(j);
	cr_assert_not_null(text);
	cr_expect_str_eq(text, "{\"profile\":\"x\",\"title\":\"\u4e13\u7ebf "
			       "\\\"x\\\"\",\"kind\":\"hosted\","
			       "\"mtu_bytes\":1500,\"pmtud\":\"icmp\",\"vlan\":{\"c_tag\":101,\"s_"
			       "tag\":900,\"s_"
			       "tpid\":\"0x88a8\"},"
			       "\"to_vpc\":{\"delay_us\":0,\"loss\":{\"model\":\"random\","
			       "\"ratio\":0.0},"
			       "\"loss_ratio\":0.0},"
			       "\"to_onprem\":{\"delay_us\":0,\"loss\":{\"model\":\"random\","
			       "\"ratio\":0.0},"
			       "\"loss_ratio\":0.0}}");
}

Test(json, schedule)
{
	static const struct profile p = { .schedule_period_ns = UINT64_C(86400000000000),
					  .schedule_start_ns = UINT64_C(68400000000000),
					  .n_steps = 1,
					  .step = { { .at_ns = 1500000000,
						      .dir = { { .delay_ns = 1000 } } } } };
	json_t *j = profile_json_schedule(&p);
	auto_free char *text = json_dumps(j, PRECISE);

	json_decref(j);
	cr_assert_not_null(text);
	cr_expect_str_eq(text, "{\"period_s\":86400,\"start_s\":68400,\"steps\":[{\"at_s\":1.5,"
			       "\"to_vpc\":{\"delay_us\":1,\"loss\":{\"model\":\"random\","
			       "\"ratio\":0.0},"
			       "\"loss_ratio\":0.0},"
			       "\"to_onprem\":{\"delay_us\":0,\"loss\":{\"model\":\"random\","
			       "\"ratio\":0.0},\"loss_ratio\":0.0}}]}");
}
