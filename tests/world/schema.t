#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `dxemu profile schema` judges profiles as dxemu does, and in those that come with dxemu each number says where it
# comes from. Needs no world.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need python3
python3 -c 'import jsonschema, yaml' 2>/dev/null || skip_all "python3-jsonschema or python3-yaml is not installed"

# check.py SCHEMA FILE...: "ok" or "bad" for each, and on stderr why; with --sources, whether each number has its own.
cat >"$TMP/check.py" <<'EOT'
import sys
import yaml
from jsonschema import Draft202012Validator as Validator

def without_source(node, path=""):
    if isinstance(node, dict) and "value" in node:
        if not {"source", "confidence"} <= node.keys():
            yield path + ": no source or no confidence"
        elif node["source"].startswith("assumed") and node["confidence"] == "high":
            yield path + ": assumed, yet of high confidence"
    elif isinstance(node, dict):
        for key, value in node.items():
            if key not in ("profile", "title", "kind", "vlan", "shape", "model", "period", "start"):
                yield from without_source(value, path + "." + str(key))
    else:
        yield f"{path}: {node} by itself"

# A key is a text to dxemu, whatever it looks like.
def with_text_keys(node):
    return {str(k): with_text_keys(v) for k, v in node.items()} if isinstance(node, dict) else node

sources = sys.argv[1] == "--sources"
schema, *paths = sys.argv[1 + sources:]
schema = yaml.safe_load(open(schema))
Validator.check_schema(schema)
for path in paths:
    doc = with_text_keys(yaml.safe_load(open(path)))
    wrong = list(without_source(doc)) if sources else [e.message for e in Validator(schema).iter_errors(doc)]
    print("bad" if wrong else "ok")
    for message in wrong:
        print(f"{path}: {message}", file=sys.stderr)
EOT
check() { python3 "$TMP/check.py" "$@"; }

exits_with "schema" 0 "$DXEMU" profile schema
printf '%s' "$out" >"$TMP/schema.json"
exits_with "the schema and all profiles" 0 check "$TMP/schema.json" "$root"/profiles/*.yaml
is "each profile is as the schema says" "$errout" ""
exits_with "the sources of all profiles" 0 check --sources "$TMP/schema.json" "$root"/profiles/*.yaml
is "each number has a source" "$errout" ""
printf 'both: {delay: 2ms, queue: {value: 1ms, source: assumed, confidence: high}}\n' >"$TMP/unsourced"
exits_with "a number without a source" 0 check --sources "$TMP/schema.json" "$TMP/unsourced"
is "and one that is assumed for certain: seen" "$(wc -l <<<"$errout")" 2

declare -A base=(
	[dedicated]='{profile: x, kind: dedicated, mtu: 1500, vlan: {c_tag: 101}, both: {rate: 1gbit, queue: 10ms, delay: 2ms}}'
	[hosted]='{profile: x, kind: hosted, mtu: 1500, vlan: {c_tag: 101, s_tag: 900}, both: {cir: 50mbit, burst: 64KiB, delay: 2ms}}'
	[vpn]='{profile: x, kind: vpn, mtu: 1438, encap: 62B, both: {rate: 100mbit, queue: 50ms, delay: 10ms}}'
)

# kind | verdict of both | edit of the profile above
rows=() files=()
while IFS='|' read -r kind verdict edit; do
	file=$TMP/row${#files[@]}.yaml
	sed "$edit" <<<"${base[$kind]}" >"$file"
	rows+=("$kind|$verdict|$edit") files+=("$file")
done <<'EOT'
dedicated|ok|
hosted|ok|
vpn|ok|
vpn|ok|s/vpn/{value: vpn, source: me, confidence: low}/
vpn|bad|s/vpn/wan/
vpn|bad|s/kind: vpn, //
vpn|bad|s/profile: x, //
vpn|bad|s/mtu: 1438, //
vpn|bad|s/1438/67/
vpn|bad|s/1438/9002/
vpn|bad|s/1438/1.4/
vpn|ok|s/1438/1438, pmtud: none/
vpn|ok|s/1438/1438, pmtud: icmp/
vpn|bad|s/1438/1438, pmtud: yes/
dedicated|ok|s/1500/1400, pmtud: icmp/
vpn|ok|s/1438/9001, title: a link/
vpn|bad|s/1438/1438, titel: a link/
vpn|bad|s/1438/1438, vlan: {c_tag: 101}/
vpn|bad|s/encap: 62B, //
vpn|bad|s/62B/62/
vpn|bad|s/62B/62 B/
vpn|bad|s/10ms}/10ms, cir: 50mbit}/
vpn|bad|s/rate: 100mbit, //
vpn|bad|s/, delay: 10ms//
vpn|bad|s/both/to_vpc/
vpn|ok|s/both\(.*\)}$/to_vpc\1, to_onprem\1}/
vpn|ok|s/10ms}}/10ms}, to_onprem: {delay: 2ms}}/
vpn|bad|s/10ms}}/10ms}, to_onprem: {mtu: 1400}}/
vpn|ok|s/100mbit/{value: 100mbit, source: me, confidence: medium}/
vpn|bad|s/100mbit/{value: 100mbit, source: me, confidence: sure}/
vpn|bad|s/100mbit/{value: 100mbit, sauce: me}/
vpn|bad|s/100mbit/{source: me}/
vpn|bad|s/100mbit/{value: 100mbit, source: ""}/
vpn|ok|s/100mbit/10000000bit/
vpn|ok|s/100mbit/10000kbit/
vpn|ok|s/100mbit/1.25gbit/
vpn|bad|s/100mbit/100Mbit/
vpn|bad|s/100mbit/100mbps/
vpn|bad|s/100mbit/100 mbit/
vpn|bad|s/100mbit/.1gbit/
vpn|bad|s/100mbit/-100mbit/
vpn|bad|s/100mbit/100/
vpn|ok|s/10ms}/1ns}/
vpn|ok|s/10ms}/10us}/
vpn|ok|s/10ms}/1s}/
vpn|bad|s/10ms}/10msec}/
vpn|bad|s/10ms}/1e1ms}/
vpn|ok|s/10ms}/100ms, jitter: {shape: uniform, scale: 1ms, correlation: 1min}}/
vpn|ok|s/10ms}/100ms, jitter: {shape: uniform, scale: 1ms, correlation: 1h}}/
vpn|bad|s/10ms}/100ms, jitter: {shape: uniform, scale: 1ms, correlation: 1d}}/
vpn|bad|s/10ms}/100ms, jitter: {shape: gauss, scale: 1ms}}/
vpn|bad|s/10ms}/100ms, jitter: 1ms}/
vpn|ok|s/10ms}/10ms, cap: {rate: 0bit, pps: 1pps}}/
vpn|ok|s/10ms}/10ms, cap: {pps: 140kpps}}/
vpn|ok|s/10ms}/10ms, cap: {pps: 1.5mpps}}/
vpn|bad|s/10ms}/10ms, cap: {pps: 140k}}/
vpn|ok|s/10ms}/10ms, loss: {ratio: 0}}/
vpn|ok|s/10ms}/10ms, loss: {ratio: 1}}/
vpn|ok|s/10ms}/10ms, loss: {ratio: 0.001}}/
vpn|ok|s/10ms}/10ms, loss: {ratio: 1e-3}}/
vpn|ok|s/10ms}/10ms, loss: {ratio: 1.5E-3}}/
vpn|ok|s/10ms}/10ms, loss: {ratio: 0.1%}}/
vpn|ok|s/10ms}/10ms, loss: {ratio: {value: 1e-3, source: me, confidence: high}}}/
vpn|bad|s/10ms}/10ms, loss: {ratio: 1.5}}/
vpn|bad|s/10ms}/10ms, loss: {ratio: -0.1}}/
vpn|bad|s/10ms}/10ms, loss: {ratio: few}}/
vpn|ok|s/10ms}/10ms, loss: {model: gilbert, p: 0.1, r: 0.5}}/
vpn|bad|s/10ms}/10ms, loss: {model: bursts, p: 0.1, r: 0.5}}/
vpn|bad|s/10ms}/10ms, loss: {model: gilbert, p: 0.1, q: 0.5}}/
hosted|bad|s/cir/rate/
hosted|bad|s/, s_tag: 900//
hosted|bad|s/, burst: 64KiB//
hosted|bad|s/101/0/
hosted|bad|s/101/4095/
hosted|ok|s/900/900, s_tpid: "0x88a8"/
hosted|ok|s/900/900, s_tpid: 0x8100/
hosted|bad|s/900/900, s_tpid: "0x9100"/
hosted|ok|s/64KiB/65536B/
hosted|ok|s/64KiB/64kB/
hosted|ok|s/64KiB/1MiB/
hosted|ok|s/64KiB/1.25MB/
hosted|bad|s/64KiB/64KB/
hosted|ok|s/64KiB/64KiB, accounting: l3/
hosted|bad|s/64KiB/64KiB, accounting: l4/
hosted|ok|s/64KiB/64KiB, partner: {cir: 50mbit, burst: 64KiB}/
hosted|bad|s/64KiB/64KiB, partner: {cir: 50mbit, burst: 64KiB, delay: 1ms}/
vpn|ok|s/}$/, schedule: {10s: {both: {delay: 20ms}}}}/
vpn|ok|s/}$/, schedule: {0s: {to_vpc: {loss: {model: gilbert, p: 0.1, r: 0.5}}}, 1min: {to_onprem: {loss: {ratio: 1%}}}}}/
vpn|ok|s/}$/, schedule: {period: 24h, start: {value: 19h, source: me}, 20h: {both: {rate: 50mbit, corrupt: 1e-6}}}}/
vpn|bad|s/}$/, schedule: {perod: 24h, 20h: {both: {rate: 50mbit}}}}/
vpn|bad|s/}$/, schedule: {20h: {delay: 20ms}}}/
vpn|bad|s/}$/, schedule: {20h: {both: {mtu: 1400}}}}/
vpn|bad|s/}$/, schedule: {20h: {both: {jitter: {shape: normal}}}}}/
vpn|bad|s/}$/, schedule: {20h: {both: {delay: 20}}}}/
vpn|bad|s/}$/, schedule: {20: {both: {delay: 20ms}}}}/
vpn|ok|s/}$/, schedule: {1.5h: {both: {delay: 20ms}}}}/
vpn|bad|s/}$/, schedule: {evening: {both: {delay: 20ms}}}}/
dedicated|bad|s/c_tag: 101/c_tag: 101, s_tag: 900/
dedicated|bad|s/vlan: {c_tag: 101}, //
dedicated|bad|s/2ms}/2ms, cap: {pps: 140kpps}}/
EOT

exits_with "the schema and variants of profiles" 0 check "$TMP/schema.json" "${files[@]}"
mapfile -t verdicts <<<"$out"
for i in "${!rows[@]}"; do
	IFS='|' read -r kind verdict edit <<<"${rows[i]}"
	is "$kind $edit: the schema" "${verdicts[i]}" "$verdict"
	exits_with "$kind $edit: dxemu" "$([[ $verdict == bad ]] && echo 2 || echo 0)" "$DXEMU" profile show "${files[i]}" --json
done

done_testing
