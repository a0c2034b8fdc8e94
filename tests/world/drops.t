#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Limits are derived so that the delay stage of a lossless link never drops. Should it do so all the same, the figures
# would be those of another link, and the run fails. Here somebody makes its queue too short before it is measured:
# in a world on the kernel at hand, within one in real time (see host.t), so that there can be somebody.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
need nsenter pgrep tc

cat >"$TMP/inside" <<'EOF'
dxemu=$1
# disturbed NODE DEVICE: a comparison in which this delay stage has room for one frame only, from when it is there;
# its status and what it said, on one line.
disturbed() {
	local node=$1 dev=$2 status=0 launcher pid

	"$dxemu" compare --world host dx-hosted-50m --set loss.ratio=0 --duration 0.2 \
		>/dev/null 2>"/run/$node.err" </dev/null &
	launcher=$!
	while kill -0 "$launcher"; do
		for pid in $(pgrep -P "$launcher"); do
			nsenter -t "$pid" -m tc -n "$node" qdisc change dev "$dev" root netem delay 2ms limit 1
		done
		read -rt 0.05 <> <(:)
	done 2>/dev/null
	wait "$launcher" || status=$?
	echo "$node: $status: $(tr '\n' '|' <"/run/$node.err")"
}
# Both at once: they do not see each other.
disturbed z e1 &
disturbed a e0 &
wait
# A host without memory for TCP; only the first namespace has this setting.
nsenter -t 1 -n sh -c 'echo 1 1 100000 >/proc/sys/net/ipv4/tcp_mem'
"$dxemu" run --world host dx-hosted-50m --no-verify --method tcp --duration 1 >/dev/null 2>/run/tcp.err </dev/null
echo "tcp: $?: $(tr '\n' '|' </run/tcp.err)"
EOF
exits_with "two lossless links that lose frames, and TCP without memory" 0 dx run --world realtime dx-dedicated-1g -- \
	bash "$TMP/inside" "${DXEMU_INIT:-$DXEMU}"
said() { sed -n "s/^$1: //p" <<<"$out"; }
like "to the VPC" "$(said z)" \
	"^4: dxemu: dx-hosted-50m, [a-z_]+: to_vpc: [0-9]+ frames were lost in the delay stage, which loses none\|\$"
like "to on-premises" "$(said a)" \
	"^4: dxemu: dx-hosted-50m, [a-z_]+: to_onprem: [0-9]+ frames were lost in the delay stage, which loses none\|\$"
like "no memory" "$(said tcp)" "^4: dxemu: dx-hosted-50m, .*: (onprem|vpc): TCP ran out of memory"

done_testing
