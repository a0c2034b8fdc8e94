#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Worlds in real time: the same kernel with the machine's clock.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

# Takes its time, which is spent on the rest.
dx compare --world realtime dx-hosted-50m --duration 0.2 --json >"$TMP/measured" &
measurement=$!

before=$(date +%s)
exits_with "realtime" 3 dx run --world realtime vpn-metro --set jitter.scale=0ms -- \
	sh -c 'ping -c 3 -i 0.2 vpc; date +%s; echo said >&2; exit 3'
after=$(date +%s)
like "realtime: ping" "$out" "3 received, 0% packet loss"
rtt=$(sed -n 's,^rtt min[^=]*= \([0-9.]*\)/.*,\1,p' <<<"$out")
# Never less than the link's delay; how much more is the machine's business.
ok "realtime: the round trip takes 8 ms or more" awk -v rtt="$rtt" 'BEGIN { exit !(rtt >= 8 && rtt < 1000) }'
ok "realtime: it has the machine's clock" test "$(tail -n 1 <<<"$out")" -ge "$before" -a "$(tail -n 1 <<<"$out")" -le "$after"
is "realtime: stderr is apart" "$errout" "said"
exits_with "realtime: deadline" 125 dx run --world realtime vpn-metro --deadline 0.3 -- sleep 100
is "realtime: deadline, message" "$errout" \
	"dxemu: 'sleep' still runs after 0.3 s of the world's time; allow more with --deadline"
wait "$measurement"
is "realtime: measurement" "$?" 0
is "realtime: makes no claim to repeat" "$(json "$TMP/measured" '"\(.world.kind) \(.deterministic)"')" "realtime false"

done_testing
