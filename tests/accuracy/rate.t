#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Rate: frames take whole nanoseconds, cut; so the oracle is 8 W / floor(8e9 W / R) ns.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

rates=("1mbit 0.1%" "1gbit 0.1%" "10gbit 0.1%")
short || rates=("100kbit 0.1%" "1mbit 0.1%" "10mbit 0.1%" "50mbit 0.1%" "100mbit 0.1%" "333mbit 0.1%" "1gbit 0.1%"
	"2500mbit 0.1%" "10gbit 0.1%" "25gbit 1%" "100gbit 1%" "400gbit 3%")
# A hundred frames, or a millisecond where these are gone within the grain of a stamp.
queue_for() {
	case $1 in
	*gbit) echo queue=1ms ;;
	*) echo queue_frames=100 ;;
	esac
}
cases=()
for rate in "${rates[@]}"; do
	cases+=("dx-dedicated-1g $quiet rate=${rate% *} $(queue_for "${rate% *}")")
done
links verify "" "${cases[@]}"
rate_within() {
	is_num_within "rate ${rates[i]% *} $dir: bit/s" "$got" "$asked" "${rates[i]#* }"
	is_num_within "rate ${rates[i]% *} $dir: as whole nanoseconds have it" "$got" \
		"$(calc "8e9 * 1542 / int(8e9 * 1542 / $asked)")" 0.01%
}
depth_within() { is_num_within "rate ${rates[i]% *} $dir: queue, frames" "$got" "$asked" "$1"; }
for i in "${!rates[@]}"; do
	each "$i" rate rate_within
	# Stamps are a microsecond late: so many frames at the highest rates.
	each "$i" "queue depth" depth_within "$(calc "1 + $(row "$i" to_vpc rate .configured) / 8 / 1542 / 1e6")"
done

done_testing
