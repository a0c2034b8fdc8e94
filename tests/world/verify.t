#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The calibration certificate of one link of each kind: its rows, its document, and that it comes again. Fewer samples
# than usual; the bench makes that of all links.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

# With more loss than they have, which takes fewer packets to show.
verify=(verify --samples 100 dx-dedicated-1g dx-hosted-200m vpn-metro --set dx-dedicated-1g:loss.ratio=1e-3
	--set dx-hosted-200m:loss.ratio=2e-3 --set vpn-metro:loss.p=2e-3)

exits_with "one link of each kind" 0 dx "${verify[@]}" --json -o "$TMP/saved.json"
printf '%s\n' "$out" >"$TMP/first.json"
ok "-o saves what --json prints" cmp "$TMP/first.json" "$TMP/saved.json"
is "each link is verified" "$(json - '.links[].verified')" $'true\ntrue\ntrue'
golden "its rows" verify/rows.txt \
	"$(json - '.links[] | .profile as $p | .verification[] | "\($p) \(.direction) \(.quantity), \(.unit): \(.verdict)"')"
is "what passes is within its tolerance" "$(json - '[.links[].verification[] | select(.verdict == "pass")
	| select(.measured < (.tolerance[0] // -infinite) or .measured > (.tolerance[1] // infinite))]')" "[]"
is "nothing was measured" "$(json - '.method, .links[].measured')" $'null\nnull\nnull\nnull'
document() { jq -S 'del(.world.wall_s)' "$1"; }
exits_with "the same seed" 0 dx "${verify[@]}" --json
ok "the same document" diff <(document "$TMP/first.json") <(document - <<<"$out")
exits_with "one of the links alone" 0 dx verify --samples 100 dx-dedicated-1g --set loss.ratio=1e-3 --json
ok "is what it was beside others" diff <(jq '.links[0]' "$TMP/first.json") <(json - '.links[0]')

# Of losses in a million there are too few, and that is no reproach.
exits_with "another seed, as a table" 0 dx verify --samples 100 dx-dedicated-1g --seed 2
like "the table: a line for the link" "$out" \
	$'\n\ndx-dedicated-1g: .*\n  verified: [0-9]+ of [0-9]+ rows pass, the others had too few samples\n'
like "the table: losses" "$out" $'\n    loss ratio  [^\n]* inconclusive\n'
like "the table: a line for all" "$out" $'\n\n1 link: 1 verified$'
unlike "the table: no row fails" "$out" FAIL
exits_with "too few samples for a delay" 5 dx verify dx-dedicated-1g --samples 5
like "too few samples: which link" "$out" $'\n1 link: 0 verified; inconclusive: dx-dedicated-1g$'
like "too few samples: the row" "$out" $'\n    delay p50 [^\n]* inconclusive\n'

if python3 -c 'import jsonschema' 2>/dev/null; then
	validate() (cd "$root" && sh tests/golden/report/validate.sh "$@")
	ok "the document is what docs/result.schema.json says" validate "$TMP/first.json"
	jq '.links[0].verification[0].verdict = "so-so"' "$TMP/first.json" >"$TMP/wrong.json"
	exits_with "a verdict that there is not: seen" 1 validate "$TMP/wrong.json"
	ok "hand-made documents" validate "$root"/tests/golden/report/*.json
else
	skip "documents and their schema" "python3-jsonschema is not installed"
fi

# Usage.
while IFS='|' read -r message words; do
	read -ra args <<<"$words"
	exits_with "usage: $words" 2 "$DXEMU" "${args[@]}"
	is "usage: $words: message" "$out$errout" "dxemu: verify: $message; see 'dxemu verify --help'"
done <<-'EOF'
	name one profile or more, or --all; 'dxemu profile list' shows them|verify
	--all, or profiles by name; not both|verify --all vpn-metro
	it runs no command; 'dxemu run' does|verify vpn-metro -- true
	--samples: 1 to 1000000|verify vpn-metro --samples 0
	--samples: '1e3' is not a whole number from 0 to 1000000|verify vpn-metro --samples 1e3
	it takes no option '--no-verify'|verify vpn-metro --no-verify
	it takes no option '--duration'|verify vpn-metro --duration 1
EOF
exits_with "--all reaches every profile" 2 "$DXEMU" verify --all --set vpn-busy-hour:mtu=1
exits_with "--all: -o is looked at first" 2 "$DXEMU" verify --all -o /no/such/dir/x

done_testing
