#!/bin/bash
# SPDX-License-Identifier: ISC
#
# iperf3 and ping, as they come, see the link that dxemu's own flows and probes see.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq iperf3 ping

# At these rates the probes beside dxemu's flow, which iperf3 has not, take half a percent.
link=(dx-dedicated-1g --set=loss.ratio=0 --set=to_vpc.rate=160mbit --set=to_onprem.rate=200mbit --set=to_onprem.delay=5ms)

dx run "${link[@]}" -- iperf3 -J -c vpc -O 1 -t 1 >"$TMP/to_vpc.json" &
dx run "${link[@]}" -- iperf3 -J -c vpc -O 1 -t 1 -R >"$TMP/to_onprem.json" &
# With less than 20 ms from one to the next, ping would wait by reading the clock.
exits_with "ping" 0 dx run "${link[@]}" -- ping -n -q -c 100 -i 0.05 vpc
rtt_ms=$(sed -nE 's,.*= [0-9.]+/([0-9.]+)/.*,\1,p' <<<"$out")
exits_with "iperf3 -R" 0 wait %2
exits_with "iperf3" 0 wait %1
exits_with "dxemu" 0 dx compare "${link[@]}" --json --budget 1.8

for dir in to_vpc to_onprem; do
	is_num_within "goodput $dir" "$(json "$TMP/$dir.json" .end.sum_received.bits_per_second)" \
		"$(json - ".links[0].measured.goodput_bps.$dir")" 1%
done
is_num_within "RTT" "$(calc "1000 * $rtt_ms")" "$(json - .links[0].measured.rtt_us.idle.p50)" 100

done_testing
