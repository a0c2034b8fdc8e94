#!/bin/bash
# SPDX-License-Identifier: ISC
#
# In a world: inside.sh RECIPE RATE DELAY JITTER LOSS QUEUE IDLE_S LOAD_S OVERLOAD_S TCP_S RAMP_S
# (Mbit/s, ms, ms, %, ms) makes the link where RECIPE is not dxemu, measures it from the on-premises host to the VPC's,
# and prints each figure with its name. None of the code that measures is dxemu's: iperf3, tcpdump, and probes.pl.
set -euo pipefail
read -r recipe rate delay jitter loss queue idle_s load_s overload_s tcp_s ramp_s <<<"$*"
probes=$(dirname "$0")/probes.pl
sink=10.0.1.99
probe=64 full_wire=1542 # bytes of frames: a probe as tcpdump has it, a full one with its tag on the wire
sides=(onprem vpc)

# A path without qdiscs, and with the hosts' offloads as Linux has them.
bare() {
	local at

	for at in a/e0 a/e1 z/e0 z/e1; do
		tc -n "${at%/*}" qdisc del dev "${at#*/}" root
	done
	for at in onprem/e0 cgw/e1 vgw/e0 vpc/e0; do
		ip netns exec "${at%/*}" ethtool -K "${at#*/}" tso on tx-udp-segmentation on >/dev/null
	done
}

# As in hundreds of answers: everything in one line.
recipe_netem() {
	local at words=(delay "${delay}ms")

	[[ $jitter == 0 ]] || words+=("${jitter}ms" distribution normal)
	[[ $loss == 0 ]] || words+=(loss "$loss%")
	for at in "${sides[@]}"; do
		tc -n "$at" qdisc add dev e0 root netem "${words[@]}" rate "${rate}mbit"
	done
}

# As mininet/link.py, TCIntf, bw=, delay=, jitter=, loss=.
recipe_mininet() {
	local at words=(delay "${delay}ms")

	[[ $jitter == 0 ]] || words+=("${jitter}ms")
	[[ $loss == 0 ]] || words+=(loss "$loss")
	for at in "${sides[@]}"; do
		tc -n "$at" qdisc add dev e0 root handle 5:0 htb default 1
		tc -n "$at" class add dev e0 parent 5:0 classid 5:1 htb rate "${rate}Mbit" burst 15k
		tc -n "$at" qdisc add dev e0 parent 5:1 handle 10: netem "${words[@]}"
	done
}

# As patchbay/src/qdisc.rs, rate_kbit, latency_ms, jitter_ms, loss_pct, buffer_ms.
recipe_patchbay() {
	local at words=(delay "${delay}ms")

	[[ $jitter == 0 ]] || words+=("${jitter}ms")
	[[ $loss == 0 ]] || words+=(loss "$loss%")
	for at in "${sides[@]}"; do
		tc -n "$at" qdisc add dev e0 root handle 1: netem "${words[@]}"
		tc -n "$at" qdisc add dev e0 parent 1:1 handle 10: tbf rate "${rate}000kbit" burst 32kbit \
			latency "${queue}ms"
	done
}

# captured FILE COMMAND...: what UDP arrives at the VPC's host meanwhile.
captured() {
	local tcpdump

	ip netns exec vpc tcpdump -i e0 -Q in -Z root -n -s 64 -B 65536 --time-stamp-precision=nano -w "$1" udp 2>"$1.said" &
	tcpdump=$!
	until grep -q 'listening on' "$1.said"; do
		sleep 0.01
	done
	"${@:2}"
	# What is under way arrives, and the kernel hands over what it has, once a second.
	sleep 2
	kill "$tcpdump"
	wait "$tcpdump"
	grep -q '^0 packets dropped by kernel' "$1.said" || {
		cat "$1.said" >&2
		return 1
	}
}

# datagrams BYTES SPREAD PER-SECOND SECONDS: to an address behind the link at which nobody listens and nobody minds.
datagrams() { perl "$probes" send "$sink" "$@"; }

# probed SECONDS: a hundred small ones a second.
probed() { datagrams $((probe - 42)) 1 100 "$1"; }

# loaded PERCENT SECONDS: the same beside full ones, which take so much of the rate on the wire.
loaded() {
	local load

	datagrams 1472 0 $((rate * 1000000 * $1 / 100 / 8 / full_wire)) "$2" &
	load=$!
	probed "$2"
	wait "$load"
}

# delays NAME CAPTURE: of the probes.
delays() {
	local p50 mean sd max

	read -r _ _ _ p50 mean sd max <<<"$(perl "$probes" read "$2" "$probe")"
	printf '%s\n' "$1_p50 $p50" "$1_mean $mean" "$1_sd $sd" "$1_max $max"
}

idle() {
	captured /tmp/idle probed "$idle_s"
	delays idle /tmp/idle
}

load() {
	captured /tmp/load loaded 50 "$load_s"
	delays load /tmp/load
	perl "$probes" read /tmp/load 1514 |
		awk '{ print "reordered", 100 * $3 / $1; print "loss", 100 * (1 - $1 / ($2 + 1)) }'
}

overload() {
	local frame wire sum=0

	captured /tmp/overload loaded 130 "$overload_s"
	delays overload /tmp/overload
	for frame in 1514 "$probe"; do
		wire=$((frame + full_wire - 1514))
		sum=$(perl "$probes" rate /tmp/overload "$frame" 0.5 "$overload_s" |
			awk -v sum="$sum" -v wire="$wire" '{ print sum + $1 * wire * 8e-6 }')
	done
	echo "wire $sum"
}

# received OF: what has come to a, in "packets" or "bytes".
received() { ip -n a -s -j link show e0 | jq ".[0].stats64.rx.$1"; }

# flow: one of TCP, and probes beside it from start to end.
flow() {
	local probes_of

	probed "$((ramp_s + tcp_s))" &
	probes_of=$!
	iperf3 -c vpc -t "$tcp_s" -O "$ramp_s" -J >/tmp/iperf3
	wait "$probes_of"
}

tcp() {
	local packets bytes probes_came

	packets=$(received packets) bytes=$(received bytes)
	captured /tmp/tcp flow
	delays tcp /tmp/tcp
	jq -r '"goodput \(.end.sum_received.bits_per_second / 1e6)"' /tmp/iperf3
	probes_came=$(perl "$probes" read /tmp/tcp "$probe" | cut -d ' ' -f 1)
	packets=$(($(received packets) - packets - probes_came))
	bytes=$(($(received bytes) - bytes - probes_came * probe))
	echo "packet $((bytes / packets))"
}

# Linux lets a sleeper's timer be 50 us late, to save wake-ups; at 1 Gbit/s that makes bursts of an even load.
echo 1 >/proc/$$/timerslack_ns
ip -n vgw neigh add "$sink" lladdr "$(ip -n vpc -j link show e0 | jq -r '.[0].address')" dev e1 nud permanent
if [[ $recipe != dxemu ]]; then
	bare
	"recipe_$recipe"
fi
idle
load
overload
tcp
