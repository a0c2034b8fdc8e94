#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Asked for a loss of 1 %, each direction loses 1 % of 100,000 probes, within what chance allows (99 %).
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

# The idle phase lasts for 20 loss episodes of the direction that has fewer of them. As random loss, 1 % would have
# enough of them soon; as 1 % with a second state, visited for a packet now and then, it has them after
# 100,000 probes. Under load, such a loss leaves TCP little to do, and the rate is there to make these phases short.
exits_with "1 % each way" 0 dx compare dx-dedicated-1g --set rate=10gbit --set delay=10ms --set jitter.scale=0us --budget 13 --json \
	--set to_vpc.loss.ratio=0.01 --set to_onprem.loss.model=gilbert-elliott --set to_onprem.loss.p=2e-4 \
	--set to_onprem.loss.r=1 --set to_onprem.loss.bad=0.02 --set to_onprem.loss.good=0.01

for dir in to_vpc to_onprem; do
	read -r sent lost < <(json - ".links[0].measured.phases.idle.loss.$dir | \"\(.sent) \(.lost)\"")
	is_num_within "$dir: lost of $sent" "$lost" "$(calc "$sent * 0.01")" "$(calc "2.576 * sqrt($sent * 0.01 * 0.99)")"
	# Those that are lost on the way there are not sent back.
	is_num_within "$dir: probes" "$sent" 99500 1000
done

done_testing
