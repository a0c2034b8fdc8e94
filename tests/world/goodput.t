#!/bin/bash
# SPDX-License-Identifier: ISC
#
# TCP over a shaped link without loss delivers what the rate leaves for payload: in each frame the segment's
# bytes, out of the packet's, 14 of MAC header, 24 of preamble, FCS and gap, 4 of tag, and the encapsulation.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

# profile and settings | rate to the VPC, rate to on-premises, segment, its frame on the wire
rows=(
	"dx-dedicated-1g|1e9 1e9 1448 1542"
	"dx-dedicated-1g to_vpc.rate=50mbit to_onprem.rate=20mbit|50e6 20e6 1448 1542"
	"dx-dedicated-10g rate=100mbit mtu=9001|1e8 1e8 8949 9043"
	"vpn-metro rate=100mbit|1e8 1e8 1394 1538"
)

# expect LINK DIRECTION RATE MSS WIRE. The probes that found room in the queue, of 44 bytes in UDP and IP, have
# their part of the rate; what is left to explain then is the segment that is under way.
expect() {
	local wire=$((44 + 28 + $5 - $4 - 52)) probes_per_s

	probes_per_s=$(json - ".links[$1].measured.phases.loaded_$2 |
		1e6 / .probe_interval_us * (1 - .loss.$2.ratio)")
	is_num_within "${rows[$1]%|*}: goodput $2" "$(json - ".links[$1].measured.goodput_bps.$2")" \
		"$(calc "($3 - 8 * $wire * $probes_per_s) * $4 / $5")" 0.1%
}

compare_links "--budget 1.6 --set loss.ratio=0 --set jitter.scale=0ms" "${rows[@]%|*}"
for i in "${!rows[@]}"; do
	read -r to_vpc to_onprem mss wire <<<"${rows[i]#*|}"
	is "${rows[i]%|*}: segment" "$(json - ".links[$i].measured.mss")" "$mss"
	expect "$i" to_vpc "$to_vpc" "$mss" "$wire"
	expect "$i" to_onprem "$to_onprem" "$mss" "$wire"
done

done_testing
