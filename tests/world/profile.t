#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `dxemu profile`: what it prints, and that bad input gets one line and the right status. Needs no world.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"

# prints NAME ARG...: the same as tests/golden/profile/NAME.
prints() {
	exits_with "$1: status" 0 "$DXEMU" profile "${@:2}"
	golden "$1" "profile/$1" "$out"
	is "$1: nothing on stderr" "$errout" ""
}

prints list.txt list
prints list.json list --json
prints keys.txt keys
prints help.txt --help
prints show-set.txt show vpn-metro --set to_vpc.delay=4.5ms --set to_onprem.loss.ratio=0
prints show-set.json show dx-hosted-50m --json --set dx-hosted-50m:cir=75mbit

# What stands beside the profiles is made of them and of the keys, and `make golden-update` makes it anew.
while read -r command file; do
	exits_with "$command: status" 0 "$DXEMU" profile "$command"
	golden "$command: that is profiles/$file" "../../profiles/$file" "$out"
	is "$command: nothing on stderr" "$errout" ""
done <<<$'schema schema.json\nreadme README.md'

links=(dx-dedicated{,-regional}-{1g,10g,100g,400g} dx-hosted-{{50,100,200,300,400,500}m,{1,2,5,10,25}g}
	dx-remote-region-{use1-{usw2,euw1,sae1,apne1},usw2-apne1,euw1-euc1,{euc1,apne1}-apse1} dx-sla-worst-partner
	vpn-{metro,continental,intercontinental,busy-hour,accelerated,large-tunnel,over-dx,selfmanaged-cn}
	cn-border-{normal,slow})
is "the links that there are" "$(cd "$root/profiles" && printf '%s\n' *.yaml | sort)" "$(printf '%s.yaml\n' "${links[@]}" | sort)"

# What a profile says about its sources is shown as it stands.
for file in "$root"/profiles/*.yaml; do
	name=$(basename "$file" .yaml)
	exits_with "show $name" 0 "$DXEMU" profile show "$name"
	is "show $name: its file" "$out" "$(<"$file")"
	is "show $name: names the schema" "${out%%$'\n'*}" "# yaml-language-server: \$schema=schema.json"
	is "show $name: its name" "$(sed -n 2p <<<"$out")" "profile: $name"
done

# refuses STATUS MESSAGE ARG...: that message alone.
refuses() {
	exits_with "profile ${*:3}: status" "$1" "$DXEMU" profile "${@:3}"
	is "profile ${*:3}: message" "$errout" "dxemu: $2"
	is "profile ${*:3}: nothing on stdout" "$out" ""
}

usage="see 'dxemu profile --help'"
refuses 2 "profile: list, show, keys, schema or readme is missing; $usage"
refuses 2 "profile: 'lst' is none of list, show, keys, schema, readme; $usage" lst
refuses 2 "profile: show takes one profile; $usage" show
refuses 2 "profile: show takes one profile; $usage" show vpn-metro vpn-metro
refuses 2 "profile: list takes no argument 'x'; $usage" list x
refuses 2 "profile: list takes no --set; $usage" list --set mtu=1400
for command in keys schema readme; do
	refuses 2 "profile: $command takes no options; $usage" $command --json
	refuses 2 "profile: $command takes no options; $usage" $command --set mtu=1400
	refuses 2 "profile: $command takes no argument 'x'; $usage" $command x
done
refuses 2 "dx-hosted-250m: no such profile; did you mean 'dx-hosted-200m'?; see 'dxemu profile list', or give the path of a file" \
	show dx-hosted-250m
refuses 2 "--set 'dely=4ms': dely: unknown key; did you mean 'delay'?" show vpn-metro --set dely=4ms
refuses 2 "/dev/zero: not a regular file" show /dev/zero
refuses 2 "/: a directory, not a profile" show /

printf 'profile: x\nmtu: 15OO\n' >"$TMP/x.yaml"
refuses 2 "$TMP/x.yaml:2:6: mtu: '15OO': not a whole number, write e.g. 1500; allowed: 68 to 9001" show "$TMP/x.yaml"

if [[ -w /dev/full ]]; then
	for args in list 'list --json' keys schema readme 'show vpn-metro'; do
		# shellcheck disable=SC2086 # two words
		exits_with "profile $args to a full disk" 4 bash -c "exec \"\$0\" profile $args >/dev/full" "$DXEMU"
		like "profile $args to a full disk: message" "$errout" "^dxemu: standard output: No space left on device$"
	done
fi

done_testing
