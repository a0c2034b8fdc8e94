#!/bin/bash
# SPDX-License-Identifier: ISC
#
# An idle link delays by what was asked and by the time that the frame takes at its rate, and by nothing else:
# round trip, and one way for each direction by itself.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

# profile and settings | microseconds and Mbit/s to the VPC, to on-premises (1e9: none), tag or encapsulation
rows=(
	"dx-dedicated-1g rate=5mbit|1000 5 1000 5 4"
	"dx-dedicated-1g to_vpc.delay=4.25ms to_onprem.delay=750us rate=100mbit|4250 100 750 100 4"
	"dx-hosted-50m|2000 1e9 2000 1e9 4"
	"vpn-continental to_vpc.rate=40mbit to_onprem.rate=20mbit|35000 40 35000 20 54"
)

# one_way DELAY MBITS BYTES: of a probe, of so many bytes beyond 44 in UDP, IP and Ethernet.
one_way() {
	calc "$1 + 8 * (44 + 28 + 14 + 24 + $3) / $2"
}

compare_links "--budget 1 --set jitter.scale=0ms" "${rows[@]%|*}"
for i in "${!rows[@]}"; do
	name=${rows[i]%|*} measured=".links[$i].measured"
	read -r vpc_us vpc_mbits onprem_us onprem_mbits extra <<<"${rows[i]#*|}"
	to_vpc=$(one_way "$vpc_us" "$vpc_mbits" "$extra")
	to_onprem=$(one_way "$onprem_us" "$onprem_mbits" "$extra")
	is_num_within "$name: RTT" "$(json - "$measured.rtt_us.idle.p50")" "$(calc "$to_vpc + $to_onprem")" 5
	is_num_within "$name: to_vpc" "$(json - "$measured.owd_us.to_vpc.p50")" "$to_vpc" 2.5
	is_num_within "$name: to_onprem" "$(json - "$measured.owd_us.to_onprem.p50")" "$to_onprem" 2.5
	is_num_within "$name: all the same" "$(json - "$measured.rtt_us.idle | .p99 - .min")" 0 5
done

done_testing
