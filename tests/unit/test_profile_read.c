// SPDX-License-Identifier: ISC
/* Profiles from text: what is understood, and what is said about keys and values that are not. */
#include "tests/unit/profile_texts.h"

#include "base/util.h"
#include "model/profile.h"

Test(read, everything)
{
	struct profile p = read_good("profile: dx-hosted-200m\n"
				     "title: \"A \\\"link\\\": 200\"\n"
				     "kind: hosted # partner\n"
				     "mtu: {value: 1500, source: \"a book\", confidence: high}\n"
				     "vlan:\n  c_tag: 101\n  s_tag: 900\n  s_tpid: \"0x88a8\"\n"
				     "both:\n"
				     "  cir: {value: 200mbit, confidence: low, source: guess}\n"
				     "  burst: 250kB\n"
				     "  accounting: l3\n"
				     "  delay: 2ms\n"
				     "  jitter: {shape: half-normal, scale: {value: 0.3ms}}\n"
				     "  loss: {model: random, ratio: 1e-5}\n");

	cr_expect_str_eq(p.name, "dx-hosted-200m");
	cr_expect_str_eq(p.title, "A \"link\": 200");
	cr_expect_eq(p.kind, LINK_HOSTED);
	cr_expect_eq(p.mtu, 1500);
	cr_expect_eq(p.c_tag, 101);
	cr_expect_eq(p.s_tag, 900);
	cr_expect_eq(p.s_tpid, 0x88a8);
	for (size_t i = 0; i < DIR_COUNT; i++) {
		const struct profile_dir *d = &p.dir[i];

		cr_expect_eq(d->rate_bps, 0);
		cr_expect_eq(d->cir_bps, 200000000);
		cr_expect_eq(d->burst_bytes, 250000);
		cr_expect_eq(d->accounting, ACCOUNT_L3);
		cr_expect_eq(d->delay_ns, 2000000);
		cr_expect_eq(d->jitter_shape, JITTER_HALF_NORMAL);
		cr_expect_eq(d->jitter_ns, 300000);
		cr_expect_eq(d->loss_model, LOSS_RANDOM);
		cr_expect_eq(d->loss_ratio, 1e-5);
	}
}

Test(read, defaults)
{
	struct profile p = read_good(HOSTED "both: {cir: 50mbit, burst: 64KiB, delay: 0s}\n");

	cr_expect_str_eq(p.title, "x");
	cr_expect_eq(p.s_tpid, 0x8100);
	cr_expect_eq(p.dir[TO_VPC].accounting, ACCOUNT_L2);
	cr_expect_eq(p.dir[TO_VPC].jitter_shape, JITTER_NONE);
	cr_expect_eq(p.dir[TO_VPC].loss_ratio, 0);
	cr_expect_eq(p.dir[TO_VPC].delay_ns, 0);
}

/* A direction's own value wins, wherever it stands. */
Test(read, directions)
{
	static const char *const texts[] = {
		HEAD MTU BOTH "to_vpc: {delay: 4ms}\n",
		HEAD MTU "to_vpc: {delay: 4ms}\n" BOTH,
		HEAD MTU "to_vpc: {delay: 4ms, rate: 1gbit, queue: 10ms}\n"
			 "to_onprem: {delay: 1ms, rate: 1gbit, queue: 10ms}\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct profile p = read_good(texts[i]);

		cr_expect_eq(p.dir[TO_VPC].delay_ns, 4000000);
		cr_expect_eq(p.dir[TO_ONPREM].delay_ns, 1000000);
		cr_expect_eq(p.dir[TO_VPC].rate_bps, 1000000000);
	}
}

/* A direction with a loss model of its own inherits nothing that belongs to another. */
Test(read, own_loss_model)
{
	struct profile p = read_good(HEAD MTU "both: {rate: 1gbit, queue: 10ms, delay: 4ms, loss: "
					      "{ratio: 0.5}, "
					      "jitter: {shape: normal, scale: 1ms}}\n"
					      "to_vpc:\n  loss: {model: gilbert, p: 0.1, r: 0.5}\n"
					      "  jitter: {shape: none}\n");

	cr_expect_eq(p.dir[TO_VPC].loss_model, LOSS_GILBERT);
	cr_expect_eq(p.dir[TO_VPC].loss_ratio, 0);
	cr_expect_eq(p.dir[TO_VPC].jitter_ns, 0);
	cr_expect_eq(p.dir[TO_ONPREM].loss_model, LOSS_RANDOM);
	cr_expect_eq(p.dir[TO_ONPREM].loss_ratio, 0.5);
	cr_expect_eq(p.dir[TO_ONPREM].jitter_ns, 1000000);
}

/* Of two ways to give the depth of a queue, that of the direction counts. */
Test(read, own_queue)
{
	struct profile p = read_good(HEAD MTU BOTH "to_vpc: {queue_frames: 100, aqm: fq-codel}\n");

	cr_expect_eq(p.dir[TO_VPC].queue_frames, 100);
	cr_expect_eq(p.dir[TO_VPC].queue_ns, 0);
	cr_expect_eq(p.dir[TO_VPC].aqm, AQM_FQ_CODEL);
	cr_expect_eq(p.dir[TO_ONPREM].queue_frames, 0);
	cr_expect_eq(p.dir[TO_ONPREM].queue_ns, 10000000);
	cr_expect_eq(p.dir[TO_ONPREM].aqm, AQM_NONE);
}

Test(read, everything_random)
{
	struct profile p = read_good(HOSTED "both:\n"
					    "  cir: 200mbit\n  burst: 250kB\n"
					    "  partner: {cir: 150mbit, burst: 100kB}\n"
					    "  delay: 5ms\n"
					    "  jitter: {shape: table, table: x/y.dist, scale: "
					    "1ms,\n"
					    "    correlation: 20ms}\n"
					    "  loss: {model: four-state, p13: 0.1, p31: 0.2, p32: "
					    "0.3, p23: 0.4,\n"
					    "    p14: 0.5}\n"
					    "  reorder: {ratio: 1%, depth: 5ms}\n"
					    "  duplicate: 0.999\n  corrupt: 1\n"
					    "to_onprem:\n"
					    "  partner: {cir: 0bit}\n  jitter: {shape: none}\n"
					    "  reorder: {ratio: 0}\n");
	const struct profile_dir *d = p.dir;

	cr_expect_eq(d->partner_cir_bps, 150000000);
	cr_expect_eq(d->partner_burst_bytes, 100000);
	cr_expect_eq(d->jitter_shape, JITTER_TABLE);
	cr_expect_str_eq(d->jitter_table, "x/y.dist");
	cr_expect_eq(d->jitter_correlation_ns, 20000000);
	cr_expect_eq(d->loss_model, LOSS_FOUR_STATE);
	cr_expect_eq(d->loss_p13, 0.1);
	cr_expect_eq(d->loss_p31, 0.2);
	cr_expect_eq(d->loss_p32, 0.3);
	cr_expect_eq(d->loss_p23, 0.4);
	cr_expect_eq(d->loss_p14, 0.5);
	cr_expect_eq(d->reorder_ratio, 0.01);
	cr_expect_eq(d->reorder_depth_ns, 5000000);
	cr_expect_eq(d->duplicate_ratio, 0.999);
	cr_expect_eq(d->corrupt_ratio, 1);

	/* What belonged to what the other direction does not have. */
	d = &p.dir[TO_ONPREM];
	cr_expect_eq(d->partner_burst_bytes, 0);
	cr_expect_eq(d->jitter_ns, 0);
	cr_expect_eq(d->jitter_correlation_ns, 0);
	cr_expect_str_eq(d->jitter_table, "");
	cr_expect_eq(d->reorder_depth_ns, 0);
	cr_expect_eq(d->duplicate_ratio, 0.999);
}

/* However a title is quoted, it is what it says. */
Test(read, quotes)
{
	static const struct {
		const char *text, *title;
	} rows[] = {
		{ "title: it's\n", "it's" },
		{ "title: 'it''s'\n", "it's" },
		{ "title: '''x'''\n", "'x'" },
		{ "title: \"it''s \\\"x\\\" \\\\\\\\\"\n", "it''s \"x\" \\\\" },
		{ "title: \"\\u4e13\"\n", "\u4e13" },
		{ "title: a\n  b\n", "a b" },
		{ "title: >-\n  a\n  b\n", "a b" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[512];

		(void)snprintf(text, sizeof(text), HEAD MTU BOTH "%s", rows[i].text);
		cr_expect_str_eq(read_good(text).title, rows[i].title);
	}
}

Test(read, odd_but_right)
{
	static const char *const texts[] = {
		"\xef\xbb\xbf" HEAD MTU BOTH,
		"---\n" HEAD MTU BOTH "...\n",
		"profile: x\r\nkind: dedicated\r\nvlan: {c_tag: 101}\r\nmtu: 1500\r\n" BOTH,
		"{profile: x, kind: dedicated, vlan: {c_tag: 101}, mtu: 1500, both: {rate: 1gbit, "
		"queue: 10ms, delay: 1ms}}",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		read_good(texts[i]);
}

static const struct bad bad_keys[] = {
	{ HEAD "mut: 1500\n", "t.yaml:4:1: mut: unknown key; did you mean 'mtu'?" },
	{ HEAD "delay: 4ms\n", "t.yaml:4:1: delay: unknown key; did you mean 'both.delay'?" },
	{ HEAD "both:\n  dealy: 4ms\n", "t.yaml:5:3: both.dealy: unknown key; did you mean "
					"'both.delay'?" },
	{ HEAD "to_vpc:\n  loss:\n    rate: 0\n", "t.yaml:6:5: to_vpc.loss.rate: unknown key; did "
						  "you mean 'to_vpc.loss.ratio'?" },
	{ HEAD "both: {mtu: 1500}\n", "t.yaml:4:8: both.mtu: unknown key; did you mean 'mtu'?" },
	{ HEAD "both: {\"\": {delay: 4ms}}\n", "t.yaml:4:9: both.: unknown key; see 'dxemu profile "
					       "keys'" },
	{ HEAD "\"\\e[31m\": 1\n", "t.yaml:4:2: ?[31m: unknown key; see 'dxemu profile keys'" },
	{ HEAD MTU BOTH "mtu: 1500\n", "t.yaml:6:1: mtu: given twice; first at line 4" },
	{ HEAD MTU BOTH "both: {}\n", "t.yaml:6:1: both: given twice; first at line 5" },
	{ HEAD "mtu: {value: 1500, value: 1500}\n", "t.yaml:4:20: mtu.value: given twice; first at "
						    "line 4" },
	{ "profile: x\nmtu: 1500\n", "t.yaml: kind: missing; allowed: dedicated or hosted or vpn" },
	{ "kind: vpn\nmtu: 1500\n", "t.yaml:1:1: profile: missing; a vpn link needs it (its name; "
				    "that of the file without "
				    ".yaml)" },
	{ HEAD BOTH, "t.yaml:2:1: mtu: missing; a dedicated link needs it (largest IP packet on "
		     "the "
		     "link, in bytes)" },
	{ HEAD MTU "both: {rate: 1gbit, queue: 10ms}\n", "t.yaml:5:1: both.delay: missing; a "
							 "dedicated link needs it (one-way "
							 "propagation delay)" },
	{ HEAD MTU "both: {rate: 1gbit, queue: 10ms}\nto_vpc: {delay: 1ms}\n", "t.yaml:5:1: "
									       "both.delay: "
									       "missing; a "
									       "dedicated link "
									       "needs it (one-way "
									       "propagation "
									       "delay)" },
	{ HOSTED "both: {delay: 1ms, burst: 64KiB}\n", "t.yaml:5:1: both.cir: missing; a hosted "
						       "link needs it (policer: committed "
						       "information "
						       "rate; drops, never queues)" },
	{ "profile: x\nkind: vpn\nmtu: 1446\n" BOTH, "t.yaml:2:1: encap: missing; a vpn link needs "
						     "it (what encapsulation adds to each IP "
						     "packet)" },
	{ HEAD MTU BOTH "encap: 54B\n", "t.yaml:6:1: encap: does not apply to a dedicated link, "
					"only to vpn" },
	{ HEAD MTU "both: {rate: 1gbit, queue: 10ms, delay: 1ms, accounting: l2}\n", "t.yaml:5:46: "
										     "both."
										     "accounting: "
										     "does not "
										     "apply to a "
										     "dedicated "
										     "link, only "
										     "to hosted" },
};

static const struct bad bad_values[] = {
	{ "profile: a/b\n", "t.yaml:1:10: profile: 'a/b': not a name; allowed: up to 63 of a-z A-Z "
			    "0-9 . _ -" },
	{ "profile: 0123456789012345678901234567890123456789012345678901234567890123\n",
	  "t.yaml:1:10: profile: '01234567890123456789012345678901234567890123...': too long; "
	  "allowed: up to 63 of a-z A-Z 0-9 . _ -" },
	{ "kind: dx\n", "t.yaml:1:7: kind: 'dx': unknown; allowed: one of dedicated, hosted, vpn" },
	{ "kind:\n", "t.yaml:1:1: kind: '': empty; allowed: one of dedicated, hosted, vpn" },
	{ "mtu: 65535\n", "t.yaml:1:6: mtu: '65535': out of range; allowed: 68 to 9001" },
	{ "mtu: 67\n", "t.yaml:1:6: mtu: '67': out of range; allowed: 68 to 9001" },
	{ "mtu: -1500\n", "t.yaml:1:6: mtu: '-1500': negative, write e.g. 1500; allowed: 68 to "
			  "9001" },
	{ "mtu: large\n", "t.yaml:1:6: mtu: 'large': not a whole number, write e.g. 1500; allowed: "
			  "68 to 9001" },
	{ "mtu: {value: large}\n", "t.yaml:1:14: mtu.value: 'large': not a whole number, write "
				   "e.g. "
				   "1500; allowed: 68 to 9001" },
	{ "vlan:\n  c_tag: 4095\n", "t.yaml:2:10: vlan.c_tag: '4095': out of range; allowed: 1 to "
				    "4094" },
	{ "vlan:\n  s_tag: 0\n", "t.yaml:2:10: vlan.s_tag: '0': out of range; allowed: 1 to 4094" },
	{ "vlan:\n  s_tpid: \"0x9100\"\n", "t.yaml:2:12: vlan.s_tpid: '0x9100': unknown; allowed: "
					   "one of 0x8100, 0x88a8" },
	{ "both:\n  delay: 4\n", "t.yaml:2:10: both.delay: '4': no unit, write e.g. 10ms; allowed: "
				 "0s to 10s" },
	{ "both:\n  delay: -4ms\n", "t.yaml:2:10: both.delay: '-4ms': negative, write e.g. 10ms; "
				    "allowed: 0s to 10s" },
	{ "both:\n  delay: 10.1s\n", "t.yaml:2:10: both.delay: '10.1s': out of range; allowed: 0s "
				     "to 10s" },
	{ "both:\n  rate: 10gb\n", "t.yaml:2:9: both.rate: '10gb': unknown unit, write 'gbit'; "
				   "allowed: 100kbit to 400gbit" },
	{ "both:\n  rate: 99kbit\n", "t.yaml:2:9: both.rate: '99kbit': out of range; allowed: "
				     "100kbit to 400gbit" },
	{ "both:\n  rate: 400.1gbit\n", "t.yaml:2:9: both.rate: '400.1gbit': out of range; "
					"allowed: 100kbit to 400gbit" },
	{ "both:\n  rate: yes\n", "t.yaml:2:9: both.rate: 'yes': not a number with a unit, write "
				  "e.g. "
				  "10gbit; allowed: 100kbit to 400gbit" },
	{ "both:\n  loss:\n    ratio: 1.5\n", "t.yaml:3:12: both.loss.ratio: '1.5': above 1; "
					      "allowed: 0 to 1" },
	{ "both:\n  jitter:\n    shape: gaussian\n", "t.yaml:3:12: both.jitter.shape: 'gaussian': "
						     "unknown; allowed: one of none, uniform, "
						     "normal, half-normal, pareto, pareto-normal, "
						     "table" },
	{ HEAD MTU "both: {rate: 1gbit, queue: 12us, delay: 1ms}\n", "t.yaml:5:21: both.queue: "
								     "12us holds less than one "
								     "full frame; allowed: 12336ns "
								     "or more at "
								     "this rate and MTU" },
	{ HOSTED "both: {cir: 50mbit, burst: 1521B, delay: 1ms}\n", "t.yaml:5:21: both.burst: "
								    "1521B is less than one full "
								    "frame, so that nothing of "
								    "that size "
								    "passes; allowed: 1522B or "
								    "more at this MTU" },
	{ HEAD MTU "to_vpc: {jitter: {scale: 1ms}}\n" BOTH, "t.yaml:5:19: to_vpc.jitter.scale: has "
							    "no shape; set jitter.shape" },
	{ HEAD MTU "to_vpc: {jitter: {shape: normal}}\n" BOTH, "t.yaml:5:19: to_vpc.jitter.shape: "
							       "'normal' has no scale; set "
							       "jitter.scale" },
	{ HEAD MTU BOTH "to_vpc: {loss: {p: 0.1, r: 0.1}}\n", "t.yaml:6:17: to_vpc.loss.p: does "
							      "not belong to loss.model 'random'" },
	{ HEAD MTU BOTH "to_vpc: {loss: {model: gilbert, ratio: 0.1, p: 0.1, r: 0.1}}\n",
	  "t.yaml:6:33: to_vpc.loss.ratio: does not belong to loss.model 'gilbert'" },
	{ HEAD MTU BOTH "to_vpc: {loss: {model: gilbert, p: 0.1, r: 0}}\n", "t.yaml:6:41: "
									    "to_vpc.loss.r: 0 or "
									    "missing, so that the "
									    "bad state would never "
									    "end; allowed: "
									    "above 0, up to 1" },
	{ HEAD MTU BOTH "to_vpc: {loss: {model: gilbert}}\n", "t.yaml:6:10: to_vpc.loss.p: 0 or "
							      "missing; loss.model 'gilbert' needs "
							      "it above 0 (for no "
							      "loss: loss.model random, loss.ratio "
							      "0)" },
	{ HEAD MTU BOTH "to_vpc: {loss: {model: gilbert-elliott, p: 0.1, r: 0.1}}\n", "t.yaml:6:10:"
										      " to_vpc."
										      "loss.bad: "
										      "missing or "
										      "not above "
										      "loss.good" },
};

Test(refuse, keys)
{
	expect_all_refused(bad_keys, ARRAY_SIZE(bad_keys));
}

Test(refuse, values)
{
	expect_all_refused(bad_values, ARRAY_SIZE(bad_values));
}
