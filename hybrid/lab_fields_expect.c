// SPDX-License-Identifier: ISC
#include "base/util.h"
#include "hybrid/lab_fields.h"

const char *const lab_direction_names[] = { "both", "to_vpc", "to_onprem" };
const char *const lab_event_names[] = { "carrier", "black-hole", "bgp" };

#define VERB(v) .verb = 1 + (v), .verbs = 1U << (v)
#define WITH(mask) .verbs = (mask), .needed_by = (mask)
#define MAY(mask) .verbs = (mask)

#define REACHABILITY (1U << LAB_REACHABLE | 1U << LAB_UNREACHABLE)
#define PAIRS                                                                      \
	(1U << LAB_PATH | 1U << LAB_MTU | 1U << LAB_FAILOVER | 1U << LAB_GOODPUT | \
	 1U << LAB_LATENCY)
#define LINKS \
	(1U << LAB_CONNECTION | 1U << LAB_LAG | 1U << LAB_VIF | 1U << LAB_VPN | 1U << LAB_TUNNEL)

#define SUBJECT                                                          \
	.type = LAB_REF, .offset = offsetof(struct lab_expect, subject), \
	.size = sizeof(struct lab_ref)
#define SECOND UINT64_C(1000000000)

/* clang-format off */
const struct lab_field lab_expect_fields[] = {
	{ .name = "reachable", .help = "this host answers",
	  SUBJECT, .kinds = LAB_ON(LAB_HOST), VERB(LAB_REACHABLE) },
	{ .name = "unreachable", .help = "this host does not answer",
	  SUBJECT, .kinds = LAB_ON(LAB_HOST), VERB(LAB_UNREACHABLE) },
	{ .name = "path", .help = "packets go by this",
	  SUBJECT, .kinds = LINKS, VERB(LAB_PATH) },
	{ .name = "established", .help = "its BGP session, or both tunnels, are up",
	  SUBJECT, .kinds = LAB_ON(LAB_VIF) | LAB_ON(LAB_VPN), VERB(LAB_ESTABLISHED) },
	{ .name = "mtu", .help = "the largest IP packet that passes, in bytes",
	  .type = LAB_UNSIGNED, LAB_FIELD(lab_expect, mtu), .min = 68, .max = 9001, VERB(LAB_MTU) },
	{ .name = "failover", .help = "when this goes down, traffic comes through again: 'NAME down'",
	  SUBJECT, .kinds = LINKS, .suffix = " down", VERB(LAB_FAILOVER) },
	{ .name = "goodput", .help = "of one TCP flow, at least",
	  .type = LAB_QUANTITY, .unit = UNIT_RATE, LAB_FIELD(lab_expect, goodput_bps), .min = 1,
	  .max = 400 * SECOND, VERB(LAB_GOODPUT) },
	{ .name = "latency", .help = "99th percentile of the round trip, at most",
	  .type = LAB_QUANTITY, .unit = UNIT_TIME, LAB_FIELD(lab_expect, latency_ns), .min = 1,
	  .max = 60 * SECOND, VERB(LAB_LATENCY) },
	{ .name = "from", .help = "a host",
	  .type = LAB_REF, LAB_FIELD(lab_expect, from), .kinds = LAB_ON(LAB_HOST), WITH(REACHABILITY | PAIRS) },
	{ .name = "to", .help = "another one",
	  .type = LAB_REF, LAB_FIELD(lab_expect, to), .kinds = LAB_ON(LAB_HOST), WITH(PAIRS) },
	{ .name = "port", .help = "without one, it is a ping",
	  .type = LAB_PORT, LAB_FIELD(lab_expect, port), MAY(REACHABILITY) },
	{ .name = "direction", .help = "of the packets that are looked at",
	  .type = LAB_CHOICE, LAB_FIELD(lab_expect, direction), LAB_CHOICES(lab_direction_names),
	  .otherwise = "both", MAY(1U << LAB_PATH) },
	{ .name = "prefixes", .help = "how many routes the customer's router has learnt, at least",
	  .type = LAB_UNSIGNED, LAB_FIELD(lab_expect, prefixes), .max = 10000, MAY(1U << LAB_ESTABLISHED) },
	{ .name = "event", .help = "what happens: carrier lost; nothing comes through; BGP sessions shut",
	  .type = LAB_CHOICE, LAB_FIELD(lab_expect, event), LAB_CHOICES(lab_event_names),
	  .otherwise = "carrier", MAY(1U << LAB_FAILOVER) },
	{ .name = "within", .help = "the longest interruption",
	  .type = LAB_QUANTITY, .unit = UNIT_TIME, LAB_FIELD(lab_expect, within_ns), .min = 1,
	  .max = 3600 * SECOND, WITH(1U << LAB_FAILOVER) },
	{ .name = NULL },
};
/* clang-format on */
