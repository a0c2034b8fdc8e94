/* SPDX-License-Identifier: ISC */
/*
 * Operations on the network: what a lab consists of, as data. A plan is a list of them; op_print()
 * writes an operation as the ip, tc or ethtool command that does the same, op_apply() does it over
 * netlink. Knows Linux, not AWS. Devices are made inside named network namespaces and go when
 * those go.
 */
#ifndef DXEMU_NETNS_OP_H
#define DXEMU_NETNS_OP_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

#define NS_NAME_MAX 80 /* "vpn.tunnel.a" of a lab, both names of 31 characters */

struct mac {
	uint8_t b[6];
};

/* Drops what exceeds it (net/sched/act_police.c): a token bucket by rate, one by packets, or a limit of size. */
struct police {
	uint64_t rate_bps; /* 0 = absent */
	uint64_t burst_bytes;
	uint16_t overhead; /* bytes added to what the hook sees, at ingress no MAC header */
	uint64_t pps;
	uint64_t pps_burst; /* packets */
	/* the largest frame that passes, with its MAC header, which is counted at ingress too; without rate and pps */
	uint32_t mtu;
};

#define OP_POLICE_MAX 3
/* Of OP_FORWARD's filter: lower ones, such as a program's own, come before it. */
#define FORWARD_PREF 100U

enum netem_loss {
	NETEM_LOSS_RANDOM,
	NETEM_LOSS_GEMODEL,
	NETEM_LOSS_STATES,
};

/*
 * sch_netem: rate with a queue, delay, loss and the like; every attribute is sent, zero means off. Whole
 * microseconds of delay are cut to ticks of 64 ns, as tc 6.1 does; any other delay, down to 1 ns,
 * is exact, and op_print() says that tc comes only close.
 */
struct netem {
	/* Below the netem that is the root, which hands over what its time has come for. */
	bool child;
	uint32_t limit; /* packets */
	uint64_t rate_bps;
	int32_t overhead; /* bytes added to each frame when its time on the wire is computed */
	uint64_t delay_ns;
	enum netem_loss loss;
	double loss_ratio; /* random */
	/*
	 * gemodel, the parameters of tc-netem(8) in its order "p r 1-h 1-k": chance to turn bad, to
	 * turn good, to lose a packet in the bad state, and in the good one
	 */
	double p, r, h, k1;
	/* states, the parameters of tc-netem(8) for `loss state` */
	double p13, p31, p32, p23, p14;
	double reorder_ratio; /* do not wait for the delay */
	double duplicate_ratio, corrupt_ratio;
	bool seeded;
	uint64_t seed; /* TCA_NETEM_PRNG_SEED; tc 6.1 cannot set it, so op_print() leaves it out */
};

enum op_kind {
	OP_NETNS,   /* ip netns add NS; lo up in it */
	OP_SYSCTL,  /* ip netns exec NS sysctl -qw KEY=VALUE (global keys: ns is empty) */
	OP_VETH,    /* a pair, both ends made in place, with MAC address and MTU, and up */
	OP_VLAN,    /* a tagged device DEV on LINK, up */
	OP_XFRM,    /* DEV, through which a tunnel with that if_id goes (xfrm interface), up */
	OP_BRIDGE,  /* without spanning tree and without multicast snooping, up */
	OP_PORT,    /* makes DEV a port of BRIDGE */
	OP_BOND,    /* an aggregate of members by LACP, flows by addresses and ports, up */
	OP_MEMBER,  /* makes DEV a member of BOND */
	OP_NO_TSO,  /* DEV segments in its transmit path, as a network card does: frames leave it */
	OP_ADDR,    /* IPv4 address/prefix length */
	OP_NEIGH,   /* permanent neighbour */
	OP_ROUTE,   /* IPv4 route via a gateway, optionally with its own MTU and DEV */
	OP_NETEM,   /* root qdisc of DEV, handle 1:, or handle 2: below it; or a change in place */
	OP_SHAPER,  /* root qdisc of DEV: a token bucket with managed queue */
	OP_CLSACT,  /* tc qdisc add dev DEV clsact */
	OP_FORWARD, /* what enters DEV: through its policers, then out of TO (none: stay) */
	OP_KIND_COUNT,
};

struct op {
	enum op_kind kind;
	char ns[NS_NAME_MAX];
	char dev[IFNAMSIZ];
	union {
		struct {
			char key[48], value[48];
		} sysctl;
		struct {
			struct mac mac, peer_mac;
			char peer_ns[NS_NAME_MAX], peer_dev[IFNAMSIZ];
			unsigned mtu;
		} veth;
		struct {
			char link[IFNAMSIZ];
			unsigned tpid, id, mtu;
			char into_ns[NS_NAME_MAX]; /* where DEV goes, LINK staying; "": it stays, too */
		} vlan;
		struct {
			unsigned if_id, mtu;
			char into_ns[NS_NAME_MAX]; /* where DEV goes, policies and states staying; "": it stays, too */
		} xfrm;
		struct {
			struct mac mac;
			unsigned mtu;
		} bridge;
		struct {
			char bridge[IFNAMSIZ];
		} port;
		struct {
			struct mac mac;
			unsigned mtu;
		} bond;
		struct {
			char bond[IFNAMSIZ];
		} member;
		struct {
			struct in_addr addr;
			unsigned prefix_len;
		} addr;
		struct {
			struct in_addr addr;
			struct mac mac;
		} neigh;
		struct {
			struct in_addr dst; /* 0/0 = default */
			unsigned prefix_len;
			struct in_addr via;
			unsigned mtu; /* 0 = the device's */
		} route;
		struct netem netem;
		struct {
			uint64_t rate_bps;
			unsigned burst_bytes;
			uint16_t overhead; /* bytes added to each frame */
			bool per_flow;	   /* fq_codel, else codel */
		} shaper;
		struct {
			char to[IFNAMSIZ];
			struct police police[OP_POLICE_MAX];
			unsigned n_police;
		} forward;
	};
};

/* The command line(s) of one operation, each ended by a newline; needs no privilege. */
void op_print(const struct op *op, FILE *out);

/*
 * Does it, as root of the current user namespace. Errors carry what op_print() would show of it
 * and the kernel's own extended-ack text. Applying in the order of the list leaves the state that
 * running the printed script leaves, as `ip -d -j` and `tc -j` show it (seed aside).
 */
int op_apply(const struct op *op, struct err *err);

#endif
