#!/usr/bin/env bash
# Installs what is missing, builds, and runs rowflow with the given arguments;
# without any: EfficientNet-B2 at seven tile heights. Standard output is rowflow's alone.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" >&2
"$root/scripts/build.sh" release rowflow >&2
(($#)) || set -- run efficientnet_b2 --tile-height full,28,14,7,4,2,1
exec "$root/build/release/rowflow" "$@"
