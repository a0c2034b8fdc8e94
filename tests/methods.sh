# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2034
#
# For tests of methods: links with round figures, and what a method says of them.
need jq
DX_DEADLINE=100

# method NAME PROFILE ARG...: leaves the document in $doc.
doc=$TMP/doc.json
method() { dx run "$2" --no-verify --json -o "$doc" --method "$1" "${@:3}"; }
cell() { json "$doc" ".links[0].test.tables.$1"; }

# No jitter, no loss: 100 Mbit/s on the wire is 8116.88 full-size frames of 1542 bytes a second, and 1448 bytes each.
plain=(dx-dedicated-1g --set rate=100mbit --set queue=10ms --set loss.ratio=0 --set jitter.scale=0us)
goodput=$(calc "1e8 / 1542 * 1448")
hosted=(dx-hosted-200m --set loss.ratio=0 --set jitter.scale=0us)
