#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The customer's router in front of a slow port with a deep queue: drop-tail fills it, CoDel keeps what waits near its
# target of 5 ms (RFC 8289, section 4.4), and FQ-CoDel lets a probe pass by the flow that fills it (RFC 8290). None of
# them costs goodput.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

port="dx-dedicated-1g rate=50mbit queue=200ms loss.ratio=0 jitter.scale=0us"
aqms=(none codel fq-codel)
least_ms=(150 2 2)
most_ms=(202 15 4)
rows=()
for aqm in "${aqms[@]}"; do
	rows+=("$port to_vpc.aqm=$aqm")
done
compare_links "--duration 8 --no-verify" "${rows[@]}"
for i in "${!aqms[@]}"; do
	of=".links[$i].measured"
	is_num_within "${aqms[i]}: goodput" "$(json - "$of.goodput_bps.to_vpc")" "$(calc "50e6 * 1448 / 1542")" 1%
	is_num_within "${aqms[i]}: round trip with load, ms" "$(json - "$of.phases.loaded_to_vpc.rtt_us.p50 / 1000")" \
		"$(calc "(${least_ms[i]} + ${most_ms[i]}) / 2")" "$(calc "(${most_ms[i]} - ${least_ms[i]}) / 2")"
done

# Another program sees it there.
exits_with "tc on the router" 0 dx run dx-dedicated-1g --set to_vpc.aqm=fq-codel -- ip netns exec cgw tc -j qdisc show dev e1
is "a bucket, and the queue below it" "$(json - '[.[].kind] | join(" ")')" "tbf fq_codel"

done_testing
