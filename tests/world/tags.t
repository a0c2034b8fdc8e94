#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What is in front of the IP packet on each wire, in captures made inside by tcpdump and read outside: two tags on
# a hosted connection's access leg, one behind the partner, one along a dedicated connection, none on a VPN. And
# how long a packet may be: as long as the MTU, and not a byte longer.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need tcpdump ping

# Pings that must not be cut to fragments, of MTU bytes with the IP header, and of one more.
# shellcheck disable=SC2016 # for the world's shell
pings='for size in $(($1 - 28)) $(($1 - 27)); do ping -n -c 2 -i 0.1 -W 1 -M do -s $size vpc 2>&1; done'

# tags LEG: how often which tags, over all frames of the capture.
tags() {
	tcpdump -nner "$TMP/pcap/$1.pcap" 2>"$TMP/tcpdump.err" |
		sed -E 's/^.{16}[^,]*, //; s/ethertype IPv4.*//; s/length [0-9]+: |, p 0|ethertype //g; s/[, ]+$//; s/^$/none/' |
		sort | uniq -c | sed 's/^ *//'
}

dot1q='802.1Q (0x8100)' dot1ad='802.1Q-QinQ (0x88a8)'

# profile and settings | MTU | tags on the access leg | tags from there on
while IFS='|' read -r link mtu access rest; do
	read -ra words <<<"$link"
	rm -rf "$TMP/pcap"
	exits_with "$link: too long a ping fails" 1 dx run "${words[0]}" "${words[@]:1}" --set loss.ratio=0 \
		--pcap "$TMP/pcap" -- sh -c "$pings" sh "$mtu"
	is "$link: $mtu bytes pass, $((mtu + 1)) do not" "$(grep -Eo '[0-9]+ received|mtu=[0-9]+' <<<"$out")" \
		"2 received"$'\n'"mtu=$mtu"$'\n'"mtu=$mtu"$'\n'"0 received"
	for file in "$TMP"/pcap/*.pcap; do
		leg=$(basename "$file" .pcap)
		case $leg in
		onprem-cgw | vgw-vpc) expected=none ;;
		cgw-*) expected=$access ;;
		*) expected=$rest ;;
		esac
		is "$link: tags of the 4 frames on $leg" "$(tags "$leg")" "4 $expected"
	done
done <<EOF
dx-hosted-50m|1500|$dot1q, vlan 900, $dot1q, vlan 101|$dot1q, vlan 101
dx-hosted-50m --set vlan.s_tpid=0x88a8 --set vlan.s_tag=4094 --set vlan.c_tag=2|1500|$dot1ad, vlan 4094, $dot1q, vlan 2|$dot1q, vlan 2
dx-dedicated-1g|1500|$dot1q, vlan 101|$dot1q, vlan 101
dx-dedicated-1g --set mtu=9001 --set vlan.c_tag=4094|9001|$dot1q, vlan 4094|$dot1q, vlan 4094
vpn-metro|1446|none|none
EOF

# A host that does not know the VPN's MTU hears of it from its router.
exits_with "vpn-metro: a host that tries" 1 dx run vpn-metro -- \
	sh -c 'ip route replace default via 192.168.10.1 && ping -n -c 1 -W 1 -M do -s 1419 vpc'
like "vpn-metro: is told" "$out" 'From 192\.168\.10\.1 .*Frag needed and DF set \(mtu = 1446\)'

done_testing
