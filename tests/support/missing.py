"""What a test says that cannot run, or not in full: it fails, since fewer tests than all of them are no pass.

ROWFLOW_ALLOW_MISSING=1 makes it skipped instead. scripts/test.sh repeats its line at the end.
As a program, missing.py TEST WHAT…, it stands for a test that could not even be configured.
"""
import os
import sys

SKIPPED = 77  # tests/CMakeLists.txt: SKIP_RETURN_CODE
ALLOWED = os.environ.get("ROWFLOW_ALLOW_MISSING") == "1"


def missing(test, what):
    """Says so; returns the exit status."""
    print(
        f"not run: {test}: no {what} (scripts/setup.sh tests installs what Debian has; "
        "ROWFLOW_ALLOW_MISSING=1 lets the other tests decide)",
        flush=True,
    )
    return SKIPPED if ALLOWED else 1


if __name__ == "__main__":
    sys.exit(missing(sys.argv[1], " ".join(sys.argv[2:])))
