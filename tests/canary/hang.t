#!/bin/bash
# SPDX-License-Identifier: ISC
source "$(dirname "$0")/../lib.sh"

pass "something"
sleep 300
done_testing
