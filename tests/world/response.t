#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Where loss limits TCP and not the rate, it delivers what the response function of its congestion control says, in
# segments per round trip, with p for the loss ratio:
#
#	Reno   1 / ((2 p / 3)^(1/2) + 4 * 3 (3 p / 8)^(1/2) p (1 + 32 p^2))        RFC 5348, section 3.1; RTO = 4 RTT
#	CUBIC  (C (3 + b) / (4 (1 - b)))^(1/4) (RTT / p)^(3/4), C = 0.4, b = 0.7    RFC 9438, section 5.2
#	       but no less than Reno's (3 / (2 p))^(1/2)                            and 4.3
#
# They are for losses at equal distances. Where these are random, as here, Reno gets 4 % more and CUBIC with fast
# convergence 12 % (by simulation of the window from loss to loss). The rest is chance: n losses make p uncertain by
# 1 / n^(1/2), and a window by half of that (Reno) or 3/4 (CUBIC). Each row has 150 losses or more in both directions
# together, which is 4 % and 6 %; 15 % are allowed.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

reno() { calc "1.04 / (sqrt(2 * $1 / 3) + 12 * sqrt(3 * $1 / 8) * $1 * (1 + 32 * $1 * $1))"; }
cubic() { calc "1.12 * (0.4 * 3.7 / 1.2) ^ 0.25 * ($2 / $1) ^ 0.75"; }
cubic_as_reno() { calc "1.04 * sqrt(1.5 / $1)"; }

# responds FUNCTION LOSS FLOWS OPTIONS "PROFILE KEY=VALUE...": the mean of both directions. Flows have nothing in
# common on a link that they do not fill, and many have many losses in a short time. The queue stays empty; its depth
# makes the ramp long, which is 20 round trips through a full one, so that the slow start is forgotten.
responds() {
	local of='.links[0].measured' rtt_s segments

	compare_links "--flows $3 --set loss.ratio=$2 $4" "$5"
	rtt_s=$(json - "$of.rtt_us.loaded_to_vpc.p50 / 1e6")
	segments=$("$1" "$2" "$rtt_s")
	is_num_within "$1, loss $2, RTT $rtt_s s: goodput" "$(json - "$of.goodput_bps | (.to_vpc + .to_onprem) / 2")" \
		"$(calc "$3 * $segments * 8 * $(json - "$of.mss") / $rtt_s")" 15%
}

responds cubic_as_reno 1e-3 10 "--duration 4" "dx-dedicated-1g delay=10ms rate=400mbit queue=50ms"
responds cubic 1e-3 40 "--duration 8" "dx-dedicated-1g delay=200ms rate=250mbit queue=400ms"
responds reno 1e-3 10 "--duration 4 --cc reno" "dx-dedicated-1g delay=10ms rate=400mbit queue=50ms"

# With the loss that it has, a port of 1 Gbit/s is full: Reno's window is larger than the port and its queue hold.
exits_with "dx-dedicated-1g as it is" 0 dx compare dx-dedicated-1g --duration 0.5 --json
for dir in to_vpc to_onprem; do
	is_num_within "dx-dedicated-1g as it is: goodput $dir" "$(json - ".links[0].measured.goodput_bps.$dir")" \
		"$(calc "1e9 * 1448 / 1542")" 20%
done

done_testing
