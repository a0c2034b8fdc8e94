#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Test methods, each against arithmetic: what a link with round figures has to give, and where what it lost was lost.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq
DX_DEADLINE=300

# method NAME PROFILE ARG...: leaves the document in $doc.
doc=$TMP/doc.json
method() { dx run "$2" --no-verify --json -o "$doc" --method "$1" "${@:3}"; }
cell() { json "$doc" ".links[0].test.tables.$1"; }

# No jitter, no loss: 100 Mbit/s on the wire is 8116.88 full-size frames of 1542 bytes a second, and 1448 bytes each.
plain=(dx-dedicated-1g --set rate=100mbit --set queue=10ms --set loss.ratio=0 --set jitter.scale=0us)
goodput=$(calc "1e8 / 1542 * 1448")

ok "tcp" method tcp "${plain[@]}" --duration 4 --probe-interval 0
is_num_within "goodput" "$(cell "tcp[0].goodput_bps")" "$goodput" 0.1%

# What the way back may hold counts for the size of buffers only: here those of all senders, full, would be more than
# the world has memory for (tcp_mem), whereupon the kernel lets each flow have four segments in flight.
ok "tcp, many flows over a long link" method tcp dx-dedicated-1g --set rate=200mbit --set mtu=9001 --set delay=100ms \
	--set to_vpc.queue=200ms --set to_onprem.queue=2500ms --set loss.ratio=0 --set jitter.scale=0us \
	--flows 64 --duration 10 --direction to_vpc --probe-interval 0
is_num_within "goodput of many flows" "$(cell "tcp[0].goodput_bps")" "$(calc "2e8 / 9043 * 8949")" 2%
is "none waits for a window or a buffer" \
	"$(json "$doc" '[.links[0].test.tables.tcp_flows[] | .rwnd_limited_s, .sndbuf_limited_s] | add')" 0

ok "tcp, both directions at once" method tcp "${plain[@]}" --direction both --flows 2 --duration 4 --interval 500ms
for dir in to_vpc to_onprem; do
	n=$([[ $dir == to_vpc ]] && echo 0 || echo 1)
	# Probes and the other direction's ACKs, one of 90 bytes for two segments, take their share; and ACKs wait in a queue
	# that is full, so that each flow's grow by turns.
	is_num_within "$dir: goodput" "$(cell "tcp[$n].goodput_bps")" "$(calc "$goodput * (1 - 90 / 3084) - 0.88e6")" 8%
	is "$dir: two flows in eight intervals" \
		"$(json "$doc" "[.links[0].test.tables.tcp_intervals[] | select(.direction == \"$dir\")] | length")" 16
	is "$dir: intervals add up to the whole" \
		"$(json "$doc" "[.links[0].test.tables.tcp_intervals[] | select(.direction == \"$dir\") | .goodput_bps * (.end_s - .start_s) / 8] | add | round")" \
		"$(cell "tcp[$n].bytes")"
done

ok "tcp with other traffic" method tcp "${plain[@]}" --background 60% --duration 4
is_num_within "it gets what is left" "$(cell 'tcp[0].goodput_bps')" "$(calc "$goodput * 0.4")" 6%
is_num_within "of which there is as much as was asked for" "$(cell 'background[0].received_rate_bps')" \
	"$(calc "0.6e8")" 3%

ok "udp at a tenth of the rate" method udp "${plain[@]}" --rate 10mbit --duration 5
# 10 Mbit/s by frames of 1522 bytes.
is "as many packets as that makes" "$(cell 'udp[0].sent')" "$(calc "int(1e7 * 5 / 8 / 1522) + 1" )"
is "none is lost" "$(cell 'udp[0].lost')" 0
is "nor at any place" "$(json "$doc" '.links[0].test.tables.losses[] | .impairment + .queue + .policer + .packet_cap + .endpoint' | xargs)" "0 0"

hosted=(dx-hosted-200m --set loss.ratio=0 --set jitter.scale=0us)
ok "udp at 120 % of the CIR" method udp "${hosted[@]}" --rate 240mbit --duration 5 --probe-interval 0
sent=$(cell 'udp[0].sent') lost=$(cell 'udp[0].lost')
is_num_within "what passes is CIR x t and the bucket" "$(calc "($sent - $lost) * 1522")" "$(calc "200e6 * 5 / 8 + 250000")" 3044
is "everything is booked to the policer" "$(cell 'losses[0].policer')" "$lost"
is "and nothing anywhere else" \
	"$(json "$doc" '.links[0].test.tables.losses[0] | .impairment + .queue + .packet_cap + .endpoint')" 0

ok "udp with bursts of loss" method udp "${plain[@]}" --set loss.model=gilbert --set loss.p=0.002 --set loss.r=0.25 \
	--pps 1kpps --frame 64 --duration 300 --probe-interval 0
is_num_within "p is found" "$(cell 'udp_shape[0].gilbert_p')" 0.002 15%
is_num_within "r is found" "$(cell 'udp_shape[0].gilbert_r')" 0.25 15%
is_num_within "the mean burst is 1 / r" "$(cell 'udp_shape[0].mean_burst')" 4 15%
is "each is booked to the impairment" "$(cell 'losses[0].impairment')" "$(cell 'udp[0].lost')"

for how in poisson on-off; do
	ok "udp, $how" method udp "${plain[@]}" --pps 2kpps --arrivals $how --frame imix --duration 20 --probe-interval 0
	is_num_within "$how: packets" "$(cell 'udp[0].sent')" "$([[ $how == poisson ]] && echo 40000 || echo 20000)" 2.5%
	is "$how: none is lost" "$(cell 'udp[0].lost')" 0
done

ok "latency" method latency "${plain[@]}" --duration 2
# 1 ms each way, and the 128 bytes that a probe is on the wire (44 + 28 + 14 + 4 + 38 - 20 + 20).
is_num_within "round trip, p50" "$(json "$doc" '.links[0].test.tables.latency[] | select(.figure == "round trip") | .p50_us')" \
	"$(calc "2 * (1000 + (44 + 28 + 14 + 4 + 24) * 8 / 100)")" 3

ok "requests and responses" method rr "${plain[@]}" --duration 5
rtt_us=$(json "$doc" '.links[0].test.tables.transactions[0].p50_us')
is_num_within "one takes a round trip" "$rtt_us" 2020 15
is_num_within "so many fit" "$(cell 'transactions[0].per_second')" "$(calc "1e6 / $rtt_us")" 1%
ok "each with a connection" method crr "${plain[@]}" --duration 5
is_num_within "one takes two round trips" "$(cell 'transactions[0].p50_us')" "$(calc "2 * $rtt_us")" 2%

ok "flow completion time" method fct "${plain[@]}" --size 100MB --count 1 --duration 60
is_num_within "100 MB take their time at the rate, and slow start" "$(cell 'transactions[0].max_us')" \
	"$(calc "800e6 / $goodput * 1e6")" 1%

ok "policing" method policing "${hosted[@]}" --duration 3
is "every step passes, both ways" "$(json "$doc" '[.links[0].test.tables.policing[].verdict] | unique | join(" ")')" pass
is "no frame is lost at the CIR" \
	"$(json "$doc" '[.links[0].test.tables.policing[] | select(.step == "CIR") | .frame_loss_ratio] | add')" 0
is_num_within "beyond it, the CIR passes" \
	"$(json "$doc" '.links[0].test.tables.policing[] | select(.step == "overshoot" and .direction == "to_vpc").information_rate_bps')" \
	2e8 1%
exits_with "policing of a link that is not what was promised" 1 method policing "${hosted[@]}" --rate 250mbit --duration 3
is "more than it takes fails" \
	"$(json "$doc" '.links[0].test.tables.policing[] | select(.step == "CIR" and .direction == "to_vpc").verdict')" fail
exits_with "policing of a link that lets more pass than was promised" 1 \
	method policing "${hosted[@]}" --rate 160mbit --duration 1 --direction to_vpc
is "the overshoot alone fails" \
	"$(json "$doc" '[.links[0].test.tables.policing[] | select(.verdict == "fail").step] | join(" ")')" overshoot
# Spells of 166 packets that lose 44.5 % of them come once in 75000: a step has none, or 0.1 to 1 %, and both are right.
ok "policing of a link that loses in bursts" method policing vpn-metro --duration 0.4
is "every step passes" "$(json "$doc" '[.links[0].test.tables.policing[].verdict] | unique | join(" ")')" pass

# Frames of B bytes are B + 4 to a policer with l2 accounting, and B + 24 on the wire. What buckets and queues hold (64 KiB:
# 964 of the smallest; 811 frames) does not count, and the search ends within 0.5 %.
while read -r link frame closed; do
	ok "capacity, $link, frames of $frame" method capacity "$link" --set loss.ratio=0 --direction to_vpc --frame "$frame"
	is "$link, $frame: both are found" "$(json "$doc" '[.links[0].test.tables.capacity[].outcome] | join(" ")')" "found found"
	for goal in 0 1; do
		is_num_within "$link, $frame: $(cell "capacity[$goal].goal") is the closed form" \
			"$(cell "capacity[$goal].conditional_throughput_pps")" "$closed" 0.5%
	done
done <<END
dx-hosted-50m 64 $(calc "50e6 / 8 / 68")
dx-hosted-50m 1518 $(calc "50e6 / 8 / 1522")
dx-dedicated-1g 64 $(calc "1e9 / 8 / 88")
dx-dedicated-1g 512 $(calc "1e9 / 8 / 536")
END
ok "capacity of a search that may send no more" method capacity dx-dedicated-1g --set loss.ratio=0 --direction to_vpc \
	--frame 64 --duration 0.2
is "ends with what was found" "$(cell 'capacity[1].outcome')" "limit reached"
ok "which is not more than was said" \
	test "$(json "$doc" '[.links[0].test.tables.trials[].sent] | add')" -le 800000
exits_with "capacity by trials that are too long" 2 method capacity dx-dedicated-1g --duration 60
like "says what to ask for" "$errout" "ask for a shorter --duration, or for none"

ok "throughput" method throughput "${plain[@]}" --duration 10
is "path MTU" "$(cell 'rfc6349[0].path_mtu_bytes')" 1500
is_num_within "ideal is the closed form" "$(cell 'rfc6349[0].ideal_goodput_bps')" "$goodput" 0.1%
is_num_within "what TCP reaches, slow start included" "$(cell 'rfc6349[0].goodput_bps')" "$goodput" 2%
is_num_within "transfer time ratio" "$(cell 'rfc6349[0].transfer_time_ratio')" \
	"$(calc "$(cell 'rfc6349[0].ideal_goodput_bps') / $(cell 'rfc6349[0].goodput_bps')")" 1e-6
# CUBIC backs off by 0.3 of queue and pipe, so that there are never less than 6.4 of 12 ms in the long run.
is_num_within "buffer delay: a queue of 10 ms behind 2 ms" "$(cell 'rfc6349[0].buffer_delay')" 3.7 1.5

# window_rows NAME TOLERANCE: what a window is worth, less a segment's serialization and its wait for a second one.
window_rows() {
	local i
	for i in 0 1 2 3; do
		is_num_within "$1: $(cell "windows[$i].window_of_bdp") of the BDP: window / round trip" \
			"$(cell "windows[$i].goodput_bps")" "$(cell "windows[$i].expected_bps")" "$2"
	done
}
# 235 kB of payload in a round trip at 1 Gbit/s (939.04e6 * 2.0036e-3 / 8) are 81 pairs of segments, a quarter is 20.
ok "throughput by windows" method throughput dx-dedicated-1g --set loss.ratio=0 --set jitter.scale=0us \
	--direction to_vpc --duration 2
is "whole pairs of segments" "$(json "$doc" '[.links[0].test.tables.windows[].window_bytes / 2896] | join(" ")')" "20 40 60 81"
window_rows "a queue" 2%
ok "throughput by windows, policed" method throughput "${hosted[@]}" --direction to_vpc --duration 2
window_rows "a policer" 2%
# Slow start overruns a queue that is a quarter of the pipe; windows are measured once flows are there again.
ok "throughput by windows, a short queue" method throughput dx-dedicated-1g --set rate=100mbit --set delay=20ms \
	--set queue=10ms --set loss.ratio=0 --set jitter.scale=0us --direction to_vpc
window_rows "a short queue" 3%

ok "path MTU of a VPN whose routers tell" method path-mtu vpn-metro --set pmtud=icmp
is "both ways are found, by ICMP" \
	"$(json "$doc" '[.links[0].test.tables.path_mtu[] | .classic_mtu_bytes, .plpmtud_mtu_bytes, .icmp_received, .black_hole] | map(tostring) | join(" ")')" \
	"1446 1446 yes no 1446 1446 yes no"
ok "path MTU of one that does not" method path-mtu vpn-metro --set pmtud=none
is "only probes find it: a black hole" \
	"$(json "$doc" '[.links[0].test.tables.path_mtu[] | .classic_mtu_bytes, .plpmtud_mtu_bytes, .icmp_received, .black_hole] | map(tostring) | join(" ")')" \
	"1500 1446 no yes 1500 1446 no yes"

# As it comes, and as files.
exits_with "a stream" 0 dx run "${plain[@]}" --no-verify --method tcp --duration 2 --interval 500ms --json-stream
is "each line is a row" "$(jq -r .table <<<"$out" | sort | uniq -c | xargs)" \
	"7 latency 2 losses 2 probes 1 tcp 1 tcp_flows 4 tcp_intervals"
ok "files" dx run "${plain[@]}" --no-verify --method latency --duration 1 --csv "$TMP/csv"
is "one for each table, and the probes" "$(cd "$TMP/csv" && echo *)" "latency.csv losses.csv probe_records.csv probes.csv"
is "a line for each probe" "$(wc -l <"$TMP/csv/probe_records.csv")" 1001

ok "the same seed" method tcp "${plain[@]}" --duration 1 --seed 7
jq 'del(.world.wall_s)' "$doc" >"$TMP/first"
ok "twice" method tcp "${plain[@]}" --duration 1 --seed 7
is "gives the same bytes" "$(jq 'del(.world.wall_s)' "$doc" | cmp - "$TMP/first" && echo same)" same

done_testing
