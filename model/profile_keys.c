// SPDX-License-Identifier: ISC
#include "model/profile_keys.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

#define ON(kind) (1U << (kind))
#define DEDICATED ON(LINK_DEDICATED)
#define HOSTED ON(LINK_HOSTED)
#define VPN ON(LINK_VPN)
#define ALL (DEDICATED | HOSTED | VPN)

#define KBIT UINT64_C(1000)
#define GBIT UINT64_C(1000000000)
#define SECOND UINT64_C(1000000000)

#define RANDOM ON(LOSS_RANDOM)
#define ELLIOTT ON(LOSS_GILBERT_ELLIOTT)
#define GILBERT (ON(LOSS_GILBERT) | ELLIOTT)
#define FOUR ON(LOSS_FOUR_STATE)

#define CURVE "the curve of the latency would jump"

#define FIELD(member) \
	.offset = offsetof(struct profile, member), .size = sizeof(((struct profile *)0)->member)
#define DIR_FIELD(member)                                                \
	.per_dir = true, .offset = offsetof(struct profile_dir, member), \
	.size = sizeof(((struct profile_dir *)0)->member)
#define CHOICES(names, count) .type = KEY_CHOICE, .choices = (names), .n_choices = (count)

static_assert(sizeof(enum link_kind) == sizeof(unsigned) &&
		      sizeof(enum accounting) == sizeof(unsigned) &&
		      sizeof(enum jitter_shape) == sizeof(unsigned) &&
		      sizeof(enum loss_model) == sizeof(unsigned) &&
		      sizeof(enum aqm) == sizeof(unsigned) &&
		      sizeof(enum pmtud) == sizeof(unsigned),
	      "choices are stored as unsigned");

/*
 * In the order in which profile_write() writes them; keys of one section stand together. Laid out by hand,
 * because clang-format would give each value a line of its own.
 */
/* clang-format off */
const struct key profile_keys[] = {
	{ .name = "profile",
	  .help = "its name; that of the file without .yaml",
	  .type = KEY_IDENT, FIELD(name), .kinds = ALL, .needed = ALL, .identity = true },
	{ .name = "title",
	  .help = "one line for people",
	  .type = KEY_TEXT, FIELD(title), .kinds = ALL },
	{ .name = "kind",
	  .help = "what the link is made of",
	  CHOICES(link_kind_names, LINK_KIND_COUNT), FIELD(kind), .kinds = ALL, .needed = ALL,
	  .identity = true },
	{ .name = "mtu",
	  .help = "largest IP packet on the link, in bytes",
	  .type = KEY_UNSIGNED, FIELD(mtu), .min = 68, .max = 9001, .kinds = ALL, .needed = ALL },
	{ .name = "pmtud",
	  .help = "path MTU discovery: hosts know (default), routers tell by icmp, or none: black hole (vpn)",
	  CHOICES(pmtud_names, PMTUD_COUNT), FIELD(pmtud), .kinds = ALL },
	{ .name = "vlan.c_tag",
	  .help = "VLAN of the virtual interface",
	  .type = KEY_UNSIGNED, FIELD(c_tag), .min = 1, .max = 4094, .kinds = DEDICATED | HOSTED,
	  .needed = DEDICATED | HOSTED },
	{ .name = "vlan.s_tag",
	  .help = "the partner's outer VLAN on the access leg",
	  .type = KEY_UNSIGNED, FIELD(s_tag), .min = 1, .max = 4094, .kinds = HOSTED,
	  .needed = HOSTED },
	{ .name = "vlan.s_tpid",
	  .help = "TPID of that outer tag; 0x8100 where not given",
	  .type = KEY_TPID, FIELD(s_tpid), .kinds = HOSTED },
	{ .name = "encap",
	  .help = "what encapsulation adds to each IP packet",
	  .type = KEY_UNSIGNED, .unit = UNIT_BYTES, FIELD(encap_bytes), .min = 20, .max = 200,
	  .kinds = VPN, .needed = VPN },

	{ .name = "rate",
	  .help = "shaper: bits per second on the wire of the port or ISP access",
	  .type = KEY_QUANTITY, .unit = UNIT_RATE, DIR_FIELD(rate_bps), .min = 100 * KBIT,
	  .max = 400 * GBIT, .kinds = DEDICATED | VPN, .needed = DEDICATED | VPN },
	{ .name = "queue",
	  .help = "depth of its drop-tail queue: time to send it at that rate",
	  .type = KEY_QUANTITY, .unit = UNIT_TIME, DIR_FIELD(queue_ns), .min = 1,
	  .max = 10 * SECOND, .kinds = DEDICATED | VPN },
	{ .name = "queue_frames",
	  .help = "the same in full-size frames, instead of queue",
	  .type = KEY_UNSIGNED, DIR_FIELD(queue_frames), .min = 1, .max = 10000000,
	  .kinds = DEDICATED | VPN },
	{ .name = "aqm",
	  .help = "queue management of the customer's router, which shapes to that rate (to_vpc)",
	  CHOICES(aqm_names, AQM_COUNT), DIR_FIELD(aqm), .kinds = DEDICATED | VPN,
	  .fixed = "another kind of queue would lose what waits in this one" },
	{ .name = "cir",
	  .help = "policer: committed information rate; drops, never queues",
	  .type = KEY_QUANTITY, .unit = UNIT_RATE, DIR_FIELD(cir_bps), .min = 100 * KBIT,
	  .max = 400 * GBIT, .kinds = HOSTED, .needed = HOSTED },
	{ .name = "burst",
	  .help = "bucket of the policer",
	  .type = KEY_QUANTITY, .unit = UNIT_BYTES, DIR_FIELD(burst_bytes), .min = 64,
	  .max = 1000000000, .kinds = HOSTED, .needed = HOSTED },
	{ .name = "partner.cir",
	  .help = "a policer of the partner's in front of that one",
	  .type = KEY_QUANTITY, .unit = UNIT_RATE, DIR_FIELD(partner_cir_bps), .min = 100 * KBIT,
	  .max = 400 * GBIT, .optional = true, .kinds = HOSTED },
	{ .name = "partner.burst",
	  .help = "bucket of the partner's policer",
	  .type = KEY_QUANTITY, .unit = UNIT_BYTES, DIR_FIELD(partner_burst_bytes), .min = 64,
	  .max = 1000000000, .optional = true, .kinds = HOSTED },
	{ .name = "accounting",
	  .help = "what the policers count: l1 wire, l2 frame with FCS and C-tag (default), l3 IP",
	  CHOICES(accounting_names, ACCOUNTING_COUNT), DIR_FIELD(accounting), .kinds = HOSTED },
	{ .name = "cap.rate",
	  .help = "VPN endpoint: limit on outer IP packets, in bits per second",
	  .type = KEY_QUANTITY, .unit = UNIT_RATE, DIR_FIELD(cap_bps), .min = 100 * KBIT,
	  .max = 400 * GBIT, .optional = true, .kinds = VPN },
	{ .name = "cap.pps",
	  .help = "VPN endpoint: limit in packets per second",
	  .type = KEY_QUANTITY, .unit = UNIT_PPS, DIR_FIELD(cap_pps), .min = 1, .max = 1000000000,
	  .optional = true, .kinds = VPN },
	{ .name = "delay",
	  .help = "one-way propagation delay",
	  .type = KEY_QUANTITY, .unit = UNIT_TIME, DIR_FIELD(delay_ns), .max = 10 * SECOND,
	  .kinds = ALL, .needed = ALL },
	{ .name = "jitter.shape",
	  .help = "distribution of the delay that varies",
	  CHOICES(jitter_shape_names, JITTER_SHAPE_COUNT), DIR_FIELD(jitter_shape), .kinds = ALL,
	  .fixed = CURVE },
	{ .name = "jitter.scale",
	  .help = "scale of that distribution",
	  .type = KEY_QUANTITY, .unit = UNIT_TIME, DIR_FIELD(jitter_ns), .max = 10 * SECOND,
	  .kinds = ALL },
	{ .name = "jitter.correlation",
	  .help = "time after which the latency has forgotten what it was; 100ms or 25 times the scale",
	  .type = KEY_QUANTITY, .unit = UNIT_TIME, DIR_FIELD(jitter_correlation_ns),
	  .min = SECOND / 200, .max = 3600 * SECOND, .optional = true, .kinds = ALL,
	  .fixed = CURVE,
	  .limits = "the latency moves in steps of a 50th of it, and of 100us at least" },
	{ .name = "jitter.table",
	  .help = "of shape table: path of a .dist file as iproute2 has them",
	  .type = KEY_TEXT, DIR_FIELD(jitter_table), .kinds = ALL,
	  .fixed = CURVE },
	{ .name = "loss.model",
	  .help = "independent losses, bursts, or bursts with some loss in both states",
	  CHOICES(loss_model_names, LOSS_MODEL_COUNT), DIR_FIELD(loss_model), .kinds = ALL },
	{ .name = "loss.ratio",
	  .help = "random: share of packets lost",
	  .type = KEY_RATIO, DIR_FIELD(loss_ratio), .kinds = ALL,
	  .models = RANDOM },
	{ .name = "loss.p",
	  .help = "gilbert: probability per packet to go from good to bad",
	  .type = KEY_RATIO, DIR_FIELD(loss_p), .kinds = ALL,
	  .models = GILBERT },
	{ .name = "loss.r",
	  .help = "gilbert: probability per packet to go from bad to good",
	  .type = KEY_RATIO, DIR_FIELD(loss_r), .kinds = ALL,
	  .models = GILBERT },
	{ .name = "loss.bad",
	  .help = "gilbert-elliott: share of packets lost in the bad state",
	  .type = KEY_RATIO, DIR_FIELD(loss_bad), .kinds = ALL,
	  .models = ELLIOTT },
	{ .name = "loss.good",
	  .help = "gilbert-elliott: share of packets lost in the good state",
	  .type = KEY_RATIO, DIR_FIELD(loss_good), .kinds = ALL,
	  .models = ELLIOTT },
	{ .name = "loss.p13",
	  .help = "four-state: probability per packet to go from good to a burst of losses",
	  .type = KEY_RATIO, DIR_FIELD(loss_p13), .kinds = ALL,
	  .models = FOUR },
	{ .name = "loss.p31",
	  .help = "four-state: from a burst back to good",
	  .type = KEY_RATIO, DIR_FIELD(loss_p31), .kinds = ALL,
	  .models = FOUR },
	{ .name = "loss.p32",
	  .help = "four-state: from a burst to passing within it",
	  .type = KEY_RATIO, DIR_FIELD(loss_p32), .kinds = ALL,
	  .models = FOUR },
	{ .name = "loss.p23",
	  .help = "four-state: from passing within a burst to losing again",
	  .type = KEY_RATIO, DIR_FIELD(loss_p23), .kinds = ALL,
	  .models = FOUR },
	{ .name = "loss.p14",
	  .help = "four-state: single loss outside of bursts",
	  .type = KEY_RATIO, DIR_FIELD(loss_p14), .kinds = ALL,
	  .models = FOUR },
	{ .name = "reorder.ratio",
	  .help = "share of packets that overtake those before them",
	  .type = KEY_RATIO, DIR_FIELD(reorder_ratio), .kinds = ALL },
	{ .name = "reorder.depth",
	  .help = "how far ahead they get: what was sent in this time before them, at most the delay",
	  .type = KEY_QUANTITY, .unit = UNIT_TIME, DIR_FIELD(reorder_depth_ns), .min = 1,
	  .max = 10 * SECOND, .optional = true, .kinds = ALL,
	  .fixed = "packets on their way would change places" },
	{ .name = "duplicate",
	  .help = "share of packets that come twice; both use capacity",
	  .type = KEY_RATIO, DIR_FIELD(duplicate_ratio), .kinds = ALL },
	{ .name = "corrupt",
	  .help = "share of packets in which a bit is turned",
	  .type = KEY_RATIO, DIR_FIELD(corrupt_ratio), .kinds = ALL },
	{ .name = "schedule.period",
	  .help = "times of the schedule are within it and come again: 24h for a daily curve",
	  .type = KEY_QUANTITY, .unit = UNIT_TIME, FIELD(schedule_period_ns), .min = SECOND,
	  .max = PROFILE_SCHEDULE_MAX_NS, .optional = true, .kinds = ALL },
	{ .name = "schedule.start",
	  .help = "what time it is in the period when a run starts",
	  .type = KEY_QUANTITY, .unit = UNIT_TIME, FIELD(schedule_start_ns),
	  .max = PROFILE_SCHEDULE_MAX_NS, .kinds = ALL },
};
/* clang-format on */

const size_t profile_keys_n = ARRAY_SIZE(profile_keys);

static_assert(ARRAY_SIZE(profile_keys) <= PROFILE_KEYS_MAX, "a bit for every key");

const struct key *key_named(const char *name)
{
	const struct key *key = profile_keys;

	while (strcmp(key->name, name) != 0)
		key++;

	return key;
}

char *key_kinds(unsigned kinds, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if (kinds & ON(i) && used < size)
			used += (size_t)snprintf(buf + used, size - used, "%s%s",
						 used ? " or " : "", link_kind_names[i]);
	}

	return buf;
}
