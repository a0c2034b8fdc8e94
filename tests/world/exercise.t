#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Verification of links as none comes with dxemu: stages at their limits, and everything that can happen to packets.
# Each is what it was asked to be, and the row that is about its setting says so.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

calm="jitter.scale=0ms"
rows=(
	"dx-dedicated-1g $calm loss.ratio=0 duplicate=0.05|duplicated ratio"
	"dx-dedicated-1g $calm loss.ratio=0 corrupt=0.05|corrupted ratio"
	"dx-dedicated-1g $calm loss.ratio=0.01 corrupt=0.01|loss and corruption ratio"
	"dx-dedicated-1g $calm loss.ratio=0 reorder.ratio=0.02 reorder.depth=500us|reordered ratio,reordering depth"
	"dx-dedicated-1g $calm loss.model=gilbert-elliott loss.p=0.005 loss.r=0.05 loss.bad=0.4 loss.good=0.001|loss episodes"
	"dx-dedicated-1g $calm loss.model=four-state loss.p13=0.01 loss.p31=0.1 loss.p32=0.2 loss.p23=0.3 loss.p14=0.005|mean loss burst"
	"dx-dedicated-10g $calm loss.ratio=0 mtu=9001|rate,queue depth"
	"dx-dedicated-1g $calm loss.ratio=0 rate=1mbit queue=100ms|rate,queue depth"
	"dx-dedicated-1g $calm loss.ratio=0 delay=10us|delay p50"
	"dx-dedicated-1g $calm loss.ratio=0 delay=10s|delay max"
	"dx-hosted-200m $calm loss.ratio=0 accounting=l1 partner.cir=250mbit partner.burst=100kB|rate,burst"
	"dx-hosted-200m $calm loss.ratio=0 accounting=l3 burst=64kB|rate,burst,queueing"
	"vpn-metro $calm loss.model=random loss.ratio=0 rate=2gbit|tunnel rate,tunnel burst,tunnel packet rate"
	"vpn-metro $calm loss.model=random loss.ratio=0 rate=20mbit to_vpc.aqm=codel|rate"
)

words=(verify --samples 100 --json)
for i in "${!rows[@]}"; do
	read -ra settings <<<"${rows[i]%|*}"
	cp "$DXEMU_DATADIR/profiles/${settings[0]}.yaml" "$TMP/link$i.yaml"
	words+=("$TMP/link$i.yaml")
	for setting in "${settings[@]:1}"; do
		words+=(--set "$TMP/link$i.yaml:$setting")
	done
done
exits_with "all of them" 0 dx "${words[@]}"
is "nothing fails" "$(json - '.links[].verification[] | select(.verdict == "fail")')" ""
for i in "${!rows[@]}"; do
	IFS=, read -ra quantities <<<"${rows[i]#*|}"
	for quantity in "${quantities[@]}"; do
		is "${rows[i]%|*}: $quantity" "$(json - "[.links[$i].verification[]
			| select(.quantity == \"$quantity\") | .verdict] | unique | join(\" \")")" pass
	done
done
is "a managed queue has no depth" "$(json - '[.links[13].verification[] | select(.quantity == "queue depth").direction]
	| join(" ")')" to_onprem

done_testing
