#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Loss in bursts: Gilbert's model to the VPC, Gilbert and Elliott's to on-premises. Ratio, number and length of
# the episodes are what the chain's probabilities say, within what chance allows (99 %).
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

p=0.02 r=0.25 bad=0.8 good=0.001
exits_with "a link with two models" 0 dx compare dx-dedicated-1g --json --budget 1.3 \
	--set to_vpc.loss.model=gilbert --set to_vpc.loss.p=$p --set to_vpc.loss.r=$r \
	--set to_onprem.loss.model=gilbert-elliott --set to_onprem.loss.p=$p --set to_onprem.loss.r=$r \
	--set to_onprem.loss.bad=$bad --set to_onprem.loss.good=$good

# figure DIRECTION KEY
figure() { json - ".links[0].measured.phases.idle.loss.$1.$2"; }

# The share of bad packets varies as that of independent ones does, (1 + c) / (1 - c) times as much, c being the
# correlation of one packet's state with the next one's, 1 - p - r.
share=$(calc "$p / ($p + $r)")
stretch=$(calc "(2 - $p - $r) / ($p + $r)")
sent=$(figure to_vpc sent)
is_num_within "gilbert: ratio" "$(figure to_vpc ratio)" "$share" \
	"$(calc "2.576 * sqrt($share * (1 - $share) / $sent * $stretch)")"
episodes=$(figure to_vpc episodes)
is_num_within "gilbert: episodes" "$episodes" "$(calc "$sent * $share * $r")" \
	"$(calc "2.576 * sqrt($sent * $share * $r)")"
is_num_within "gilbert: mean length" "$(calc "$(figure to_vpc lost) / $episodes")" "$(calc "1 / $r")" \
	"$(calc "2.576 * sqrt((1 - $r) / $episodes) / $r")"

sent=$(figure to_onprem sent)
is_num_within "gilbert-elliott: ratio" "$(figure to_onprem ratio)" \
	"$(calc "$share * $bad + (1 - $share) * $good")" \
	"$(calc "2.576 * $bad * sqrt($share * (1 - $share) / $sent * $stretch + $share / $sent)")"

done_testing
