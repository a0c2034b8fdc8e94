#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `dxemu plan`: the script as it is printed; and run by hand it makes the lab that dxemu makes: ip, tc, ethtool and
# sysctl see the same of both, and a ping passes.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq ip tc ethtool sysctl ping

# In the world: what there is to see, then away with it, the script, and the same again.
cat >"$TMP/twice" <<'EOF'
nodes=$(ip netns list | cut -d ' ' -f 1 | sort)

# A device is down for up to a second after it was set up.
settled() {
	for _ in $(seq 50); do
		busy=
		for ns in $nodes; do
			ip -n "$ns" -o link show up | grep -v ' lo: ' | grep -qv ' state UP ' && busy=$ns
		done
		[ "$busy" ] || return 0
		sleep 0.1
	done
	echo "'$busy' does not come up"
	return 1
}

filters=$(printf 'filter show dev %s\n' "e0 ingress" "e0 egress" "e1 ingress" "e1 egress")
state() {
	for ns in $nodes; do
		echo "== $ns"
		printf '%s\n' addr link route neigh | ip -n "$ns" -d -j -batch -
		tc -n "$ns" -d -j qdisc
		ip netns exec "$ns" sysctl net.ipv4.ip_forward net.ipv4.tcp_rmem net.ipv4.tcp_wmem \
			net.ipv4.tcp_no_metrics_save
	done
	for ns in a z; do
		echo "== $ns filters"
		echo "$filters" | tc -n "$ns" -d -j -batch -
		# The JSON leaves out what police is asked for.
		echo "$filters" | tc -n "$ns" -d -batch -
	done
	for at in "onprem e0" "cgw e1" "a e0" "a e1" "z e0" "z e1" "vgw e0" "vpc e0"; do
		ip netns exec "${at% *}" ethtool -k "${at#* }"
	done
}

set -e
echo "== first"
state
echo "== second"
ip -all netns delete
sh "$1"
settled
state
echo "== ping"
ip netns exec onprem ping -q -n -c 1 -W 1 10.0.1.10
EOF

# comparable FROM TO INPUT OUTPUT: those lines, without what may differ: the bridge's timers, the seed where tc shows
# it, and the order of neighbours.
comparable() {
	sed -n "/^== $1\$/,/^== $2\$/p" "$3" >"$4.raw" && jq -Rr '(fromjson? // .) | if type == "array" then
		walk(if type == "object" then
			with_entries(select((.key | endswith("_timer") or . == "seed") | not))
		elif type == "array" and all(.[]; type == "object" and has("lladdr")) then
			sort_by(.dst)
		else . end)
		else . end' "$4.raw" >"$4"
}

# profile and settings | name of the golden file, if any | a line that is this link's
rows=(
	'dx-dedicated-1g|dedicated|"rate": 125000000'
	'dx-hosted-200m|hosted|police 0x1 rate 200Mbit burst 250000b mtu 64Kb action drop/pipe overhead 22b'
	'dx-hosted-200m --set vlan.s_tpid=0x88a8||"protocol": "802.1ad"'
	'vpn-continental|vpn|police 0x2 .*pkts_rate 140000'
	'vpn-metro --set pmtud=none|vpn-black-hole|police 0x1 rate 0bit burst 0b mtu 1460b action drop/pipe'
)

worlds=()
for i in "${!rows[@]}"; do
	IFS='|' read -r link name _ <<<"${rows[i]}"
	read -ra words <<<"$link"
	exits_with "$link: plan" 0 dx plan "${words[@]}"
	[[ ! $name ]] || golden "$link: as it was" "plan/$name.sh" "$out"
	# A latency that moves is elsewhere by the time it is read.
	words+=(--set jitter.scale=0ms)
	exits_with "$link: plan without jitter" 0 dx plan "${words[@]}"
	printf '%s\n' "$out" >"$TMP/$i.sh"
	dx run "${words[@]}" -- sh "$TMP/twice" "$TMP/$i.sh" >"$TMP/$i.out" 2>&1 &
	worlds+=($!)
done
for i in "${!rows[@]}"; do
	IFS='|' read -r link _ line <<<"${rows[i]}"
	exits_with "$link: twice" 0 wait "${worlds[i]}"
	ok "$link: dxemu's" comparable first second "$TMP/$i.out" "$TMP/$i.dxemu"
	ok "$link: the script's" comparable second ping "$TMP/$i.out" "$TMP/$i.script"
	ok "$link: the same" diff -u -I '^== ' --label dxemu "$TMP/$i.dxemu" --label script "$TMP/$i.script"
	ok "$link: it is that link" grep -q -- "$line" "$TMP/$i.script"
done

done_testing
