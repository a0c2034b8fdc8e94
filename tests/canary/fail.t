#!/bin/bash
# SPDX-License-Identifier: ISC
source "$(dirname "$0")/../lib.sh"

pass "something"
is_num_within "twelve is ten" 12 10 "0.5%"
done_testing
