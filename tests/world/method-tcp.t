#!/bin/bash
# SPDX-License-Identifier: ISC
#
# TCP against arithmetic, alone and beside other traffic; and what every method does with its rows.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../methods.sh"

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
