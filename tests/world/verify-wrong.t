#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Links that are not what was asked for: somebody in the world halves a rate when the lab is built, and before anything
# crosses it, which happens at 8 s. Who verifies finds it, and says so.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

link=dx-dedicated-1g
cat >"$TMP/init" <<EOF
#!/bin/bash
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
{
	sleep 7.5
	ip netns exec a tc qdisc change dev e1 root handle 1: netem rate 500mbit 28 limit 811
} >/dev/null 2>&1 &
exec ${DXEMU_INIT:-$DXEMU} "\$@"
EOF
chmod +x "$TMP/init"
wrong() { DXEMU_INIT=$TMP/init "$@"; }

failed='[.links[0].verification[] | select(.verdict == "fail") | "\(.direction) \(.quantity)"] | join(", ")'
exits_with "verify: as it should be" 0 dx verify "$link" --samples 100 --json
is "verify: as it should be: nothing fails" "$(json - "$failed")" ""
exits_with "verify" 1 wrong dx verify "$link" --samples 100 --json
like "verify: the rate to the VPC fails" "$(json - "$failed")" '(^|, )to_vpc rate(, |$)'
unlike "verify: the other direction is as it was" "$(json - "$failed")" to_onprem
is "verify: not verified" "$(json - '.links[0].verified')" false
is_num_within "verify: what was measured" \
	"$(json - '.links[0].verification[] | select(.direction == "to_vpc" and .quantity == "rate").measured')" 500e6 0.2%

compare=(compare "$link" --duration 0.1)
exits_with "compare: as it should be" 0 dx "${compare[@]}" -o "$TMP/good.json"
like "compare: as it should be, note" "$out" $'\nverified: every link passed its short check'
is "compare: as it should be, document" "$(json "$TMP/good.json" '.links[].verified')" true
exits_with "compare" 1 wrong dx "${compare[@]}" -o "$TMP/wrong.json"
like "compare: the link is marked" "$out" " $link#"
like "compare: and its row named" "$out" $'\nNOT verified [^\n]*\n'"  $link: to_vpc rate 0.5000 Gbit/s, passes if 0.99"
is "compare: document" "$(json "$TMP/wrong.json" '.links[].verified')" false
exits_with "compare --no-verify" 0 wrong dx "${compare[@]}" --no-verify -o "$TMP/unknown.json"
like "compare --no-verify: note" "$out" $'\nnot verified: no link was checked'
is "compare --no-verify: document" "$(json "$TMP/unknown.json" '.links[] | .verified, .verification')" $'null\n[]'
exits_with "run, without a command" 1 wrong dx run "$link" --duration 0.1

latency=(run "$link" --method latency --duration 0.1)
exits_with "a method" 1 wrong dx "${latency[@]}"
like "a method: marked at its end" "$out" $'\nthis link is not what its profile asks for: to_vpc rate 0.5000 '
exits_with "a stream of rows" 1 wrong dx "${latency[@]}" --json-stream
like "a stream of rows: said on stderr" "$errout" "^dxemu: $link is not what it asks for: to_vpc rate 0.5000 "

exits_with "run: as it should be" 0 dx run "$link" -- true
is "run: as it should be, nothing on stderr" "$errout" ""
exits_with "run: the command's status stays" 3 wrong dx run "$link" -- sh -c "echo said >&2; exit 3"
like "run: one line on stderr, before the command" "$errout" \
	"^dxemu: $link is not what it asks for: to_vpc rate 0.5000 Gbit/s, passes if [^"$'\n'"]*"$'\n'"said\$"
exits_with "run --no-verify" 0 wrong dx run "$link" --no-verify -- true
is "run --no-verify: nothing on stderr" "$errout" ""

done_testing
