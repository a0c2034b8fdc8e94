#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A hosted connection's policer lets its CIR through, to the frame, once the burst is spent. It drops the rest and
# delays nothing; and of what stays below the CIR it drops nothing.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq perl ping

# Offers UDP at rate $1, frames with FCS and tag, of which the sender's device, which paces them, knows all but 8 bytes.
# Behind the link they lead nowhere. Prints the time and the counters in front of the policer, behind it, and its own,
# once the burst is spent and again $2 seconds later; on stderr what pings from router to router saw.
cat >"$TMP/offer" <<'EOF'
set -e
case $3 in
to_vpc) sender=onprem before="a e0" after="z e0" end=vgw nowhere=10.0.9 router=cgw host=10.0.1.10 ;;
to_onprem) sender=vpc before="z e1" after="a e1" end=cgw nowhere=192.168.9 router=vgw host=192.168.10.10 ;;
esac
count() {
	date +%s.%N
	for at in "$before" "$after"; do
		ip -n ${at% *} -s -j link show dev ${at#* }
	done
	tc -n ${before% *} -s -j filter show dev ${before#* } ingress
}
ip -n $end route add blackhole $nowhere.0/24
tc -n $sender qdisc add dev e0 root stab overhead 8 tbf rate "$1" burst 1600 limit 1mb
ip netns exec $router ping -n -q -i 0.05 $host >&2 &
ping=$!
ip netns exec $sender $4 $nowhere.1 1472 1000000 &
sender=$!
sleep 1
count
sleep "$2"
count
kill $sender
kill -INT $ping
wait $ping
EOF

# profile and settings | direction, Mbit/s offered and passed, seconds, what a frame counts beyond 14 + IP packet
while IFS='|' read -r link figures; do
	read -r dir offered passed seconds beyond <<<"$figures"
	name="$link $dir at $offered Mbit/s"
	read -ra words <<<"$link"
	exits_with "$name" 0 dx run "${words[0]}" "${words[@]:1}" --set loss.ratio=0 --set jitter.scale=0ms -- \
		sh "$TMP/offer" "${offered}mbit" "$seconds" "$dir" "$(udp_sender)"
	read -r got_offered got_passed dropped < <(jq -rs --argjson beyond "$beyond" '
		def rate($beyond; $from; $to; $seconds):
			8 * ($to[0].stats64.rx.bytes - $from[0].stats64.rx.bytes +
				$beyond * ($to[0].stats64.rx.packets - $from[0].stats64.rx.packets)) / $seconds;
		(.[4] - .[0]) as $s |
		"\(rate(8; .[1]; .[5]; $s)) \(rate($beyond; .[2]; .[6]; $s)) \([.[7] | .. | .drops? // empty] | add)"
		' <<<"$out")
	is_num_within "$name: offered" "$got_offered" "${offered}e6" 1%
	if ((passed)); then
		is_num_within "$name: passed" "$got_passed" "${passed}e6" 0.1%
	else
		is_num_within "$name: passed" "$got_passed" "$got_offered" 0.01%
		is "$name: dropped" "$dropped" 0
	fi
	read -r min avg max < <(sed -nE 's,.*= ([0-9.]+)/([0-9.]+)/([0-9.]+)/.*,\1 \2 \3,p' <<<"$errout")
	is_num_within "$name: shortest round trip of what passed" "$min" 4 0.005
	is_num_within "$name: mean" "$avg" 4 0.005
	is_num_within "$name: longest" "$max" 4 0.005
done <<EOF
dx-hosted-200m|to_vpc 250 200 10 8
dx-hosted-200m|to_onprem 250 200 10 8
dx-hosted-200m|to_vpc 150 0 10 8
dx-hosted-200m|to_onprem 150 0 10 8
dx-hosted-50m|to_vpc 60 50 4 8
dx-hosted-100m|to_onprem 120 100 2 8
dx-hosted-100m --set accounting=l1|to_vpc 120 100 2 28
dx-hosted-100m --set accounting=l3|to_onprem 120 100 2 -14
dx-hosted-300m|to_vpc 330 300 2 8
dx-hosted-400m|to_onprem 440 400 2 8
dx-hosted-500m|to_vpc 550 500 2 8
EOF

done_testing
