#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Worlds on the kernel at hand, as root: inside a world in real time, since this machine's own kernel need not
# have what they take, nor need we be root here.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
# With a directory on it that we may not search, a program that is nowhere would be one that we may not run.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
need jq

# Takes its time, which is spent on the rest.
dx run --world realtime dx-dedicated-1g -- \
	"${DXEMU_INIT:-$DXEMU}" compare --world host dx-hosted-50m --duration 0.2 --json >"$TMP/measured" &
measurement=$!

cat >"$TMP/inside" <<'EOF'
dxemu=$1
# in_host NAME ARG...: how `dxemu ARG...` ended and what it said, on one line.
in_host() {
	local name=$1 status=0
	shift
	"$dxemu" "$@" >"/run/$name.out" 2>"/run/$name.err" </dev/null || status=$?
	echo "$name: $status: $(tr '\n' '|' <"/run/$name.out"): $(tr '\n' '|' <"/run/$name.err")"
}
state() { ip -br link | wc -l; ls /run/netns | tr '\n' ' '; grep -c . /proc/mounts; }
of_dxemu() { grep -lsz '^--world$' /proc/[0-9]*/cmdline; }
state >/run/before

# All at once: they do not see each other.
in_host status run --world host vpn-metro -- sh -c 'exit 5' &
in_host missing run --world host vpn-metro -- no-such-command &
in_host streams run --world host vpn-metro -- sh -c 'echo out; echo err >&2' &
in_host ping run --world host vpn-metro -- ping -c 2 -i 0.2 vpc &
in_host hosted run --world host dx-hosted-50m -- sh -c 'ping -c 1 vpc >/dev/null && ls /run/netns' &
in_host deadline run --world host vpn-metro --deadline 0.3 -- sleep 100 &
{ echo "stdin: $(seq 20000 | "$dxemu" run --world host vpn-metro -i -- md5sum)"; } &

wait

# Killed while its command runs: everything goes with it.
mkfifo /run/ready
"$dxemu" run --world host vpn-metro -- sh -c 'echo ready; sleep 1000' >/run/ready &
read -r said </run/ready
echo "killed: $said"
kill -9 $!
wait $! 2>/dev/null
for ((i = 0; i < 100; i++)); do
	of_dxemu >/dev/null || pgrep -x sleep >/dev/null || break
	read -rt 0.05 <> <(:)
done
echo "left: $(of_dxemu)$(pgrep -x sleep)"
state | diff /run/before - && echo "as before"
EOF
exits_with "host worlds, in one in real time" 0 dx run --world realtime dx-dedicated-1g -- \
	bash "$TMP/inside" "${DXEMU_INIT:-$DXEMU}"
has() { like "host: $1" "$out" "(^|"$'\n'")$2(\$|"$'\n'")"; }
has "status of the command" "status: 5: : "
has "no such command" "missing: 127: : dxemu: no-such-command: No such file or directory\|"
has "streams are apart" "streams: 0: out\|: err\|"
has "ping" "ping: 0: .*2 received, 0% packet loss.*"
has "a hosted link, in namespaces of its own" "hosted: 0: a\|cgw\|onprem\|partner\|vgw\|vpc\|z\|: "
has "deadline" "deadline: 125: : dxemu: 'sleep' still runs after 0.3 s .*"
has "standard input" "stdin: $(seq 20000 | md5sum)"
has "killed while it ran" "killed: ready"
has "no process is left of it" "left: "
has "namespaces and mounts are as before" "as before"

wait "$measurement"
is "host: measurement" "$?" 0
is "host: makes no claim to repeat" "$(json "$TMP/measured" '"\(.world.kind) \(.deterministic)"')" "host false"

if ((EUID != 0)); then
	exits_with "host: not without root" 125 dx run --world host dx-dedicated-1g -- true
	is "host: not without root, message" "$errout" "dxemu: --world host needs root; without it use --world virtual"
fi

done_testing
