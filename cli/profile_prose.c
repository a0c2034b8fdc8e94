// SPDX-License-Identifier: ISC
/* The text of profiles/README.md around its tables, line by line. */
#include <stdio.h>

#include "base/util.h"
#include "cli/profile_docs.h"

/* clang-format off */
static const char *const use[] = {
"# Profiles",
"",
"<!-- Made by 'dxemu profile readme' from the files beside this one and the table of keys. -->",
"",
"A profile says what a link is like: one YAML file per link, each number with its source and with",
"how much it can be trusted. `dxemu profile list` shows those that come with dxemu, `dxemu profile",
"show NAME` one of them as it stands here.",
"",
"**Most numbers about Direct Connect and VPN paths are not published.** What is assumed says so and",
"has `confidence: low`. Replace it by what you know: your own ISP rate, a delay that you measured,",
"the burst that your partner told you.",
"",
"For a single number there is `--set`:",
"",
"    dxemu compare vpn-metro dx-hosted-200m \\",
"            --set vpn-metro:rate=100mbit --set vpn-metro:to_vpc.delay=7ms",
"",
"For a link of your own, start from the profile that is nearest, and give the file's path wherever",
"a profile's name is asked for:",
"",
"    dxemu profile show dx-hosted-200m >my-link.yaml",
"    dxemu compare ./my-link.yaml vpn-metro",
"",
"An editor with a YAML language server knows the keys and checks them while you write, if the schema",
"is beside your file; the file's first line names it:",
"",
"    dxemu profile schema >schema.json",
"",
"## The profiles",
"",
"- `dx-dedicated-SPEED`: a port in the region's own metropolitan area; `dx-dedicated-regional-SPEED`:",
"  some 700 km away from it.",
"- `dx-remote-region-FROM-TO`: a port near one region, a VPC in another. Regions are cut short as in",
"  AWS's zone IDs: `use1` is us-east-1, `apne1` ap-northeast-1. For another pair, set `delay` to half",
"  of the round trip between the two.",
"- `dx-hosted-SPEED`: a partner's connection, policed by AWS and by the partner.",
"  `dx-sla-worst-partner`: one that is just as good as partners promise.",
"- `vpn-DISTANCE`: managed Site-to-Site VPN, one tunnel, over the internet; and variants of it.",
"  `vpn-selfmanaged-cn` is not managed, since AWS China has no such thing.",
"- `cn-border-STATE`: the same from mainland China to a VPC abroad.",
"",
"Delays are one way. \"a / b\" is a to the VPC and b to on-premises. A burst is what is lost together,",
"on average: in packets, and as time at the link's rate with packets of full size; where a bad spell",
"loses only some of its packets, how many. Of what changes over time, the row tells what is before the",
"first change. The last column says how much to trust rate, delay, jitter and loss, in this order; each",
"file says why, and where the rest comes from.",
};

static const char *const format[] = {
"",
"## The file",
"",
"    profile: my-link                   # letters, digits, '.', '_', '-'",
"    title: Hosted connection by way of our partner",
"    kind: hosted                       # dedicated, hosted or vpn",
"    mtu: 1500",
"    vlan:                              # dedicated: c_tag alone; vpn: none of them",
"      c_tag: 101",
"      s_tag: 900",
"      s_tpid: \"0x8100\"",
"    both:                              # both directions",
"      cir: {value: 200mbit, source: \"contract of 2026-03-01\", confidence: high}",
"      burst: 250kB",
"      partner: {cir: 200mbit, burst: 250kB}",
"      accounting: l2",
"      delay: 2ms                       # one way",
"      jitter: {shape: half-normal, scale: 0.3ms}",
"      loss: {model: random, ratio: 1e-5}",
"    to_onprem:                         # what is different in one direction",
"      delay: 2.4ms",
"",
"- A number has its unit right behind it: `10gbit`, `2.5ms`, `64KiB`, `140kpps`. MTU and VLAN numbers",
"  have none, and a share of packets is `0.001`, `1e-3` or `0.1%`.",
"- Any value may be written as `{value: ..., source: ..., confidence: ...}`, with high, medium or low",
"  for the last.",
"- A direction inherits each value of `both:` that it does not give itself, but none that has no",
"  meaning in its own `loss.model` or beside its own `jitter.shape`.",
"- What the file says and dxemu does not know is an error, not a remark: line, column, and what is",
"  allowed.",
"- Of the two policers of a hosted connection, AWS's (`cir`, `burst`) and the partner's",
"  (`partner.cir`, `partner.burst`), the tighter one counts. `--set cir=` takes the partner's along",
"  where it was the same; `--set partner.cir=0bit` leaves it out.",
"",
"### Loss",
"",
"`random` loses each packet with probability `ratio`. `gilbert` has two states and loses everything",
"in the bad one; `p` is the probability per packet to enter it and `r` to leave it, so that a burst is",
"1/r packets long on average and p/(p+r) of all packets are lost. `gilbert-elliott` loses `bad` of the",
"packets in the bad state and `good` of those in the good one. `four-state` is that of tc-netem(8), by",
"its transition probabilities.",
"",
"### Path MTU discovery",
"",
"Hosts have an MTU of 1500 where the link has less, as a VPN does. `pmtud` says who finds that out. By",
"default the `hosts` know, which stands for a clamped MSS. With `icmp` the routers tell them (RFC 1191).",
"With `none`, only for `kind: vpn`, nobody does: larger packets vanish, and TCP stalls once its handshake",
"is over, unless it probes for itself (`net.ipv4.tcp_mtu_probing`). AWS says that a Site-to-Site VPN",
"connection does not support path MTU discovery.",
"",
"### Changes over time",
"",
"    schedule:",
"      period: 24h                      # without it, times count from the start of a run",
"      start: 19h                       # where in the period a run begins",
"      20h:",
"        both: {rate: 100mbit, delay: 25ms}",
"      23h:",
"        both: {rate: 200mbit, delay: 10ms}",
"",
"Times are in ascending order, and each step starts from the one before it; until the first one, at",
"the beginning of every period, the values above hold. The table of keys says what may be scheduled.",
"Such a change loses, duplicates and reorders nothing.",
"",
"## All keys",
"",
"`dxemu profile keys` prints them, too. A key with a dot is in a mapping: `jitter: {shape: normal}`.",
};
/* clang-format on */

static void print(const char *const *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)puts(lines[i]);
}

void profile_print_use(void)
{
	print(use, ARRAY_SIZE(use));
}

void profile_print_format(void)
{
	print(format, ARRAY_SIZE(format));
}
