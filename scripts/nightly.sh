#!/usr/bin/env bash
# Everything that is too long for every change, step by step; a summary at the end, each step's output in build/nightly.
#   nightly.sh [asan|tidy|odr|fuzz|mutants|laws|rounds]…     default: all of them, some hours on two cores
# asan     the whole suite under AddressSanitizer and UndefinedBehaviorSanitizer
# tidy     clang-tidy over all sources
# odr      program and libraries linked with -flto: no two definitions of one name differ (-Wodr)
# fuzz     ten minutes of each fuzz target, with the sanitizers (FUZZ_SECONDS)
# mutants  changes of the sources that no test notices (MUTANTS: how many)
# laws     laws and sentences over all shipped networks, not a sample of them
# rounds   a sweep killed, interrupted, and out of space, 50 times each (ROWFLOW_ROUNDS)
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
steps=("$@")
((${#steps[@]})) || steps=(asan tidy odr fuzz mutants laws rounds)
logs=build/nightly
mkdir -p "$logs"
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:hard_rss_limit_mb=4096}
python=/usr/bin/python3
program=build/release/rowflow
jobs=$(nproc)

run_asan() {
  scripts/build.sh asan all -- -DROWFLOW_TESTS=ON || return
  (cd build/asan && ctest "-j$jobs" --output-on-failure --no-tests=error --timeout 7200 </dev/null)
}

run_tidy() { scripts/build.sh tidy all; }

run_odr() {
  cmake -G Ninja -B build/odr -DCMAKE_BUILD_TYPE=None -DROWFLOW_TESTS=OFF -DCMAKE_AR="$(command -v gcc-ar)" \
    -DCMAKE_RANLIB="$(command -v gcc-ranlib)" -DCMAKE_CXX_FLAGS="-O1 -flto=auto -Wodr -Wlto-type-mismatch" || return
  cmake --build build/odr --target rowflow || return
  rm build/odr/rowflow # its warnings come with the link
  cmake --build build/odr --target rowflow >"$logs/link.log" 2>&1 || return
  cat "$logs/link.log"
  ! grep -E "warning|error" "$logs/link.log"
}

run_fuzz() {
  scripts/build.sh asan rowflow_fuzz -- -DROWFLOW_TESTS=ON || return
  (cd "$logs" && ../asan/tests/rowflow_fuzz --root "$root" --seconds "${FUZZ_SECONDS:-600}" --seed "$(date +%Y%m%d)")
}

run_mutants() { scripts/mutants.py --count "${MUTANTS:-300}" --jobs "$jobs"; }

run_laws() {
  scripts/build.sh release rowflow || return
  local status=0
  scripts/device_steps.py --rowflow "$program" --jobs "$jobs" || status=1
  "$python" -B tests/cli/sentences_test.py "$program" "$root" --all || status=1
  "$python" -B tests/cli/explain_test.py "$program" "$root" --all || status=1
  "$python" -B tests/cli/proven_test.py "$program" "$root" --all || status=1
  return $status
}

run_rounds() {
  scripts/build.sh release rowflow || return
  "$python" -B tests/cli/rounds_test.py "$program" -v
}

summary=()
failed=0
for step in "${steps[@]}"; do
  declare -F "run_$step" >/dev/null || {
    echo "nightly: no step $step" >&2
    exit 2
  }
  echo "nightly: $step, since $(date +%H:%M), in $logs/$step.log" >&2
  SECONDS=0
  result=passed
  "run_$step" >"$logs/$step.log" 2>&1 || result=FAILED
  [[ $result == passed ]] || failed=1
  summary+=("$(printf '%-8s %s, %d min' "$step" "$result" $((SECONDS / 60)))")
done
printf '%s\n' "nightly, $(date +%F), $(git describe --always --dirty):" "${summary[@]}"
exit "$failed"
