#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Latency, requests and responses, and the path MTU against arithmetic.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../methods.sh"

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

ok "path MTU of a VPN whose routers tell" method path-mtu vpn-metro --set pmtud=icmp
is "both ways are found, by ICMP" \
	"$(json "$doc" '[.links[0].test.tables.path_mtu[] | .classic_mtu_bytes, .plpmtud_mtu_bytes, .icmp_received, .black_hole] | map(tostring) | join(" ")')" \
	"1446 1446 yes no 1446 1446 yes no"
ok "path MTU of one that does not" method path-mtu vpn-metro --set pmtud=none
is "only probes find it: a black hole" \
	"$(json "$doc" '[.links[0].test.tables.path_mtu[] | .classic_mtu_bytes, .plpmtud_mtu_bytes, .icmp_received, .black_hole] | map(tostring) | join(" ")')" \
	"1500 1446 no yes 1500 1446 no yes"

done_testing
