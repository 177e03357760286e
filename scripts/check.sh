#!/usr/bin/env bash
# What a change must pass beside the tests: format, who may include whom, clang-tidy.
# check.sh --fast leaves clang-tidy out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
scripts/setup.sh checks
git ls-files -z '*.cpp' '*.hpp' | xargs -0 -r clang-format --dry-run -Werror
git ls-files -z '*.py' | xargs -0 -r black --check --quiet --line-length 120 --skip-string-normalization
/usr/bin/python3 scripts/check_includes.py
if [[ ${1:-} != --fast ]]; then scripts/build.sh tidy all; fi
echo "check: clean"
