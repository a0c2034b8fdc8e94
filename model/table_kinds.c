// SPDX-License-Identifier: ISC
/* The tables that test methods fill, column by column. */
#include <assert.h>

#include "base/util.h"
#include "model/link.h"
#include "model/result.h"
#include "model/table.h"

static const char *const yes_no[] = { "no", "yes" };
static const char *const figures[] = { "round trip", "one way", "PDV", "IPDV" };
static const char *const transaction_parts[] = { "whole", "connect", "exchange" };
static const char *const goals[] = { "NDR", "PDR" };
static const char *const outcomes[] = { "found", "even the least loses", "even the most passes",
					"limit reached" };
static const char *const fits[] = { "yes", "too few", "no memory", "out of range" };
static const char *const steps[] = { "25 % of CIR", "50 % of CIR", "75 % of CIR",
				     "CIR",	    "CIR + EIR",   "overshoot" };

#define DIRECTION                                                \
	{                                                        \
		"direction", "", CELL_NAME, dir_names, DIR_COUNT \
	}
#define COUNT(key, head)                       \
	{                                      \
		key, head, CELL_COUNT, NULL, 0 \
	}
#define BYTES(key, head)                       \
	{                                      \
		key, head, CELL_BYTES, NULL, 0 \
	}
#define BPS(key, head)                              \
	{                                           \
		key "_bps", head, CELL_BPS, NULL, 0 \
	}
#define PPS(key, head)                              \
	{                                           \
		key "_pps", head, CELL_PPS, NULL, 0 \
	}
#define US(key, head)                             \
	{                                         \
		key "_us", head, CELL_US, NULL, 0 \
	}
#define S(key, head)                            \
	{                                       \
		key "_s", head, CELL_S, NULL, 0 \
	}
#define SHARE(key, head)                       \
	{                                      \
		key, head, CELL_SHARE, NULL, 0 \
	}
#define RATIO(key, head)                       \
	{                                      \
		key, head, CELL_RATIO, NULL, 0 \
	}

static const struct table_column tcp[] = {
	DIRECTION,
	COUNT("flows", "flows"),
	BPS("goodput", "goodput"),
	BYTES("bytes", "bytes"),
	COUNT("retransmits", "retransmits"),
	SHARE("efficiency", "efficiency"),
};

static const struct table_column tcp_flows[] = {
	DIRECTION,
	COUNT("flow", "flow"),
	BPS("goodput", "goodput"),
	COUNT("retransmits", "retransmits"),
	US("srtt", "srtt"),
	US("min_rtt", "min rtt"),
	COUNT("cwnd_segments", "cwnd"),
	S("busy", "busy"),
	S("rwnd_limited", "rwnd lim."),
	S("sndbuf_limited", "snd lim."),
};

static const struct table_column tcp_intervals[] = {
	S("start", "start"),
	S("end", "end"),
	DIRECTION,
	COUNT("flow", "flow"),
	BPS("goodput", "goodput"),
	COUNT("retransmits", "retransmits"),
	COUNT("cwnd_segments", "cwnd"),
	US("srtt", "srtt"),
	US("rttvar", "rttvar"),
	US("min_rtt", "min rtt"),
	BPS("delivery_rate", "delivery rate"),
	S("busy", "busy"),
	S("rwnd_limited", "rwnd lim."),
	S("sndbuf_limited", "snd lim."),
};

static const struct table_column udp[] = {
	DIRECTION,
	BPS("offered", "offered"),
	BPS("received_rate", "received"),
	COUNT("sent", "sent"),
	COUNT("received", "arrived"),
	COUNT("lost", "lost"),
	SHARE("loss_ratio", "loss"),
	SHARE("ci95_low", "95 % from"),
	SHARE("ci95_high", "to"),
	COUNT("late", "late"),
	COUNT("duplicated", "twice"),
	COUNT("reordered", "reordered"),
	US("jitter_rfc3550", "RFC 3550"),
};

static const struct table_column udp_shape[] = {
	DIRECTION,
	COUNT("episodes", "episodes"),
	COUNT("longest_burst", "longest burst"),
	RATIO("mean_burst", "mean burst"),
	RATIO("burst_ratio", "burst ratio"),
	RATIO("mean_distance", "mean distance"),
	{ "gilbert", "Gilbert", CELL_NAME, fits, ARRAY_SIZE(fits) },
	SHARE("gilbert_p", "Gilbert p"),
	SHARE("gilbert_r", "Gilbert r"),
	{ "gilbert_elliott", "Gilbert-Elliott", CELL_NAME, fits, ARRAY_SIZE(fits) },
	SHARE("gilbert_elliott_p", "G.-E. p"),
	SHARE("gilbert_elliott_r", "G.-E. r"),
	SHARE("gilbert_elliott_bad", "G.-E. bad"),
	COUNT("extent_max", "extent"),
	COUNT("n_reordered", "3-reord."),
	US("gap_rate_derived", "gap"),
	COUNT("gap_lost", "gap lost"),
};

static const struct table_column udp_bursts[] = {
	DIRECTION,
	COUNT("burst_from", "from"),
	COUNT("burst_to", "to"),
	COUNT("episodes", "episodes"),
};

static const struct table_column udp_intervals[] = {
	S("start", "start"),
	S("end", "end"),
	DIRECTION,
	COUNT("sent", "sent"),
	COUNT("received", "arrived"),
	COUNT("lost", "lost"),
	BPS("received_rate", "received"),
};

static const struct table_column latency[] = {
	{ "figure", "", CELL_NAME, figures, ARRAY_SIZE(figures) },
	DIRECTION,
	COUNT("n", "n"),
	US("min", "min"),
	US("p50", "p50"),
	US("p90", "p90"),
	US("p99", "p99"),
	US("p999", "p99.9"),
	US("max", "max"),
};

static const struct table_column probes[] = {
	DIRECTION,
	COUNT("sent", "sent"),
	COUNT("lost", "lost"),
	SHARE("loss_ratio", "loss"),
	SHARE("ci95_low", "95 % from"),
	SHARE("ci95_high", "to"),
	COUNT("late", "late"),
	COUNT("episodes", "episodes"),
	COUNT("longest_burst", "longest"),
	COUNT("duplicated", "twice"),
	COUNT("reordered", "reordered"),
};

static const struct table_column transactions[] = {
	{ "part", "", CELL_NAME, transaction_parts, ARRAY_SIZE(transaction_parts) },
	COUNT("completed", "completed"),
	COUNT("unfinished", "unfinished"),
	RATIO("per_second", "per s"),
	US("min", "min"),
	US("p50", "p50"),
	US("p90", "p90"),
	US("p99", "p99"),
	US("p999", "p99.9"),
	US("max", "max"),
};

static const struct table_column rfc6349[] = {
	DIRECTION,
	BYTES("path_mtu_bytes", "path MTU"),
	US("baseline_rtt", "base RTT"),
	BPS("bottleneck", "bottleneck"),
	BYTES("bdp_bytes", "BDP"),
	BPS("ideal_goodput", "ideal"),
	BPS("goodput", "goodput"),
	S("ideal_transfer", "ideal time"),
	S("transfer", "time"),
	RATIO("transfer_time_ratio", "time ratio"),
	SHARE("efficiency", "efficiency"),
	US("loaded_rtt", "loaded RTT"),
	SHARE("buffer_delay", "buffer delay"),
};

static const struct table_column windows[] = {
	DIRECTION,
	SHARE("window_of_bdp", "window"),
	BYTES("window_bytes", "bytes"),
	BPS("expected", "expected"),
	BPS("goodput", "goodput"),
	COUNT("retransmits", "retransmits"),
};

static const struct table_column capacity[] = {
	DIRECTION,
	{ "goal", "goal", CELL_NAME, goals, ARRAY_SIZE(goals) },
	SHARE("loss_allowed", "loss"),
	{ "outcome", "outcome", CELL_NAME, outcomes, ARRAY_SIZE(outcomes) },
	PPS("lower_bound", "lower bound"),
	PPS("upper_bound", "upper bound"),
	PPS("conditional_throughput", "throughput"),
	BPS("conditional_throughput", "on the wire"),
	COUNT("trials", "trials"),
};

static const struct table_column trials[] = {
	DIRECTION,
	S("duration", "duration"),
	PPS("offered", "offered"),
	COUNT("sent", "sent"),
	COUNT("lost", "lost"),
	SHARE("loss_ratio", "loss"),
};

static const struct table_column policing[] = {
	DIRECTION,
	{ "step", "step", CELL_NAME, steps, ARRAY_SIZE(steps) },
	BPS("offered", "offered"),
	BPS("information_rate", "IR"),
	SHARE("frame_loss_ratio", "FLR"),
	US("delay_min", "FTD min"),
	US("delay_mean", "mean"),
	US("delay_max", "max"),
	US("delay_variation", "FDV"),
	COUNT("out_of_order", "order"),
	{ "verdict", "verdict", CELL_NAME, verdict_names, VERDICT_COUNT },
};

static const struct table_column path_mtu[] = {
	DIRECTION,
	BYTES("interface_mtu_bytes", "interface"),
	BYTES("classic_mtu_bytes", "classic"),
	{ "icmp_received", "ICMP", CELL_NAME, yes_no, ARRAY_SIZE(yes_no) },
	{ "classic_delivered", "delivered", CELL_NAME, yes_no, ARRAY_SIZE(yes_no) },
	BYTES("plpmtud_mtu_bytes", "PLPMTUD"),
	{ "base_failed", "base failed", CELL_NAME, yes_no, ARRAY_SIZE(yes_no) },
	{ "black_hole", "black hole", CELL_NAME, yes_no, ARRAY_SIZE(yes_no) },
	COUNT("probes_sent", "probes"),
	COUNT("probes_lost", "lost"),
};

static const struct table_column background[] = {
	DIRECTION,
	BPS("offered", "offered"),
	BPS("received_rate", "received"),
	COUNT("sent", "sent"),
	COUNT("received", "arrived"),
};

static const struct table_column losses[] = {
	DIRECTION,
	COUNT("sent", "sent"),
	COUNT("duplicated", "copied"),
	COUNT("received", "received"),
	COUNT("impairment", "impairment"),
	COUNT("queue", "queue"),
	COUNT("policer", "policer"),
	COUNT("packet_cap", "packet cap"),
	COUNT("endpoint", "endpoint"),
};

#define KIND(id, columns_, title_, detail_)                             \
	[id] = { .name = #columns_,                                     \
		 .title = title_,                                       \
		 .columns = columns_,                                   \
		 .n_columns = sizeof(columns_) / sizeof((columns_)[0]), \
		 .detail = detail_ }

const struct table_kind table_kinds[TABLE_COUNT] = {
	KIND(TABLE_TCP, tcp, "TCP, at the receiver, after the ramp", false),
	KIND(TABLE_TCP_FLOWS, tcp_flows, "TCP flows", false),
	KIND(TABLE_TCP_INTERVALS, tcp_intervals, "TCP flows over time", true),
	KIND(TABLE_UDP, udp, "UDP", false),
	KIND(TABLE_UDP_SHAPE, udp_shape, "Shape of loss and order", false),
	KIND(TABLE_UDP_BURSTS, udp_bursts, "Packets lost in a row", false),
	KIND(TABLE_UDP_INTERVALS, udp_intervals, "UDP over time", true),
	KIND(TABLE_LATENCY, latency, "Latency, of received probes", false),
	KIND(TABLE_PROBES, probes, "Probes", false),
	KIND(TABLE_TRANSACTIONS, transactions, "Transactions", false),
	KIND(TABLE_RFC6349, rfc6349, "TCP throughput (RFC 6349)", false),
	KIND(TABLE_WINDOWS, windows, "TCP by window (RFC 6349, 3.3)", false),
	KIND(TABLE_CAPACITY, capacity, "Capacity (RFC 9971)", false),
	KIND(TABLE_TRIALS, trials, "Trials of the search", true),
	KIND(TABLE_POLICING, policing, "Service configuration test (ITU-T Y.1564)", false),
	KIND(TABLE_PATH_MTU, path_mtu, "Path MTU (RFC 1191, RFC 8899)", false),
	KIND(TABLE_BACKGROUND, background, "Other traffic meanwhile", false),
	KIND(TABLE_LOSSES, losses, "Where packets were lost", false),
};

static_assert(ARRAY_SIZE(udp_shape) <= TABLE_COLUMNS_MAX, "the widest table");
