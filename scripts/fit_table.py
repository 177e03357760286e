#!/usr/bin/env python3
"""Which networks fit a device in one context, beside how many contexts the vendor's compiler took.

  scripts/fit_table.py [LIST] [--rowflow PROGRAM] [--jobs N] [--csv] [-- OPTION…]

LIST: CSV with the columns network, device, fps_b1 and contexts ("one" or "several"), by default tests/data/fit_set.csv.
What stands
behind -- goes to `rowflow plan`, for example -- --buffers minimal. The frames a second are the bound of the compiled
pipeline.
"""
import argparse
import concurrent.futures
import csv
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
COLUMNS = ("network", "device", "contexts", "fits", "short of", "fps", "measured", "ratio")


def shortages(mapping):
    """What is used beyond what there is, as "controllers 133/128"."""
    amounts = {
        key: value for key, value in mapping.items() if isinstance(value, dict) and value.keys() == {"used", "total"}
    }
    amounts["clusters"] = {"used": len(mapping["clusters"]["used"]), "total": mapping["clusters"]["device"]}
    return [
        f"{key} {amount['used']}/{amount['total']}"
        for key, amount in amounts.items()
        if amount["used"] > amount["total"]
    ]


def planned(program, options, row):
    command = [
        program,
        "plan",
        row["network"],
        "--device",
        row["device"],
        "--fit",
        "assume",
        "--format",
        "json",
        "--quiet",
        *options,
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: {run.stderr.strip()}")
    plan = json.loads(run.stdout)
    fits, bounds = plan["mapping"]["fits"], plan["bounds"]
    fps = plan["device"]["clock_hz"] / max(bounds["stage_interval"], bounds["link_interval"])
    short = "" if fits else "; ".join(shortages(plan["mapping"])) or "room in a cluster"
    measured = float(row["fps_b1"])
    return (
        row["network"],
        row["device"],
        row["contexts"],
        "yes" if fits else "no",
        short,
        f"{fps:.1f}",
        f"{measured:g}",
        f"{fps / measured:.2f}",
    )


def print_table(rows):
    widths = [max(len(row[k]) for row in (COLUMNS, *rows)) for k in range(len(COLUMNS))]
    for row in (COLUMNS, *rows):
        cells = [cell.rjust(width) if k >= 5 else cell.ljust(width) for k, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("list", nargs="?", type=pathlib.Path, default=ROOT / "tests/data/fit_set.csv")
    arguments.add_argument("--rowflow", type=pathlib.Path, default=ROOT / "build/release/rowflow")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("--csv", action="store_true", help="comma-separated, no summary")
    known = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    options = sys.argv[len(known) + 2 :]
    given = arguments.parse_args(known)
    with open(given.list, encoding="utf-8", newline="") as file:
        measured = list(csv.DictReader(file))
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        rows = list(pool.map(lambda row: planned(given.rowflow, options, row), measured))
    if given.csv:
        csv.writer(sys.stdout).writerows((COLUMNS, *rows))
        return
    print_table(rows)
    for device, contexts in sorted({(row[1], row[2]) for row in rows}):
        fits = [row[3] for row in rows if row[1:3] == (device, contexts)]
        print(f"{device}, {contexts} measured: {fits.count('yes')} of {len(fits)} fit in one context")


if __name__ == "__main__":
    main()
