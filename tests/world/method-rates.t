#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Policing and capacity against the closed form of the tightest stage.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../methods.sh"

ok "policing" method policing "${hosted[@]}" --duration 3
is "every step passes, both ways" "$(json "$doc" '[.links[0].test.tables.policing[].verdict] | unique | join(" ")')" pass
is "no frame is lost at the CIR" \
	"$(json "$doc" '[.links[0].test.tables.policing[] | select(.step == "CIR") | .frame_loss_ratio] | add')" 0
is_num_within "beyond it, the CIR passes" \
	"$(json "$doc" '.links[0].test.tables.policing[] | select(.step == "overshoot" and .direction == "to_vpc").information_rate_bps')" \
	2e8 1%
exits_with "policing of a link that is not what was promised" 1 method policing "${hosted[@]}" --rate 250mbit --duration 3
is "more than it takes fails" \
	"$(json "$doc" '.links[0].test.tables.policing[] | select(.step == "CIR" and .direction == "to_vpc").verdict')" fail
exits_with "policing of a link that lets more pass than was promised" 1 \
	method policing "${hosted[@]}" --rate 160mbit --duration 1 --direction to_vpc
is "the overshoot alone fails" \
	"$(json "$doc" '[.links[0].test.tables.policing[] | select(.verdict == "fail").step] | join(" ")')" overshoot
# Spells of 166 packets that lose 44.5 % of them come once in 75000: a step has none, or 0.1 to 1 %, and both are right.
ok "policing of a link that loses in bursts" method policing vpn-metro --duration 0.4
is "every step passes" "$(json "$doc" '[.links[0].test.tables.policing[].verdict] | unique | join(" ")')" pass

# Frames of B bytes are B + 4 to a policer with l2 accounting, and B + 24 on the wire. What buckets and queues hold (64 KiB:
# 964 of the smallest; 811 frames) does not count, and the search ends within 0.5 %.
while read -r link frame closed; do
	ok "capacity, $link, frames of $frame" method capacity "$link" --set loss.ratio=0 --direction to_vpc --frame "$frame"
	is "$link, $frame: both are found" "$(json "$doc" '[.links[0].test.tables.capacity[].outcome] | join(" ")')" "found found"
	for goal in 0 1; do
		is_num_within "$link, $frame: $(cell "capacity[$goal].goal") is the closed form" \
			"$(cell "capacity[$goal].conditional_throughput_pps")" "$closed" 0.5%
	done
done <<END
dx-hosted-50m 64 $(calc "50e6 / 8 / 68")
dx-hosted-50m 1518 $(calc "50e6 / 8 / 1522")
dx-dedicated-1g 64 $(calc "1e9 / 8 / 88")
dx-dedicated-1g 512 $(calc "1e9 / 8 / 536")
END
ok "capacity of a search that may send no more" method capacity dx-dedicated-1g --set loss.ratio=0 --direction to_vpc \
	--frame 64 --duration 0.2
is "ends with what was found" "$(cell 'capacity[1].outcome')" "limit reached"
ok "which is not more than was said" \
	test "$(json "$doc" '[.links[0].test.tables.trials[].sent] | add')" -le 800000
exits_with "capacity by trials that are too long" 2 method capacity dx-dedicated-1g --duration 60
like "says what to ask for" "$errout" "ask for a shorter --duration, or for none"

done_testing
