#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `dxemu doctor`: what is there, what is missing, the remedy; status 0 only where worlds run.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq

exits_with "here, worlds run" 0 dx doctor
is "nothing on stderr" "$errout" ""
for row in "machine|x86_64, Linux [0-9]" "cpus|[1-9][0-9]*: " "kernel|/.*/linux" "confinement|.*(mount namespace|Landlock)" \
	"world|boots in [0-9.]+ s; its kernel has all that labs need"; do
	like "text: ${row%%|*}" "$out" "(^|"$'\n'")${row%%|*} +ok +${row#*|}"
done
is "text: three columns, each with something in it" "$(awk 'NF < 3' <<<"$out")" ""

exits_with "--json" 0 dx doctor --json
is "--json: the same things" "$(json - 'keys_unsorted | length')" "$(dx doctor | wc -l)"
is "--json: states" "$(json - '[.[].state] | unique | inside(["missing", "ok", "optional"])')" true
is "--json: the world" "$(json - .world.state)" ok

# Without the kernel there is no world to try out.
exits_with "without kernel" 3 env DXEMU_KERNEL=/no/such "$DXEMU" doctor --json
is "without kernel: what is missing" "$(json - '[to_entries[] | select(.value.state == "missing").key] | join(" ")')" kernel
is "without kernel: why" "$(json - .kernel.text)" "DXEMU_KERNEL is '/no/such': No such file or directory"
is "without kernel: no boot" "$(json - .world)" null
mkdir "$TMP/cache"
exits_with "with an empty cache" 3 env -u DXEMU_KERNEL XDG_CACHE_HOME="$TMP/cache" "$DXEMU" doctor --json
like "with an empty cache: remedy" "$(json - .kernel.text)" "build it with 'dxemu kernel build'"

# A program that is no kernel, and one that never gets anywhere.
exits_with "with another program for a kernel" 3 env DXEMU_KERNEL=/bin/true "$DXEMU" doctor --json
like "with another program for a kernel: why" "$(json - .world.text)" "^does not boot: "

if command -v cc >/dev/null; then
	cc -o "$TMP/without" "$root/tests/world/without.c" -lseccomp || exit
	exits_with "with one wall" 0 "$TMP/without" unshare -- "$DXEMU" doctor --json
	like "with one wall: which" "$(json - .confinement.text)" "^Landlock"
	exits_with "with the other wall" 0 "$TMP/without" landlock_create_ruleset -- "$DXEMU" doctor --json
	like "with the other wall: which" "$(json - .confinement.text)" "^read-only mount namespace(;|$)"
	exits_with "with no wall" 3 "$TMP/without" unshare landlock_create_ruleset -- "$DXEMU" doctor --json
	like "with no wall: remedies" "$(json - .confinement.text)" "sysctl .* lsm=landlock"
	is "with no wall: no world" "$(json - .world.state)" missing
else
	skip "without walls" "cc is not installed"
fi

exits_with "as an unprivileged user" 0 as_nobody "$DXEMU" doctor

done_testing
