#!/bin/bash
# SPDX-License-Identifier: ISC
source "$(dirname "$0")/../lib.sh"

setsid sleep 300 </dev/null >/dev/null 2>&1 &
pass "something"
done_testing
