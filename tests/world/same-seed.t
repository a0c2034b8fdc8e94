#!/bin/bash
# SPDX-License-Identifier: ISC
#
# One seed, one document: byte for byte, apart from the wall time, however busy the machine is.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

# One link of each kind, short; with more loss than they have, so that there is something to draw.
links=(dx-dedicated-1g dx-hosted-50m vpn-metro)
compare=(compare "${links[@]}" --duration 0.2 --set dx-dedicated-1g:loss.ratio=0.01
	--set dx-hosted-50m:loss.ratio=0.01 --set vpn-metro:loss.model=gilbert
	--set vpn-metro:loss.p=0.01 --set vpn-metro:loss.r=0.5)

# document FILE: without what may differ.
document() { jq -S 'del(.world.wall_s)' "$1"; }

exits_with "seed 7" 0 dx "${compare[@]}" --seed 7 --json -o "$TMP/saved.json"
printf '%s\n' "$out" >"$TMP/first.json"
ok "-o saves what --json prints" cmp "$TMP/first.json" "$TMP/saved.json"
is "seed and claim are in it" "$(json "$TMP/first.json" '"\(.seed) \(.deterministic) \(.world.kind)"')" "7 true virtual"

# One busy loop for each processor but one, which the worlds have to share then.
busy=()
for ((i = 1; i < $(nproc); i++)); do
	(while :; do :; done) &
	busy+=($!)
done
defer eval "kill ${busy[*]} 2>/dev/null"
exits_with "seed 7 on a busy machine" 0 dx "${compare[@]}" --seed 7 --world virtual --json
ok "the same document" diff <(document "$TMP/first.json") <(document - <<<"$out")
kill "${busy[@]}"
wait "${busy[@]}" 2>/dev/null

# One link alone is what it was beside others, and on a processor of its own.
exits_with "one of the links alone" 0 dx compare dx-hosted-50m --duration 0.2 --set loss.ratio=0.01 \
	--seed 7 --json
ok "the same figures" diff <(jq -S '.links[1]' "$TMP/first.json") <(jq -S '.links[0]' <<<"$out")

exits_with "seed 8" 0 dx "${compare[@]}" --seed 8 --json
for i in "${!links[@]}"; do
	hash=".links[$i].measured.samples_sha256 // .links[$i].samples_sha256"
	like "${links[i]}: a hash of its samples" "$(json - "$hash")" '^[0-9a-f]{64}$'
	[[ $(json - "$hash") != "$(json "$TMP/first.json" "$hash")" ]]
	is "${links[i]}: another seed gives other samples" "$?" 0
	unlike "${links[i]}: frames were lost" "$(json - ".links[$i].measured.loss | .to_vpc.lost + .to_onprem.lost")" '^0$'
done

# Programs of the user's see the same world, too: its clock, and every round trip to the nanosecond.
for i in 1 2; do
	exits_with "ping, $i" 0 env RUN="$i" "$DXEMU" run vpn-metro --set loss.ratio=0.3 --seed 7 \
		-- sh -c 'date +%s.%N; ping -c 20 -i 0.01 vpc; date +%s.%N'
	printf '%s\n' "$out" >"$TMP/ping.$i"
done
ok "the same pings" diff "$TMP/ping.1" "$TMP/ping.2"
exits_with "ping, another seed" 0 dx run vpn-metro --set loss.ratio=0.3 --seed 8 \
	-- sh -c 'date +%s.%N; ping -c 20 -i 0.01 vpc; date +%s.%N'
ok "other pings" bash -c '! diff -q "$1" - >/dev/null' - "$TMP/ping.1" <<<"$out"

done_testing
