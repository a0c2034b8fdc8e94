#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Jitter moves the link, not the packet: one curve in time, which everybody meets where it is. So latencies have the shape
# that was asked for, nobody overtakes, and load changes neither: at any time a full link is where an idle one is.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../crossing.sh"
need jq tcpdump perl

jitter=(--set loss.ratio=0 --set delay=5ms --set jitter.correlation=20ms
	--set to_vpc.jitter.shape=uniform --set to_vpc.jitter.scale=1ms
	--set to_onprem.jitter.shape=half-normal --set to_onprem.jitter.scale=0.5ms)

# In the world: for three seconds a datagram each millisecond, both ways. With a second argument, 0.2 s later a load that fills
# the link to 95 %.
cat >"$TMP/trains" <<EOF
$lead_nowhere
both() {
	ip netns exec vpc \$train ${nowhere_to_onprem%.*}.\$* &
	\$train ${nowhere_to_vpc%.*}.\$* &
}
train=\$1
both 1 44 1 3000 8.5 1000
[ \$# = 1 ] || both 2 200 8 1400 8.7 2000
wait
sleep 0.1
EOF

for load in idle loaded; do
	words=("$(udp_train)")
	[[ $load == idle ]] || words+=("$load")
	exits_with "$load" 0 dx run dx-dedicated-1g --set rate=10mbit "${jitter[@]}" --pcap "$TMP/pcap" -- \
		sh -e "$TMP/trains" "${words[@]}"
	for dir in to_vpc to_onprem; do
		legs=legs_$dir nowhere=nowhere_$dir
		read -r _ middle behind <<<"${!legs}"
		crossing "$middle" "$behind" "${!nowhere}" >"$TMP/$load.$dir"
		is "$load, $dir: all cross once, in order" "$(losses_and_order "$TMP/$load.$dir")" "3000 0 0 0"
	done
	[[ $load == idle ]] || for dir in to_vpc to_onprem; do
		legs=legs_$dir nowhere=nowhere_$dir
		read -r _ middle behind <<<"${!legs}"
		crossing "$middle" "$behind" "${!nowhere%.*}.2" >"$TMP/load.$dir"
		is "the load, $dir: all cross once, in order" "$(losses_and_order "$TMP/load.$dir")" "11200 0 0 0"
	done
	rm -r "$TMP/pcap"
done

# quantile FILE SHARE: of the latencies of a crossing, in microseconds.
quantile() { awk '{ print $4 }' "$1" | sort -g | awk -v share="$2" '{ us[NR] = $1 } END { print us[int(share * (NR - 1)) + 1] }'; }

# The curve forgets by (1 + t)e^-t, 5 in 20 ms: 3 s hold 187 independent values, so that of what a share q is below, the
# share is known to (q(1 - q) / 187)^(1/2). Four of these are allowed.
while read -r dir share expected density; do
	for load in idle loaded load; do
		is_num_within "$load, $dir: $share have less" "$(quantile "$TMP/$load.$dir" "$share")" "$expected" \
			"$(calc "4 * sqrt($share * (1 - $share) / 187) / $density")"
	done
done <<EOF
to_vpc 0.1 4200 0.0005
to_vpc 0.5 5000 0.0005
to_vpc 0.9 5800 0.0005
to_vpc 0.99 5980 0.0005
to_onprem 0.1 5063 0.0016
to_onprem 0.5 5337 0.0013
to_onprem 0.9 5822 0.00041
EOF

# off_at_the_same_time FILE FILE: how much, in microseconds, the latencies of the one are off those of the other for who
# came last: half of them, the most, and in which direction on average.
off_at_the_same_time() {
	awk 'NR == FNR { us[NR] = $1; latency[NR] = $4; n = NR; next }
		{
			while (i < n && us[i + 1] <= $1)
				i++
			off = $4 - latency[i]
			if (i)
				print off < 0 ? -off : off, off
		}' "$1" "$2" | sort -g | awk '{ off[NR] = $1; sum += $2 } END { print off[int(NR / 2)], off[NR], sum / NR }'
}
# A step of the curve takes 0.4 ms, so half of the pairs and more are of the same one, the others of neighbours; and in no
# step does it fall by more than that. Load does not shift the mean by a hundredth of the standard deviation.
while read -r dir sd; do
	read -r half most shift < <(off_at_the_same_time "$TMP/load.$dir" "$TMP/idle.$dir")
	is_num_within "$dir: full and idle at the same time, half of them" "$half" 0 1
	is_num_within "$dir: full and idle at the same time, the others" "$most" 0 400
	is_num_within "$dir: full and idle at the same time, mean" "$shift" 0 "$(calc "$sd / 100")"
done <<EOF
to_vpc $(calc "1000 / sqrt(3)")
to_onprem $(calc "500 * sqrt(1 - 2 / atan2(0, -1))")
EOF

# TCP with its probes, as measured: nothing comes late, and what comes is what the rate leaves.
exits_with "a comparison" 0 dx compare dx-dedicated-1g --set rate=100mbit "${jitter[@]}" --json --duration 1
is "nothing is reordered, idle or loaded" \
	"$(json - '[.links[0].measured | .reordered, .duplicated, (.phases[].reordered | .to_vpc, .to_onprem)] | add')" 0
for dir in to_vpc to_onprem; do
	interval_us=$(json - ".links[0].measured.phases.loaded_$dir.probe_interval_us")
	is_num_within "goodput $dir" "$(json - ".links[0].measured.goodput_bps.$dir")" \
		"$(calc "(100e6 - 8 * (44 + 70) / $interval_us * 1e6) * 1448 / 1542")" 1%
done

done_testing
