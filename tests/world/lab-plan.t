#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `dxemu plan LAB`: the script builds, in the kernel, the network of a lab: who is next to whom over which link, by tags
# that a capture shows, as far away as the profile says. Routes between the sides are for daemons to make.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq ip tc ethtool sysctl ping tcpdump

# In the world: the lab's script, then COMMANDS.
cat >"$TMP/build" <<'EOF'
set -e
ip -all netns delete
sh "$1"
for _ in $(seq 50); do
	busy=
	for ns in $(ip netns list | cut -d ' ' -f 1); do
		ip -n "$ns" -o link show up | grep -v ' lo: \| tun' | grep -qv ' state UP ' && busy=$ns
	done
	[ "$busy" ] || break
	sleep 0.1
done
[ ! "$busy" ] || echo "'$busy' does not come up"
ping() { ip netns exec "$1" ping -q -n -c 1 -W 1 ${3:-} "$2" | sed -n "s,.*= \([0-9.]*\)/.*,$1 \1,p"; }
. "$2"
EOF
in_lab() {
	dx plan "$root/labs/$1.yaml" >"$TMP/lab.sh" && cat >"$TMP/commands" &&
		exits_with "$1: comes up" 0 dx run --no-verify dx-dedicated-1g -- sh "$TMP/build" "$TMP/lab.sh" "$TMP/commands"
	is "$1: without a word" "$errout" ""
}
# near WHAT MS NODE: the round trip that ping found.
near() { is_num_within "$1" "$(awk -v node="$3" '$1 == node { print $2 }' <<<"$out")" "$2" "${4:-0.02}"; }

# Two connections of 1 and 5 ms; jitter lifts neither in a lab that has just begun.
in_lab two-locations <<'END'
ping cgw1 169.254.9.1
ping cgw2 169.254.9.5
ping office 10.10.0.2
ping db 10.1.0.1
END
near "a connection at one location" 2.003 cgw1
near "and at the other" 10.003 cgw2
near "a host and the second router" 0 office
near "a VPC's router and its host" 0 db

in_lab hosted-50m <<'END'
watch() { ip netns exec "$1" timeout 5 tcpdump -n -i e0 -U -c 1 -w "/tmp/$1" 'greater 100' 2>/dev/null & }
watch dx1.partner
watch dx1.aws
while [ ! -s /tmp/dx1.partner ] || [ ! -s /tmp/dx1.aws ]; do sleep 0.01; done
ping cgw1 169.254.9.1 "-s 200"
wait
for node in dx1.partner dx1.aws; do
	tcpdump -n -e -r "/tmp/$node" 2>/dev/null | sed "s/^[^,]*,/$node/"
done
END
near "a hosted connection" 4.001 cgw1
like "two tags up to the partner" "$out" $'\n'"dx1.partner ethertype 802.1Q [^ ]*, length [0-9]*: vlan 900, p 0, ethertype 802.1Q [^ ]* vlan 101,"
like "one into AWS" "$out" $'\n'"dx1.aws ethertype 802.1Q [^ ]*, length [0-9]*: vlan 101, p 0, ethertype"

in_lab dx-with-vpn-backup <<'END'
ping cgw1 169.254.9.1
ping vpn1.t1.aws 203.0.113.1
ip -n vgw1 -d -j link show dev vif0
ip -n vgw1 -d -j link show dev tun1
ip -n vgw1 -j addr show dev tun1
END
near "Direct Connect" 2.003 cgw1
near "the internet, as the profile has it" 8.004 vpn1.t1.aws
of() { grep '^\[' <<<"$out" | jq -rs "$1" | xargs; }
is "the tag is in the gateway, the port elsewhere" \
	"$(of '.[0][0] | .linkinfo.info_data.id, (.link_netnsid != null), .operstate')" "101 true UP"
is "so are the tunnel's inside and its end" \
	"$(of '.[1][0] | .linkinfo.info_kind, .linkinfo.info_data.if_id, .mtu, (.link_netnsid != null)')" "xfrm 0x2 1422 true"
is "inside, AWS has the first address" "$(of '.[2][0].addr_info[0].local')" 169.254.21.1

in_lab transit <<'END'
# LACP takes some exchanges, one a second.
for _ in $(seq 100); do
	ip -n cgw1 -d -j link show dev lag0 | grep -q '"num_ports":2' && break
	sleep 0.1
done
ping cgw1 169.254.9.1
ip -n cgw1 -d -j link show dev lag0
ip -n cgw1 -d -j link show dev dx1
END
near "a LAG, through one of its members" 2.003 cgw1
is "LACP found the other end of both members" \
	"$(of '.[0][0].linkinfo.info_data | .mode, .ad_info.num_ports, .ad_info.partner_mac')" \
	"802.3ad 2 $(sed -n 's,.*lag1.aws link add name lag0 address \([^ ]*\) .*,\1,p' "$TMP/lab.sh")"
is "the second is one" "$(of '.[1][0] | .master, .linkinfo.info_slave_kind')" "lag0 bond"

done_testing
