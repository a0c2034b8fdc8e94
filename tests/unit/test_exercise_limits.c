// SPDX-License-Identifier: ISC
/* What limits a direction, as exercises reckon it. */
#include "emul/exercise.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#include "base/util.h"
#include "tests/unit/shipped.h"

Test(exercise, limits)
{
	static const struct {
		const char *profile;
		const char *changes[6];
		struct limit cir, bits, packets;
	} rows[] = {
		{ "dx-hosted-200m",
		  { NULL },
		  { 200000000, 0, 250000, 250000, 164, 1522 },
		  { 0 },
		  { 0 } },
		{ "dx-hosted-200m",
		  { "partner.burst=100kB" },
		  { 200000000, 0, 100000, 100000, 65, 1522 },
		  { 0 },
		  { 0 } },
		{ "dx-hosted-200m",
		  { "accounting=l1", "burst=200kB" },
		  { 200000000, 0, 200000, 200000, 129, 1542 },
		  { 0 },
		  { 0 } },
		{ "dx-hosted-200m",
		  { "accounting=l3", "partner.cir=250mbit", "partner.burst=100kB" },
		  { 200000000, 0, 250000, 100000, 800, 1500 },
		  { 0 },
		  { 0 } },
		{ "dx-hosted-200m",
		  { "partner.cir=150mbit", "partner.burst=300kB" },
		  { 150000000, 0, 300000, 250000, 197, 1522 },
		  { 0 },
		  { 0 } },
		/* Full packets cannot come faster than the access. */
		{ "vpn-metro", { NULL }, { 0 }, { 0 }, { 0, 140000, 1400, 1400, 1400, 1500 } },
		{ "vpn-metro",
		  { "rate=2gbit", "cap.pps=400kpps" },
		  { 0 },
		  { 1250000000, 0, 1562500, 1562500, 1041, 1500 },
		  { 0, 400000, 4000, 4000, 4000, 1500 } },
		/* Nor more of them than packets may come. */
		{ "vpn-metro",
		  { "rate=4gbit", "cap.rate=2gbit" },
		  { 0 },
		  { 0 },
		  { 0, 140000, 1400, 1400, 1400, 1500 } },
		{ "vpn-metro", { "rate=100mbit" }, { 0 }, { 0 }, { 0 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = load_changed(rows[i].profile, rows[i].changes);
		const struct limit got[] = { exercise_cir(&p, TO_VPC),
					     exercise_cap_bits(&p, TO_ONPREM),
					     exercise_cap_packets(&p, TO_VPC) };
		const struct limit *expected[] = { &rows[i].cir, &rows[i].bits, &rows[i].packets };

		for (size_t k = 0; k < ARRAY_SIZE(got); k++) {
			cr_expect_eq(got[k].rate_bps, expected[k]->rate_bps, "%zu, %zu: %ju", i, k,
				     (uintmax_t)got[k].rate_bps);
			cr_expect_eq(got[k].pps, expected[k]->pps, "%zu, %zu: %ju", i, k,
				     (uintmax_t)got[k].pps);
			if (!expected[k]->rate_bps && !expected[k]->pps)
				continue;
			cr_expect_eq(got[k].burst, expected[k]->burst, "%zu, %zu: %ju", i, k,
				     (uintmax_t)got[k].burst);
			cr_expect_eq(got[k].burst_least, expected[k]->burst_least, "%zu, %zu: %ju",
				     i, k, (uintmax_t)got[k].burst_least);
			cr_expect_eq(got[k].hold, expected[k]->hold, "%zu, %zu: %ju", i, k,
				     (uintmax_t)got[k].hold);
			cr_expect_eq(got[k].bytes, expected[k]->bytes, "%zu, %zu: %u", i, k,
				     got[k].bytes);
		}
	}
}
