#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Root inside a world reads the machine's files and changes none of them: as whoever runs this, as somebody
# without rights, and with each of the two walls missing.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need cc

# A directory that the world's process has every right to on the machine, whoever that runs as.
victim=$TMP/victim
make_victim() {
	rm -rf "$victim"
	mkdir "$victim" "$victim/sub"
	printf 'text\n' >"$victim/file"
	((EUID != 0)) || chown -R 65534:65534 "$victim"
	chmod -R a+rwX "$victim"
	touch -d @1000000000 "$victim/file" "$victim/sub" "$victim"
}
state_of_victim() { (cd "$victim" && stat -c '%n %F %a %u %g %s %Y' . sub ./* && cat file); }

# The world's root takes its walls down first: the root file system is made writable and the private /tmp
# goes; the machine's files are mounted once more elsewhere.
cat >"$TMP/attack" <<'EOF'
cp "$(command -v mount)" "$(command -v umount)" /run && PATH=/run:$PATH
mount -o remount,rw / && mount -t hostfs none /mnt && umount -l /tmp || exit 9
for dir; do
	cd "$dir" || exit 8
	[ "$(cat file)" = text ] && echo "reads $dir"
	touch new; mkdir new; ln -s file new; ln file sub/new; mknod new p
	echo changed >file; echo changed >>file; truncate -s 1 file
	chmod 600 file; chown 1 file; touch file; rm file; rmdir sub; mv file sub/; mv sub moved
done 2>/dev/null
EOF

# holds NAME COMMAND...: a world that is started like this.
holds() {
	local before

	make_victim
	before=$(state_of_victim)
	exits_with "$1: attack" 0 "${@:2}" run dx-dedicated-1g -- sh -c 'sh "$@" || true' - \
		"$TMP/attack" "$victim" "/mnt$victim"
	is "$1: its files can be read, both ways" "$out" "reads $victim"$'\n'"reads /mnt$victim"
	is "$1: nothing has changed" "$(state_of_victim)" "$before"
}

cc -o "$TMP/without" "$root/tests/world/without.c" -lseccomp || exit
no_mounts=("$TMP/without" unshare --)
no_landlock=("$TMP/without" landlock_create_ruleset --)

# The same attack is a good one where there is no wall: on the machine, below a directory of its own.
make_victim
before=$(state_of_victim)
sed 1,2d "$TMP/attack" | sh -s "$victim" >/dev/null
unlike "the attack changes what it can" "$(state_of_victim 2>&1)" "^$before$"

holds "both walls" "$DXEMU"
holds "both walls, without rights" as_nobody "$DXEMU"
holds "Landlock alone" "${no_mounts[@]}" "$DXEMU"
holds "Landlock alone, without rights" as_nobody "${no_mounts[@]}" "$DXEMU"
holds "mount namespace alone" "${no_landlock[@]}" "$DXEMU"
holds "mount namespace alone, without rights" as_nobody "${no_landlock[@]}" "$DXEMU"

# Neither of them: no world.
neither=("$TMP/without" unshare landlock_create_ruleset --)
exits_with "no wall: no command" 125 "${neither[@]}" "$DXEMU" run dx-dedicated-1g --no-verify -- true
like "no wall: message" "$errout" "^dxemu: nothing confines the world: user namespaces: [^:]*; Landlock: .*sysctl"
is "no wall: one line" "$(wc -l <<<"$errout")" 1
exits_with "no wall: no comparison" 3 "${neither[@]}" "$DXEMU" compare dx-dedicated-1g
exits_with "no wall: doctor" 3 "${neither[@]}" "$DXEMU" doctor
like "no wall: doctor says so" "$out" "confinement +missing +nothing confines"

# /tmp: the machine's files, and writes that stay in the world.
own=$(mktemp -d /tmp/dxemu-test.XXXXXXXX)
defer rm -rf "$own"
printf 'of the machine\n' >"$own/file"
chmod 777 "$own"
chmod 666 "$own/file"
exits_with "/tmp" 0 dx run dx-dedicated-1g -- sh -ec '
	cat "$1/file"; echo changed >"$1/file"; cat "$1/file"; echo x >"$1/new"; rm "$1/file"
	ls "$1"; echo y >/tmp/dxemu-test.new; cat /tmp/dxemu-test.new' - "$own"
is "/tmp: what the world sees" "$out" $'of the machine\nchanged\nnew\ny'
is "/tmp: what the machine has" "$(cd "$own" && ls && cat file)" $'file\nof the machine'
is "/tmp: nor beside it" "$(ls -d /tmp/dxemu-test.new 2>/dev/null)" ""

done_testing
