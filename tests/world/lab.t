#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `dxemu lab`: what it prints, and that a bad lab gets one line and the right status. Needs no world.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need python3

exits_with "keys" 0 "$DXEMU" lab keys
golden "keys: text" lab/keys.txt "$out"
is "keys: nothing on stderr" "$errout" ""
is "keys: no line above 120 columns" "$(awk 'length > 120' <<<"$out")" ""

# What stands beside the labs is made of the same tables, and `make golden-update` makes it anew.
exits_with "schema" 0 "$DXEMU" lab schema
golden "schema: that is labs/lab.schema.json" ../../labs/lab.schema.json "$out"

cd "$root" || exit
labs=(labs/{dx-with-vpn-backup,hosted-50m,transit,two-locations,vpn-only}.yaml)
is "the labs that there are" "$(printf '%s\n' labs/*.yaml)" "$(printf '%s\n' "${labs[@]}")"
exits_with "check" 0 "$DXEMU" lab check "${labs[@]}"
golden "check: text" lab/check.txt "$out"
is "check: nothing on stderr" "$errout" ""
for file in "${labs[@]}"; do
	is "$file: names the schema" "$(head -n 1 "$file")" "# yaml-language-server: \$schema=lab.schema.json"
	is "$file: its name" "$(sed -n 's/^lab: //p' "$file")" "$(basename "$file" .yaml)"
done

# valid FILE...: as the schema says; "ok" or "bad" for each.
cat >"$TMP/valid.py" <<'EOT'
import json
import sys
import yaml
from jsonschema import Draft202012Validator as Validator

schema = json.load(open("labs/lab.schema.json"))
Validator.check_schema(schema)
for path in sys.argv[1:]:
    print("ok" if Validator(schema).is_valid(yaml.safe_load(open(path))) else "bad")
EOT
valid() { python3 "$TMP/valid.py" "$@" | xargs; }

if python3 -c 'import jsonschema, yaml' 2>/dev/null; then
	is "the labs are as the schema says" "$(valid "${labs[@]}")" "ok ok ok ok ok"
	for change in 's/vlan: 101 /vlan: 4095 /' 's/type: private/type: privat/' 's/profile:/profil:/' 's/^lab: .*//' \
		's/md5: only-for-labs/md5: [a]/' 's/s_vlan: 900/s_vlan: x/' 's/, from: office, to: web}/}/' 's/bfd: on/bfd: maybe/' \
		's/{mtu: 1500,/{mtu: 1500, reachable: web,/' 's,169.254.9.1/30,169.254.9.1,'; do
		sed "$change" labs/hosted-50m.yaml >"$TMP/changed.yaml"
		is "$change: the schema refuses it" "$(valid "$TMP/changed.yaml")" bad
		run "$DXEMU" lab check "$TMP/changed.yaml"
		is "$change: so does dxemu" "$status" 2
	done
else
	skip "the labs are as the schema says" "python3-jsonschema or python3-yaml is not installed"
fi

# refuses STATUS MESSAGE ARG...: that message alone.
refuses() {
	exits_with "lab ${*:3}: status" "$1" "$DXEMU" lab "${@:3}"
	is "lab ${*:3}: message" "$errout" "dxemu: $2"
	is "lab ${*:3}: nothing on stdout" "$out" ""
}

usage="see 'dxemu lab --help'"
refuses 2 "lab: check, keys or schema is missing; $usage"
refuses 2 "lab: 'chek' is none of check, keys, schema; $usage" chek
refuses 2 "lab: check takes files; $usage" check
refuses 2 "lab: keys takes no argument 'x'; $usage" keys x
refuses 2 "lab: schema takes no argument 'x'; $usage" schema x
refuses 2 "lab: it runs no command; 'dxemu run' does; $usage" check labs/vpn-only.yaml -- true
refuses 2 "no-such.yaml: No such file or directory" check no-such.yaml
refuses 2 "/: a directory, not a lab" check /

# at FILE WORDS: "FILE:LINE:COLUMN" of the first that begin with these words.
at() { words=$2 awk -v file="$1" 'c = index($0, ENVIRON["words"]) { print file ":" NR ":" c; exit }' "$1"; }

# changed NAME SED-SCRIPT: a lab that comes with dxemu, changed, in $TMP.
changed() { sed "$2" "labs/$1.yaml" >"$TMP/$1.yaml"; }

changed hosted-50m 's/vlan: 101 /vlan: 4095 /'
refuses 2 "$(at "$TMP/hosted-50m.yaml" 4095): virtual_interfaces.vif1.vlan: '4095': out of range; allowed: 1 to 4094" \
	check "$TMP/hosted-50m.yaml"
changed vpn-only 's/router: cgw1/router: cgw #/'
wrong="$(at "$TMP/vpn-only.yaml" "cgw #"): vpn_connections.vpn1.router: 'cgw': there is no such router; did you mean 'cgw1'?"
refuses 2 "$wrong" check "$TMP/vpn-only.yaml"

# Each file is looked at, whatever is wrong with another.
exits_with "several: status" 2 "$DXEMU" lab check "$TMP/vpn-only.yaml" labs/transit.yaml "$TMP/hosted-50m.yaml"
like "several: the good one" "$out" '^labs/transit.yaml: transit, [^'$'\n'']*$'
is "several: the bad ones" "$(wc -l <<<"$errout")" 2
like "several: the first of these" "$errout" "^dxemu: $(at "$TMP/vpn-only.yaml" "cgw #"): "

# A file that the lab names is looked for beside the lab.
changed vpn-only 's/{asn: 65010}/{asn: 65010, bird_conf: my.conf}/'
refuses 2 "$(at "$TMP/vpn-only.yaml" my.conf): onprem.routers.cgw1.bird_conf: 'my.conf': No such file or directory; allowed: a file's path, from the lab file's directory" \
	check "$TMP/vpn-only.yaml"
touch "$TMP/my.conf"
exits_with "with its file" 0 "$DXEMU" lab check "$TMP/vpn-only.yaml"

if [[ -w /dev/full ]]; then
	for args in keys schema 'check labs/transit.yaml'; do
		exits_with "lab $args to a full disk" 4 bash -c "exec \"\$0\" lab $args >/dev/full" "$DXEMU"
	done
fi

done_testing
