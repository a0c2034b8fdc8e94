// SPDX-License-Identifier: ISC
/* Changes over time: what steps are, what follows when the link is changed, and what is refused. */
#include "tests/unit/profile_texts.h"

#include <bsd/string.h>

#include "base/util.h"
#include "model/profile.h"

#define LINK HEAD MTU BOTH
#define PARTNER HOSTED "both: {cir: 50mbit, burst: 64KiB, delay: 1ms}\n"

Test(schedule, each_step_starts_from_the_one_before)
{
	struct profile p = read_good("schedule:\n"
				     "  20s:\n"
				     "    both: {delay: {value: 30ms, source: a book, confidence: "
				     "low}}\n"
				     "    to_vpc: {loss: {ratio: 0.01}, delay: 31ms}\n"
				     "  1.5min:\n"
				     "    to_onprem: {rate: 100mbit, queue: 20ms}\n" LINK);

	cr_assert_eq(p.n_steps, 2);
	cr_expect_eq(p.schedule_period_ns, 0);
	cr_expect_eq(p.step[0].at_ns, UINT64_C(20000000000));
	cr_expect_eq(p.step[1].at_ns, UINT64_C(90000000000));
	cr_expect_eq(p.dir[TO_VPC].delay_ns, 1000000);
	for (size_t i = 0; i < p.n_steps; i++) {
		cr_expect_eq(p.step[i].dir[TO_VPC].delay_ns, 31000000);
		cr_expect_eq(p.step[i].dir[TO_VPC].loss_ratio, 0.01);
		cr_expect_eq(p.step[i].dir[TO_VPC].rate_bps, 1000000000);
		cr_expect_eq(p.step[i].dir[TO_ONPREM].delay_ns, 30000000);
		cr_expect_eq(p.step[i].dir[TO_ONPREM].loss_ratio, 0);
	}
	cr_expect_eq(p.step[0].dir[TO_ONPREM].rate_bps, 1000000000);
	cr_expect_eq(p.step[1].dir[TO_ONPREM].rate_bps, 100000000);
	cr_expect_eq(p.step[1].dir[TO_ONPREM].queue_ns, 20000000);
}

/* The tighter one of two equal policers would hide the change of the other. */
Test(schedule, partner_goes_along)
{
	struct profile p = read_good(HOSTED "both: {cir: 50mbit, burst: 64KiB, delay: 1ms}\n"
					    "to_vpc: {partner: {cir: 50mbit, burst: 64KiB}}\n"
					    "to_onprem: {partner: {cir: 60mbit, burst: 64KiB}}\n"
					    "schedule:\n"
					    "  1s: {both: {cir: 200mbit}}\n"
					    "  2s: {to_vpc: {cir: 300mbit, partner: {cir: "
					    "250mbit}}}\n"
					    "  3s: {both: {cir: 100mbit, burst: 128KiB}}\n");
	static const uint64_t partner_cir_mbps[][DIR_COUNT] = { { 200, 60 },
								{ 250, 60 },
								{ 250, 60 } };

	for (size_t i = 0; i < ARRAY_SIZE(partner_cir_mbps); i++)
		for (enum dir d = 0; d < DIR_COUNT; d++)
			cr_expect_eq(p.step[i].dir[d].partner_cir_bps,
				     partner_cir_mbps[i][d] * 1000000, "step %zu, %s", i,
				     dir_names[d]);
	cr_expect_eq(p.step[2].dir[TO_VPC].partner_burst_bytes, 128 << 10);
}

Test(schedule, daily_curve)
{
	struct profile p = read_good(LINK "schedule:\n"
					  "  0h: {both: {loss: {ratio: 1%}}}\n"
					  "  18h: {both: {loss: {model: gilbert, p: 0.1, r: "
					  "0.5}}}\n"
					  "  23.5h: {to_vpc: {loss: {model: random}}}\n"
					  "  start: {value: 19h, source: busy hour}\n"
					  "  period: 24h\n");

	cr_expect_eq(p.schedule_period_ns, UINT64_C(86400000000000));
	cr_expect_eq(p.schedule_start_ns, UINT64_C(68400000000000));
	cr_assert_eq(p.n_steps, 3);
	cr_expect_eq(p.step[2].at_ns, UINT64_C(84600000000000));
	/* What belongs to another loss model is gone, forwards and back. */
	cr_expect_eq(p.step[1].dir[TO_VPC].loss_ratio, 0);
	cr_expect_eq(p.step[2].dir[TO_VPC].loss_model, LOSS_RANDOM);
	cr_expect_eq(p.step[2].dir[TO_VPC].loss_p, 0);
	cr_expect_eq(p.step[2].dir[TO_ONPREM].loss_model, LOSS_GILBERT);
	cr_expect_eq(p.step[2].dir[TO_ONPREM].loss_p, 0.1);
}

Test(schedule, as_many_steps_as_there_may_be)
{
	char text[2048] = LINK "schedule:\n";

	for (int i = 0; i < PROFILE_STEPS_MAX; i++) {
		size_t used = strlen(text);

		(void)snprintf(text + used, sizeof(text) - used, "  %dms: {both: {delay: %dms}}\n",
			       i, i + 2);
	}
	cr_expect_eq(read_good(text).n_steps, PROFILE_STEPS_MAX);
	(void)strlcat(text, "  1s: {both: {delay: 1s}}\n", sizeof(text));
	expect_refused(text, strlen(text),
		       "t.yaml:31:3: schedule.1s: one step too many; a schedule has at most 24");
}

/* Jitter may be there in some steps only; its shape is that of the link. */
Test(schedule, jitter_comes_and_goes)
{
	struct profile p = read_good(HEAD MTU "both: {rate: 1gbit, queue: 10ms, delay: 9ms,\n"
					      "  jitter: {shape: normal, scale: 0s}}\n"
					      "schedule:\n"
					      "  1s: {both: {jitter: {scale: 2ms}}}\n"
					      "  2s: {both: {jitter: {scale: 0s}}}\n");
	struct err err;

	cr_expect_eq(profile_correlation_ns(&p.dir[TO_VPC]), 0);
	cr_expect_eq(profile_correlation_ns(&p.step[0].dir[TO_VPC]), 100000000);
	cr_expect_eq(profile_correlation_ns(&p.step[1].dir[TO_VPC]), 0);
	cr_assert_eq(profile_set(&p, "jitter.scale=0s", &err), 0);
	cr_assert_eq(profile_check(&p, &err), 0, "%s", err.msg);
	cr_expect_eq(p.step[0].dir[TO_VPC].jitter_ns, 2000000);
}

/* What --set says of the link goes for steps that say nothing else. */
Test(schedule, follows_the_link)
{
	struct profile p = read_good(LINK "schedule:\n"
					  "  1s: {to_vpc: {delay: 7ms}, to_onprem: {loss: {ratio: "
					  "0.5}}}\n"
					  "  2s: {both: {rate: 2gbit}}\n"
					  "  3s: {to_vpc: {loss: {ratio: 0.25}}}\n");
	struct err err;

	cr_assert_eq(profile_set(&p, "delay=5ms", &err), 0);
	cr_assert_eq(profile_set(&p, "rate=3gbit", &err), 0);
	cr_assert_eq(profile_set(&p, "to_vpc.loss.ratio=0.75", &err), 0);
	cr_assert_eq(profile_set(&p, "mtu=1400", &err), 0);
	cr_assert_eq(profile_check(&p, &err), 0, "%s", err.msg);
	for (size_t i = 0; i < p.n_steps; i++) {
		const struct profile_dir *d = p.step[i].dir;

		cr_expect_eq(d[TO_VPC].delay_ns, 7000000);
		cr_expect_eq(d[TO_ONPREM].delay_ns, 5000000);
		cr_expect_eq(d[TO_VPC].rate_bps, i < 1 ? 3000000000 : 2000000000);
		cr_expect_eq(d[TO_VPC].loss_ratio, i < 2 ? 0.75 : 0.25);
		cr_expect_eq(d[TO_ONPREM].loss_ratio, 0.5);
	}
}

Test(schedule, set)
{
	static const struct {
		const char *setting, *msg;
	} rows[] = {
		{ "schedule.start=3h", NULL },
		{ "schedule.period=21h", NULL },
		{ "schedule.start=24h", "schedule.start: 24h is not within the period; allowed: "
					"less than 24h" },
		{ "schedule.period=20h", "schedule.period: 20h ends before the last step, 20h; "
					 "allowed: more than that" },
		{ "schedule.period=0s", "schedule.start: without a period there is nothing to "
					"start "
					"in the middle of; set schedule.period" },
		{ "schedule.period=169h", "schedule.period: '169h': out of range; allowed: 1s to "
					  "168h, or for none 0s" },
		{ "queue_frames=100", "schedule.20h.to_vpc.queue: the link's queue is given in "
				      "frames, and a step can only change how many; write "
				      "queue_frames" },
		{ "delay=1us", "schedule.20h.to_vpc.delay: 1us is less than what jitter of shape "
			       "'uniform' and this scale reaches below it; allowed: 500us or "
			       "more" },
		{ "jitter.shape=none", "schedule.20h.to_vpc.jitter.scale: has no shape; set "
				       "jitter.shape of the link" },
		{ "loss.ratio=0", "schedule.20h.to_vpc.loss.r: does not belong to loss.model "
				  "'random'" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct profile p = read_good(HEAD MTU "both: {rate: 1gbit, queue: 10ms, delay: "
						      "1ms,\n"
						      "  jitter: {shape: uniform, scale: 1us},\n"
						      "  loss: {model: gilbert, p: 0.1, r: 0.5}}\n"
						      "schedule:\n"
						      "  period: 24h\n"
						      "  start: 1s\n"
						      "  20h: {both: {queue: 20ms, jitter: {scale: "
						      "500us}, loss: {r: 0.1}}}\n");
		struct err err = { .msg = "accepted" };
		int r = profile_set(&p, rows[i].setting, &err);

		if (r == 0)
			r = profile_check(&p, &err);
		cr_expect_eq(r, rows[i].msg ? -EINVAL : 0, "%s: %s", rows[i].setting, err.msg);
		cr_expect_str_eq(err.msg, rows[i].msg ? rows[i].msg : "accepted");
	}
}

static const struct bad bad_times[] = {
	{ "schedule: 20s\n", "t.yaml:1:11: schedule: a single value, where a mapping of keys is "
			     "expected" },
	{ "schedule: {20s: 5}\n", "t.yaml:1:17: schedule.20s: a single value, where a mapping of "
				  "keys is expected" },
	{ "schedule: {20: {}}\n", "t.yaml:1:12: schedule.20: '20': no unit, write e.g. 10ms; "
				  "allowed: 0s to 168h" },
	{ "schedule: {169h: {}}\n", "t.yaml:1:12: schedule.169h: '169h': out of range; allowed: 0s "
				    "to 168h" },
	{ "schedule: {-5s: {}}\n", "t.yaml:1:12: schedule.-5s: unknown key; allowed: period, "
				   "start, or the time of a step, e.g. 20s" },
	{ "schedule: {perod: 24h}\n", "t.yaml:1:12: schedule.perod: unknown key; allowed: period, "
				      "start, or the time of a step, e.g. 20s" },
	{ "schedule: {5s: {both: {delay: 1ms}}, 4s: {}}\n", "t.yaml:1:38: schedule.4s: not after "
							    "the step before it, 5s; write steps "
							    "in the order of "
							    "their times" },
	{ "schedule: {1s: {both: {delay: 1ms}}, 1000ms: {}}\n", "t.yaml:1:38: schedule.1000ms: not "
								"after the step before it, 1s; "
								"write steps in the order "
								"of their times" },
	{ LINK "schedule:\n  5s: {}\n", "t.yaml:7:3: schedule.5s: changes nothing; write what "
					"does, e.g. both: {delay: 30ms}" },
	{ LINK "schedule:\n  5s:\n    both: {}\n", "t.yaml:7:3: schedule.5s: changes nothing; "
						   "write "
						   "what does, e.g. both: {delay: 30ms}" },
	{ LINK "schedule: {period: 24h}\n", "t.yaml:6:12: schedule.period: there are no steps in "
					    "it" },
	{ LINK "schedule: {start: 1h}\n", "t.yaml:6:12: schedule.start: without a period there is "
					  "nothing to start in the middle of; set "
					  "schedule.period" },
	{ LINK "schedule:\n  period: 1h\n  3600s: {both: {delay: 1ms}}\n", "t.yaml:7:3: "
									   "schedule.period: 1h "
									   "ends before the last "
									   "step, 1h; allowed: "
									   "more than "
									   "that" },
};

static const struct bad bad_steps[] = {
	{ "schedule: {1s: {delay: 1ms}}\n", "t.yaml:1:17: schedule.1s.delay: unknown key; did you "
					    "mean 'both.delay'?" },
	{ "schedule: {1s: {mtu: 1400}}\n", "t.yaml:1:17: schedule.1s.mtu: belongs to the link, not "
					   "to a step of its schedule" },
	{ "schedule: {1s: {vlan: {c_tag: 1}}}\n", "t.yaml:1:17: schedule.1s.vlan: belongs to the "
						  "link, not to a step of its schedule" },
	{ "schedule: {1s: {schedule: {}}}\n", "t.yaml:1:17: schedule.1s.schedule: belongs to the "
					      "link, not to a step of its schedule" },
	{ "schedule: {1s: {1.5s: {}}}\n", "t.yaml:1:17: schedule.1s.1.5s: a key with a dot; write "
					  "nested mappings" },
	{ "schedule: {1s: {both: {delay: 1}}}\n", "t.yaml:1:31: schedule.1s.both.delay: '1': no "
						  "unit, write e.g. 10ms; allowed: 0s to 10s" },
	{ "schedule: {1s: {both: {delay: 1s, delay: 1s}}}\n", "t.yaml:1:35: "
							      "schedule.1s.both.delay: given "
							      "twice; first at line 1" },
	{ "schedule: {1s: {both: {delay: {source: x}}}}\n", "t.yaml:1:41: schedule.1s.both.delay: "
							    "has no 'value'" },
	{ "schedule: {1s: {to_vpc: {jitter: {shape: normal}}}}\n", "t.yaml:1:35: "
								   "schedule.1s.to_vpc.jitter."
								   "shape: cannot change in "
								   "mid-run: the curve of the "
								   "latency would jump" },
	{ "schedule: {1s: {both: {aqm: none}}}\n", "t.yaml:1:24: schedule.1s.both.aqm: cannot "
						   "change in mid-run: another kind of queue would "
						   "lose what waits in this one" },
	{ "schedule: {1s: {both: {reorder: {depth: 1ms}}}}\n", "t.yaml:1:34: "
							       "schedule.1s.both.reorder.depth: "
							       "cannot change in mid-run: packets "
							       "on their "
							       "way would change places" },
	{ PARTNER "schedule: {1s: {both: {rate: 1gbit}}}\n", "t.yaml:6:24: schedule.1s.both.rate: "
							     "does not apply to a hosted link, "
							     "only to dedicated "
							     "or vpn" },
	{ LINK "schedule: {1s: {to_vpc: {queue_frames: 10}}}\n", "t.yaml:6:26: "
								 "schedule.1s.to_vpc.queue_frames: "
								 "the link's queue is given in "
								 "time, and a "
								 "step can only change how many; "
								 "write queue" },
	{ PARTNER "schedule: {1s: {both: {partner: {cir: 50mbit, burst: 64KiB}}}}\n",
	  "t.yaml:6:34: schedule.1s.both.partner.cir: a policer cannot come or go in mid-run, only "
	  "change; allowed: none here, or one in the link too" },
	{ HOSTED "both: {cir: 50mbit, burst: 64KiB, partner: {cir: 60mbit, burst: 64KiB}, delay: "
		 "1ms}\nschedule: {1s: {to_vpc: {partner: {cir: 0bit}}}}\n",
	  "t.yaml:6:36: schedule.1s.to_vpc.partner.cir: a policer cannot come or go in mid-run, "
	  "only change; allowed: above 0, as in the link" },
	{ LINK "schedule: {1s: {both: {reorder: {ratio: 0.1}}}}\n", "t.yaml:6:34: "
								    "schedule.1s.both.reorder."
								    "ratio: reordering cannot "
								    "begin or end in mid-run, "
								    "only change; allowed: 0 here, "
								    "or above 0 in the link too" },
	{ LINK "schedule: {1s: {to_vpc: {loss: {p: 0.1}}}}\n", "t.yaml:6:33: "
							       "schedule.1s.to_vpc.loss.p: does "
							       "not belong to loss.model "
							       "'random'" },
	/* Faults of keys that the step does not have itself are told at the step. */
	{ LINK "schedule:\n  1s:\n    to_vpc: {rate: 100kbit}\n", "t.yaml:8:5: "
								  "schedule.1s.to_vpc.queue: 10ms "
								  "holds less than one full frame; "
								  "allowed: "
								  "123360000ns or more at this "
								  "rate and MTU" },
	{ LINK "schedule:\n  1s: {both: {loss: {ratio: 1}}}\n  2s: {both: {jitter: {scale: "
	       "1us}}}\n",
	  "t.yaml:8:24: schedule.2s.both.jitter.scale: has no shape; set jitter.shape of the "
	  "link" },
};

Test(schedule, refuses_times)
{
	expect_all_refused(bad_times, ARRAY_SIZE(bad_times));
}

Test(schedule, refuses_steps)
{
	expect_all_refused(bad_steps, ARRAY_SIZE(bad_steps));
}
