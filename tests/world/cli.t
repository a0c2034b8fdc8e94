#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The command line itself: help, streams that are full or closed, odd surroundings.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq cc

link=dx-dedicated-1g
quick=(compare dx-hosted-50m --duration 0.1 --no-verify)

# Help is data: on stdout, status 0; without being asked for, it is talk.
exits_with "--help" 0 "$DXEMU" --help
golden "--help: text" cli/dxemu.txt "$out"
is "--help: nothing on stderr" "$errout" ""
help=$out
for words in -h help; do
	exits_with "$words" 0 "$DXEMU" "$words"
	is "$words: the same" "$out" "$help"
done
exits_with "nothing" 2 "$DXEMU"
is "nothing: the same, on stderr" "$out$errout" "$help"
exits_with "compare --help" 0 "$DXEMU" compare --help
help_compare=$out
exits_with "help compare" 0 "$DXEMU" help compare
is "help compare: the same" "$out" "$help_compare"
exits_with "help no-such" 2 "$DXEMU" help no-such
for words in --version -V; do
	exits_with "$words" 0 "$DXEMU" "$words"
	like "$words: text" "$out" '^dxemu [0-9]+\.[0-9]+\.[0-9]+$'
done

commands=(compare verify run profile plan lab doctor kernel)
is "each command is in it" "$(sed -nE 's/^  ([a-z]+)  +[a-z].*/\1/p' <<<"$help" | xargs)" "${commands[*]}"

# Every option of any command, with a value where it takes one.
options=(--world=virtual --seed=1 --set=mtu=1500 --json --output=x -ox --budget=1 --duration=1 --flows=1
	--cc=cubic --pcap=x --deadline=1 --wall-limit=1 --interactive -i --verbose -v --quiet -q --source=x
	--all --samples=1 --no-verify)

# takes COMMAND OPTION: the command does not refuse it. No command is ever run: the arguments are wrong.
takes() {
	local words=()

	case $1 in
	profile | lab) words=(no-such) ;;
	doctor) words=(no-such) ;;
	verify) words=(no-such) ;;
	kernel) words=(no-such) ;;
	plan | compare | run) words=() ;;
	esac
	run "$DXEMU" "$1" "$2" "${words[@]}"
	[[ ! $errout =~ (unknown option|takes no option) ]]
}

# in_help OPTION: $out names it.
in_help() {
	local name=${1%%=*}

	[[ $name == --* ]] || name=${name:0:2}
	grep -qE -- "(^|[^-a-z])$name([^-a-z]|\$)" <<<"$help"
}

for command in "${commands[@]}"; do
	exits_with "$command --help" 0 "$DXEMU" "$command" --help
	help=$out
	# (That of profile is kept by its own test.)
	[[ $command == profile ]] || golden "$command --help: text" "cli/$command.txt" "$help"
	is "$command --help: nothing on stderr" "$errout" ""
	is "$command --help: no line above 100 columns" "$(awk 'length > 100' <<<"$help")" ""
	exits_with "$command -h" 0 "$DXEMU" "$command" -h
	is "$command -h: the same" "$out" "$help"
	named='' taken=''
	for option in "${options[@]}"; do
		! in_help "$option" || named+=" ${option%%=*}"
		! takes "$command" "$option" || taken+=" ${option%%=*}"
	done
	is "$command --help: names what it takes, and nothing else" "$named" "$taken"
done

# Standard output that takes nothing: data that did not arrive is a failure. A command's own is dxemu's.
to() { "${@:2}" >"$1"; }
closed() { "${@:1}" >&-; }
while IFS='|' read -r status message words; do
	IFS=' ' read -ra args <<<"$words"
	exits_with "stdout is full: $words" "$status" to /dev/full dx "${args[@]}"
	is "stdout is full: $words: message" "$errout" "dxemu: $message: No space left on device"
	exits_with "stdout is closed: $words" "$status" closed dx "${args[@]}"
	is "stdout is closed: $words: message" "$errout" "dxemu: $message: Bad file descriptor"
done <<-EOF
	4|standard output|--help
	4|standard output|--version
	4|standard output|run --help
	4|standard output|plan $link
	4|standard output|kernel path
	4|standard output|profile list
	4|standard output|profile list --json
	4|standard output|profile show $link
	4|write report|${quick[*]}
	4|write report|${quick[*]} --json
	125|output of the command|run $link -- echo text
EOF

# The other streams may be missing: they are not needed.
exits_with "stdin is closed" 0 bash -c '"$0" run "$1" -- echo text <&-' "$DXEMU" "$link"
is "stdin is closed: output" "$out" "text"
exits_with "stderr is closed" 0 bash -c '"$0" run "$1" -- echo text 2>&-' "$DXEMU" "$link"
is "stderr is closed: output" "$out" "text"
exits_with "both are closed" 0 bash -c '"$0" run "$1" -- echo text <&- 2>&-' "$DXEMU" "$link"
is "both are closed: output" "$out" "text"
exits_with "stderr is closed, and written to" 125 bash -c '"$0" run "$1" -- sh -c "echo lost >&2" 2>&-' "$DXEMU" "$link"
exits_with "stdin is closed, but asked for" 125 bash -c '"$0" run "$1" -i -- cat <&-' "$DXEMU" "$link"
is "stdin is closed, but asked for: message" "$errout" "dxemu: standard input: Bad file descriptor"

# -o: whole or not at all.
exits_with "-o" 0 dx "${quick[@]}" -o "$TMP/saved.json"
ok "-o: a document, and nothing else" jq -e '.schema == "dxemu.result/1"' "$TMP/saved.json"
like "-o: the table is on stdout" "$out" "^seed 1, virtual world"
is "-o: readable by others" "$(stat -c %a "$TMP/saved.json")" 644
saves() { (umask "$1" && dx "${quick[@]}" -o "$TMP/modes.json"); }
exits_with "-o: umask" 0 saves 077
is "-o: umask is kept to" "$(stat -c %a "$TMP/modes.json")" 600
chmod 640 "$TMP/modes.json"
exits_with "-o: over another" 0 saves 022
is "-o: over another, whose mode stays" "$(stat -c %a "$TMP/modes.json")" 640
exits_with "-o: stdout is full" 4 to /dev/full dx "${quick[@]}" -o "$TMP/kept.json"
ok "-o: stdout is full, and the document is saved" jq -e .schema "$TMP/kept.json"
for row in "/no/such/dir/x|No such file or directory" "/|it is a directory; name a file" "|name a file"; do
	exits_with "-o '${row%%|*}'" 2 "$DXEMU" "${quick[@]}" -o "${row%%|*}"
	is "-o '${row%%|*}': message" "$out$errout" "dxemu: -o '${row%%|*}': ${row#*|}"
done
exits_with "-o /dev/full" 4 dx "${quick[@]}" -o /dev/full
is "-o /dev/full: message" "$errout" "dxemu: -o '/dev/full': write report: No space left on device"

# A full disk, in a mount namespace of our own: the old document stays, and nothing beside it.
cat >"$TMP/full" <<'EOF'
mount -t tmpfs -o size=8k none "$1" || exit 77
cd "$1" || exit 77
echo old >result.json
head -c 100000 /dev/zero >filler 2>/dev/null
"${@:2}" -o result.json
echo "status $?"
ls
cat result.json
EOF
mkdir "$TMP/disk"
run unshare -Urm bash "$TMP/full" "$TMP/disk" "$DXEMU" "${quick[@]}"
if ((status == 77)); then
	skip "a full disk" "no mount namespace to be had"
else
	is "a full disk: the old document stays" "$(tail -n 4 <<<"$out")" $'status 4\nfiller\nresult.json\nold'
	is "a full disk: message" "$errout" "dxemu: -o 'result.json': write report: No space left on device"
fi

# --pcap to where no directory can be.
touch "$TMP/file"
for row in "$TMP/file|Not a directory" "/no/such/dir|No such file or directory"; do
	exits_with "--pcap ${row%|*}" 125 "$DXEMU" run "$link" --pcap "${row%|*}" -- true
	is "--pcap ${row%|*}: message" "$errout" "dxemu: --pcap '${row%|*}': ${row#*|}"
done

# What a program may do to the world it is in, and not to who started it.
flood='yes "$(head -c 500 /dev/zero | tr "\0" x)" >/dev/console 2>/dev/null; echo "status $?"'
exits_with "a console that is written to for ever" 0 dx run "$link" --world realtime -v -- sh -c "$flood"
is "a console that is written to for ever: refused" "$out" "status 1"
is_num_within "a console that is written to for ever: 1 MiB is kept" "${#errout}" "$((1 << 20))" 1%
ignored() { head -c 20000000 /dev/zero | dx run "$link" --world realtime --wall-limit 1 -i -- sleep 50; }
exits_with "realtime: more input than the line holds, and nobody who reads it" 125 ignored
like "realtime: its limit is kept to all the same" "$errout" "^dxemu: not done after 1 s of wall time"
exec {given}>"$TMP/given"
exits_with "the world's descriptors" 0 dx run "$link" -- \
	sh -c 'mkdir /tmp/fd && mount -t hostfs -o /proc/self/fd none /tmp/fd && ls -l /tmp/fd 2>/dev/null | grep -- "->"'
like "the world's descriptors: its own" "$out" "memfd:dxemu-console"
unlike "the world's descriptors: none that the program was started with" "$out" "$TMP/given"
exec {given}>&-
exits_with "no more processes allowed" 125 as_nobody bash -c 'ulimit -u 1; exec "$0" run "$1" -- true' "$DXEMU" "$link"
is "no more processes allowed: message" "$errout" \
	"dxemu: start a world: process for a world: Resource temporarily unavailable"
if ((EUID == 0)); then
	exits_with "sudo, by root" 0 env SUDO_UID=0 SUDO_GID=0 "$DXEMU" doctor
	like "sudo, by root: root is given up all the same" "$out" "gives up root"
	# Behind a mount namespace alone, what another process of the same user can write is out of reach, too.
	cc -o "$TMP/without" "$root/tests/world/without.c" -lseccomp || exit
	mkdir "$TMP/own"
	chown 12345 "$TMP/own"
	setpriv --reuid=12345 --regid=12345 --clear-groups env -u TMPDIR sleep 30 &
	sleeper=$!
	defer kill "$sleeper"
	run env SUDO_UID=12345 SUDO_GID=12345 "$TMP/without" landlock_create_ruleset -- "$DXEMU" run "$link" -- \
		sh -c 'mkdir /tmp/m && mount -t hostfs -o "$0" none /tmp/m && echo text >/tmp/m/file' "/proc/$sleeper/root$TMP/own"
	is "sudo: nothing is written by way of another process" "$(ls "$TMP/own")" ""
else
	skip "sudo" "not root"
fi

# Odd surroundings.
exits_with "next to nothing in the environment" 0 env -i DXEMU_DATADIR="$DXEMU_DATADIR" \
	DXEMU_KERNEL="$("$DXEMU" kernel path)" ${DXEMU_INIT:+DXEMU_INIT="$DXEMU_INIT"} \
	"$DXEMU" run "$link" -- /bin/echo text
is "next to nothing in the environment: output" "$out" "text"
mkdir "$TMP/a dir"
cp "${DXEMU_INIT:-$DXEMU}" "$TMP/a dir/dx emu"
exits_with "a space in the program's path" 0 env -u DXEMU_INIT "$TMP/a dir/dx emu" run "$link" -- echo text
is "a space in the program's path: output" "$out" "text"
mkdir "$TMP/a \"dir\""
cp "${DXEMU_INIT:-$DXEMU}" "$TMP/a \"dir\"/dxemu"
exits_with "quotes in the program's path" 0 env -u DXEMU_INIT "$TMP/a \"dir\"/dxemu" run "$link" -- true
ln -s "$DXEMU" "$TMP/link"
exits_with "a symbolic link" 0 "$TMP/link" run "$link" -- true
exits_with "found along PATH" 0 env PATH="$(dirname "$DXEMU"):$PATH" "${DXEMU##*/}" run "$link" -- true
cp "$DXEMU_DATADIR/profiles/$link.yaml" "$TMP/a dir/own link.yaml"
exits_with "a profile of one's own, by path" 0 dx run "$TMP/a dir/own link.yaml" -- true

# A progress line is for terminals, and only if it is wanted.
if command -v script >/dev/null; then
	on_terminal() { TERM=$1 script -qec "$(printf '%q ' "$DXEMU" "${quick[@]}" "${@:2}") >/dev/null" /dev/null; }
	exits_with "on a terminal" 0 on_terminal dumb
	like "on a terminal: progress" "$out" "[0-3] of 3 \| dx-hosted-50m "
	exits_with "on a terminal, --quiet" 0 on_terminal dumb --quiet
	is "on a terminal, --quiet: none" "$out" ""
else
	skip "on a terminal" "script is not installed"
fi
exits_with "in a pipe, TERM unset" 0 env -u TERM "$DXEMU" "${quick[@]}"
is "in a pipe: no progress" "$errout" ""

done_testing
