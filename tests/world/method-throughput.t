#!/bin/bash
# SPDX-License-Identifier: ISC
#
# RFC 6349 against closed forms.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../methods.sh"

ok "throughput" method throughput "${plain[@]}" --duration 10
is "path MTU" "$(cell 'rfc6349[0].path_mtu_bytes')" 1500
is_num_within "ideal is the closed form" "$(cell 'rfc6349[0].ideal_goodput_bps')" "$goodput" 0.1%
is_num_within "what TCP reaches, slow start included" "$(cell 'rfc6349[0].goodput_bps')" "$goodput" 2%
is_num_within "transfer time ratio" "$(cell 'rfc6349[0].transfer_time_ratio')" \
	"$(calc "$(cell 'rfc6349[0].ideal_goodput_bps') / $(cell 'rfc6349[0].goodput_bps')")" 1e-6
# CUBIC backs off by 0.3 of queue and pipe, so that there are never less than 6.4 of 12 ms in the long run.
is_num_within "buffer delay: a queue of 10 ms behind 2 ms" "$(cell 'rfc6349[0].buffer_delay')" 3.7 1.5

# window_rows NAME TOLERANCE: what a window is worth, less a segment's serialization and its wait for a second one.
window_rows() {
	local i
	for i in 0 1 2 3; do
		is_num_within "$1: $(cell "windows[$i].window_of_bdp") of the BDP: window / round trip" \
			"$(cell "windows[$i].goodput_bps")" "$(cell "windows[$i].expected_bps")" "$2"
	done
}
# 235 kB of payload in a round trip at 1 Gbit/s (939.04e6 * 2.0036e-3 / 8) are 81 pairs of segments, a quarter is 20.
ok "throughput by windows" method throughput dx-dedicated-1g --set loss.ratio=0 --set jitter.scale=0us \
	--direction to_vpc --duration 2
is "whole pairs of segments" "$(json "$doc" '[.links[0].test.tables.windows[].window_bytes / 2896] | join(" ")')" "20 40 60 81"
window_rows "a queue" 2%
ok "throughput by windows, policed" method throughput "${hosted[@]}" --direction to_vpc --duration 2
window_rows "a policer" 2%
# Slow start overruns a queue that is a quarter of the pipe; windows are measured once flows are there again.
ok "throughput by windows, a short queue" method throughput dx-dedicated-1g --set rate=100mbit --set delay=20ms \
	--set queue=10ms --set loss.ratio=0 --set jitter.scale=0us --direction to_vpc
window_rows "a short queue" 3%

done_testing
