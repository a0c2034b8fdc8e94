#!/bin/bash
# SPDX-License-Identifier: ISC
#
# usage: tests/mutate.sh [NAME...]    (from the makefile)
#
# What the link must be kept from: each tests/mutants/NAME.patch puts the cause of a wrong link back, into a copy of the
# tree, and says which test in a world has to fail, and which of its checks. Exit status 0 only if each did, and if none
# of these tests fails without.
set -uo pipefail

cd "$(dirname "$(readlink -f "$0")")/.." || exit 1
root=$PWD copy=$PWD/build/mutants logs=$PWD/build/log
: "${MAKE:=make}" "${DXEMU_TEST_TIMEOUT:=120}"
MAKEFLAGS=$(sed -E 's/(^| )--jobserver-[a-z]+=[^ ]*//g; s/(^| )-j[0-9]*//g' <<<"${MAKEFLAGS:-}")
export MAKEFLAGS
unset DXEMU_DATADIR DXEMU_INIT

# of KEY NAME: what a mutant says of itself.
of() { sed -n "s/^$1: //p" "$root/tests/mutants/$2.patch"; }

build() { "$MAKE" -s --no-print-directory -C "$copy" "-j$(nproc)" all >"$logs/mutant-build" 2>&1; }

# run TEST NAME: its output in the log of that name.
run() { DXEMU=$copy/dxemu timeout -k 5 "$DXEMU_TEST_TIMEOUT" bash "$copy/tests/world/$1.t" >"$logs/mutant-$2" 2>&1 </dev/null; }

# die MESSAGE [LOG]
die() {
	printf 'mutate.sh: %s\n' "$1" >&2
	[[ $# == 1 ]] || tail -n 20 "$logs/$2" >&2
	exit 1
}

DXEMU_KERNEL=$(world/kernel/build.sh --path) || die "no kernel for worlds; run 'make kernel'"
export DXEMU_KERNEL
mutants=("$@")
if ((!$#)); then
	for file in tests/mutants/*.patch; do
		mutants+=("$(basename "$file" .patch)")
	done
fi
for name in "${mutants[@]}"; do
	[[ $(of test "$name") && $(of check "$name") ]] || die "$name: no such mutant, or it names no test and check"
done

mkdir -p "$logs"
rm -rf "$copy"
mkdir -p "$copy"
tar --exclude=./.git --exclude=./build --exclude=./dxemu -cf - . | tar -xf - -C "$copy" || die "the tree cannot be copied"
build || die "the tree does not build" mutant-build
for test in $(for name in "${mutants[@]}"; do of test "$name"; done | sort -u); do
	run "$test" "$test" || die "$test fails without any mutant" "mutant-$test"
	printf '%s passes without\n' "$test"
done

survived=0
for name in "${mutants[@]}"; do
	test=$(of test "$name") check=$(of check "$name")
	patch -s -f -F 0 -d "$copy" -p1 <"tests/mutants/$name.patch" >"$logs/mutant-build" 2>&1 ||
		die "$name: the patch does not apply: the code has moved on" mutant-build
	build || die "$name: it does not build" mutant-build
	run "$test" "$name"
	if grep -qE "^not ok [0-9]+ - .*($check)" "$logs/mutant-$name"; then
		printf 'mutant %s: caught by %s (%d checks failed)\n' "$name" "$test" "$(grep -c '^not ok' "$logs/mutant-$name")"
	else
		printf 'mutant %s: survived %s: nothing failed of "%s"; see %s\n' "$name" "$test" "$check" "$logs/mutant-$name"
		((++survived))
	fi
	patch -s -f -R -d "$copy" -p1 <"tests/mutants/$name.patch" || die "$name: the patch does not come off"
done
printf '%d mutants, %d survived\n' "${#mutants[@]}" "$survived"
((!survived))
