#!/bin/bash
# SPDX-License-Identifier: ISC
#
# usage: tests/run.sh TIER...    (from the makefile; the tiers are below)
#
# Builds what each tier needs, runs it, and closes with "N passed, N failed[, N skipped]" over all of them.
# Exit status 0 only if something passed and nothing failed. A test program that says nothing, ends early or
# leaves a sanitizer's report has failed, whatever its exit status; the canary tier proves it.
# DXEMU_MUST_RUN=1 makes a skipped check a failed one; DXEMU_TEST_TIMEOUT is the time for one file of tests.
set -uo pipefail
shopt -s nullglob

self=$(readlink -f "$0")
cd "$(dirname "$self")/.." || exit 1
logs=$PWD/build/log
: "${MAKE:=make}" "${DXEMU_TEST_TIMEOUT:=120}"
passed=0 failed=0 skipped=0
jobs=$(nproc)

# The jobserver of a calling make does not reach through; its variables (CC=, V=) shall.
MAKEFLAGS=$(sed -E 's/(^| )--jobserver-[a-z]+=[^ ]*//g; s/(^| )-j[0-9]*//g' <<<"${MAKEFLAGS:-}")
export MAKEFLAGS

# Set in the environment, these would steer the program that is being tested.
[[ ${1:-} == --tap-one ]] || unset DXEMU_DATADIR DXEMU_INIT

heading() { printf '\n== %s\n' "$*"; }

# count NAME PASSED FAILED SKIPPED [REMARK]
count() {
	((passed += $2, failed += $3, skipped += $4))
	printf '%-40s %4d passed' "$1" "$2"
	(($3 == 0)) || printf ', %d FAILED' "$3"
	(($4 == 0)) || printf ', %d skipped' "$4"
	printf '%s\n' "${5:+: $5}"
}

# check NAME COMMAND ARG...: a test that is one command.
check() {
	local said

	if said=$("${@:2}" 2>&1 </dev/null); then
		count "$1" 1 0 0
	else
		printf '%s\n' "$said"
		count "$1" 0 1 0
	fi
}

make_quietly() { "$MAKE" -s --no-print-directory "-j$jobs" "$@"; }

# Builds for a tier; what does not build is one failed check.
build() {
	local said

	said=$(make_quietly "$@" 2>&1) && return
	printf '%s\n' "$said"
	count "make $*" 0 1 0
	return 1
}

# tally TAP-FILE EXIT-STATUS: "passed failed skipped remark" of one file of tests.
tally() {
	awk -v status="$2" -v must_run="${DXEMU_MUST_RUN:-0}" '
		function bad(why) { failed++; remark = remark (remark ? ", " : "") why }
		/^1\.\.[0-9]+/ {
			plan = substr($1, 4) + 0
			planned = 1
			if (plan == 0 && /# SKIP/) {
				skipped++
				all_skipped = 1
				sub(/.*# SKIP */, "")
				remark = "skipped: " $0
			}
		}
		/^not ok/ { seen++; failed++; next }
		/^ok.*# SKIP/ { seen++; skipped++; next }
		/^ok/ { seen++; passed++ }
		END {
			if (must_run && skipped) {
				bad(skipped " skipped although DXEMU_MUST_RUN is set")
				failed += skipped - 1
				skipped = 0
			}
			if (!planned)
				bad("no plan")
			else if (plan != seen + 0)
				bad("planned " plan ", ran " seen + 0)
			else if (plan == 0 && !all_skipped)
				bad("no tests")
			if (status == 124 || status == 137)
				bad("took too long")
			else if (status != 0 && !failed)
				bad("exit status " status)
			print passed + 0, failed + 0, skipped + 0, remark
		}' "$1"
}

# Sanitizers write their reports to files, since a test program swallows what is said and, for a leak, even
# the exit status.
sanitizer_log() {
	export ASAN_OPTIONS="log_path=$1:detect_stack_use_after_return=1:strict_string_checks=1"
	export UBSAN_OPTIONS="log_path=$1:print_stacktrace=1" LSAN_OPTIONS="print_suppressions=0"
	rm -f "$1".*
}

# criterion TIER BINARY: its output only if something failed.
criterion() {
	local name=${2##*/} log status=0 p f s remark reports

	log=$logs/$1-$name
	sanitizer_log "$log.san"
	rm -f "$log.tap"
	timeout -k 5 "$DXEMU_TEST_TIMEOUT" "$2" --tap="$log.tap" >"$log.out" 2>&1 </dev/null || status=$?
	[[ -e $log.tap ]] || : >"$log.tap"
	read -r p f s remark < <(tally "$log.tap" "$status")
	reports=("$log.san".*)
	if ((${#reports[@]})); then
		((++f))
		remark+="${remark:+, }sanitizer report"
	fi
	((f == 0)) || cat "$log.out" "${reports[@]}"
	count "$name" "$p" "$f" "$s" "$remark"
}

# One file of TAP, for prove: the same output, kept for the tally.
tap_one() {
	local log status=0

	log=$DXEMU_TAP_LOGS-$(basename "$1" .t)
	sanitizer_log "$log.san"
	timeout -k 5 "$DXEMU_TEST_TIMEOUT" bash "$1" 2>"$log.err" </dev/null | tee "$log.tap" || status=$?
	echo "$status" >"$log.status"
	return "$status"
}

# tap TIER FILE...
tap() {
	local tier=$1 before=$failed verdict=0 file log name p f s remark reports

	shift
	rm -f "$logs/$tier-"*
	DXEMU_TAP_LOGS=$logs/$tier DXEMU_TEST_TIMEOUT=$DXEMU_TEST_TIMEOUT \
		prove --timer -j "$jobs" --exec "$self --tap-one" "$@" >"$logs/$tier.prove" 2>&1 || verdict=$?
	for file; do
		name=$(basename "$file" .t)
		log=$logs/$tier-$name
		touch "$log.tap" "$log.err"
		read -r p f s remark < <(tally "$log.tap" "$(cat "$log.status" 2>/dev/null || echo 125)")
		reports=("$log.san".*)
		if ((${#reports[@]})); then
			((++f))
			remark+="${remark:+, }sanitizer report"
		fi
		if ((f)); then
			grep -A 40 '^not ok\|^#' "$log.tap"
			tail -n 20 "$log.err"
			((${#reports[@]} == 0)) || cat "${reports[@]}"
		fi
		count "$name" "$p" "$f" "$s" "$remark"
	done
	# A second opinion: prove reads the same lines by rules of its own.
	if ((verdict != 0 && failed == before)); then
		tail -n 20 "$logs/$tier.prove"
		count "prove ($tier)" 0 1 0 "it says that something failed"
	fi
}

tier_build() {
	heading "build"
	check "make all" make_quietly all
}

tier_lint() {
	local target

	heading "static checks"
	for target in format-check tidy cppcheck shellcheck check-deps; do
		check "$target" make_quietly -k "$target"
	done
}

tier_unit() {
	local test

	heading "unit tests"
	build units || return
	for test in tests/unit/test_*.c; do
		criterion unit "build/tests/$(basename "$test" .c)"
	done
}

# fails_as PATTERN COMMAND ARG...: the runner, told to run it, counts a failure and shows why. What it counts
# goes to the locals here.
fails_as() {
	local passed=0 failed=0 skipped=0

	"${@:2}" >"$logs/canary" 2>&1
	((failed)) && grep -qE -- "$1" "$logs/canary"
}

# canary NAME PATTERN COMMAND ARG...
canary() {
	if fails_as "${@:2}"; then
		count "canary: $1" 1 0 0
	else
		cat "$logs/canary"
		count "canary: $1" 0 1 0 "was not reported as failed"
	fi
}

tier_canary() {
	heading "canaries, which must fail"
	build canaries || return
	build BUILD=build/asan SANITIZE=address,undefined canaries || return
	canary "failed assertion" 'one is two' criterion canary build/tests/canary/fail
	canary "program without tests" 'no tests' criterion canary build/tests/canary/empty
	canary "leak" 'LeakSanitizer' criterion canary build/asan/tests/canary/sanitize/leak
	canary "overflow" 'heap-buffer-overflow' criterion canary build/asan/tests/canary/sanitize/overflow
	canary "undefined behaviour" 'runtime error' criterion canary build/asan/tests/canary/sanitize/undefined
	canary "failed TAP check" 'off by: +2' tap canary tests/canary/fail.t
	canary "TAP that ends early" 'no plan' tap canary tests/canary/early.t
	canary "TAP that leaves a file" 'not ok .*TMPDIR' tap canary tests/canary/leftover.t
	canary "TAP that leaves a process" 'not ok .*process' tap canary tests/canary/process.t
	DXEMU_TEST_TIMEOUT=1 canary "TAP that hangs" 'took too long' tap canary tests/canary/hang.t
	DXEMU_MUST_RUN=1 canary "skipped, but must run" 'MUST_RUN' tap canary tests/canary/skip.t
	canary "include upwards" 'base/up.h.*cli' check check-deps scripts/check-deps.sh tests/canary/tree
	canary "call that is not allowed" 'emul/call.c.*system' check check-deps scripts/check-deps.sh tests/canary/tree
}

tier_sanitize() {
	local test

	heading "unit tests with AddressSanitizer and UndefinedBehaviorSanitizer"
	build BUILD=build/asan SANITIZE=address,undefined units || return
	for test in tests/unit/test_*.c; do
		criterion asan "build/asan/tests/$(basename "$test" .c)"
	done
}

# fuzz BINARY: FUZZ_S seconds of it, from the seeds beside its source, the profiles, the labs and what earlier runs found.
fuzz() {
	local name=${1##*/} log status=0 inputs

	log=$logs/$name
	mkdir -p "build/fuzz/corpus/$name"
	rm -f "$log"*
	sanitizer_log "$log.san"
	"$1" -max_total_time="${FUZZ_S:-20}" -max_len=8192 -timeout=10 -print_final_stats=1 -artifact_prefix="$log-" \
		"build/fuzz/corpus/$name" tests/fuzz/seeds profiles labs >"$log.out" 2>&1 </dev/null || status=$?
	inputs=$(awk '/^stat::number_of_executed_units:/ { print $2 }' "$log.out")
	if ((status == 0)) && [[ $inputs ]]; then
		count "$name" 1 0 0 "$inputs inputs in ${FUZZ_S:-20} s"
	else
		tail -n 40 "$log.out"
		cat "$log.san".* /dev/null
		count "$name" 0 1 0 "run again with $(echo "$log"-*)"
	fi
}

tier_fuzz() {
	local test

	heading "fuzzing with AddressSanitizer and UndefinedBehaviorSanitizer"
	build BUILD=build/fuzz CC=clang SANITIZE=fuzzer-no-link,address,undefined fuzzers || return
	for test in tests/fuzz/fuzz_*.c; do
		fuzz "build/fuzz/tests/fuzz/$(basename "$test" .c)"
	done
}

need_kernel() {
	DXEMU_KERNEL=$(world/kernel/build.sh --path) && export DXEMU_KERNEL && return
	count "the world's kernel" 0 1 0 "run 'make kernel'"
	return 1
}

tier_world() {
	local files=(tests/world/*.t)

	heading "tests in worlds"
	if ((${#files[@]} == 0)); then
		count "tests/world/*.t" 0 1 0 "there are none"
		return
	fi
	need_kernel || return
	DXEMU=$PWD/dxemu tap world "${files[@]}"
	# A few points of each sweep.
	ACCURACY=short DXEMU=$PWD/dxemu tap accuracy tests/accuracy/*.t
}

tier_certificates() {
	heading "certificates of all shipped links"
	need_kernel || return
	check "dxemu verify --all" ./dxemu verify --all --quiet
}

tier_accuracy() {
	heading "accuracy"
	need_kernel || return
	DXEMU_TEST_TIMEOUT=3600 DXEMU=$PWD/dxemu tap accuracy tests/accuracy/*.t
}

# The launcher under both sanitizers. AddressSanitizer cannot run inside a world (its shadow memory is where
# that kernel is), so the program there has UndefinedBehaviorSanitizer alone.
tier_sanitize_world() {
	local files

	heading "tests in worlds with sanitizers"
	mapfile -t files < <(sed -nE 's,^([a-z0-9-]+).*,tests/world/\1.t,p' tests/sanitize.list)
	((${#files[@]})) && need_kernel || return
	build BUILD=build/asan SANITIZE=address,undefined all || return
	build BUILD=build/ubsan SANITIZE=undefined all || return
	build BUILD=build/ubsan SANITIZE=undefined canaries || return
	DXEMU=$PWD/dxemu DXEMU_INIT=$PWD/build/ubsan/tests/canary/sanitize/init \
		canary "undefined behaviour in a world" 'runtime error' tap canary tests/canary/world.t
	DXEMU=$PWD/build/asan/dxemu DXEMU_INIT=$PWD/build/ubsan/dxemu DXEMU_DATADIR=$PWD \
		DXEMU_TEST_TIMEOUT=$((3 * DXEMU_TEST_TIMEOUT)) tap sanitize "${files[@]}"
}

if [[ ${1:-} == --tap-one ]]; then
	tap_one "$2"
	exit
fi

mkdir -p "$logs"
start=$SECONDS
for tier; do
	if ! declare -F "tier_${tier//-/_}" >/dev/null; then
		printf "run.sh: no tier '%s'; there are: %s\n" "$tier" \
			"$(declare -F | sed -n 's/^declare -f tier_//p' | tr '_\n' '- ')" >&2
		exit 2
	fi
	"tier_${tier//-/_}"
	# Nothing else says anything if it does not even build.
	[[ $tier == build && $failed != 0 ]] && break
done
printf '\n%d s\n' "$((SECONDS - start))"
((passed + failed)) || count "nothing was run" 0 1 0
printf '%d passed, %d failed' "$passed" "$failed"
((skipped == 0)) || printf ', %d skipped' "$skipped"
printf '\n'
((failed == 0 && passed > 0))
