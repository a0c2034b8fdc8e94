#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The same at 10 Gbit/s, frame by frame, which takes its time: alone in this file, and for half a second. That is
# 400,000 frames, of which 0.03 % are 120; what can be missing are the two frames under way when the counters are read,
# and the first 10 ms of probes, which wait in the queue and have the room of 9.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

exits_with "dx-dedicated-10g" 0 dx compare dx-dedicated-10g --set loss.ratio=0 --duration 0.5 --json
interval=$(json - ".links[0].measured.phases.loaded_to_vpc.probe_interval_us")

# The kernel's time of a frame is cut to whole nanoseconds: 1233.6 becomes 1233.
expected=$(calc "(8 * 1542 / 1233e-9 - 8e6 / $interval * 114) * 1448 / 1542")
for dir in to_vpc to_onprem; do
	goodput=$(json - ".links[0].measured.goodput_bps.$dir")
	is_num_within "goodput $dir" "$goodput" 9.39e9 1%
	is_num_within "goodput $dir, but for the probes and whole nanoseconds" "$goodput" "$expected" 0.03%
done

done_testing
