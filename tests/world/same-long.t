#!/bin/bash
# SPDX-License-Identifier: ISC
#
# One seed, one world, however long it runs: what a kernel does now and then, it does at the same times.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need jq ping

# document FILE: without what may differ.
document() { jq -S 'del(.world.wall_s)' "$1"; }

# Losses and deep queues make every difference of a nanosecond last.
long=(compare dx-dedicated-1g --set delay=200ms --set rate=20mbit --set queue=500ms --set loss.ratio=1e-3 --duration 1)
for i in 1 2 3; do
	exits_with "a long ramp, $i" 0 dx "${long[@]}" --json
	printf '%s\n' "$out" >"$TMP/long.$i"
	[[ $i = 1 ]] || ok "the same, $i" diff <(document "$TMP/long.1") <(document "$TMP/long.$i")
done

# All that a kernel counts is the same after a minute, and what it gives to those who ask for random numbers, wherever
# dxemu is and whatever it has inherited.
cp "$DXEMU" "$TMP/elsewhere"
counted='ping -q -i 0.02 -c 3000 vpc; cat /proc/uptime /proc/stat /proc/interrupts /proc/softirqs; od -N 32 /dev/urandom'
exits_with "a minute of pings" 0 dx run dx-dedicated-1g -- sh -c "$counted"
printf '%s\n' "$out" >"$TMP/counted"
exits_with "the same from elsewhere" 0 env "$TMP/elsewhere" run dx-dedicated-1g -- sh -c "$counted" 7<"$TMP/counted"
ok "the kernel's counters and random numbers" diff "$TMP/counted" - <<<"$out"
exits_with "random numbers of another seed" 0 dx run dx-dedicated-1g --seed 2 -- od -N 32 /dev/urandom
ok "others" bash -c '! grep -qF "$1" "$2"' - "$(head -1 <<<"$out")" "$TMP/counted"

done_testing
