#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `dxemu run -i`: a virtual world gets all of standard input before it starts, one in real time as it comes.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"

link=dx-dedicated-1g
input() { "$@" >"$TMP/.out" 2>"$TMP/.err"; }
for bytes in 0 1 5000 500000; do
	head -c "$bytes" /dev/urandom >"$TMP/in"
	ok "-i: $bytes bytes" input dx run "$link" -i -- cat <"$TMP/in"
	ok "-i: all of them" cmp "$TMP/in" "$TMP/.out"
done
ok "-i: from a pipe" input dx run "$link" --interactive -- sh < <(printf 'echo one\necho two\n')
is "-i: from a pipe, output" "$(<"$TMP/.out")" $'one\ntwo'
ok "-i: to who does not want it" input dx run "$link" -i -- true <"$TMP/in"
ok "-i: with an environment of any size" input env X="$(head -c 4000 /dev/zero | tr '\0' x)" \
	timeout 30 "$DXEMU" run "$link" -i -- sh -c 'read x; echo "$x"' <<<"text"
is "-i: with an environment of any size, output" "$(<"$TMP/.out")" "text"

ok "-i: a file that is read in two goes" input dx run "$link" -i -- \
	sh -c 'head -c 100; echo; tail -c 5' < <(head -c 70000 /dev/zero | tr '\0' x && echo last)
is "-i: the end of it" "$(tail -n 1 "$TMP/.out")" "last"
exits_with "-i: end of input at once" 0 dx run "$link" -i -- cat
is "-i: nothing" "$out" ""

# A keyboard: each line is answered before the next one is typed.
mkfifo "$TMP/keys"
timeout 30 "$DXEMU" run --world realtime "$link" -i -- sh -c '
	echo ready; while read -r line; do echo "got $line"; done; echo over; exit 5' \
	<"$TMP/keys" >"$TMP/screen" &
dxemu=$!
exec {keys}>"$TMP/keys"
shows() { grep -qx "$1" "$TMP/screen"; }
ok "realtime: it starts" wait_for 10 shows ready
for word in one two three; do
	echo "$word" >&$keys
	ok "realtime: $word" wait_for 10 shows "got $word"
done
exec {keys}>&-
wait "$dxemu"
is "realtime: status" "$?" 5
is "realtime: end of input is seen" "$(tail -n 1 "$TMP/screen")" "over"

# More than any pipe or line holds, to one who is slow to read it, and one who ends first.
head -c 1000000 /dev/urandom >"$TMP/in"
ok "realtime: a megabyte" input dx run --world realtime "$link" -i -- sh -c 'sleep 0.2; cat' <"$TMP/in"
ok "realtime: all of them" cmp "$TMP/in" "$TMP/.out"
ok "realtime: to who does not want it" input dx run --world realtime "$link" -i -- true <"$TMP/in"

done_testing
