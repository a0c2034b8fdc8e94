# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# For the tests in tests/world/*.t and tests/canary/*.t: sourced first, `done_testing` last. Each check is
# one line of TAP with the reason for a failure below it. A test gets directories of its own:
#
#	$TMP      for its files; gone afterwards
#	$TMPDIR   for the program's; must be empty again at the end, and no process may be left that has it
#
# and $DXEMU, the program. Functions that run it leave $out, $errout (their output) and $status.
set -u

tests=0 failures=0 finished=
TMP=$(mktemp -d "${TMPDIR:-/tmp}/dxemu-test.XXXXXXXX") || exit 1
chmod 755 "$TMP"
export TMPDIR=$TMP/tmp
mkdir "$TMPDIR" && chmod 1777 "$TMPDIR"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${DXEMU:=$root/dxemu}"
export DXEMU DXEMU_DATADIR=${DXEMU_DATADIR:-$root}
out='' errout='' status=0

at_exit=()
# defer COMMAND ARG...: runs when the test ends, however it ends, last one first.
defer() { at_exit=("$(printf '%q ' "$@")" "${at_exit[@]}"); }

# Process ids of what was started with our TMPDIR and is still there (which this shell's environment, as the
# kernel shows it, is not: it is the one the shell was started with).
left_running() (
	export -n TMPDIR
	grep -lszxF "TMPDIR=$TMPDIR" /proc/[0-9]*/environ | sed 's,/proc/,,; s,/environ,,'
)
none_running() { [[ ! $(left_running) ]]; }

end_test() {
	local code=$? undo pid

	trap - EXIT
	for undo in "${at_exit[@]}"; do
		eval "$undo"
	done
	if [[ ! $finished ]]; then
		printf '# ended early, with status %d, after %d checks\n' "$code" "$tests"
		((code)) || code=1
	fi
	for pid in $(left_running); do
		kill -9 "$pid" 2>/dev/null
	done
	rm -rf "$TMP"
	exit "$code"
}
trap end_test EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

diag() { printf '%s\n' "$*" | sed 's/^/#   /'; }

pass() { printf 'ok %d - %s\n' "$((++tests))" "$1"; }

# fail DESCRIPTION [REASON]
fail() {
	printf 'not ok %d - %s\n' "$((++tests))" "$1"
	((++failures))
	[[ $# -lt 2 ]] || diag "${*:2}"
	return 1
}

# skip DESCRIPTION REASON: one check that cannot be made here. With DXEMU_MUST_RUN=1 the runner fails it.
skip() { printf 'ok %d - %s # SKIP %s\n' "$((++tests))" "$1" "$2"; }

# skip_all REASON: none of them can be.
skip_all() {
	printf '1..0 # SKIP %s\n' "$1"
	finished=1
	exit 0
}

# need PROGRAM...: skips the whole test where one of them is missing.
need() {
	local program

	for program; do
		command -v "$program" >/dev/null || skip_all "$program is not installed"
	done
}

# ok DESCRIPTION COMMAND ARG...: the command succeeds.
ok() {
	local said code=0

	said=$("${@:2}" 2>&1) || code=$?
	if ((code == 0)); then
		pass "$1"
	else
		fail "$1" "status $code: ${*:2}"$'\n'"$said"
	fi
}

# is DESCRIPTION GOT EXPECTED
is() {
	if [[ $2 == "$3" ]]; then
		pass "$1"
	else
		fail "$1" "expected: $3"$'\n'"got:      $2"
	fi
}

# like DESCRIPTION GOT REGEX, unlike the same
like() {
	if [[ $2 =~ $3 ]]; then
		pass "$1"
	else
		fail "$1" "expected to match: $3"$'\n'"got: $2"
	fi
}
unlike() {
	if [[ $2 =~ $3 ]]; then
		fail "$1" "expected not to match: $3"$'\n'"got: $2"
	else
		pass "$1"
	fi
}

# is_num_within DESCRIPTION GOT EXPECTED TOLERANCE: the tolerance is absolute, or relative as in "0.5%".
is_num_within() {
	local said

	if said=$(awk -v got="$2" -v expected="$3" -v tolerance="$4" '
		function number(s) { return s ~ /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/ }
		BEGIN {
			allowed = tolerance
			if (sub(/%$/, "", allowed))
				allowed = (expected < 0 ? -expected : expected) * allowed / 100
			off = got - expected
			printf "expected: %s +-%s\ngot:      %s\noff by:   %.6g", expected, tolerance, got, off
			if (expected != 0)
				printf " (%.3g %%)", 100 * off / expected
			if (!number(got) || !number(expected) || !number(allowed))
				exit 1
			exit !(off <= allowed + 0 && -off <= allowed + 0)
		}'); then
		pass "$1"
	else
		fail "$1" "$said"
	fi
}

# dx ARG...: the program, with a deadline of DX_DEADLINE (60) seconds; for pipes and redirections.
dx() { timeout -k 5 "${DX_DEADLINE:-60}" "$DXEMU" "$@"; }

# run COMMAND ARG...: keeps its output in $out and $errout and its status in $status.
run() {
	status=0
	"$@" >"$TMP/.out" 2>"$TMP/.err" </dev/null || status=$?
	out=$(<"$TMP/.out")
	errout=$(<"$TMP/.err")
}

# exits_with DESCRIPTION STATUS COMMAND ARG...: runs it as `run` does.
exits_with() {
	run "${@:3}"
	if ((status == $2)); then
		pass "$1"
	else
		fail "$1" "expected status: $2"$'\n'"got:             $status: ${*:3}"$'\n'"$errout"
	fi
}

# json FILE FILTER [JQ-ARG...]: what jq -r makes of it; "-" is $out.
json() {
	if [[ $1 == - ]]; then
		jq -r "${@:3}" "$2" <<<"$out"
	else
		jq -r "${@:3}" "$2" "$1"
	fi
}

# golden DESCRIPTION NAME GOT: the same text as tests/golden/NAME.
golden() {
	local file=$root/tests/golden/$2

	if [[ ${DXEMU_GOLDEN_UPDATE:-} ]]; then
		mkdir -p "$(dirname "$file")" && printf '%s\n' "$3" >"$file"
	fi
	ok "$1" diff -u --label "$2" --label got "$file" <(printf '%s\n' "$3")
}

# wait_for SECONDS COMMAND ARG...: until the command succeeds; fails when it has not by then.
wait_for() {
	local deadline=$((SECONDS + $1))

	until "${@:2}" >/dev/null 2>&1; do
		((SECONDS < deadline)) || return 1
		sleep 0.05
	done
}

# as_nobody COMMAND ARG...: as an unprivileged user with a home of its own, when this is root; without root
# as it is. What that user could not reach (a checkout or a cache below /root) is copied to where it can.
as_nobody() {
	local home=$TMP/nobody

	if ((EUID != 0)); then
		"$@"
		return
	fi
	if [[ ! -d $home ]]; then
		mkdir -p "$home/data/world/kernel"
		cp "$DXEMU" "$home/dxemu"
		cp "${DXEMU_INIT:-$DXEMU}" "$home/init"
		cp "$("$DXEMU" kernel path)" "$home/linux"
		cp -r "$DXEMU_DATADIR/profiles" "$home/data/"
		cp "$DXEMU_DATADIR"/world/kernel/{config,build.sh} "$home/data/world/kernel/"
		chown -R 65534:65534 "$home"
		chmod -R u+rwX,go+rX "$home"
	fi
	setpriv --reuid=65534 --regid=65534 --clear-groups -- env HOME="$home" XDG_CACHE_HOME="$home/cache" \
		DXEMU="$home/dxemu" DXEMU_KERNEL="$home/linux" DXEMU_DATADIR="$home/data" \
		${DXEMU_INIT:+DXEMU_INIT="$home/init"} "${@/#"$DXEMU"/"$home/dxemu"}"
}

# The last line of each test: what every test has to leave behind is checked, and the plan is printed.
done_testing() {
	is "nothing is left in TMPDIR" "$(find "$TMPDIR" -mindepth 1)" ""
	wait_for 2 none_running
	is "no process is left" "$(left_running)" ""
	printf '1..%d\n' "$tests"
	finished=1
	((failures == 0)) || exit 1
	exit 0
}

# calc EXPRESSION: its value, as awk reckons.
calc() { awk "BEGIN { printf \"%.15g\", $1 }"; }

# udp_sender: the command, for worlds, of a program that takes an address, the payload of a datagram (1472 fill an MTU
# of 1500) and a number of calls. Each call sends 44 datagrams to the discard port, and waits only for room in the
# socket.
udp_sender() {
	cat >"$TMP/udp-sender" <<-'EOF'
		use Socket;
		my ($address, $size, $calls) = @ARGV;
		socket(S, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
		setsockopt(S, 17, 103, pack("i", $size)) or die "UDP_SEGMENT: $!";
		connect(S, sockaddr_in(9, inet_aton($address))) or die "connect: $!";
		while ($calls-- > 0) {
			defined(syswrite(S, "x" x (44 * $size))) or die "send: $!";
		}
	EOF
	printf 'perl %q\n' "$TMP/udp-sender"
}

# links COMMAND OPTIONS "PROFILE KEY=VALUE"...: one `dxemu COMMAND --json` of these links, in which a profile may come
# more than once; leaves the document in $out.
links() {
	local options words row word file n=0

	read -ra options <<<"$2"
	for row in "${@:3}"; do
		read -ra words <<<"$row"
		file=$TMP/link$((n++)).yaml
		cp "$DXEMU_DATADIR/profiles/${words[0]}.yaml" "$file"
		options+=("$file")
		for word in "${words[@]:1}"; do
			options+=(--set "$file:$word")
		done
	done
	exits_with "$1 of $n" 0 dx "$1" --json "${options[@]}"
}
compare_links() { links compare "$@"; }
