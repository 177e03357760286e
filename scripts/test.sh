#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests; arguments go to ctest.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" >&2
"$root/scripts/build.sh" release all -- -DROWFLOW_TESTS=ON >&2
cd "$root/build/release"
exec ctest -j2 --output-on-failure --no-tests=error "$@" </dev/null
