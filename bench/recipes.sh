#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The same link asked of dxemu and of three recipes that people use, each in a world of its own and measured by the same
# programs, none of which is dxemu's: what was asked for beside what came out. See bench/recipes/inside.sh.
set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C

usage() {
	cat <<-END
	usage: bench/recipes.sh [50m|1g]...

	One table per link, "!" behind what is further from what was asked for than the row allows. Takes some minutes.
	\$DXEMU says which program (default ./dxemu).
	END
}

declare -A title asked
title[50m]='50 Mbit/s, 20 ms +- 3 ms (normal), 0.1 % loss, queue of 50 ms'
asked[50m]='50 20 3 0.1 50'
title[1g]='1 Gbit/s, 35 ms, no jitter, no loss, queue of 50 ms'
asked[1g]='1000 35 0 0 50'

# How long to measure, in s of the world's time: idle, half loaded, overloaded, TCP and its ramp.
declare -A spans=([50m]='200 60 10 60 5' [1g]='10 2 2 3 5')

# name of a figure | row | asked | allowed, in its unit. Where there is jitter, dxemu's has as many independent values as
# there are correlation times, and what is allowed holds three standard errors.
#
# TCP: where loss limits it, CUBIC's response function (in its region of Reno's, and as tests/world/response.t has
# it: 1.04 (3 / (2 p))^(1/2) segments per round trip); where the rate does, its part of a frame.
declare -A rows
rows[50m]='
idle_mean|delay, idle: mean, ms|20.015|0.5
idle_sd|  standard deviation, ms|3|0.3
load_mean|delay at 50 % load: mean, ms|20.07|0.6
load_sd|  standard deviation, ms|3|0.5
reordered|reordered at 50 % load, %|0|0
loss|lost at 50 % load, %|0.1|0.03
wire|wire rate when overloaded, Mbit/s|49.95|0.1
queue|queue when overloaded, ms|50|1.5
goodput|one TCP flow, Mbit/s|11.66|2.3
packet|  its packets, mean bytes|1514|15'
rows[1g]='
idle_mean|delay, idle: mean, ms|35.001|0.01
idle_sd|  standard deviation, ms|0|0.01
load_mean|delay at 50 % load: mean, ms|35.004|0.01
load_sd|  standard deviation, ms|0|0.01
reordered|reordered at 50 % load, %|0|0
loss|lost at 50 % load, %|0|0
wire|wire rate when overloaded, Mbit/s|1000|1
queue|queue when overloaded, ms|50|0.5
goodput|one TCP flow, Mbit/s|939.0|10
tcp_queue|  the deepest queue it makes, ms|50|2
packet|  its packets, mean bytes|1514|15'

recipes=(dxemu netem mininet patchbay)

while getopts h opt; do
	case $opt in
	h) usage && exit 0 ;;
	*) usage >&2 && exit 2 ;;
	esac
done
shift $((OPTIND - 1))
(($#)) || set -- 50m 1g
for link; do
	[[ ${title[$link]:-} ]] || { usage >&2 && exit 2; }
done

cd "$(dirname "$(readlink -f "$0")")/.."
: "${DXEMU:=./dxemu}"
for tool in ethtool iperf3 jq perl tc tcpdump; do
	PATH=$PATH:/usr/sbin:/sbin command -v "$tool" >/dev/null || {
		printf 'recipes: %s is missing\n' "$tool" >&2
		exit 3
	}
done

tmp=$(mktemp -d "${TMPDIR:-/tmp}/dxemu-recipes.XXXXXXXX")
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp" # worlds started by root run as another user
cp bench/recipes/* "$tmp"
say() { [[ ! -t 2 ]] || printf '\r\033[K%s' "$*" >&2; }

# measure LINK RECIPE: into $tmp/LINK.RECIPE.
measure() {
	local rate delay jitter loss queue settings

	say "recipes: $1 by $2"
	read -r rate delay jitter loss queue <<<"${asked[$1]}"
	settings=(rate=10gbit delay=0ms jitter.scale=0us loss.ratio=0)
	if [[ $2 == dxemu ]]; then
		settings=("rate=${rate}mbit" "delay=${delay}ms" jitter.shape=normal "jitter.scale=${jitter}ms"
			"loss.ratio=$loss%" "queue=${queue}ms")
	fi
	read -ra spans_of <<<"${spans[$1]}"
	"$DXEMU" run dx-dedicated-10g "${settings[@]/#/--set=}" --deadline 3600 -- \
		bash "$tmp/inside.sh" "$2" "$rate" "$delay" "$jitter" "$loss" "$queue" "${spans_of[@]}" \
		>"$tmp/$1.$2" 2>"$tmp/said" </dev/null || {
		cat "$tmp/said" >&2
		exit 4
	}
}

# table LINK
table() {
	awk -v title="${title[$1]}" -v rows="${rows[$1]}" -v columns="${recipes[*]}" -v stem="$tmp/$1." '
		function shown(v, wanted) {
			return sprintf(wanted >= 1000 ? "%.0f" : wanted >= 100 ? "%.1f" : wanted >= 1 || v >= 10 ? "%.2f" : v == 0 ? "0" : "%.3f", v)
		}
		BEGIN {
			n = split(columns, column, " ")
			printf "%s\n\n%-36s %9s %8s", title, "", "asked", "allowed"
			for (c = 1; c <= n; c++) {
				printf " %10s ", column[c]
				while ((getline line < (stem column[c])) > 0) {
					split(line, part, " ")
					got[c, part[1]] = part[2]
				}
				got[c, "queue"] = got[c, "overload_p50"] - got[c, "idle_p50"]
				got[c, "tcp_queue"] = got[c, "tcp_max"] - got[c, "idle_p50"]
			}
			print ""
			m = split(rows, row, "\n")
			for (r = 1; r <= m; r++) {
				if (row[r] == "")
					continue
				split(row[r], part, "|")
				printf "%-36s %9s %8s", part[2], part[3], part[4]
				for (c = 1; c <= n; c++) {
					v = got[c, part[1]]
					off = v - part[3]
					printf " %10s%s", shown(v, part[3]), (off > part[4] || -off > part[4]) ? "!" : " "
				}
				print ""
			}
			print ""
		}'
}

for link; do
	for recipe in "${recipes[@]}"; do
		measure "$link" "$recipe"
	done
	say ''
	table "$link"
done
