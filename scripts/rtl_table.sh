#!/bin/sh
# Prints the table "simulator against hardware" of docs/trust.md (needs verilator). Arguments go to the program.
set -eu
cd "$(dirname "$0")/.."
cmake -S . -B build -DCMAKE_BUILD_TYPE=Release >&2
cmake --build build --target rtl_compare -j "$(nproc)" >&2
exec build/tests/rtl/rtl_compare "$@"
