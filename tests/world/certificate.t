#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The certificate's rows of delay, loss and rate, reckoned again from captures of the very packets that it rests on. As
# the exercises run in worlds of their own, they do so here on the kernel at hand, which is that of a virtual world, so
# that somebody can put tcpdump into them.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../crossing.sh"
need jq tcpdump pgrep nsenter

link=(dx-dedicated-1g --set jitter.scale=0ms --set to_vpc.rate=200mbit --set to_vpc.delay=2.5ms --set to_vpc.loss.ratio=0.01
	--set to_onprem.rate=100mbit --set to_onprem.delay=3ms --set to_onprem.loss.ratio=0.02)

# Inside: the certificate, and captures of each exercise at both hosts and in between, behind the rate stages.
cat >"$TMP/inside" <<'EOF'
mkdir /run/pcap
cd /run/pcap
"$@" --world host --json >certificate.json &
launcher=$!
# Only until the last of the three has its captures: a probe that is due waits for whoever runs, and what this loop
# does can make the longest delay 200 us longer.
while kill -0 $launcher 2>/dev/null && ((${#exercises[@]} < 3)); do
	for pid in $(pgrep -P $launcher); do
		[[ " ${exercises[*]} " != *" $pid "* ]] || continue
		nsenter -t "$pid" -m ip -n vpc link show dev e0 up 2>/dev/null | grep -q LOWER_UP || continue
		exercises+=("$pid")
		for at in onprem:e0 a:e1 vpc:e0; do
			nsenter -t "$pid" -m ip netns exec "${at%:*}" tcpdump -U -Z root -s 64 --buffer-size=32768 \
				--time-stamp-precision=nano -i "${at#*:}" -w - >"$pid-${at%:*}.pcap" 2>/dev/null &
			tcpdumps+=($!)
		done
	done
	read -rt 0.1 <> <(:)
done
wait $launcher || {
	status=$?
	jq -c '.links[].verification[] | select(.verdict != "pass")' certificate.json >&2
	exit $status
}
# The last packets reach tcpdump after a second.
read -rt 2 <> <(:)
kill -INT "${tcpdumps[@]}"
wait "${tcpdumps[@]}"
echo "${exercises[@]}" >exercises
tar -c .
EOF
certify() { dx run dx-dedicated-1g -- bash "$TMP/inside" "${DXEMU_INIT:-$DXEMU}" verify "${link[@]}" >"$TMP/pcap.tar"; }
ok "a certificate, with captures" certify
mkdir "$TMP/pcap"
tar -C "$TMP/pcap" -xf "$TMP/pcap.tar"
is "the link is verified" "$(json "$TMP/pcap/certificate.json" '.links[0].verified')" true
read -ra exercises <"$TMP/pcap/exercises"
is "there are three exercises" "${#exercises[@]}" 3
row() { json "$TMP/pcap/certificate.json" ".links[0].verification[] | select(.direction == \"$1\" and .quantity == \"$2\").measured"; }

# Which is which: the rate is shown by packets of full size, the delay by those that are few.
seen=
for exercise in "${exercises[@]}"; do
	if tcpdump -vnnc 1 -r "$TMP/pcap/$exercise-onprem.pcap" 2>/dev/null | grep -q 'length 1500'; then
		kind=rate
	elif (($(tcpdump -nnr "$TMP/pcap/$exercise-onprem.pcap" 2>/dev/null | wc -l) < 2000)); then
		kind=delay
	else
		kind=loss
	fi
	seen+="$kind "
	for dir in to_vpc to_onprem; do
		from=onprem to=vpc address=10.0.1.10
		[[ $dir == to_vpc ]] || from=vpc to=onprem address=192.168.10.10
		case $kind in
		delay)
			crossing "$exercise-$from" "$exercise-$to" $address | awk '$2 { print $4 }' | sort -g >"$TMP/delays"
			is_num_within "$dir: p50 of $(wc -l <"$TMP/delays") delays" "$(row $dir 'delay p50')" \
				"$(awk '{ us[NR] = $1 } END { print us[int((NR + 1) / 2)] }' "$TMP/delays")" 1.5
			is_num_within "$dir: the longest" "$(row $dir 'delay max')" "$(tail -n 1 "$TMP/delays")" 1.5
			;;
		loss)
			crossing "$exercise-$from" "$exercise-$to" $address >"$TMP/crossing"
			read -r n lost twice late < <(losses_and_order "$TMP/crossing")
			is_num_within "$dir: loss of $lost in $n" "$(row $dir 'loss ratio')" "$(calc "$lost / $n")" 1e-9
			is "$dir: loss episodes" "$(row $dir 'loss episodes')" \
				"$(awk '{ n += !$2 && !lost; lost = !$2 } END { print n }' "$TMP/crossing")"
			is "$dir: reordered" "$(row $dir reordered)" "$late"
			is "$dir: duplicated" "$(row $dir duplicated)" "$twice"
			;;
		rate)
			crossing "$exercise-$from" "$exercise-a" $address | awk '$2 { print $1 + $4 }' >"$TMP/times"
			is_num_within "$dir: rate of $(wc -l <"$TMP/times") frames" "$(row $dir rate)" \
				"$(awk 'NR == 1 { first = $1 } END { print 8 * 1542 * (NR - 1) / ($1 - first) * 1e6 }' "$TMP/times")" 0.01%
			;;
		esac
	done
done
is "each kind was there" "$(tr ' ' '\n' <<<"$seen" | sort | xargs)" "delay loss rate"

done_testing
