#!/bin/sh
# SPDX-License-Identifier: ISC
# validate.sh DOCUMENT... - are these result documents what docs/result.schema.json says? Run at the root of the tree.
exec python3 - docs/result.schema.json "$@" <<'EOF'
import json, sys
from jsonschema import Draft202012Validator as Validator

def no_constant(name):
    raise ValueError(name + " is not JSON")

def load(path):
    with open(path) as f:
        return json.load(f, parse_constant=no_constant)

schema = load(sys.argv[1])
Validator.check_schema(schema)
bad = 0
for path in sys.argv[2:]:
    for e in Validator(schema).iter_errors(load(path)):
        print(f"{path}: {'/'.join(map(str, e.absolute_path))}: {e.message}", file=sys.stderr)
        bad += 1
sys.exit(bad > 0)
EOF
