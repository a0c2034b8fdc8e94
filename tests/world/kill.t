#!/bin/bash
# SPDX-License-Identifier: ISC
#
# However a launcher dies, and whenever: its worlds go with it, and leave no process, mount or file behind.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need cc

# A world has the program that is its init open; with one of our own, ours can be told from those of other tests.
# (TMPDIR does not help: it has another one.)
cp "${DXEMU_INIT:-$DXEMU}" "$TMP/init"
export DXEMU_INIT=$TMP/init
ours() {
	find /proc/[0-9]*/fd -lname "$TMP/init" 2>/dev/null | cut -d/ -f3 | sort -u | grep .
}
none_of_ours() { ! ours && none_running; }
kill_ours() {
	local pid

	for pid in $(ours); do
		kill -9 "$pid"
	done 2>/dev/null
}
defer kill_ours
ours_named() { ours | xargs -r ps -o pid=,stat=,args= -p; }

mkdir "$TMP/cwd"
cd "$TMP/cwd" || exit
surroundings() {
	cat /proc/self/mountinfo
	ls -A "$TMPDIR" "$TMP/cwd"
	find /dev/shm /tmp -maxdepth 1 -name 'dxemu-??????' 2>/dev/null
}
before=$(surroundings)

# The program's own pid, to be signalled as from a terminal: not ignored, as a shell's background has it.
start() {
	env --default-signal=INT,TERM "$@" >"$TMP/out" 2>"$TMP/err" </dev/null &
	pid=$!
}

# gone NAME: what is left after $pid has died.
gone() {
	wait "$pid" 2>/dev/null
	status=$?
	wait_for 5 none_of_ours
	is "$1: no process is left" "$(ours_named; left_running)" ""
	is "$1: surroundings are as before" "$(diff <(echo "$before") <(surroundings))" ""
	kill_ours
}

# Long enough to outlive the last moment: boot, the lab, and a measurement on every processor.
long=("$DXEMU" compare dx-dedicated-1g --duration 1000 -o result.json)

for ms in 10 15 20 25 30 40 50 60 70 80 90 100 120 140 160 200 250 300 400 500; do
	start "${long[@]}"
	sleep "$(printf '0.%03d' "$ms")"
	kill -9 "$pid"
	gone "SIGKILL after $ms ms"
	is "SIGKILL after $ms ms: it was that" "$status" 137
done

# The world itself dies: that is an error of one line.
world_runs() { ours | grep -q .; }
start "${long[@]}"
ok "a world runs" wait_for 20 world_runs
kill_ours
gone "the world is killed"
is "the world is killed: status" "$status" 4
like "the world is killed: message" "$(<"$TMP/err")" "^dxemu: dx-dedicated-1g, [a-z_]*: the world ended without a result"

# With one wall only, too: memory is then a file of the machine's file system, without a name.
cc -o "$TMP/without" "$root/tests/world/without.c" -lseccomp || exit
for signal in INT TERM HUP KILL; do
	for walls in "" unshare; do
		start ${walls:+"$TMP/without" "$walls" --} "${long[@]}"
		ok "SIG$signal${walls:+, without $walls}: a world runs" wait_for 20 world_runs
		kill -s "$signal" "$pid"
		gone "SIG$signal${walls:+, without $walls}"
		is "SIG$signal${walls:+, without $walls}: status" "$status" "$((128 + $(kill -l "$signal")))"
	done
done

# A command, its standard input and its captures: what was captured may stay, where the user wanted it.
start "$DXEMU" run dx-dedicated-1g --pcap "$TMP/pcap" --world realtime -- sh -c 'echo ready; sleep 1000'
ready() { grep -q ready "$TMP/out"; }
ok "a command runs" wait_for 20 ready
kill -9 "$pid"
gone "a command"

done_testing
