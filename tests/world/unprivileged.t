#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Everything as a user without rights, who finds the same as root does.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

compare=(compare dx-hosted-50m --duration 0.2 --set loss.ratio=0.01 --json)

exits_with "compare" 0 as_nobody "$DXEMU" "${compare[@]}"
printf '%s\n' "$out" >"$TMP/nobody.json"
exits_with "compare, as whoever runs this" 0 dx "${compare[@]}"
ok "the same document" diff <(jq -S 'del(.world.wall_s)' "$TMP/nobody.json") \
	<(jq -S 'del(.world.wall_s)' <<<"$out")

exits_with "run" 0 as_nobody "$DXEMU" run vpn-metro -- ping -c 2 vpc
like "run: the link is there" "$out" "2 received, 0% packet loss"

# Inside, that user is root all the same, and stays it.
exits_with "root inside" 0 as_nobody "$DXEMU" run dx-dedicated-1g -- sh -ec '
	id -u
	ip link add test0 type veth
	mount -t tmpfs none /mnt
	cat /proc/net/dev | grep -c test0'
is "root inside: what it did" "$out" $'0\n1'
is "root inside: without complaints" "$errout" ""

exits_with "realtime" 7 as_nobody "$DXEMU" run --world realtime dx-dedicated-1g -- sh -c 'exit 7'
exits_with "plan" 0 as_nobody "$DXEMU" plan dx-dedicated-1g
exits_with "doctor" 0 as_nobody "$DXEMU" doctor
like "doctor: host worlds need more" "$out" "host world +optional"

if ((EUID == 0)); then
	exits_with "host world, command" 125 as_nobody "$DXEMU" run --world host dx-dedicated-1g -- true
	is "host world: message" "$errout" \
		"dxemu: --world host needs root; without it use --world virtual"
	exits_with "host world" 3 as_nobody "$DXEMU" compare --world host dx-dedicated-1g
fi

# Captures are that user's own.
exits_with "captures" 0 as_nobody "$DXEMU" run dx-dedicated-1g --pcap "$TMPDIR/pcap" -- ping -c 1 vpc
is "captures: one per wire, none empty" "$(find "$TMPDIR/pcap" -name '*.pcap' -size +0 | wc -l)" 5
is "captures: whose" "$(find "$TMPDIR/pcap" -printf '%U\n' | sort -u)" "$((EUID ? EUID : 65534))"
rm -rf "$TMPDIR/pcap"

done_testing
