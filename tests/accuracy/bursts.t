#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Bursts: mean burst and gap within 5 %, over 2,700 episodes or more.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

bursts=("0.02 0.3" "0.03 0.1")
cases=()
for burst in "${bursts[@]}"; do
	cases+=("dx-dedicated-1g jitter.scale=0us loss.model=gilbert loss.p=${burst% *} loss.r=${burst#* }")
done
links verify "--samples 3000" "${cases[@]}"
# p and r: a burst lasts 1 / r packets on average, a gap 1 / p.
burst_mean() {
	local episodes lost n

	episodes=$(row "$i" "$dir" "loss episodes" .measured)
	n=$(calc "$(row "$i" "$dir" "loss episodes" .configured) * (1 / ${bursts[i]% *} + 1 / ${bursts[i]#* })")
	lost=$(calc "$n * $(row "$i" "$dir" "loss ratio" .measured)")
	ok "bursts ${bursts[i]} $dir: $episodes episodes are enough" awk "BEGIN { exit !($episodes >= 2700) }"
	is_num_within "bursts ${bursts[i]} $dir: mean" "$got" "$(calc "1 / ${bursts[i]#* }")" 5%
	is_num_within "bursts ${bursts[i]} $dir: mean gap" "$(calc "($n - $lost) / $episodes")" \
		"$(calc "1 / ${bursts[i]% *}")" 5%
}
for i in "${!bursts[@]}"; do
	each "$i" "mean loss burst" burst_mean
done

done_testing
