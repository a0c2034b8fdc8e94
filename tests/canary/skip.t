#!/bin/bash
# SPDX-License-Identifier: ISC
source "$(dirname "$0")/../lib.sh"

skip "something" "there is always a reason"
pass "another thing"
done_testing
