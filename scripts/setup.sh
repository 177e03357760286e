#!/usr/bin/env bash
# Installs the Debian and npm packages that are missing; does nothing (and needs no network) when all are there.
#   setup.sh          what the program is built with, and the charts of its HTML report (npm's echarts)
#   setup.sh tests    also what tests need: a browser and its driver, ONNX Runtime (450 MB), LiteRT
#                     and models for it (140 MB), a hardware simulator, Slurm
#   setup.sh checks   all that, and what scripts/check.sh and the benchmarks need
# With ROWFLOW_ALLOW_MISSING=1 it is no failure when packages of the last two cannot be installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scope=${1:-program}

program_packages=(g++ cmake ninja-build pkg-config ccache
  libsystemc-dev nlohmann-json3-dev libfmt-dev libcli11-dev libkainjow-mustache-dev libtinyxml2-dev
  libonnx-dev libprotobuf-dev protobuf-compiler libflatbuffers-dev flatbuffers-compiler libsqlite3-dev libxxhash-dev)
test_packages=(catch2 librapidcheck-dev python3 python3-jsonschema python3-pandas python3-matplotlib verilator
  chromium gtkwave slurm-wlm munge)
check_packages=(black clang-format clang-tidy libbenchmark-dev)

# npm's packages, pinned by package-lock.json, are there in full, or as far as the program needs them.
npm_packages_are_there() {
  cmp -s package-lock.json node_modules/.rowflow-lock && return
  [[ $scope == program ]] && cmp -s package-lock.json node_modules/.rowflow-lock-program
}

# install_debian_packages PACKAGE…: those of them that are missing
install_debian_packages() {
  local installed missing=() package sudo=()
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    [[ $'\n'$installed$'\n' == *$'\n'"installed $package"$'\n'* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  echo "setup: installing ${missing[*]}" >&2
  if ((EUID != 0)); then
    command -v sudo >/dev/null || {
      echo "setup: neither root nor sudo; install: ${missing[*]}" >&2
      return 1
    }
    sudo=(sudo)
  fi
  "${sudo[@]}" apt-get update -qq >&2 </dev/null || true # a stale list may still do
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 </dev/null
}

# Without npm, or when its registry cannot be reached, reports have tables but no charts; tests that need it fail, each by itself.
install_npm_packages() {
  npm_packages_are_there && return
  local marker=node_modules/.rowflow-lock omit=()
  if [[ $scope == program ]]; then
    marker+=-program
    omit=(--omit=dev)
  fi
  if ! command -v npm >/dev/null; then
    echo "setup: no npm: HTML reports will have no charts" >&2
    return
  fi
  echo "setup: npm ci ${omit[*]}" >&2
  if npm ci --no-audit --no-fund "${omit[@]}" >&2 </dev/null; then
    cp package-lock.json "$marker"
  else
    echo "setup: npm ci failed: HTML reports will have no charts" >&2
  fi
}

# Only where npm has something to do and none is there, of Debian or not.
npm_packages_are_there || command -v npm >/dev/null || program_packages+=(npm)
wanted=()
case $scope in
  program) ;;
  tests) wanted=("${test_packages[@]}") ;;
  checks) wanted=("${test_packages[@]}" "${check_packages[@]}") ;;
  *)
    sed -n '/^#   /s/^#   /usage: /p' scripts/setup.sh >&2
    exit 2
    ;;
esac
if ! command -v dpkg-query >/dev/null; then
  echo "setup: no dpkg here; install the equivalents of: ${program_packages[*]} ${wanted[*]}" >&2
elif [[ ${ROWFLOW_ALLOW_MISSING:-} == 1 ]] && ((${#wanted[@]})); then
  install_debian_packages "${program_packages[@]}"
  install_debian_packages "${wanted[@]}" || echo "setup: going on without" >&2
else
  install_debian_packages "${program_packages[@]}" "${wanted[@]}"
fi
install_npm_packages
