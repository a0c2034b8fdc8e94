# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# What run.sh and traffic.sh share: sourced, goes to the top of the tree and makes $tmp, whose programs worlds see.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
: "${DXEMU:=./dxemu}"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/dxemu-bench.XXXXXXXX")
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp" # worlds started by root run as another user

say() { [[ ! -t 2 ]] || printf '\r\033[K%s' "$*" >&2; }

# need TOOL...: each has the name of its package.
need() {
	local tool

	for tool; do
		PATH=$PATH:/usr/sbin:/sbin command -v "$tool" >/dev/null || {
			printf 'bench: %s is missing: apt-get install %s\n' "$tool" "$tool" >&2
			exit 3
		}
	done
}

# A world takes a CPU for itself; waiting for one would count as wall time.
alone() {
	if grep -q '@dxemu-cpu-[0-9]*$' /proc/net/unix; then
		echo "bench: another dxemu runs; measure without it" >&2
		exit 3
	fi
}

cc -std=gnu17 -D_GNU_SOURCE -O2 -o "$tmp/cost" bench/cost.c

# cost FILE COMMAND...: appends the wall and CPU seconds that the command takes; what it prints is in $tmp/out.
cost() {
	say "bench: ${1##*/}"
	"$tmp/cost" "$1" "${@:2}" >"$tmp/out" 2>"$tmp/said" </dev/null || {
		say ''
		printf 'bench: failed: %s\n' "${*:2}" >&2
		tail -n 5 "$tmp/out" >&2 # where some say why
		cat "$tmp/said" >&2
		exit 4
	}
}

# least FILE COLUMN: of all runs.
least() { sort -g -k "$2,$2" "$1" | awk -v c="$2" 'NR == 1 { print $c }'; }
