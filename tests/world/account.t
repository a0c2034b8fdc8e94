#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Every lost packet is booked to the place where the kernel counted it, on all links that come with dxemu; and a packet
# that no counter knows of makes the run fail.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
need jq nsenter pgrep tc
DX_DEADLINE=900

mapfile -t profiles < <("$DXEMU" profile list --json | jq -r '.[].profile')
exits_with "all links, in all phases" 0 dx compare "${profiles[@]}" --no-verify --quiet --duration 0.02 -o "$TMP/doc.json"
json "$TMP/doc.json" '.links[] | .profile as $p | .measured.phases | to_entries[] | .key as $ph | .value.account | to_entries[] |
	[$p, $ph, .key, .value.sent + .value.duplicated, .value.received + .value.impairment + .value.queue + .value.policer +
	 .value.packet_cap + .value.endpoint, .value.sent] | @tsv' >"$TMP/rows"
is "so many accounts" "$(wc -l <"$TMP/rows")" $((${#profiles[@]} * 6))
is "each adds up" "$(awk '$4 != $5' "$TMP/rows")" ""
is "each has something to add up" "$(awk '!$6' "$TMP/rows")" ""

# A router on the way that drops one packet in a hundred, as no part of the link does.
cat >"$TMP/inside" <<'EOT'
"$1" run dx-hosted-50m --world host --method udp --pps 1kpps --duration 3 >/run/out 2>/run/err </dev/null &
launcher=$!
while kill -0 "$launcher"; do
	for pid in $(pgrep -P "$launcher"); do
		nsenter -t "$pid" -m tc -n vgw qdisc add dev e1 root netem loss 1%
	done
	read -rt 0.05 <> <(:)
done 2>/dev/null
wait "$launcher"
echo "$? $(tr '\n' '|' </run/err)"
EOT
run dx run --world realtime dx-dedicated-1g -- bash "$TMP/inside" "${DXEMU_INIT:-$DXEMU}"
like "the run fails, and says what does not add up" "$out" \
	"^4 dxemu: dx-hosted-50m, udp: method 'udp': to_vpc: [0-9]+ packets were sent and 0 copied, [0-9]+ were received and [0-9]+ lost"

done_testing
