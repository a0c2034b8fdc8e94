#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `dxemu run PROFILE -- COMMAND` in a virtual world: what goes into the command and what comes back.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
# With a directory on it that we may not search, a program that is nowhere would be one that we may not run.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

link=dx-dedicated-1g

# Exit statuses, and what is said about them: status, stderr, command.
while IFS='|' read -r expected message command; do
	IFS=' ' read -ra words <<<"$command"
	exits_with "$command" "$expected" dx run "$link" -- "${words[@]}"
	is "$command: stderr" "$errout" "$message"
done <<-EOF
	0||true
	1||false
	127|dxemu: no-such-command: No such file or directory|no-such-command
	127|dxemu: /no/such/file: No such file or directory|/no/such/file
	126|dxemu: /etc/passwd: Permission denied|/etc/passwd
	126|dxemu: /etc: Permission denied|/etc
EOF
exits_with "exit 3" 3 dx run "$link" -- sh -c 'exit 3'
exits_with "exit 255" 255 dx run "$link" -- sh -c 'exit 255'
exits_with "killed" 137 dx run "$link" -- sh -c 'kill -9 $$'
exits_with "terminated" 143 dx run "$link" -- sh -c 'kill $$'
exits_with "crashed" 139 dx run "$link" -- sh -c 'kill -SEGV $$'

# Each stream for itself, whole, in whatever pieces it comes; and nothing of dxemu's own beside it.
exits_with "a megabyte through each stream" 0 dx run "$link" -- \
	sh -c 'seq 150000 | head -c 1000000 & seq 200000 350000 | head -c 1000000 >&2; wait'
ok "stdout is whole" cmp "$TMP/.out" <(seq 150000 | head -c 1000000)
ok "stderr is whole" cmp "$TMP/.err" <(seq 200000 350000 | head -c 1000000)
ok "any byte comes back" cmp <(dx run "$link" -- head -c 100000 "$DXEMU") <(head -c 100000 "$DXEMU")
exits_with "output of a child that stays behind" 0 dx run "$link" -- sh -c 'sleep 1000 & echo done'
is "it is not waited for" "$out" "done"

# Its surroundings.
mkdir "$TMP/a b"
exits_with "the current directory" 0 env -C "$TMP/a b" "$DXEMU" run "$link" -- pwd
is "the current directory is kept" "$out" "$TMP/a b"
text="a 'b' \"c\" \$d"$'\n'ä
env -i PATH="$PATH" DXEMU_DATADIR="$DXEMU_DATADIR" ${HOME:+HOME="$HOME"} \
	${DXEMU_KERNEL:+DXEMU_KERNEL="$DXEMU_KERNEL"} ${DXEMU_INIT:+DXEMU_INIT="$DXEMU_INIT"} \
	EMPTY= TEXT="$text" "$DXEMU" run "$link" -- env -0 | tr '\n\0' '|\n' >"$TMP/env"
ok "environment is passed" grep -qxF "TEXT=${text/$'\n'/|}" "$TMP/env"
ok "an empty variable, too" grep -qx EMPTY= "$TMP/env"
is "and nothing is added" "$(grep -vE '^(PATH|HOME|DXEMU_(DATADIR|KERNEL|INIT)|EMPTY|TEXT)=' "$TMP/env")" ""
exits_with "arguments" 0 dx run "$link" -- printf '<%s>' '' ' a  b ' $'x\ny' '%s' -i -- --help
is "arguments are passed" "$out" $'<>< a  b ><x\ny><%s><-i><--><--help>'
exits_with "options behind the profile are dxemu's, behind -- the command's" 0 \
	dx run --seed 3 "$link" -q -- echo --seed 4
is "only those" "$out" "--seed 4"
exits_with "no terminal" 0 dx run "$link" -- sh -c 'test ! -t 0 && test ! -t 1 && cat'
is "no standard input without -i" "$out" ""

# The network it is in.
exits_with "names" 0 dx run "$link" -- getent hosts onprem vpc localhost
like "names resolve" "$out" $'^192\\.168\\.10\\.10 +onprem\n10\\.0\\.1\\.10 +vpc\n127\\.0\\.0\\.1 +localhost$'
exits_with "its address" 0 dx run "$link" -- ip -br -4 address show e0
like "it is the on-premises host" "$out" "192\.168\.10\.10/24"
exits_with "echo" 0 dx run "$link" -- bash -c '
	exec 3<>/dev/udp/vpc/7; for i in 1 2 3; do echo "line $i" >&3; head -n 1 <&3; done'
is "UDP echo answers" "$out" $'line 1\nline 2\nline 3'
if command -v iperf3 >/dev/null; then
	exits_with "iperf3" 0 dx run dx-hosted-50m -- iperf3 -c vpc -t 1
	like "iperf3 -c vpc finds its server" "$out" "receiver"
else
	skip "iperf3 -c vpc finds its server" "iperf3 is not installed"
fi

# Deadlines: of the world's time, which passes at once, and of wall time.
SECONDS=0
exits_with "--deadline" 125 dx run "$link" --deadline 3600 -- sleep 100000
is "--deadline: message" "$errout" \
	"dxemu: 'sleep' still runs after 3600 s of the world's time; allow more with --deadline"
ok "--deadline: an hour of sleep takes no minute" test "$SECONDS" -lt 30
exits_with "--deadline that holds" 0 dx run "$link" --deadline 3600 -- sleep 3599
exits_with "--deadline with unit and fraction" 125 dx run "$link" --deadline 0.5s -- sleep 0.6
exits_with "--wall-limit" 125 dx run "$link" --wall-limit 1 -- sh -c 'while :; do :; done'
like "--wall-limit: message" "$errout" "^dxemu: not done after 1 s of wall time .*--wall-limit$"

# A reader who is slow gets all of it, more than any socket holds, and the world's time does not wait for him.
printf 'echo $EPOCHREALTIME\nseq 3000000\necho $EPOCHREALTIME\n' >"$TMP/much"
dx run "$link" -- bash "$TMP/much" | (sleep 2 && cat) >"$TMP/.out"
is "a slow reader: status" "${PIPESTATUS[*]}" "0 0"
ok "a slow reader: all of it" cmp <(sed '1d; $d' "$TMP/.out") <(seq 3000000)
is_num_within "a slow reader: the world's time, in s" "$(calc "$(sed -n '$p' "$TMP/.out") - $(sed -n 1p "$TMP/.out")")" 0 0.002

# One who closes the pipe ends it, as usual.
dx run "$link" -- yes | head -n 1 >"$TMP/.out"
is "a closed pipe ends it" "${PIPESTATUS[0]} $(<"$TMP/.out")" "141 y"

done_testing
