#!/bin/bash
# SPDX-License-Identifier: ISC
source "$(dirname "$0")/../lib.sh"

touch "$TMPDIR/left"
pass "something"
done_testing
