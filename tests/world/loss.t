#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Asked for a loss of 1 %, a direction loses 1 % of 100,000 probes, within what chance allows (99 %).
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

DX_DEADLINE=110

# The idle phase lasts for 20 loss episodes in the direction that has fewer: 2e-4 makes 100,000 probes. Under
# load, this much loss leaves TCP little to do; the rate is there to make the phases with load short.
lossy() {
	dx compare dx-dedicated-1g --set rate=10gbit --set delay=10ms --budget 13 --json \
		--set "$1.loss.ratio=0.01" --set "$2.loss.ratio=2e-4" >"$TMP/$1.json"
}

lossy to_vpc to_onprem &
exits_with "1 % to_onprem" 0 lossy to_onprem to_vpc
exits_with "1 % to_vpc" 0 wait $!

# compare_loss ASKED DIRECTION RATIO: in the idle phase.
compare_loss() {
	local sent lost

	read -r sent lost < <(json "$TMP/$1.json" ".links[0].measured.phases.idle.loss.$2 | \"\(.sent) \(.lost)\"")
	is_num_within "$1 1 %: lost $2 of $sent" "$lost" "$(calc "$sent * $3")" \
		"$(calc "2.576 * sqrt($sent * $3 * (1 - $3))")"
}

for asked in to_vpc to_onprem; do
	is "$asked 1 %: probes" "$(json "$TMP/$asked.json" '.links[0].measured.phases.idle.loss.to_vpc.sent')" 100000
	for dir in to_vpc to_onprem; do
		compare_loss $asked $dir "$([[ $dir == "$asked" ]] && echo 0.01 || echo 2e-4)"
	done
done

done_testing
