#!/usr/bin/env bash
# Installs what is missing, builds, and runs rowflow with the given arguments;
# without any: EfficientNet-B2 at seven tile heights. Standard output is rowflow's alone.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" >&2
options=()
# The tests' packages may not be here; a folder that scripts/test.sh configured stays as it is.
[[ -e $root/build/release/build.ninja ]] || options=(-- -DROWFLOW_TESTS=OFF)
"$root/scripts/build.sh" release rowflow "${options[@]}" >&2
(($#)) || set -- run efficientnet_b2 --tile-height full,28,14,7,4,2,1
exec "$root/build/release/rowflow" "$@"
