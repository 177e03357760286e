#!/usr/bin/env bash
# build.sh PRESET TARGET… [-- CMAKE-OPTION…]: configures once and builds; chatter only when it fails, and then on standard error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=$1
shift
targets=()
while (($#)) && [[ $1 != -- ]]; do
  targets+=("$1")
  shift
done
(($#)) && shift
log=build/$preset.log
mkdir -p build

options=("$@")
command -v ccache >/dev/null && options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
{
  cmake --preset "$preset" "${options[@]}" && cmake --build --preset "$preset" --target "${targets[@]}"
} >"$log" 2>&1 </dev/null || {
  status=$?
  cat "$log" >&2
  exit "$status"
}
