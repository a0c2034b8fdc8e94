#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Delay: what is neither asked for nor serialisation is 2 us at most.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

delays=(10us 1ms 2s)
short || delays=(10us 30us 100us 300us 1ms 3ms 10ms 30ms 100ms 300ms 1s 2s)
cases=()
for delay in "${delays[@]}"; do
	cases+=("dx-dedicated-1g $quiet delay=$delay")
done
links verify "" "${cases[@]}"
delay_within() { is_num_within "delay ${delays[i]} $dir: p50 in us" "$got" "$asked" 2; }
for i in "${!delays[@]}"; do
	each "$i" "delay p50" delay_within
done

done_testing
