#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A link with a smaller MTU than its hosts, in the three ways of `pmtud`: ping as an operator would send it, in either
# direction, with the largest packet that passes and with one byte more; and what TCP makes of it.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq ping iperf3

# In the world: "SIZE from HOST: " and what ping says of one packet of that size, from either host. First argument: MTU.
cat >"$TMP/pings" <<'EOF'
tell() {
	echo "$3 from $1: $(ip netns exec "$1" ping -n -M "$4" -c 1 -W 1 -s $(($3 - 28)) "$2" 2>&1 | tr '\n' ' ')"
}
both() {
	tell onprem vpc "$@"
	tell vpc onprem "$@"
}
both "$1" do
both $(($1 + 1)) do
both 1500 do
both 1500 dont
EOF
calm="--set jitter.scale=0ms --set loss.ratio=0 --no-verify"

# pings DESCRIPTION MTU OPTIONS
pings() {
	# shellcheck disable=SC2086
	exits_with "$1: pings" 0 dx run $3 -- sh "$TMP/pings" "$2"
}
# said SIZE HOST COUNT: the COUNTth thing that ping from there said of it.
said() { sed -n "s/^$1 from $2: //p" <<<"$out" | sed -n "${3}p"; }
passed=" 1 received,"
local_error="local error: message too long, mtu=1446"
vanished="1 packets transmitted, 0 received, 100% packet loss"
# told HOST MTU: what the router beside it says.
told() { echo "From $([[ $1 == onprem ]] && echo 192.168.10.1 || echo 10.0.1.1) icmp_seq=1 Frag needed and DF set \(mtu = $2\)"; }

pings hosts 1446 "vpn-metro $calm"
for host in onprem vpc; do
	like "hosts: 1446 from $host" "$(said 1446 "$host" 1)" "$passed"
	like "hosts: 1447 from $host" "$(said 1447 "$host" 1)" "$local_error"
	like "hosts: 1500 from $host, with DF" "$(said 1500 "$host" 1)" "$local_error"
	like "hosts: 1500 from $host, without DF" "$(said 1500 "$host" 2)" "$passed"
done

pings icmp 1446 "vpn-metro --set pmtud=icmp $calm"
for host in onprem vpc; do
	like "icmp: 1446 from $host" "$(said 1446 "$host" 1)" "$passed"
	like "icmp: 1447 from $host" "$(said 1447 "$host" 1)" "$(told "$host" 1446)"
	like "icmp: 1500 from $host, which has learnt" "$(said 1500 "$host" 1)" "$local_error"
	like "icmp: 1500 from $host, without DF" "$(said 1500 "$host" 2)" "$passed"
done

pings none 1446 "vpn-metro --set pmtud=none $calm"
for host in onprem vpc; do
	like "none: 1446 from $host" "$(said 1446 "$host" 1)" "$passed"
	like "none: 1447 from $host" "$(said 1447 "$host" 1)" "$vanished"
	like "none: 1500 from $host, with DF" "$(said 1500 "$host" 1)" "$vanished"
	like "none: 1500 from $host, without DF" "$(said 1500 "$host" 2)" "$vanished"
done

# Without the tunnel's caps there is no other policer.
pings "none, no caps" 1300 "vpn-metro --set pmtud=none --set mtu=1300 --set cap.rate=0bit --set cap.pps=0pps $calm"
for host in onprem vpc; do
	like "none, no caps: 1300 from $host" "$(said 1300 "$host" 1)" "$passed"
	like "none, no caps: 1301 from $host" "$(said 1301 "$host" 1)" "$vanished"
done

for link in dx-dedicated-1g dx-hosted-200m; do
	pings "$link" 1400 "$link --set mtu=1400 --set pmtud=icmp $calm"
	for host in onprem vpc; do
		like "$link: 1400 from $host" "$(said 1400 "$host" 1)" "$passed"
		like "$link: 1401 from $host" "$(said 1401 "$host" 1)" "$(told "$host" 1400)"
	done
	exits_with "$link: no black hole" 125 dx run "$link" --set pmtud=none -- true
	like "$link: why" "$errout" "pmtud: 'none' does not apply to a [a-z]+ link, only to vpn"
done

# A full-size segment of TCP: 1446 less 52 bytes of headers, in 1538 on the wire. That nothing comes is a result, too.
slow="--set jitter.scale=0ms --set loss.ratio=0 --set rate=5mbit"
for pmtud in icmp none; do
	# shellcheck disable=SC2086
	exits_with "$pmtud: compared" 0 dx compare vpn-metro --set pmtud=$pmtud $slow --duration 2 --json
	is "$pmtud: the document says so" "$(json - '.links[0].configured.pmtud')" $pmtud
	unlike "$pmtud: verified" "$(json - '.links[0].verified')" false
	of=".links[0].measured"
	for dir in to_vpc to_onprem; do
		account=$of.phases.loaded_$dir.account.$dir
		if [[ $pmtud == icmp ]]; then
			is_num_within "icmp: $dir: goodput" "$(json - "$of.goodput_bps.$dir")" "$(calc "5e6 * 1394 / 1538")" 10%
			ok "icmp: $dir: what routers refused is accounted for" test "$(json - "$account.endpoint")" -gt 0
		else
			is "none: $dir: goodput" "$(json - "$of.goodput_bps.$dir")" 0
			ok "none: $dir: what vanished is accounted for" test "$(json - "$account.policer")" -gt 0
		fi
	done
done

# TCP does without ICMP if it is told to look for itself (RFC 4821), which it does after some timeouts.
# shellcheck disable=SC2086
exits_with "none: iperf3" 0 dx run vpn-metro --set pmtud=none $slow --no-verify -- \
	sh -c 'sysctl -qw net.ipv4.tcp_mtu_probing=1 && iperf3 -J -c vpc -t 10'
ok "none: TCP that looks for itself has moved half of what it could have" \
	test "$(json - .end.sum_received.bytes)" -gt "$(calc "10 * 5e6 / 8 / 2")"

done_testing
