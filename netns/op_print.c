// SPDX-License-Identifier: ISC
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "netns/op.h"
#include "netns/tc_units.h"

/* "ip -n NS " or "tc -n NS "; without a namespace the command applies to the shell's own. */
static void print_tool(FILE *out, const char *tool, const char *ns)
{
	fputs(tool, out);
	if (ns[0])
		fprintf(out, " -n %s", ns);
	fputc(' ', out);
}

static void print_exec(FILE *out, const char *ns)
{
	if (ns[0])
		fprintf(out, "ip netns exec %s ", ns);
}

static void print_mac(FILE *out, const struct mac *mac)
{
	fprintf(out, "%02x:%02x:%02x:%02x:%02x:%02x", mac->b[0], mac->b[1], mac->b[2], mac->b[3],
		mac->b[4], mac->b[5]);
}

static void print_ipv4(FILE *out, struct in_addr addr)
{
	char text[INET_ADDRSTRLEN];

	fputs(inet_ntop(AF_INET, &addr, text, sizeof(text)), out);
}

/* Whole numbers only: tc multiplies decimals as floating point and cuts the result. */
static void print_rate(FILE *out, uint64_t bps)
{
	static const char *const suffix[] = { "bit", "kbit", "mbit", "gbit" };
	size_t i = 0;

	for (; i < ARRAY_SIZE(suffix) - 1 && bps && bps % 1000 == 0; i++)
		bps /= 1000;
	fprintf(out, "%" PRIu64 "%s", bps, suffix[i]);
}

static void print_delay(FILE *out, uint64_t ns)
{
	if (ns % UINT64_C(1000000000) == 0)
		fprintf(out, "%" PRIu64 "s", ns / UINT64_C(1000000000));
	else if (ns % 1000000 == 0)
		fprintf(out, "%" PRIu64 "ms", ns / 1000000);
	else if (ns % 1000 == 0)
		fprintf(out, "%" PRIu64 "us", ns / 1000);
	else
		fprintf(out, "%" PRIu64 ".%03uus", ns / 1000, (unsigned)(ns % 1000));
}

/* The shortest percentage that tc turns into the number the kernel gets from us. */
static void print_percent(FILE *out, double ratio)
{
	char text[32];

	for (int digits = 3; digits <= 17; digits++) { /* with fewer, 100 would be 1e+02 */
		(void)snprintf(text, sizeof(text), "%.*g", digits, ratio * 100);
		if (tc_ratio(strtod(text, NULL) / 100) == tc_ratio(ratio))
			break;
	}
	fprintf(out, " %s%%", text);
}

static void print_end(FILE *out, const char *ns, const char *dev, const struct mac *mac,
		      unsigned mtu)
{
	fputs(dev, out);
	if (ns[0])
		fprintf(out, " netns %s", ns);
	fputs(" address ", out);
	print_mac(out, mac);
	fprintf(out, " mtu %u", mtu);
}

static void print_veth(const struct op *op, FILE *out)
{
	fputs("ip link add dev ", out);
	print_end(out, op->ns, op->dev, &op->veth.mac, op->veth.mtu);
	fputs(" up type veth peer name ", out);
	print_end(out, op->veth.peer_ns, op->veth.peer_dev, &op->veth.peer_mac, op->veth.mtu);
	fputc('\n', out);

	/* The kernel refuses `peer ... up`: the ends are connected after both are configured. */
	print_tool(out, "ip", op->veth.peer_ns);
	fprintf(out, "link set dev %s up\n", op->veth.peer_dev);
}

static void print_vlan(const struct op *op, FILE *out)
{
	print_tool(out, "ip", op->ns);
	fprintf(out, "link add link %s name %s ", op->vlan.link, op->dev);
	if (op->vlan.into_ns[0])
		fprintf(out, "netns %s ", op->vlan.into_ns);
	fprintf(out, "mtu %u up type vlan protocol %s id %u\n", op->vlan.mtu,
		op->vlan.tpid == 0x88a8 ? "802.1ad" : "802.1Q", op->vlan.id);
}

static void print_xfrm(const struct op *op, FILE *out)
{
	const char *into = op->xfrm.into_ns;

	print_tool(out, "ip", op->ns);
	fprintf(out, "link add name %s mtu %u type xfrm dev lo if_id %u\n", op->dev, op->xfrm.mtu,
		op->xfrm.if_id);
	if (*into) {
		print_tool(out, "ip", op->ns);
		fprintf(out, "link set dev %s netns %s\n", op->dev, into);
	}
	print_tool(out, "ip", *into ? into : op->ns);
	fprintf(out, "link set dev %s up\n", op->dev);
}

static void print_bond(const struct op *op, FILE *out)
{
	print_tool(out, "ip", op->ns);
	fprintf(out, "link add name %s address ", op->dev);
	print_mac(out, &op->bond.mac);
	fprintf(out,
		" mtu %u up type bond mode 802.3ad miimon 100 lacp_rate fast "
		"xmit_hash_policy layer3+4\n",
		op->bond.mtu);
}

static void print_member(const struct op *op, FILE *out)
{
	print_tool(out, "ip", op->ns);
	fprintf(out, "link set dev %s down\n", op->dev);
	print_tool(out, "ip", op->ns);
	fprintf(out, "link set dev %s master %s\n", op->dev, op->member.bond);
	print_tool(out, "ip", op->ns);
	fprintf(out, "link set dev %s up\n", op->dev);
}

static void print_bridge(const struct op *op, FILE *out)
{
	print_tool(out, "ip", op->ns);
	fprintf(out, "link add name %s address ", op->dev);
	print_mac(out, &op->bridge.mac);
	fprintf(out, " mtu %u up type bridge stp_state 0 mcast_snooping 0\n", op->bridge.mtu);
}

static void print_sysctl(const struct op *op, FILE *out)
{
	const char *quote = strpbrk(op->sysctl.value, " \t") ? "'" : "";

	print_exec(out, op->ns);
	fprintf(out, "sysctl -qw %s%s=%s%s\n", quote, op->sysctl.key, op->sysctl.value, quote);
}

static void print_neigh(const struct op *op, FILE *out)
{
	print_tool(out, "ip", op->ns);
	fputs("neigh add ", out);
	print_ipv4(out, op->neigh.addr);
	fputs(" lladdr ", out);
	print_mac(out, &op->neigh.mac);
	fprintf(out, " dev %s nud permanent\n", op->dev);
}

static void print_route(const struct op *op, FILE *out)
{
	print_tool(out, "ip", op->ns);
	fputs("route add ", out);
	if (op->route.prefix_len == 0) {
		fputs("default", out);
	} else {
		print_ipv4(out, op->route.dst);
		fprintf(out, "/%u", op->route.prefix_len);
	}
	fputs(" via ", out);
	print_ipv4(out, op->route.via);
	if (op->dev[0])
		fprintf(out, " dev %s", op->dev);
	if (op->route.mtu)
		fprintf(out, " mtu %u", op->route.mtu);
	fputc('\n', out);
}

/* Where there is any. */
static void print_share(FILE *out, const char *what, double ratio)
{
	if (ratio <= 0)
		return;
	fprintf(out, " %s", what);
	print_percent(out, ratio);
}

static void print_loss(FILE *out, const struct netem *netem)
{
	const double gemodel[] = { netem->p, netem->r, netem->h, netem->k1 };
	const double states[] = { netem->p13, netem->p31, netem->p32, netem->p23, netem->p14 };

	switch (netem->loss) {
	case NETEM_LOSS_RANDOM:
		print_share(out, "loss random", netem->loss_ratio);
		break;
	case NETEM_LOSS_GEMODEL:
		fputs(" loss gemodel", out);
		for (size_t i = 0; i < ARRAY_SIZE(gemodel); i++)
			print_percent(out, gemodel[i]);
		break;
	case NETEM_LOSS_STATES:
		fputs(" loss state", out);
		for (size_t i = 0; i < ARRAY_SIZE(states); i++)
			print_percent(out, states[i]);
		break;
	}
}

static void print_netem(const struct op *op, FILE *out)
{
	const struct netem *netem = &op->netem;

	print_tool(out, "tc", op->ns);
	fprintf(out, "qdisc replace dev %s %s netem limit %u", op->dev,
		netem->child ? "parent 1:1 handle 2:" : "root handle 1:", netem->limit);
	if (netem->delay_ns) {
		fputs(" delay ", out);
		print_delay(out, netem->delay_ns);
	}
	print_share(out, "reorder", netem->reorder_ratio);
	print_loss(out, netem);
	print_share(out, "corrupt", netem->corrupt_ratio);
	print_share(out, "duplicate", netem->duplicate_ratio);
	if (netem->rate_bps) {
		fputs(" rate ", out);
		print_rate(out, netem->rate_bps);
		if (netem->overhead)
			fprintf(out, " %d", netem->overhead);
	}
	if (!tc_can_delay(netem->delay_ns))
		fputs(" # the delay is exact by netlink only: tc 6.1 takes multiples of 8 us, 274 "
		      "s "
		      "at most",
		      out);
	fputc('\n', out);
}

static void print_shaper(const struct op *op, FILE *out)
{
	print_tool(out, "tc", op->ns);
	fprintf(out, "qdisc replace dev %s root handle 1: tbf rate ", op->dev);
	print_rate(out, op->shaper.rate_bps);
	fprintf(out, " burst %u overhead %u limit %u\n", op->shaper.burst_bytes,
		op->shaper.overhead, op->shaper.burst_bytes);
	print_tool(out, "tc", op->ns);
	fprintf(out, "qdisc replace dev %s parent 1:1 handle 2: %s\n", op->dev,
		op->shaper.per_flow ? "fq_codel" : "codel");
}

static void print_police(const struct police *police, FILE *out)
{
	fputs(" action police ", out);
	if (police->mtu) {
		fprintf(out, "mtu %" PRIu32, police->mtu);
	} else if (police->pps) {
		fprintf(out, "pkts_rate %" PRIu64 " pkts_burst %" PRIu64, police->pps,
			police->pps_burst);
	} else {
		fputs("rate ", out);
		print_rate(out, police->rate_bps);
		fprintf(out, " burst %" PRIu64 " mtu 64kb overhead %u", police->burst_bytes,
			police->overhead);
	}
	fputs(" conform-exceed drop/pipe", out);
}

static void print_forward(const struct op *op, FILE *out)
{
	print_tool(out, "tc", op->ns);
	fprintf(out, "filter add dev %s ingress pref %u protocol all matchall", op->dev,
		FORWARD_PREF);
	for (unsigned i = 0; i < op->forward.n_police; i++)
		print_police(&op->forward.police[i], out);
	if (op->forward.to[0])
		fprintf(out, " action mirred egress redirect dev %s", op->forward.to);
	fputc('\n', out);
}

void op_print(const struct op *op, FILE *out)
{
	switch (op->kind) {
	case OP_NETNS:
		fprintf(out, "ip netns add %s\nip -n %s link set dev lo up\n", op->ns, op->ns);
		break;
	case OP_SYSCTL:
		print_sysctl(op, out);
		break;
	case OP_VETH:
		print_veth(op, out);
		break;
	case OP_VLAN:
		print_vlan(op, out);
		break;
	case OP_XFRM:
		print_xfrm(op, out);
		break;
	case OP_BRIDGE:
		print_bridge(op, out);
		break;
	case OP_PORT:
		print_tool(out, "ip", op->ns);
		fprintf(out, "link set dev %s master %s\n", op->dev, op->port.bridge);
		break;
	case OP_BOND:
		print_bond(op, out);
		break;
	case OP_MEMBER:
		print_member(op, out);
		break;
	case OP_NO_TSO:
		print_exec(out, op->ns);
		fprintf(out, "ethtool -K %s tso off tx-udp-segmentation off >/dev/null\n", op->dev);
		break;
	case OP_ADDR:
		print_tool(out, "ip", op->ns);
		fputs("addr add ", out);
		print_ipv4(out, op->addr.addr);
		fprintf(out, "/%u dev %s\n", op->addr.prefix_len, op->dev);
		break;
	case OP_NEIGH:
		print_neigh(op, out);
		break;
	case OP_ROUTE:
		print_route(op, out);
		break;
	case OP_NETEM:
		print_netem(op, out);
		break;
	case OP_SHAPER:
		print_shaper(op, out);
		break;
	case OP_CLSACT:
		print_tool(out, "tc", op->ns);
		fprintf(out, "qdisc add dev %s clsact\n", op->dev);
		break;
	case OP_FORWARD:
		print_forward(op, out);
		break;
	case OP_KIND_COUNT:
		break;
	}
}
