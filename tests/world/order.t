#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The order of the stages, seen on each wire with more than the link takes: what a host sends is on its wire at once, the
# link's first half lets it pass at the rate, wire bytes and all, and delays nothing more than its queue does; the second
# half delays it. And what is lost there has used the link.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../crossing.sh"
need tcpdump perl

# 1.2 times the rate for 0.4 s, both ways. The queue, of 10 ms, is full after 50; 2336 frames are on their way at a time.
payload=1000 mbits=100 wire=$((8 * (payload + 28 + 14 + 24 + 4)))
queue=82 # frames: 10 ms, in those of full size, which take 123.36 us
cat >"$TMP/trains" <<EOF
$lead_nowhere
ip netns exec vpc \$1 $nowhere_to_onprem \$2 &
\$1 $nowhere_to_vpc \$2
wait
sleep 0.3
EOF
exits_with "more than the link takes" 0 dx run dx-dedicated-1g --set jitter.scale=0ms --set rate=${mbits}mbit \
	--set delay=200ms --set loss.ratio=0.2 --pcap "$TMP/pcap" -- \
	sh -e "$TMP/trains" "$(udp_train)" "$payload 14 400 8.5 1000"

# ends FILE: the shortest and the longest time of a crossing.
ends() { awk '$2 { print $4 }' "$1" | sort -g | sed -n '1p; $p' | xargs; }

for dir in to_vpc to_onprem; do
	legs=legs_$dir nowhere=nowhere_$dir sender=onprem-cgw
	[[ $dir == to_vpc ]] || sender=vgw-vpc
	read -r front middle behind <<<"${!legs}"
	crossing $sender "$front" "${!nowhere}" >"$TMP/access"
	crossing "$front" "$middle" "${!nowhere}" >"$TMP/rate"
	crossing "$middle" "$behind" "${!nowhere}" >"$TMP/latency"

	is "$dir: all leave the host, in order" "$(losses_and_order "$TMP/access")" "5600 0 0 0"
	read -r least most < <(ends "$TMP/access")
	is_num_within "$dir: between host and link, nothing waits" "$most" 0 1

	awk '$2 { print $1 + $4 }' "$TMP/rate" | sort -g >"$TMP/times"
	is_num_within "$dir: at the rate" \
		"$(awk 'NR == 1 { first = $1 } END { print (NR - 1) / ($1 - first) }' "$TMP/times")" "$(calc "$mbits / $wire")" 0.1%
	read -r least most < <(ends "$TMP/rate")
	is_num_within "$dir: the first one takes its own time" "$least" "$(calc "$wire / $mbits")" 1
	is_num_within "$dir: the longest time: all places of the queue" "$most" "$(calc "$queue * $wire / $mbits")" 1

	read -r n lost twice late < <(losses_and_order "$TMP/latency")
	is_num_within "$dir: of $n that used the link, a fifth is lost" "$lost" "$(calc "$n / 5")" \
		"$(calc "3.3 * sqrt($n * 0.16)")"
	is "$dir: the others come once, in order" "$twice $late" "0 0"
	read -r least most < <(ends "$TMP/latency")
	is_num_within "$dir: the shortest delay" "$least" 200000 1
	is_num_within "$dir: the longest delay" "$most" 200000 1
done

done_testing
