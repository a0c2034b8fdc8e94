#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A shaper's queue is as deep as its profile says, in frames of full size: too much UDP fills it to the last frame,
# one TCP flow fills it too, and nothing waits longer. A lossless link then loses what finds its queue full.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq perl ping

# Offers 1.2 times the rate of $1 Mbit/s, paced by the sender's own device, to an address that leads nowhere behind
# the link, and pings from router to router meanwhile.
cat >"$TMP/overload" <<'EOF'
set -e
ip -n vgw route add blackhole 10.0.9.0/24
tc qdisc add dev e0 root tbf rate "$(($1 * 12 / 10))mbit" burst 1600 limit 1mb
$2 10.0.9.1 "$3" 1000000 &
ip netns exec cgw ping -n -q -c 200 -i 0.0517 10.0.1.10
kill $!
EOF

# profile, rate in Mbit/s, queue in ms, microseconds there and back, MTU, what a frame has beyond
rows=(
	"dx-dedicated-1g 100 10 2000 1500 42"
	"vpn-metro 50 20 8000 1446 92"
)

links=()
for row in "${rows[@]}"; do
	read -r profile rate queue_ms _ <<<"$row"
	links+=("$profile rate=${rate}mbit queue=${queue_ms}ms")
done
compare_links "--budget 0.5 --set loss.ratio=0 --set jitter.scale=0ms" "${links[@]}"
cp "$TMP/.out" "$TMP/tcp.json"

for i in "${!rows[@]}"; do
	read -r profile rate queue_ms delay_us mtu beyond <<<"${rows[i]}"
	full_us=$(calc "8 * ($mtu + $beyond) / $rate")
	frames=$(calc "int($queue_ms * 1000 / $full_us + 0.999999)")
	# What gets in takes the last place: all others are in front of it.
	depth_us=$(calc "($frames - 1) * $full_us")

	exits_with "${links[i]}: too much UDP" 0 dx run "$profile" --set loss.ratio=0 --set jitter.scale=0ms \
		--set "rate=${rate}mbit" --set "queue=${queue_ms}ms" -- sh "$TMP/overload" "$rate" "$(udp_sender)" $((mtu - 28))
	max_us=$(calc "1000 * $(sed -nE 's,.*/([0-9.]+)/[0-9.]+ ms.*,\1,p' <<<"$out")")
	longest_us=$(calc "$delay_us + $depth_us + 2 * 8 * (84 + $beyond) / $rate")
	is_num_within "${links[i]}: longest round trip, with UDP" "$max_us" "$(calc "$longest_us - $full_us / 2")" \
		"$(calc "$full_us / 2 + 2")"

	# Of the places in the queue, dxemu's probes have as many as come while one waits. TCP takes the others by
	# the burst, the last of which may not fit.
	for dir in to_vpc to_onprem; do
		loaded=".links[$i].measured.phases.loaded_$dir"
		probe_us=$(calc "8 * (72 + $beyond) / $rate")
		interval_us=$(json "$TMP/tcp.json" "$loaded.probe_interval_us")
		shared_us=$(calc "$frames / ((1 - $probe_us / $interval_us) / $full_us + 1 / $interval_us)")
		is_num_within "${links[i]}: a round trip with TCP $dir, p99" "$(json "$TMP/tcp.json" "$loaded.rtt_us.p99")" \
			"$(calc "$delay_us + $shared_us")" "$(calc "4 * $full_us")"
		longest_us=$(calc "$delay_us + $depth_us + 2 * $probe_us")
		is_num_within "${links[i]}: the longest is none longer" "$(json "$TMP/tcp.json" "$loaded.rtt_us.max")" \
			"$(calc "$longest_us / 2")" "$(calc "$longest_us / 2 + 5")"
	done
done

done_testing
