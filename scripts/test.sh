#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests; arguments go to ctest. A test that cannot run because something is not
# installed is a failure that names it; with ROWFLOW_ALLOW_MISSING=1 the others decide.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" tests >&2
"$root/scripts/build.sh" release all -- -DROWFLOW_TESTS=ON >&2
cd "$root/build/release"
status=0
ctest -j2 --output-on-failure --no-tests=error "$@" </dev/null || status=$?
log=Testing/Temporary/LastTest.log
if [[ -e $log ]]; then grep -h '^not run: ' "$log" | sort -u >&2 || true; fi
exit "$status"
