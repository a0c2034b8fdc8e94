#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Policer: never more than the rate for the time and the burst.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

policers=("50mbit 64kB" "1gbit 1MB")
short || policers+=("200mbit 250kB" "500mbit 3MB" "10gbit 12500kB" "25gbit 31MB")
cases=()
for policer in "${policers[@]}"; do
	cases+=("dx-hosted-200m $quiet cir=${policer% *} burst=${policer#* }")
done
links verify "" "${cases[@]}"
burst_within() {
	local rate

	# A frame less may be all that fits; a microsecond's worth is the grain of the stamps; and the bucket is kept in
	# time, of which a frame takes whole nanoseconds, cut.
	rate=$(row "$i" to_vpc rate .configured)
	is_num_within "policer ${policers[i]} $dir: burst in bytes" "$got" "$(calc "$asked - 761")" \
		"$(calc "761 + $rate / 8e6 + $asked * (8e9 * 1522 / $rate / int(8e9 * 1522 / $rate) - 1)")"
}
cir_within() { is_num_within "policer ${policers[i]} $dir: rate" "$got" "$asked" 0.1%; }
for i in "${!policers[@]}"; do
	each "$i" burst burst_within
	each "$i" rate cir_within
done

done_testing
