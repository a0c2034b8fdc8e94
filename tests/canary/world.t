#!/bin/bash
# SPDX-License-Identifier: ISC
# With DXEMU_INIT=build/ubsan/tests/canary/sanitize/init.
source "$(dirname "$0")/../lib.sh"

exits_with "a world whose init does what is not defined" 0 dx run dx-dedicated-1g -- true
done_testing
