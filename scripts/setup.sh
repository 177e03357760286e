#!/usr/bin/env bash
# Installs the Debian packages that rowflow is built and tested with, and npm packages: the charts of its HTML report, and for tests a
# browser's driver and ONNX Runtime (150 MB); does nothing (and needs no network) when all are there.
set -euo pipefail

packages=(build-essential cmake ninja-build pkg-config ccache
  libsystemc-dev nlohmann-json3-dev libfmt-dev libcli11-dev libkainjow-mustache-dev libtinyxml2-dev
  catch2 librapidcheck-dev libbenchmark-dev python3 python3-jsonschema
  libonnx-dev libprotobuf-dev protobuf-compiler libsqlite3-dev libxxhash-dev
  clang-format clang-tidy verilator chromium gtkwave)

# Pinned by package-lock.json. Without npm, or when its registry cannot be reached, reports have tables but no charts, and what needs the others is not tested.
install_npm_packages() {
  cd "$(dirname "${BASH_SOURCE[0]}")/.."
  cmp -s package-lock.json node_modules/.rowflow-lock && return
  command -v npm >/dev/null || {
    echo "setup: no npm: HTML reports will have no charts" >&2
    return
  }
  echo "setup: npm ci" >&2
  if npm ci --no-audit --no-fund >&2 </dev/null; then
    cp package-lock.json node_modules/.rowflow-lock
  else
    echo "setup: npm ci failed: HTML reports will have no charts" >&2
  fi
}

command -v dpkg-query >/dev/null || {
  install_npm_packages
  echo "setup: no dpkg here; install the equivalents of: ${packages[*]}" >&2
  exit 0
}
missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $state == installed ]] || missing+=("$package")
done
if ((${#missing[@]})); then
  echo "setup: installing ${missing[*]}" >&2
  sudo=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || {
      echo "setup: neither root nor sudo; install: ${missing[*]}" >&2
      exit 1
    }
    sudo=(sudo)
  fi
  export DEBIAN_FRONTEND=noninteractive
  "${sudo[@]}" apt-get update -qq >&2 </dev/null || true # a stale list may still do
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 </dev/null
fi
install_npm_packages
