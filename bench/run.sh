#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What the emulator costs: dxemu's own TCP load and iperf3, one flow each over the whole lab (host, router, a,
# z, router, host), at 1 and 10 Gbit/s, with super-packets and frame by frame; and what a boot costs.
#
# Each figure is the difference between two runs of the same command, one of which lasts longer in the world's
# time: boot, set-up and TCP's ramp are in both and fall out. The commands take turns, and the cheapest of
# several runs counts, since whatever else a machine does only ever adds.
set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C

default_rounds=3 default_seconds=1
ramp=1       # s; whole seconds, as iperf3 -t wants them
dxemu_span=5 # times as long as iperf3, which costs that much more

usage() {
	cat <<-END
	usage: bench/run.sh [-n ROUNDS] [-t SECONDS]

	  -n ROUNDS    how often to measure each cell (default $default_rounds); iperf3 at 10 Gbit/s frame by frame, which
	               takes minutes, is measured once
	  -t SECONDS   of the world's time after a ramp of $ramp s, for iperf3; $dxemu_span times that for dxemu (default $default_seconds)

	\$DXEMU and \$BUILD say which program and which archives (default ./dxemu and build).
	END
}

rounds=$default_rounds seconds=$default_seconds
while getopts n:t:h opt; do
	case $opt in
	n) rounds=$OPTARG ;;
	t) seconds=$OPTARG ;;
	h) usage && exit 0 ;;
	*) usage >&2 && exit 2 ;;
	esac
done
shift $((OPTIND - 1))
if (($#)) || [[ ! $rounds =~ ^[1-9][0-9]*$ || ! $seconds =~ ^[1-9][0-9]*$ ]]; then
	usage >&2
	exit 2
fi

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/lib.sh"
need ethtool iperf3 jq
alone

: "${BUILD:=build}"
cc -std=gnu17 -D_GNU_SOURCE -I. -O2 -o "$tmp/bulk" bench/bulk.c "$BUILD"/lib{traffic,netns,model,base}.a -lbsd -lm
cc -std=gnu17 -D_GNU_SOURCE -O2 -o "$tmp/poweroff" bench/poweroff.c

# Lets super-packets through wherever a lab cuts them to frames, then becomes its arguments.
cat >"$tmp/super" <<'END'
#!/bin/sh
for at in onprem/e0 cgw/e1 vgw/e0 vpc/e0; do
	ip netns exec "${at%/*}" ethtool -K "${at#*/}" tso on tx-udp-segmentation on || exit
done
exec "$@"
END
chmod 755 "$tmp/super"

# transfer TOOL RATE MODE: runs it for the ramp alone and for longer.
transfer() {
	local length span command

	for length in short long; do
		span=$ramp
		[[ $length == short ]] || span=$((ramp + $(span_of "$1")))
		command=(iperf3 -c vpc -t "$span" -J)
		[[ $1 == iperf3 ]] || command=("$tmp/bulk" "$span")
		[[ $3 == frames ]] || command=("$tmp/super" "${command[@]}")
		cost "$tmp/$1-$2-$3-$length" "$DXEMU" run "dx-dedicated-$2" --set loss.ratio=0 -- "${command[@]}"
		# In virtual time every run delivers the same, but for what iperf3 draws by lot.
		jq '.end?.sum_received.bytes // .' "$tmp/out" >"$tmp/$1-$2-$3-$length.bytes"
	done
}

span_of() { [[ $1 == iperf3 ]] && echo "$seconds" || echo $((dxemu_span * seconds)); }

# middle FILE COLUMN: of all runs.
middle() { sort -g -k "$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)] }'; }

# difference TOOL-RATE-MODE COLUMN: long less short.
difference() { awk -v a="$(least "$tmp/$1-long" "$2")" -v b="$(least "$tmp/$1-short" "$2")" 'BEGIN { print a - b }'; }
delivered() { echo $(($(<"$tmp/$1-long.bytes") - $(<"$tmp/$1-short.bytes"))); }

boot() {
	local kernel=$1

	# Without a launcher: the kernel's memory and directory are where ours are.
	mkdir -p "$tmp/uml"
	cost "$tmp/boot" env TMPDIR="${TMPDIR:-/dev/shm}" "$kernel" mem=1024M root=/dev/root rootfstype=hostfs \
		rootflags=/ ro init="$tmp/poweroff" quiet con=null ssl=null initcall_blacklist=jent_mod_init \
		ipv6.disable=1 time-travel=inf-cpu uml_dir="$tmp/uml/"
	cost "$tmp/unchecked" "$DXEMU" run dx-dedicated-1g --no-verify -- true
	cost "$tmp/checked" "$DXEMU" run dx-dedicated-1g -- true
}

row() {
	local rate=$1 mode=$2 title=$3 aim=$4 d=dxemu-$1-$2 i=iperf3-$1-$2

	awk -v title="$title" -v aim="$aim" \
		-v dc="$(difference "$d" 2)" -v db="$(delivered "$d")" -v dw="$(difference "$d" 1)" -v ds="$(span_of dxemu)" \
		-v ic="$(difference "$i" 2)" -v ib="$(delivered "$i")" -v iw="$(difference "$i" 1)" -v is="$(span_of iperf3)" '
		BEGIN {
			d = dc / db * 1e9
			i = ic / ib * 1e9
			printf "%-24s %6.2f %7.2f %8.2f %8.2f %7.1f x %9.2f %8.2f%s\n", title, db * 8e-9 / ds, ib * 8e-9 / is,
				d, i, i / d, dw / ds, iw / is, aim
		}'
}

kernel=$("$DXEMU" kernel path)
for ((round = 1; round <= rounds; round++)); do
	for rate in 1g 10g; do
		for mode in super frames; do
			transfer dxemu "$rate" "$mode"
			[[ $rate-$mode != 10g-frames || $round == 1 ]] || continue
			transfer iperf3 "$rate" "$mode"
		done
	done
	for ((i = 0; i < 5; i++)); do
		boot "$kernel"
	done
done
say ''

cat <<END
one TCP flow over dx-dedicated-1g and -10g, loss 0, after $ramp s of ramp: dxemu $(span_of dxemu) s, iperf3 $(span_of iperf3) s of the world's time;
cheapest of $rounds (iperf3 at 10 Gbit/s frame by frame: of 1); at least 5 times cheaper than iperf3 is wanted

                              Gbit/s          CPU s per GB                wall s per virtual s
                          dxemu  iperf3    dxemu   iperf3     ratio     dxemu   iperf3   wanted of dxemu
END
row 1g super ' 1 Gbit/s, super-packets' ''
row 1g frames ' 1 Gbit/s, frames' ''
row 10g super '10 Gbit/s, super-packets' ''
row 10g frames '10 Gbit/s, frames' '   5, better 2.5'
cat <<END

boot to power-off, median of $((5 * rounds)), wall s (at most 0.25 wanted):
  the kernel alone                                  $(middle "$tmp/boot" 1)
  dxemu run dx-dedicated-1g --no-verify -- true     $(middle "$tmp/unchecked" 1)
  dxemu run dx-dedicated-1g -- true (three worlds)  $(middle "$tmp/checked" 1)
END
