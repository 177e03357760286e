#!/usr/bin/env python3
"""Frames per second of networks in several contexts, predicted beside measured, at batch 1 and 8.

  scripts/context_table.py [LIST] [--rowflow PROGRAM] [--jobs N] [--fit] [--only NAME,…] [-- OPTION…]

LIST: CSV with the columns network, device, fps_b1 and fps_b8, by default tests/data/context_set.csv. What stands behind
-- goes to `rowflow run`. With --fit two figures, the switch and the reload of a byte, are chosen on a grid: for each
network by all the others (leave one network out), with the partitions that the device file's figures gave.
T(B) = S + B·c: from the two batches, S what a batch costs beside its frames, c what a further frame takes.
"""
import argparse
import concurrent.futures
import csv
import itertools
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
COLUMNS = ("network", "device", "contexts", "b1", "measured", "ratio", "b8", "measured", "ratio", "S ratio", "c ratio")
SWITCHES = [step * 1e-4 for step in range(1, 16)]  # seconds
RELOADS = [step * 1e-11 for step in range(0, 31)]  # seconds a byte


def simulated(program, options, row):
    """Seconds by batch, and what they are made of: of each context weights in bytes and the time of its frames."""
    command = [program, "run", row["network"], "--device", row["device"], "--fit", "contexts", "--buffers", "best",
               "--format", "json", "--quiet", *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        return {"row": row, "error": run.stderr.strip() or f"exit {run.returncode}"}
    result = json.loads(run.stdout)
    clock = result["device"]["clock_hz"]
    if "contexts" not in result:
        return {"row": row, "error": "fits one context"}
    contexts = result["contexts"]
    seconds = {batch["frames"]: batch["total_cycles"] / clock for batch in contexts["batches"]}
    parts = [(context["weight_bytes"], context["first_frame_cycles"] / clock, context["batch_cycles"] / clock)
             for context in contexts["list"]]
    return {"row": row, "seconds": seconds, "parts": parts}


def seconds_with(parts, batch, switch, reload):
    return sum(switch + reload * weights + (one if batch == 1 else eight) for weights, one, eight in parts)


def errors(results, seconds_of):
    return [abs(math.log(batch / seconds_of(result, batch) / float(result["row"][f"fps_b{batch}"])))
            for result in results for batch in (1, 8)]


def fitted(results):
    return min(itertools.product(SWITCHES, RELOADS), key=lambda figures: sum(
        errors(results, lambda result, batch: seconds_with(result["parts"], batch, *figures))))


def cells(result, seconds_of):
    row = result["row"]
    cell = [row["network"], row["device"], str(len(result["parts"]))]
    for batch in (1, 8):
        measured, fps = float(row[f"fps_b{batch}"]), batch / seconds_of(result, batch)
        cell += [f"{fps:.1f}", f"{measured:g}", f"{fps / measured:.2f}"]
    ours = seconds_of(result, 1), seconds_of(result, 8)
    real = 1 / float(row["fps_b1"]), 8 / float(row["fps_b8"])
    c_ours, c_real = ((t[1] - t[0]) / 7 for t in (ours, real))
    return cell + [f"{(ours[0] - c_ours) / (real[0] - c_real):.2f}", f"{c_ours / c_real:.2f}"]


def print_table(rows):
    widths = [max(len(row[k]) for row in (COLUMNS, *rows)) for k in range(len(COLUMNS))]
    for row in (COLUMNS, *rows):
        print("  ".join(cell.rjust(w) if k >= 2 else cell.ljust(w) for k, (cell, w) in enumerate(zip(row, widths))))


def report(title, results, seconds_of):
    print(f"\n{title}")
    print_table([cells(result, seconds_of) for result in results])
    by_batch = [statistics.mean(errors(results, seconds_of)[k::2]) for k in (0, 1)]
    print(f"mean |ln(predicted / measured)|: {statistics.mean(errors(results, seconds_of)):.3f} "
          f"(batch 1 {by_batch[0]:.3f}, batch 8 {by_batch[1]:.3f})")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("list", nargs="?", type=pathlib.Path, default=ROOT / "tests/data/context_set.csv")
    arguments.add_argument("--rowflow", type=pathlib.Path, default=ROOT / "build/release/rowflow")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("--fit", action="store_true", help="leave-one-network-out with switch and reload fitted")
    arguments.add_argument("--only", help="names, with commas")
    known = sys.argv[1:sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    given = arguments.parse_args(known)
    options = sys.argv[len(known) + 2:]
    with open(given.list, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not given.only or row["network"] in given.only.split(",")]
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        results = list(pool.map(lambda row: simulated(given.rowflow, options, row), rows))
    for result in results:
        if "error" in result:
            print(f"{result['row']['network']} on {result['row']['device']}: {result['error']}")
    results = [result for result in results if "error" not in result]
    if not results:
        return 1
    report("with the device's figures", results, lambda result, batch: result["seconds"][batch])
    if given.fit:
        figures = {name: fitted([r for r in results if r["row"]["network"] != name])
                   for name in {r["row"]["network"] for r in results}}
        report("leave one network out, switch and reload fitted", results,
               lambda result, batch: seconds_with(result["parts"], batch, *figures[result["row"]["network"]]))
        switch, reload = fitted(results)
        print(f"fitted to all: switch {1e3 * switch:.2f} ms, reload {1e9 * reload:.3f} ms a million bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
