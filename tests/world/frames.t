#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The link carries frames: neither TCP nor a UDP sender that hands over 64 KiB at once (GSO) brings anything longer
# than a full frame to where it is queued, delayed and lost.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need tcpdump iperf3 perl

# lengths LEG: "NUMBER LONGEST" of its frames, tag included, as captured.
lengths() {
	tcpdump -nner "$TMP/pcap/$1.pcap" 2>"$TMP/tcpdump.err" |
		awk 'match($0, /length [0-9]+:/) {
			n++
			length_ = substr($0, RSTART + 7, RLENGTH - 8) + 0
			if (length_ > longest)
				longest = length_
		}
		END { print n + 0, longest + 0 }'
}

# profile | command | frames at least | longest with tag
while IFS='|' read -r link command least longest; do
	exits_with "$link: ${command##*/}" 0 dx run "$link" --set loss.ratio=0 --set jitter.scale=0ms \
		--pcap "$TMP/pcap" -- sh -c "$command"
	for leg in a-z z-vgw; do
		read -r n max < <(lengths $leg)
		is "$link: ${command##*/}: longest frame on $leg" "$max" "$longest"
		ok "$link: ${command##*/}: $n frames on $leg" test "$n" -ge "$least"
	done
	rm -r "$TMP/pcap"
done <<EOF
dx-dedicated-10g|iperf3 -c vpc -n 1M|725|1518
dx-dedicated-10g|iperf3 -c vpc -n 1M -R|725|1518
dx-hosted-500m|iperf3 -c vpc -n 1M|725|1518
vpn-metro|iperf3 -c vpc -n 1M|753|1460
dx-dedicated-10g|$(udp_sender) vpc 1472 30|1320|1518
EOF

done_testing
