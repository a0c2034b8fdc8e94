#!/bin/bash
# SPDX-License-Identifier: ISC
#
# iperf3 and ping, as they come, see the link that dxemu's own flows and probes see.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq iperf3 ping

# At these rates the probes beside dxemu's flow, which iperf3 has not, take two thirds of a percent at most.
rows=(
	"dx-dedicated-1g mtu=9001 to_vpc.rate=300mbit to_onprem.rate=200mbit to_onprem.delay=5ms"
	"vpn-metro rate=150mbit"
)
compare_links "--budget 1.8 --set loss.ratio=0" "${rows[@]}"
cp "$TMP/.out" "$TMP/dxemu.json"

# over LINK COMMAND...: runs it over the link of that row, of which compare_links left a copy.
over() {
	local link words sets

	read -r link sets <<<"${rows[$1]} loss.ratio=0"
	read -ra words <<<"$sets"
	exits_with "$link $sets: ${*:2}" 0 dx run "$link" "${words[@]/#/--set=}" -- "${@:2}"
}

# goodput LINK DIRECTION COMMAND...
goodput() {
	over "$1" "${@:3}"
	is_num_within "${rows[$1]}: goodput $2" "$(json - .end.sum_received.bits_per_second)" \
		"$(json "$TMP/dxemu.json" ".links[$1].measured.goodput_bps.$2")" 1%
}

goodput 0 to_vpc iperf3 -J -c vpc -O 1 -t 1
goodput 0 to_onprem iperf3 -J -c vpc -O 1 -t 1 -R
goodput 1 to_vpc iperf3 -J -c vpc -O 1 -t 1

# With less than 20 ms from one to the next, ping would wait by reading the clock.
for link in 0 1; do
	over $link ping -n -q -c 100 -i 0.05 vpc
	avg_ms=$(sed -nE 's,.*= [0-9.]+/([0-9.]+)/.*,\1,p' <<<"$out")
	is_num_within "${rows[link]}: RTT" "$(calc "1000 * $avg_ms")" \
		"$(json "$TMP/dxemu.json" ".links[$link].measured.rtt_us.idle.p50")" 100
done

done_testing
