# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# How exactly a link is what was asked for, over the range of each parameter. What `dxemu verify` measured is held
# against tighter bounds here than a certificate's. With ACCURACY=short (in `make test`) a few points and samples of each;
# otherwise (`make accuracy`) some minutes.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need jq

short() { [[ ${ACCURACY:-} = short ]]; }
short || DX_DEADLINE=3600

# row LINK DIRECTION QUANTITY FILTER: of the certificate in $out.
row() {
	json - ".links[$1].verification[] | select(.direction == \"$2\" and .quantity == \"$3\") | $4"
}

# each LINK QUANTITY TEST...: runs TEST for both directions, with the direction, the configured and the measured value in
# $dir, $asked and $got.
each() {
	for dir in to_vpc to_onprem; do
		asked=$(row "$1" "$dir" "$2" .configured)
		got=$(row "$1" "$dir" "$2" .measured)
		"${@:3}"
	done
}

# Nothing but what is swept.
quiet="jitter.scale=0us loss.ratio=0"
