#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A schedule changes a link while datagrams cross it, in both directions, many of them queued and on their way: at the
# very time that it says, nothing is dropped, doubled or overtaken. Each datagram leaves the rate stage and the latency
# stage when the profile of the moment that it came to it says, as captured on both sides of each. Policers, too, let
# through what they then say.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../crossing.sh"
need tcpdump perl

# In the world: both directions at once.
cat >"$TMP/trains" <<EOF
$lead_nowhere
ip netns exec vpc \$1 $nowhere_to_onprem \$2 &
\$1 $nowhere_to_vpc \$2
wait
sleep 0.1
EOF

# link KEYS SCHEDULE: a profile in $file, 100 Mbit/s and 5 ms unless KEYS say else.
link() {
	file=$TMP/scheduled.yaml
	cat >"$file" <<-EOF
		profile: scheduled
		title: a link that changes
		kind: dedicated
		mtu: 1500
		vlan: {c_tag: 101}
		both: {rate: 100mbit, queue: 10ms, delay: 5ms, $1}
		schedule: {${2//$'\t'/}}
	EOF
}

# as_scheduled FILE WIRE STEPS: the largest difference, in microseconds, between what a crossing took and what it was to
# take. Nobody overtakes: who comes leaves a stage when those in front have left. STEPS are of the form "AT VALUE",
# seconds and microseconds of delay, or with WIRE, the bits of a frame, Mbit/s; without a value they are passed over.
as_scheduled() {
	awk -v wire="$2" -v steps="$3" '
		BEGIN { n = split(steps, step) }
		$2 {
			for (i = 1; i < n && step[i] * 1e6 <= $1; i += 2)
				value = step[i + 1]
			leaves = wire ? ($1 > last ? $1 : last) + wire / value : $1 + value
			if (leaves < last)
				leaves = last
			last = leaves
			if (value == "-") {
				last = $1 + $4
				next
			}
			off = $1 + $4 - leaves
			off = off < 0 ? -off : off
			worst = off > worst ? off : worst
			seen++
		}
		END { printf "%.3f\n", seen ? worst : 1e9 }' "$1"
}

# Eight datagrams each millisecond, 0.7 ms long at 100 Mbit/s. Changes come while some of them wait.
payload=1000 wire=$((8 * (payload + 28 + 14 + 24 + 4)))
link "jitter: {shape: uniform, scale: 0ms, correlation: 50ms}, loss: {ratio: 0}" \
	"600.3ms: {both: {delay: 20ms}}, 700.3ms: {both: {delay: 5ms}}, 800.3ms: {both: {rate: 85mbit}}, \
	900.3ms: {both: {rate: 1gbit}}, 1000.3ms: {both: {rate: 100mbit}}, \
	1100.3ms: {both: {jitter: {scale: 2ms}}}, 1300.3ms: {both: {jitter: {scale: 0ms}}}, \
	1400.3ms: {to_vpc: {loss: {ratio: 10%}}}, 1600.3ms: {both: {loss: {ratio: 0}}}"
rates="0 100 0.8003 85 0.9003 1000 1.0003 100"
delays="0 5000 0.6003 20000 0.7003 5000 1.1003 - 1.3203 5000"
exits_with "changes in mid-flow" 0 dx run "$file" --pcap "$TMP/pcap" -- \
	sh -e "$TMP/trains" "$(udp_train)" "$payload 8 1300 8.5 1000"
for dir in to_vpc to_onprem; do
	legs=legs_$dir nowhere=nowhere_$dir
	read -r front middle behind <<<"${!legs}"
	crossing "$front" "$middle" "${!nowhere}" >"$TMP/rate"
	crossing "$middle" "$behind" "${!nowhere}" >"$TMP/latency"
	is "$dir: all cross the rate stage once, in order" "$(losses_and_order "$TMP/rate")" "10400 0 0 0"
	is_num_within "$dir: at the rate of the moment" "$(as_scheduled "$TMP/rate" $wire "$rates")" 0 1

	# The dice are cast where the delay ends, 5 ms after it began.
	awk '$1 < 1395300 || $1 >= 1595300' "$TMP/latency" >"$TMP/lossless"
	awk '$1 >= 1395300 && $1 < 1595300' "$TMP/latency" >"$TMP/lossy"
	read -r n lost twice late < <(losses_and_order "$TMP/lossless")
	is "$dir: all cross the latency stage once, in order" "$lost $twice $late" "0 0 0"
	is_num_within "$dir: with the delay of the moment" "$(as_scheduled "$TMP/latency" "" "$delays")" 0 1
	read -r n lost twice late < <(losses_and_order "$TMP/lossy")
	is "$dir: while some are lost: once, in order" "$twice $late" "0 0"
	if [[ $dir == to_vpc ]]; then
		is_num_within "$dir: a tenth of $n is lost" "$lost" "$(calc "$n / 10")" "$(calc "3.3 * sqrt($n * 0.09)")"
	else
		is "$dir: none of $n is lost" "$lost" 0
	fi
	read -r least most < <(awk '$1 >= 1100300 && $1 < 1300300 {
			least = !least || $4 < least ? $4 : least
			most = $4 > most ? $4 : most
		}
		END { print least, most }' "$TMP/latency")
	ok "$dir: it jitters by 2 ms in between ($least to $most us)" awk -v least="$least" -v most="$most" \
		'BEGIN { exit !(least >= 3000 && most <= 7001 && most - least > 2000) }'
done
rm -r "$TMP/pcap"

# Policers: each change of one fills its bucket, and in between, as more is offered, it lets through what fits.
bucket=65536 counted=$((payload + 28 + 14 + 4 + 4))
hosted() {
	sed "s/^kind: .*/kind: hosted/; s/{c_tag/{s_tag: 900, c_tag/
		s/rate: .*, queue: [^,]*,/cir: 20mbit, burst: ${bucket}B, partner: {cir: 20mbit, burst: ${bucket}B},/" "$file" >"$TMP/hosted.yaml"
}
link "loss: {ratio: 0}" "600.3ms: {both: {cir: 50mbit}}, 900.3ms: {to_vpc: {cir: 10mbit}, to_onprem: {delay: 6ms}}"
hosted
exits_with "policers in mid-flow" 0 dx run "$TMP/hosted.yaml" --pcap "$TMP/pcap" -- \
	sh -e "$TMP/trains" "$(udp_train)" "$payload 8 1300 8.2 1000"
while read -r dir front middle nowhere windows; do
	crossing "$front" "$middle" "$nowhere" >"$TMP/policer"
	is "$dir: those that pass do so once, in order" "$(losses_and_order "$TMP/policer" | cut -d ' ' -f 1,3-)" "10400 0 0"
	for window in $windows; do
		IFS=, read -r from to mbit <<<"$window"
		read -r passed expected < <(awk -v from="$from" -v to="$to" -v rate="$mbit" -v bucket=$bucket -v size=$counted '
			$1 >= from * 1e3 && $1 < to * 1e3 {
				first = first ? first : $1
				last = $1
				passed += $2
			}
			END { print passed, int((bucket + rate / 8 * (last - first)) / size) }' "$TMP/policer")
		is_num_within "$dir: $mbit Mbit/s from $from to $to ms" "$passed" "$expected" 1
	done
done <<EOF
to_vpc partner-a a-z $nowhere_to_vpc 0,600.3,20 600.3,900.3,50 900.3,9999,10
to_onprem z-vgw a-z $nowhere_to_onprem 0,600.3,20 600.3,9999,50
EOF
rm -r "$TMP/pcap"

# The seventh second of ten, when the run begins: what the second one changed holds, the rest is to come, and again.
link "loss: {ratio: 0}" "period: 10s, start: 7s, 2s: {to_vpc: {delay: 20ms}}, 8s: {to_vpc: {delay: 10ms}}"
exits_with "a period" 0 dx run "$file" --pcap "$TMP/pcap" -- sh -e "$TMP/trains" "$(udp_train)" "$payload 1 700 8.01 20000"
crossing a-z z-vgw $nowhere_to_vpc >"$TMP/latency"
is "a period: all cross once, in order" "$(losses_and_order "$TMP/latency")" "700 0 0 0"
is_num_within "a period: with the delay of the moment" \
	"$(as_scheduled "$TMP/latency" "" "0 20000 1 10000 3 5000 5 20000 11 10000 13 5000")" 0 1
crossing a-z cgw-a $nowhere_to_onprem >"$TMP/latency"
is_num_within "a period: the other direction stays as it was" "$(as_scheduled "$TMP/latency" "" "0 5000")" 0 1

done_testing
