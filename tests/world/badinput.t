#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What cannot be: one line that says why, the right status, and nothing on stdout or left behind.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"

link=dx-dedicated-1g
mkdir "$TMP/cwd" "$TMP/files"
cd "$TMP/cwd" || exit
PATH=$(dirname "$DXEMU"):$PATH

# outcome COMMAND ARG...: status, stdout, stderr and what is left in the current directory and TMPDIR.
outcome() {
	run timeout -k 5 30 "$@"
	printf '%s|%s|%s|%s' "$status" "$out" "$errout" "$(find "$TMP/cwd" "$TMPDIR" -mindepth 1)"
}

# refuses STATUS MESSAGE ARG...: that one line, exactly.
refuses() { is "dxemu ${*:3}" "$(outcome "$DXEMU" "${@:3}")" "$1||dxemu: $2|"; }

# refuses_like STATUS REGEX ARG...: a line that matches.
refuses_like() { like "dxemu ${*:3}" "$(outcome "$DXEMU" "${@:3}")" "^$1\|\|dxemu: [^"$'\n'"]*($2)[^"$'\n'"]*\|\$"; }

# Profiles: by each command that takes one; of a command in a world, dxemu's own failure is 125.
bad_profile() {
	refuses 2 "$2" compare "$1"
	refuses 2 "$2" compare "$link" "$1"
	refuses 2 "$2" run "$1"
	refuses 125 "$2" run "$1" -- true
	refuses 2 "$2" plan "$1"
}
see="see 'dxemu profile list', or give the path of a file"
bad_profile dx-dedicated-2g "dx-dedicated-2g: no such profile; did you mean 'dx-dedicated-1g'?; $see"
bad_profile vpn-metor "vpn-metor: no such profile; did you mean 'vpn-metro'?; $see"
bad_profile zzz "zzz: no such profile; $see"

# profile NAME SED-SCRIPT: a file with one thing wrong in it; its path in $file.
profile() {
	file=$TMP/files/$1.yaml
	sed "$2" "$DXEMU_DATADIR/profiles/$link.yaml" >"$file"
}
line() { grep -n "$1" "$file" | head -n 1 | cut -d : -f 1; }

profile unknown-key 's/^  delay:/  dely:/'
bad_profile "$file" "$file:$(line dely):3: both.dely: unknown key; did you mean 'both.delay'?"
while IFS='|' read -r name from to column message; do
	profile "$name" ""
	where=$(line "$from")
	profile "$name" "s/$from/$to/"
	refuses_like 2 "$file:$where:$column: $message" compare "$file"
done <<-'EOF'
	no-unit|value: 1ms|value: 1|12|both.delay.value: '1': no unit, write e.g. 10ms
	wrong-unit|value: 1ms|value: 1mbit|12|both.delay.value: '1mbit': unknown unit
	negative|value: 1ms|value: -1ms|12|both.delay.value: '-1ms': negative
	absurd|value: 1ms|value: 99999999999999999999s|12|both.delay.value: '9{20}s': too big
	too-long|value: 1ms|value: 11s|12|both.delay.value: '11s': out of range; allowed: 0s to 10s
	not-a-number|value: 1ms|value: nanms|12|both.delay.value: 'nanms': not a number with a unit
	wrong-type|value: 1ms|value: [1ms]|12|both.delay.value: a list
	wrong-kind|kind: dedicated|kind: dedicatd|7|kind: 'dedicatd': unknown; allowed: one of dedicated
	word|value: 1500|value: many|10|mtu.value: 'many': not a whole number
	no-rate|value: 1gbit|value: 0gbit|12|both.rate.value: '0gbit': out of range
	loss-above-1|value: 1e-6|value: 1.5|14|both.loss.ratio.value: '1.5': above 1
EOF
refuses_like 125 "$file:[0-9]+:[0-9]+: .*loss.ratio" run "$file" -- true

profile twice 's/^mtu:/kind: hosted\nmtu:/'
refuses_like 2 "$file:[0-9]+:[0-9]+: kind" compare "$file"
profile cut '12,$d'
printf '  queue: "' >>"$file"
refuses_like 2 "$file:1[0-9]:[0-9]+: " compare "$file"
: >"$TMP/files/empty.yaml"
refuses_like 2 "$TMP/files/empty.yaml: empty" compare "$TMP/files/empty.yaml"
truncate -s 100M "$TMP/files/huge.yaml"
refuses 2 "$TMP/files/huge.yaml: 104857600 bytes; a profile has at most 1048576" compare "$TMP/files/huge.yaml"
head -c 1000 /dev/zero >"$TMP/files/zeros.yaml"
refuses_like 2 "$TMP/files/zeros.yaml:1:1: byte 0x00" compare "$TMP/files/zeros.yaml"
mkfifo "$TMP/files/fifo.yaml"
refuses 2 "$TMP/files/fifo.yaml: not a regular file" compare "$TMP/files/fifo.yaml"
refuses 2 "/dev/zero: not a regular file" compare /dev/zero
refuses 2 "/: a directory, not a profile" compare /
refuses 2 "./none.yaml: No such file or directory" compare ./none.yaml
refuses_like 2 "no such profile" compare ''
refuses_like 2 "no such profile" compare "$(head -c 100000 /dev/zero | tr '\0' x)"

# --set.
refuses 2 "--set 'delay': write PROFILE:KEY=VALUE" compare "$link" --set delay
refuses 2 "--set '': write PROFILE:KEY=VALUE" compare "$link" --set ''
refuses_like 2 "'=4ms': not KEY=VALUE" compare "$link" --set =4ms
refuses 2 "--set 'vpn-metro:delay=4ms': 'vpn-metro' is not among the profiles given" \
	compare "$link" --set vpn-metro:delay=4ms
refuses 2 "--set 'dely=4ms': dely: unknown key; did you mean 'delay'?" compare "$link" --set dely=4ms
refuses 125 "--set 'dely=4ms': dely: unknown key; did you mean 'delay'?" run "$link" --set dely=4ms -- true
refuses_like 2 "no unit, write e.g. 10ms" compare "$link" --set delay=4
refuses_like 2 "negative" compare "$link" --set delay=-4ms
refuses_like 2 "loss.ratio: '2': above 1; allowed: 0 to 1" compare "$link" --set loss.ratio=2
refuses_like 2 "loss.ratio: '-1': negative; allowed: 0 to 1" compare "$link" --set loss.ratio=-1
refuses_like 2 "cir: '0mbit': out of range" compare dx-hosted-50m --set cir=0mbit
refuses_like 2 "vpn-metro: .*queue" compare vpn-metro --set queue=1us

# Options.
options() {
	local usage="see 'dxemu $1 --help'"

	refuses 2 "$1: unknown option '--no-such'; $usage" "$@" --no-such
	refuses 2 "$1: unknown option '-z'; $usage" "$@" -z
	refuses 2 "$1: option '--seed' needs a value; $usage" "$@" --seed
	refuses 2 "$1: option '-o' needs a value; $usage" "$@" -o
	refuses 2 "$1: option '--json' takes no value; $usage" "$@" --json=1
	refuses 2 "$1: option '--help' takes no value; $usage" "$@" --help=1
	for word in --see --see=1 '--see 1'; do
		IFS=' ' read -ra words <<<"$word"
		refuses 2 "$1: unknown option '--see'; did you mean '--seed'?; $usage" "$@" "${words[@]}"
	done
	refuses 2 "$1: unknown option '--hel'; did you mean '--help'?; $usage" "$@" --hel
	refuses 2 "$1: unknown option '--w'; did you mean '--world'?; $usage" "$@" --w=virtual
	refuses 2 "$1: --seed: '--js' is not a whole number from 0 to 9223372036854775807; $usage" "$@" --seed --js
	for value in -1 abc 1.5 '' 9223372036854775808 1e3; do
		refuses 2 "$1: --seed: '$value' is not a whole number from 0 to 9223372036854775807; $usage" \
			"$@" --seed "$value"
	done
	for value in 0 -1 abc nan inf '' 1e30 5m; do
		refuses 2 "$1: --budget: '$value' is not a number of seconds above 0; $usage" "$@" --budget "$value"
	done
	refuses 2 "$1: --flows: 1 to 64; $usage" "$@" --flows 0
	refuses_like 2 "$1: --flows: '65' is not" "$@" --flows 65
	refuses 2 "$1: --cc: 'vegas': cubic, reno, bbr or dctcp; $usage" "$@" --cc vegas
	refuses 2 "$1: --world: 'moon': virtual, realtime or host; $usage" "$@" --world moon
	refuses_like 2 "$1: --wall-limit: '0' is not" "$@" --wall-limit 0
}
options compare "$link"
options run "$link"
usage="see 'dxemu run --help'"
refuses 125 "run: unknown option '--no-such'; $usage" run "$link" --no-such -- true
refuses 125 "run: unknown option '--dead'; did you mean '--deadline'?; $usage" run "$link" --dead 1 -- true
refuses 125 "run: --seed: '-1' is not a whole number from 0 to 9223372036854775807; $usage" run --seed -1 "$link" -- true
refuses 125 "run: --deadline: '0' is not a number of seconds above 0; $usage" run "$link" --deadline 0 -- true
refuses 2 "compare: it takes no option '--pcap'; see 'dxemu compare --help'" compare "$link" --pcap x
refuses 2 "compare: it takes no option '-i'; see 'dxemu compare --help'" compare "$link" -qi
refuses 2 "plan: --show-keys and --seed are for --configs; see 'dxemu plan --help'" plan "$link" --seed=3
refuses 2 "profile: unknown option '--s'; did you mean '--set'?; see 'dxemu profile --help'" profile list --s
refuses 2 "doctor: unknown option '--js'; did you mean '--json'?; see 'dxemu doctor --help'" doctor --js
refuses 2 "plan: unknown option '--js'; see 'dxemu plan --help'" plan "$link" --js
refuses 2 "kernel: unknown option '--sou'; did you mean '--source'?; see 'dxemu kernel --help'" kernel build --sou x
refuses 2 "kernel: it takes no option '--json'; see 'dxemu kernel --help'" kernel path --json

# Arguments.
refuses 2 "unknown command 'no-such'; see 'dxemu --help'" no-such
refuses 2 "unknown command ''; see 'dxemu --help'" ''
refuses 2 "unknown command '--no-such'; see 'dxemu --help'" --no-such
refuses 2 "compare: name one profile or more; 'dxemu profile list' shows them; see 'dxemu compare --help'" compare
refuses 2 "compare: it runs no command; 'dxemu run' does; see 'dxemu compare --help'" compare "$link" -- true
one="name one profile; 'dxemu profile list' shows them"
refuses 2 "run: $one; $usage" run
refuses 2 "run: $one; $usage" run "$link" vpn-metro
refuses 125 "run: $one; $usage" run "$link" vpn-metro -- true
refuses 125 "run: $one; $usage" run -- true
refuses 2 "run: '--' wants a command after it; $usage" run "$link" --
refuses 2 "run: --pcap, --deadline and -i want a command after '--'; $usage" run "$link" --pcap x
refuses 2 "run: --pcap, --deadline and -i want a command after '--'; $usage" run "$link" -i
refuses 2 "plan: name one profile, or a lab file; 'dxemu profile list' shows profiles; see 'dxemu plan --help'" plan
refuses 2 "plan: name one profile, or a lab file; 'dxemu profile list' shows profiles; see 'dxemu plan --help'" plan "$link" -- true
refuses 2 "doctor: unexpected argument 'x'; see 'dxemu doctor --help'" doctor x
refuses 2 "kernel: build or path?; see 'dxemu kernel --help'" kernel
sed 's/vlan: 301/vlan: 0/' "$root/labs/transit.yaml" >"$TMP/files/lab.yaml"
refuses_like 2 "$TMP/files/lab.yaml:[0-9]+:11: virtual_interfaces.vif1.vlan: '0': out of range; allowed: 1 to 4094" \
	plan "$TMP/files/lab.yaml"
refuses 2 "plan: a lab takes no --set; its connections have set:; see 'dxemu plan --help'" \
	plan "$root/labs/vpn-only.yaml" --set delay=1ms
refuses 2 "kernel: 'x' is neither build nor path; see 'dxemu kernel --help'" kernel x
refuses 2 "kernel: --source belongs to 'build'; see 'dxemu kernel --help'" kernel path --source x
exits_with "no arguments" 2 "$DXEMU"
is "no arguments: nothing on stdout" "$out" ""
like "no arguments: usage on stderr" "$errout" "usage: dxemu COMMAND"

# Methods: what each of them takes is in tests/unit/test_test_options.c.
method() { refuses 2 "run: $1; $usage" run "$link" "${@:2}"; }
all="tcp, udp, latency, rr, crr, fct, throughput, capacity, policing or path-mtu"
refuses 2 "run: option '--method' needs a value; $usage" run "$link" --method
method "--method: '': $all" --method ''
method "--method: 'iperf': $all" --method iperf
method "--method tcp takes no --rate" --method tcp --rate 10mbit
method "--rate or --pps, not both" --method udp --rate 10mbit --pps 1kpps
method "--method udp wants --rate RATE or --pps RATE" --method udp
for value in 63 9023 x; do
	method "--frame: '$value': 64 to 9022, or imix" --method udp --rate 10mbit --frame "$value"
done
# A frame of B bytes carries a packet of B - 18.
refuses 2 "--frame imix: its frames of 1518 bytes carry packets of 1500 bytes, and the MTU of 'vpn-metro' is 1446; write one size, \
--frame 1464 or less, or leave it out" run vpn-metro --method policing --frame imix
for method in capacity policing "udp --pps 1kpps"; do
	IFS=' ' read -ra words <<<"$method"
	refuses 2 "--frame 1465: such a frame carries a packet of 1447 bytes, and the MTU of 'vpn-metro' is 1446; write --frame 1464 or less" \
		run vpn-metro --method "${words[@]}" --frame 1465
done
method "--background: '200%': above 1" --method tcp --background 200%
method "--direction: 'up': to_vpc, to_onprem or both" --method tcp --direction up
method "--probe-interval: '50us': from 100 to 100000000 us, or 0" --method tcp --probe-interval 50us
method "--interval: '0': no unit, write e.g. 10ms" --method tcp --interval 0
method "--interval: '0s': from 0.001 to 1000000 s" --method tcp --interval 0s
method "--method path-mtu takes no --duration" --method path-mtu --duration 3
method "--method udp takes no --flows" --method udp --rate 10mbit --flows 4
method "--pcap, --deadline and -i want a command after '--'" --method tcp -i
method "--pcap, --deadline and -i want a command after '--'" --method tcp --deadline 5
method "--method takes no --budget, but --duration" --method tcp --budget 6
method "--method rr goes both ways; --direction is of --background" --method rr --direction to_vpc
for option in "--csv x" --json-stream "--rate 10mbit" "--direction both"; do
	IFS=' ' read -ra words <<<"$option"
	method "--direction, --csv and the like go with --method" "${words[@]}"
	refuses 125 "run: --method is for measurements, and wants no command; $usage" run "$link" "${words[@]}" -- true
done
refuses 125 "run: --method is for measurements, and wants no command; $usage" run "$link" --method tcp -- true
refuses 2 "compare: it takes no option '--method'; see 'dxemu compare --help'" compare "$link" --method tcp

# Where its rows are to go.
echo kept >"$TMP/files/file"
echo kept >"$TMP/files/program" && chmod +x "$TMP/files/program"
refuses 2 "--csv '$TMP/files/file': Not a directory" run "$link" --method tcp --csv "$TMP/files/file"
refuses 2 "--csv '$TMP/files/program': Not a directory" run "$link" --method tcp --csv "$TMP/files/program"
is "files are as they were" "$(cat "$TMP/files/file" "$TMP/files/program")" $'kept\nkept'
refuses 2 "--csv '$TMP/no/such': No such file or directory" run "$link" --method tcp --csv "$TMP/no/such"
refuses 2 "--csv '': No such file or directory" run "$link" --method tcp --csv ''
# Not even root makes a file there.
refuses_like 2 "--csv '/sys/x': (Operation not permitted|Permission denied|Read-only file system)" \
	run "$link" --method tcp --csv /sys/x

# Text that cannot be told in a job.
refuses 125 "the command or the environment holds text that is not UTF-8" run "$link" -- echo $'\xff'
is "environment that is not UTF-8" "$(outcome env X=$'\xff' "$DXEMU" run "$link" -- true)" \
	"125||dxemu: the command or the environment holds text that is not UTF-8|"

# More than a frame of the line to the world holds: control characters are six each in a job.
mapfile -t many < <(for ((i = 0; i < 8; i++)); do head -c 100000 /dev/zero | tr '\0' '\1' && echo; done)
is "arguments of 5 MB, as JSON" "$(outcome "$DXEMU" run "$link" -- true "${many[@]}")" \
	"125||dxemu: start a world: job: Argument list too long|"

# A world that does not speak as it should, since anybody inside may write to the line.
# (The formats are for a printf of the world's.)
result() { printf 'DXr\\0\\0%o\\0\\0\\0%s' "${#1}" "$1"; }
speaks() {
	like "the world says $3" \
		"$(outcome "$DXEMU" run "$link" -- sh -c 'printf "$0" >/dev/ttyS0; sleep 9' "$3")" "^$1\|$2\|\$"
}
wrong="\|dxemu: line to the world: Protocol error"
speaks 3 "\|" "$(result '{"status":3}')"
speaks 3 "\|" "$(result '{"status":3}')DXo\\0\\04\\0\\0\\0late"
speaks 3 "\|" "$(result '{"status":3}')DXx\\0\\02\\0\\0\\0{}"
speaks 125 "$wrong" "$(result '{"status":300}')"
speaks 125 "$wrong" "$(result '{"status":-1}')"
speaks 125 "$wrong" "$(result '{}')"
speaks 125 "$wrong" "DXr\\0\\377\\377\\377\\377"
speaks 125 "$wrong" "some text"
speaks 125 "\|dxemu: the world sent an error that cannot be read" "DXx\\0\\02\\0\\0\\0{}"

# Kernels.
kernel() { is "$1" "$(outcome env "${@:3}")" "$2|"; }
none="DXEMU_KERNEL is '/no/such': No such file or directory"
kernel "missing kernel" "3||dxemu: $none" DXEMU_KERNEL=/no/such "$DXEMU" compare "$link"
kernel "missing kernel, command" "125||dxemu: $none" DXEMU_KERNEL=/no/such "$DXEMU" run "$link" -- true
kernel "kernel is not executable" "3||dxemu: DXEMU_KERNEL is '/etc/passwd': Permission denied" \
	DXEMU_KERNEL=/etc/passwd "$DXEMU" compare "$link"
kernel "kernel is a directory" "3||dxemu: DXEMU_KERNEL is '/': Is a directory" DXEMU_KERNEL=/ "$DXEMU" compare "$link"
like "kernel is another program" "$(outcome env DXEMU_KERNEL=/bin/true "$DXEMU" run "$link" --no-verify -- true)" \
	"^125\|\|dxemu: the world ended without a result[^"$'\n'"]*\|\$"
ended="the world ended without a result; its kernel, $("$DXEMU" kernel path)"
like "init that is no program" "$(outcome env DXEMU_INIT=/etc/passwd "$DXEMU" run "$link" --no-verify -- true)" \
	"^125\|\|dxemu: $ended, said last: Kernel panic - not syncing: Requested init [^ ]+ failed \(error -13\)\.\|\$"
kernel "init that ends" "125||dxemu: $ended, said last: Kernel panic - not syncing: \
Attempted to kill init! exitcode=0x00000000" DXEMU_INIT=/bin/true "$DXEMU" run "$link" --no-verify -- true
like "unreadable cache" "$(outcome env -u DXEMU_KERNEL XDG_CACHE_HOME=/dev/null "$DXEMU" compare "$link")" \
	"^3\|\|dxemu: world's kernel: /dev/null/dxemu: Not a directory; set HOME, XDG_CACHE_HOME or DXEMU_KERNEL\|\$"
like "empty cache" "$(outcome env -u DXEMU_KERNEL XDG_CACHE_HOME="$TMP/files" "$DXEMU" compare "$link")" \
	"^3\|\|dxemu: no kernel for worlds in $TMP/files/dxemu \(linux-\*-[0-9a-f]{12}\); build it with [^"$'\n'"]*\|\$"
kernel "no home" "3||dxemu: no place to look for the world's kernel: set HOME, XDG_CACHE_HOME or DXEMU_KERNEL" \
	-u DXEMU_KERNEL -u HOME -u XDG_CACHE_HOME "$DXEMU" compare "$link"

done_testing
