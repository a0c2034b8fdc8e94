#!/bin/bash
# SPDX-License-Identifier: ISC
#
# dxemu's figures beside those of iperf3, ping, irtt and sockperf, in worlds with the same link and seed; and what each
# costs there. Costs are CPU seconds of the launcher and all that ran in the world, less those of a world in which
# nothing ran. See bench/README.md.
set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C

usage() {
	cat <<-END
	usage: bench/traffic.sh [tcp|rtt|udp|probes|small]...

	  tcp     goodput beside iperf3's, and CPU seconds per gigabyte; most of the time goes into iperf3 at 10 Gbit/s
	  rtt     round trips beside those of ping and irtt
	  udp     loss at 125 % of a policed rate beside iperf3's
	  probes  what a probe costs, beside irtt and sockperf
	  small   1,000,000 frames of 64 bytes in 1 s

	All of them if none is named. Exit status: 0 every criterion is met, 1 one is missed,
	2 wrong usage, 3 a program is missing, 4 a run failed or did not print what was asked.
	\$BENCH_S seconds of the world's time for TCP (default 10; at 10 Gbit/s iperf3 takes a minute of CPU time for each);
	what is allowed is meant for 3 or more.
	\$DXEMU says which program (default ./dxemu).
	END
}

while getopts h opt; do
	case $opt in
	h) usage && exit 0 ;;
	*) usage >&2 && exit 2 ;;
	esac
done
shift $((OPTIND - 1))
(($#)) || set -- tcp rtt udp probes small
for section; do
	[[ $section =~ ^(tcp|rtt|udp|probes|small)$ ]] || { usage >&2 && exit 2; }
done
[[ ${BENCH_S:-1} =~ ^[1-9][0-9]*$ ]] || { usage >&2 && exit 2; }

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/lib.sh"
need iperf3 irtt jq ping sockperf tc

still=(--no-verify --set loss.ratio=0 --set jitter.scale=0us)
mss=1448 wire=1542 # bytes of a full segment, and of its frame with preamble, gap and one tag
missed=0

calc() { awk "BEGIN { printf \"%.12g\", $* }"; }
result() {
	jq -er "$1" "$tmp/out" || {
		printf 'bench: no %s in what it printed\n' "$1" >&2
		exit 4
	}
}
# figure TABLE KEY: of the first row of a method's table.
figure() { result ".links[0] | (.test // .methods[0]).tables.$1[0].$2"; }

# heading TITLE FOUR-COLUMNS... ALLOWED
heading() {
	say ''
	printf '\n%-46s %10s %10s %10s %12s %11s\n' "$@"
}

# judge TITLE DECIMALS EXPECTED OURS OTHER ALLOWED UNIT: OURS against OTHER, in % of it or in another unit. EXPECTED is
# '-' where no arithmetic tells it.
judge() {
	say ''
	awk -v title="$1" -v decimals="$2" -v expected="$3" -v ours="$4" -v other="$5" -v allowed="$6" -v unit="$7" '
		function shown(v) { return v == "-" ? v : sprintf("%.*f", decimals, v) }
		BEGIN {
			difference = unit == "%" ? (ours / other - 1) * 100 : ours - other
			ok = difference <= allowed && -difference <= allowed
			printf "%-46s %10s %10s %10s %12s %11s  %s\n", title, shown(expected), shown(ours), shown(other),
				sprintf("%+.*f %s", unit == "%" ? 3 : decimals, difference, unit), allowed " " unit,
				ok ? "ok" : "NOT ok"
			exit !ok
		}' || missed=1
}

# cheaper TITLE OURS OTHER FACTOR: how many times less than OTHER, and FACTOR times at least.
cheaper() {
	say ''
	awk -v title="$1" -v ours="$2" -v other="$3" -v factor="$4" '
		BEGIN {
			ok = ours > 0 && other / ours >= factor
			printf "%-46s %10s %10.3f %10.3f %10.1f x %9s x  %s\n", title, "", ours, other, other / ours, factor,
				ok ? "ok" : "NOT ok"
			exit !ok
		}' || missed=1
}

# cpu_of NAME WORLDS: CPU s of the run of that name, less so many empty worlds.
cpu_of() { calc "$(least "$tmp/$1" 2) - $2 * $empty"; }

# tcp_at MBIT SECONDS PROFILE SETTING...: keeps both documents for the costs.
tcp_at() {
	local rate=$1 seconds=$2 link=("$3" "${still[@]}" "${@:4}") ours theirs

	cost "$tmp/dxemu-$rate" "$DXEMU" run "${link[@]}" --duration "$seconds" --flows 1 --json --quiet
	ours=$(result '.links[0].measured.goodput_bps.to_vpc / 1e6')
	mv "$tmp/out" "$tmp/dxemu-$rate.json"
	cost "$tmp/iperf3-$rate" "$DXEMU" run "${link[@]}" -- iperf3 -c vpc -t "$seconds" -O 1 --json
	theirs=$(result '.end.sum_received.bits_per_second / 1e6')
	mv "$tmp/out" "$tmp/iperf3-$rate.json"
	# The kernel's time of a frame is cut to whole nanoseconds.
	judge "  $rate Mbit/s, $seconds s" 2 "$(calc "8e3 * $mss / int(8e3 * $wire / $rate)")" "$ours" "$theirs" 0.5 %
}

# Of dxemu: three worlds with probes in all, and only the bytes after the ramp. Of iperf3: all its bytes.
tcp_cost() {
	local rate=$1 ours theirs

	ours=$(jq '[.links[0].measured.phases[].tcp.bytes // 0] | add' "$tmp/dxemu-$rate.json")
	theirs=$(jq '[.intervals[].sum.bytes] | add' "$tmp/iperf3-$rate.json")
	ours=$(calc "1e9 / $ours * ($(cpu_of "dxemu-$rate" 3))")
	theirs=$(calc "1e9 / $theirs * ($(cpu_of "iperf3-$rate" 1))")
	cheaper "  TCP at $rate Mbit/s" "$ours" "$theirs" 5
}

tcp() {
	heading 'TCP goodput, Mbit/s' expected dxemu iperf3 difference allowed
	tcp_at 100 "${BENCH_S:-10}" dx-dedicated-1g --set rate=100mbit
	tcp_at 1000 "${BENCH_S:-10}" dx-dedicated-1g
	tcp_at 10000 "${BENCH_S:-10}" dx-dedicated-10g
	heading 'CPU s per gigabyte, frame by frame' '' dxemu iperf3 ratio wanted
	tcp_cost 1000
	tcp_cost 10000
}

# In a world a sleep ends when nobody has anything left to do: by then the server listens.
# shellcheck disable=SC2016 # expanded in the world
with_irtt='ip netns exec vpc irtt server -i 0 -d 0 -b 10.0.1.10 >/dev/null & sleep 0.1; exec irtt client -i 1ms "$@" vpc'
# shellcheck disable=SC2016
with_sockperf='ip netns exec vpc sockperf server -i 10.0.1.10 >/dev/null & sleep 0.1
exec sockperf ping-pong --no-rdtsc --full-rtt -i 10.0.1.10 -m 64 "$@"'

# rtt_at TITLE EXPECTED SETTING...: at 0.8 ms, since ping has whole microseconds below 1 ms.
rtt_at() {
	local title=$1 expected=$2 link=(dx-dedicated-1g "${still[@]}" --set delay=0.4ms "${@:3}") ours theirs

	cost "$tmp/rtt" "$DXEMU" run "${link[@]}" --duration 10 --flows 1 --json --quiet
	ours=$(result '.links[0].measured.rtt_us.idle.p50')
	cost "$tmp/rtt" "$DXEMU" run "${link[@]}" -- ping -i 0.02 -c 500 vpc
	theirs=$(sed -n 's/.* time=\([0-9.]*\) ms$/\1/p' "$tmp/out" | sort -g |
		awk '{ v[NR] = $1 } END { print 1e3 * v[int((NR + 1) / 2)] }')
	judge "  $title; other: ping" 1 "$expected" "$ours" "$theirs" 10 us
	cost "$tmp/rtt" "$DXEMU" run "${link[@]}" -- sh -c "$with_irtt" sh -d 10s -q -o -
	theirs=$(result '.stats.rtt.median / 1e3')
	judge "  $title; other: irtt" 1 "$expected" "$ours" "$theirs" 20 us
}

rtt() {
	heading 'median round trip, idle, us' expected dxemu other difference allowed
	rtt_at 'no jitter' 800
	# Soon forgotten, so that medians of 10 s differ little by chance: by 3 us for 500 pings.
	rtt_at 'jitter of 50 us' - --set jitter.shape=half-normal --set jitter.scale=50us --set jitter.correlation=5ms
}

# lost_of SENT: % of the frames of 10 s, each of 1522 bytes with its tag, that find no room in a bucket of 250 kB that fills
# at 200 Mbit/s.
lost_of() { calc "100 * (1 - (200e6 / 8 * 10 + 250e3) / 1522 / $1)"; }

udp() {
	local link=(dx-hosted-200m --no-verify --set loss.ratio=0) expected ours theirs counted sent

	# iperf3 counts payload, dxemu frames with their tag: 1472 of 1522 bytes.
	# shellcheck disable=SC2016
	cost "$tmp/udp" "$DXEMU" run "${link[@]}" -- sh -c 'iperf3 -u -c vpc -b "$1" -l 1472 -t 10 --json &&
		tc -n a -s -j filter show dev e0 ingress' sh $((250000000 * 1472 / 1522))
	sent=$(jq -s '.[0].end.sum.packets' "$tmp/out")
	expected=$(lost_of "$sent")
	theirs=$(jq -s '.[0].end.sum.lost_percent' "$tmp/out")
	counted=$(jq -s '[.[1][].options.actions[]? | select(.kind == "police") | .stats.drops] | add' "$tmp/out")
	heading 'UDP loss at 125 % of a policed rate, %' expected iperf3 kernel difference allowed
	judge "  iperf3; the policer's own count" 3 "$expected" "$theirs" "$(calc "100 * $counted / $sent")" 0.05 points

	heading '' expected dxemu iperf3 difference allowed
	# Without probes, which would take their part of the bucket: 0.3 points.
	cost "$tmp/udp" "$DXEMU" run "${link[@]}" --method udp --direction to_vpc --rate 250mbit --frame 1518 \
		--duration 10 --probe-interval 0 --json --quiet
	sent=$(figure udp sent)
	ours=$(calc "100 * $(figure udp lost) / $sent")
	expected=$(lost_of "$sent")
	judge '  dxemu' 3 "$expected" "$ours" "$theirs" 0.05 points
}

probes() {
	local link=(dx-dedicated-1g "${still[@]}") ours theirs sent

	heading 'CPU ms per probe there and back' '' dxemu other ratio wanted
	cost "$tmp/probes" "$DXEMU" run "${link[@]}" --method latency --duration 60 --json --quiet
	sent=$(figure probes sent)
	ours=$(calc "1e3 * ($(cpu_of probes 1)) / $sent")
	cost "$tmp/irtt" "$DXEMU" run "${link[@]}" -- sh -c "$with_irtt" sh -d 60s -q
	sent=$(sed -n 's,.*packets sent/received: \([0-9]*\)/.*,\1,p' "$tmp/out")
	theirs=$(calc "1e3 * ($(cpu_of irtt 1)) / $sent")
	cheaper "  irtt, every 1 ms, $sent in 60 s" "$ours" "$theirs" 2
	# Its under-load mode, with a rate, ends with an error in a world; this one sends when the last is back, every 2 ms.
	# It takes memory for as many as --mps allows, which is by default more than a world has.
	cost "$tmp/sockperf" "$DXEMU" run "${link[@]}" -- sh -c "$with_sockperf" sh --mps=10000 -t 120
	sent=$(sed -n 's,.*Total Run.*SentMessages=\([0-9]*\);.*,\1,p' "$tmp/out")
	theirs=$(calc "1e3 * ($(cpu_of sockperf 1)) / $sent")
	cheaper "  sockperf ping-pong, $sent in 120 s" "$ours" "$theirs" 1
}

small() {
	local received

	heading '1,000,000 frames of 64 bytes in 1 s' expected dxemu offered difference allowed
	for _ in 1 2 3; do
		cost "$tmp/small" "$DXEMU" run dx-dedicated-10g "${still[@]}" --method udp --direction to_vpc --pps 1mpps \
			--frame 64 --duration 1 --json --quiet
	done
	received=$(figure udp received)
	judge '  arrived' 0 1000000 "$received" 1000000 0.1 %
	heading '' '' dxemu 'at most' ratio wanted
	cheaper '  wall s, least of 3' "$(least "$tmp/small" 1)" 10 1
}

alone
for _ in 1 2 3 4 5; do
	cost "$tmp/empty" "$DXEMU" run dx-dedicated-1g "${still[@]}" -- true
done
empty=$(least "$tmp/empty" 2)
echo 'dxemu beside other programs, in worlds with the same link and seed; costs less those of an empty world'
for section; do
	case $section in
	tcp) tcp ;;
	rtt) rtt ;;
	udp) udp ;;
	probes) probes ;;
	small) small ;;
	esac
done
exit "$missed"
