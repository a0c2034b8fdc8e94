#!/bin/bash
# SPDX-License-Identifier: ISC
#
# UDP against arithmetic: what a link has to lose, and where it was lost.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../methods.sh"

ok "udp at a tenth of the rate" method udp "${plain[@]}" --rate 10mbit --duration 5
# 10 Mbit/s by frames of 1522 bytes.
is "as many packets as that makes" "$(cell 'udp[0].sent')" "$(calc "int(1e7 * 5 / 8 / 1522) + 1" )"
is "none is lost" "$(cell 'udp[0].lost')" 0
is "nor at any place" "$(json "$doc" '.links[0].test.tables.losses[] | .impairment + .queue + .policer + .packet_cap + .endpoint' | xargs)" "0 0"

ok "udp at 120 % of the CIR" method udp "${hosted[@]}" --rate 240mbit --duration 5 --probe-interval 0
sent=$(cell 'udp[0].sent') lost=$(cell 'udp[0].lost')
is_num_within "what passes is CIR x t and the bucket" "$(calc "($sent - $lost) * 1522")" "$(calc "200e6 * 5 / 8 + 250000")" 3044
is "everything is booked to the policer" "$(cell 'losses[0].policer')" "$lost"
is "and nothing anywhere else" \
	"$(json "$doc" '.links[0].test.tables.losses[0] | .impairment + .queue + .packet_cap + .endpoint')" 0

ok "udp with bursts of loss" method udp "${plain[@]}" --set loss.model=gilbert --set loss.p=0.002 --set loss.r=0.25 \
	--pps 1kpps --frame 64 --duration 300 --probe-interval 0
is_num_within "p is found" "$(cell 'udp_shape[0].gilbert_p')" 0.002 15%
is_num_within "r is found" "$(cell 'udp_shape[0].gilbert_r')" 0.25 15%
is_num_within "the mean burst is 1 / r" "$(cell 'udp_shape[0].mean_burst')" 4 15%
is "each is booked to the impairment" "$(cell 'losses[0].impairment')" "$(cell 'udp[0].lost')"

for how in poisson on-off; do
	ok "udp, $how" method udp "${plain[@]}" --pps 2kpps --arrivals $how --frame imix --duration 20 --probe-interval 0
	is_num_within "$how: packets" "$(cell 'udp[0].sent')" "$([[ $how == poisson ]] && echo 40000 || echo 20000)" 2.5%
	is "$how: none is lost" "$(cell 'udp[0].lost')" 0
done

done_testing
