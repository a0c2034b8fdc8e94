// SPDX-License-Identifier: ISC
#include "emul/ceiling.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/util.h"
#include "model/test.h"
#include "tests/unit/shipped.h"

/*
 * By hand. A frame of B bytes (untagged, with FCS) is B + 4 with its tag as a hosted connection is policed, B + 24 on the
 * wire; in a tunnel of 54 bytes, B + 54 + 20 on the wire. IMIX: 7 of 64, 4 of 594, 1 of 1518: 361.83 on average.
 */
Test(ceiling, pps)
{
	static const struct {
		const char *profile, *setting;
		unsigned frame;
		double pps, hold;
	} rows[] = {
		/* 50e6 / 8 / 68; two buckets of 65536 bytes. */
		{ "dx-hosted-50m", "loss.ratio=0", 64, 91911.76, 2 * 65536 / 68.0 },
		{ "dx-hosted-50m", "loss.ratio=0", 512, 12112.40, 2 * 65536 / 516.0 },
		{ "dx-hosted-50m", "loss.ratio=0", 1518, 4106.44, 2 * 65536 / 1522.0 },
		{ "dx-hosted-50m", "loss.ratio=0", FRAME_FULL, 4106.44, 2 * 65536 / 1522.0 },
		{ "dx-hosted-50m", "loss.ratio=0", FRAME_IMIX, 17084.28, 2 * 65536 / 365.8333 },
		{ "dx-hosted-50m", "accounting=l1", 64, 71022.73, 2 * 65536 / 88.0 },
		{ "dx-hosted-50m", "accounting=l3", 64, 135869.57, 2 * 65536 / 46.0 },
		/* 1e9 / 8 / 88; a queue of 10 ms of 1542 bytes: ceil(810.6) frames of any size. */
		{ "dx-dedicated-1g", "loss.ratio=0", 64, 1420454.55, 811 },
		{ "dx-dedicated-1g", "loss.ratio=0", 1518, 81063.55, 811 },
		/* Packets per second, and 10 ms of them; with a queue of 50 ms of 1538 bytes, and a bucket of 1562500. */
		{ "vpn-metro", "rate=500mbit", 64, 140000, 1400 + 2032 + 15625 },
		/* 500e6 / 8 / 1538 */
		{ "vpn-metro", "rate=500mbit", FRAME_FULL, 40637.19, 1400 + 2032 + 1041.67 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct profile p = load_with(rows[i].profile, rows[i].setting);
		const struct ceiling c = ceiling_of(&p, TO_VPC, rows[i].frame);

		cr_expect_float_eq(c.pps, rows[i].pps, 0.01, "%s, %u: %.2f", rows[i].profile,
				   rows[i].frame, c.pps);
		cr_expect_float_eq(c.hold, rows[i].hold, 0.01, "%s, %u: holds %.2f",
				   rows[i].profile, rows[i].frame, c.hold);
		cr_expect(c.pps_cut >= c.pps && c.pps_cut < c.pps * 1.01, "%.2f", c.pps_cut);
	}
}

/* What an overload in front of a trial has to fill, and how fast the other stages let it. */
Test(ceiling, tight)
{
	struct profile p = load("dx-hosted-50m");
	struct ceiling c = ceiling_of(&p, TO_VPC, FRAME_FULL);

	/* Two buckets at one rate. */
	cr_expect_float_eq(c.tight_hold, 65536 / 1522.0, 0.01);
	cr_expect(isinf(c.next_pps));
	/* 500 Mbit/s by 138 bytes on the wire are 452898 pps, 1.25 Gbit/s by 100 of an outer packet more. */
	p = load("vpn-metro");
	c = ceiling_of(&p, TO_VPC, 64);
	cr_expect_float_eq(c.tight_hold, 1400, 0.01);
	cr_expect_float_eq(c.next_pps, 452898.55, 0.01);
}
