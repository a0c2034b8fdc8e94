#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Loss: within the 99 % interval, which is 2.576 / 4.892 of the certificate's.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

losses=(1e-3 0.2)
short || losses=(1e-5 3e-5 1e-4 1e-3 0.01 0.05 0.1 0.2)
cases=()
for loss in "${losses[@]}"; do
	cases+=("dx-dedicated-1g jitter.scale=0us loss.ratio=$loss")
done
links verify "" "${cases[@]}"
loss_within() {
	is_num_within "loss ${losses[i]} $dir: ratio" "$got" "$asked" \
		"$(calc "2.576 / 4.892 * ($(row "$i" "$dir" "loss ratio" '.tolerance[1] - .tolerance[0]')) / 2")"
}
for i in "${!losses[@]}"; do
	each "$i" "loss ratio" loss_within
done

done_testing
