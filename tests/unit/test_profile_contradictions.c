// SPDX-License-Identifier: ISC
/* Values that are fine by themselves, but not together. */
#include "tests/unit/profile_texts.h"

#include "base/util.h"
#include "model/profile.h"

#define QUEUED HEAD MTU "both: {rate: 1gbit, queue: 10ms, "
#define POLICED HOSTED "both: {cir: 50mbit, burst: 64KiB, delay: 1ms, "

static const struct bad contradictions[] = {
	{ HEAD MTU "both: {rate: 1gbit, delay: 1ms}\n", "t.yaml:5:1: both.queue: missing; a "
							"dedicated link needs it (depth of its "
							"drop-tail "
							"queue: time to send it at that rate), or "
							"queue_frames" },
	{ QUEUED "delay: 1ms, queue_frames: 10}\n", "t.yaml:5:46: both.queue_frames: the queue is "
						    "also given in time; write either queue or "
						    "queue_frames" },
	{ QUEUED "delay: 1ms, queue_frames: 0}\n", "t.yaml:5:60: both.queue_frames: '0': out of "
						   "range; allowed: 1 to 10000000" },
	{ QUEUED "delay: 1ms, aqm: codel}\n", "t.yaml:5:46: both.aqm: it is the customer's router "
					      "that manages its queue, and that "
					      "sends to_vpc only; write it under to_vpc" },
	{ QUEUED "delay: 1ms, aqm: red}\n", "t.yaml:5:51: both.aqm: 'red': unknown; allowed: one "
					    "of none, codel, fq-codel" },
	{ POLICED "partner: {cir: 1gbit}}\n", "t.yaml:5:57: both.partner.cir: has no bucket; set "
					      "partner.burst" },
	{ POLICED "partner: {burst: 64KiB}}\n", "t.yaml:5:57: both.partner.burst: has no rate; set "
						"partner.cir" },
	{ POLICED "partner: {cir: 1gbit, burst: 1521B}}\n", "t.yaml:5:69: both.partner.burst: "
							    "1521B is less than one full frame, so "
							    "that nothing of "
							    "that size passes; allowed: 1522B or "
							    "more at this MTU" },
	{ QUEUED "delay: 1ms, jitter: {shape: table, scale: 1us}}\n", "t.yaml:5:55: "
								      "both.jitter.shape: 'table' "
								      "has no table; set "
								      "jitter.table to the path of "
								      "a "
								      ".dist file" },
	{ QUEUED "delay: 1ms, jitter: {shape: normal, scale: 1us, table: x}}\n", "t.yaml:5:82: "
										 "both.jitter."
										 "table: does not "
										 "belong to "
										 "jitter.shape "
										 "'normal', only "
										 "to "
										 "'table'" },
	{ QUEUED "delay: 1ms, jitter: {correlation: 1s}}\n", "t.yaml:5:55: "
							     "both.jitter.correlation: there is no "
							     "jitter; set jitter.shape and "
							     "jitter.scale" },
	{ QUEUED "delay: 1ms, jitter: {shape: uniform, scale: 1ms, correlation: 19ms}}\n",
	  "t.yaml:5:83: both.jitter.correlation: 19ms is below 20 times the scale, and a latency "
	  "cannot fall faster than time runs; allowed: 20ms or more with this scale" },
	{ QUEUED "delay: 1ms, jitter: {correlation: 4.9ms}}\n", "t.yaml:5:68: "
								"both.jitter.correlation: '4.9ms': "
								"out of range; allowed: 5ms to 1h, "
								"or for "
								"none 0s: the latency moves in "
								"steps of a 50th of it, and of "
								"100us at least" },
	{ QUEUED "delay: 99us, jitter: {shape: uniform, scale: 100us}}\n", "t.yaml:5:34: "
									   "both.delay: 99us is "
									   "less than what jitter "
									   "of shape 'uniform' and "
									   "this scale "
									   "reaches below it; "
									   "allowed: 100us or "
									   "more" },
	{ QUEUED "delay: 399us, jitter: {shape: normal, scale: 100us}}\n", "t.yaml:5:34: "
									   "both.delay: 399us is "
									   "less than what jitter "
									   "of shape 'normal' and "
									   "this scale "
									   "reaches below it; "
									   "allowed: 400us or "
									   "more" },
	{ QUEUED "delay: 66us, jitter: {shape: pareto, scale: 100us}}\n", "t.yaml:5:34: "
									  "both.delay: 66us is "
									  "less than what jitter "
									  "of shape 'pareto' and "
									  "this scale "
									  "reaches below it; "
									  "allowed: 67us or more" },
	{ QUEUED "delay: 150us, jitter: {shape: pareto-normal, scale: 100us}}\n",
	  "t.yaml:5:34: both.delay: 150us is less than what jitter of shape 'pareto-normal' and "
	  "this scale reaches below it; allowed: 151us or more" },
	{ QUEUED "delay: 1ms, reorder: {ratio: 0.1}}\n", "t.yaml:5:56: both.reorder.ratio: has no "
							 "depth; set reorder.depth" },
	{ QUEUED "delay: 1ms, reorder: {depth: 1ms}}\n", "t.yaml:5:56: both.reorder.depth: has no "
							 "share; set reorder.ratio" },
	{ QUEUED "delay: 1ms, reorder: {ratio: 0.1, depth: 1001us}}\n", "t.yaml:5:68: "
									"both.reorder.depth: "
									"1001us is more than the "
									"delay, and nothing "
									"arrives "
									"before it was sent; "
									"allowed: up to 1ms" },
	{ QUEUED "delay: 1ms, duplicate: 1}\n", "t.yaml:5:46: both.duplicate: would send every "
						"packet twice, which is a loop in the "
						"network and no share; allowed: 0 to less than 1" },
	{ HOSTED "pmtud: none\nboth: {cir: 50mbit, burst: 64KiB, delay: 1ms}\n",
	  "t.yaml:5:1: pmtud: 'none' does not apply to a hosted link, only to vpn: the routers' "
	  "VLAN devices have the link's MTU, and they answer; write icmp" },
};

static const struct bad four_states[] = {
	{ QUEUED "delay: 1ms, loss: {p13: 0.1}}\n", "t.yaml:5:53: both.loss.p13: does not belong "
						    "to loss.model 'random'" },
	{ QUEUED "delay: 1ms, loss: {model: four-state, p: 0.1, p14: 0.1}}\n", "t.yaml:5:72: "
									       "both.loss.p: does "
									       "not belong to "
									       "loss.model "
									       "'four-state'" },
	{ QUEUED "delay: 1ms, loss: {model: four-state, p31: 0.1}}\n", "t.yaml:5:46: "
								       "both.loss.p13: 0 or "
								       "missing, as loss.p14 is; "
								       "loss.model 'four-state' "
								       "needs "
								       "one of them above 0 (for "
								       "no loss: loss.model "
								       "random, loss.ratio 0)" },
	{ QUEUED "delay: 1ms, loss: {model: four-state, p13: 0.1}}\n", "t.yaml:5:46: "
								       "both.loss.p31: 0 or "
								       "missing, so that a burst "
								       "would never end; allowed: "
								       "above 0, up to 1" },
	{ QUEUED "delay: 1ms, loss: {model: four-state, p14: 0.1, p32: 0.1}}\n",
	  "t.yaml:5:46: both.loss.p23: 0 or missing, so that passing within a burst would never "
	  "end; allowed: above 0, up to 1" },
	{ QUEUED "delay: 1ms, loss: {model: four-state, p13: 0.5, p31: 1, p14: 0.6}}\n",
	  "t.yaml:5:90: both.loss.p14: above 1 together with loss.p13; both lead away from the "
	  "good state" },
	{ QUEUED "delay: 1ms, loss: {model: four-state, p13: 0.5, p31: 0.5, p32: 0.6, p23: 1}}\n",
	  "t.yaml:5:92: both.loss.p32: above 1 together with loss.p31; both lead away from losing "
	  "in a burst" },
};

Test(refuse, contradictions)
{
	expect_all_refused(contradictions, ARRAY_SIZE(contradictions));
}

Test(refuse, four_states)
{
	expect_all_refused(four_states, ARRAY_SIZE(four_states));
}

/* As far as it may go. */
Test(read, at_the_limits)
{
	static const char *const texts[] = {
		QUEUED "delay: 1ms, jitter: {shape: uniform, scale: 1ms, correlation: 20ms}}\n",
		QUEUED "delay: 400us, jitter: {shape: normal, scale: 100us}}\n",
		QUEUED "delay: 67us, jitter: {shape: pareto, scale: 100us}}\n",
		QUEUED "delay: 151us, jitter: {shape: pareto-normal, scale: 100us}}\n",
		QUEUED "delay: 0s, jitter: {shape: half-normal, scale: 100us}}\n",
		QUEUED "delay: 0s, jitter: {shape: table, scale: 1us, table: x}}\n",
		QUEUED "delay: 1ms, reorder: {ratio: 1, depth: 1ms}}\n",
		QUEUED "delay: 1ms, loss: {model: four-state, p13: 0.5, p31: 0.5, p32: 0.5, p23: "
		       "1, p14: 0.5}}\n",
		QUEUED "delay: 1ms, loss: {model: four-state, p14: 1}}\n",
		POLICED "partner: {cir: 1gbit, burst: 1522B}}\n",
		HOSTED "pmtud: icmp\nboth: {cir: 50mbit, burst: 64KiB, delay: 1ms}\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct profile p;
		struct err err;

		cr_expect_eq(profile_read(texts[i], strlen(texts[i]), "t.yaml", &p, &err), 0,
			     "%s\n%s", err.msg, texts[i]);
	}
}
