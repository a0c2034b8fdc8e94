#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Losses come from the seed alone, not from what the kernel's own random numbers happen to be: twice in the same kernel,
# which goes on drawing, the same link loses the same packets, and with another seed others.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
need ping

# On the kernel at hand, which is that of a virtual world (see host.t): the sequence numbers that came back.
cat >"$TMP/inside" <<'EOF'
for seed in 7 7 8; do
	came=$("$1" run --world host dx-dedicated-1g --set loss.ratio=0.3 --seed $seed -- ping -n -c 60 -i 0.02 -W 1 vpc |
		sed -nE 's/.* icmp_seq=([0-9]+) .*/\1/p')
	echo $came
done
EOF
exits_with "the same link three times" 0 dx run dx-dedicated-1g -- sh "$TMP/inside" "${DXEMU_INIT:-$DXEMU}"
{ read -r first && read -r second && read -r other; } <<<"$out"
ok "some are lost, some are not ($(wc -w <<<"$first") of 60)" test "$(wc -w <<<"$first")" -gt 10 -a "$(wc -w <<<"$first")" -lt 50
is "the same seed: the same ones" "$second" "$first"
ok "another seed: others" test "$other" != "$first"

done_testing
