#!/usr/bin/env python3
"""Frames per second of networks in several contexts, predicted beside measured, at batch 1 and 8.

  scripts/context_table.py [LIST] [--rowflow PROGRAM] [--jobs N] [--fit] [--only NAME,…] [-- OPTION…]

LIST: CSV with the columns network, device, fps_b1 and fps_b8, by default tests/data/context_set.csv. What stands behind
-- goes to `rowflow run`. With --fit two figures, the switch and the reload of a byte, are chosen on a grid: for each
network by all the others (leave one network out), with the partitions that the device file's figures gave.
T(B) = S + B·c: from the two batches, S what a batch costs beside its frames, c what a further frame takes.
"""
import argparse
import csv
import itertools
import math
import os
import pathlib
import statistics
import sys

from study import ROOT, Runs, table

COLUMNS = ("network", "device", "contexts", "b1", "measured", "ratio", "b8", "measured", "ratio", "S ratio", "c ratio")
SWITCHES = [step * 1e-4 for step in range(1, 16)]  # seconds
RELOADS = [step * 1e-11 for step in range(0, 31)]  # seconds a byte
BATCHES = (1, 8)


def measured(name=ROOT / "tests/data/context_set.csv"):
    with open(name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def request(row, *options):
    return (row["network"], "--device", row["device"], "--fit", "contexts", "--buffers", "best", *options)


def prediction(row, result):
    """Seconds by batch, and what they are made of: of each context weights in bytes and the time of its frames. One
    context takes 1 / fps a frame, whatever the batch."""
    clock = result["device"]["clock_hz"]
    if "contexts" not in result:
        fits = result["status"] == "ok" and result["fit"]["fits"]
        seconds = {batch: batch / result["throughput"]["fps"] for batch in BATCHES} if fits else {}
        return {"row": row, "contexts": 1, "seconds": seconds, "parts": []}
    contexts = result["contexts"]
    seconds = {batch["frames"]: batch["total_cycles"] / clock for batch in contexts["batches"]}
    parts = [
        (context["weight_bytes"], context["first_frame_cycles"] / clock, context["batch_cycles"] / clock)
        for context in contexts["list"]
    ]
    return {"row": row, "contexts": len(parts), "seconds": seconds, "parts": parts}


def own(result, batch):
    return result["seconds"][batch]


def seconds_with(parts, batch, switch, reload, overlap):
    """Rule T19 with these figures in place of the device's."""
    frames = [one if batch == 1 else eight for _, one, eight in parts]
    reloads = [reload * weights for weights, _, _ in parts]
    if overlap:
        return sum(switch + max(time, following) for time, following in zip(frames, reloads[1:] + reloads[:1]))
    return sum(frames) + sum(reloads) + switch * len(parts)


def errors(results, seconds_of):
    return [
        abs(math.log(batch / seconds_of(result, batch) / float(result["row"][f"fps_b{batch}"])))
        for result in results
        for batch in BATCHES
    ]


def fitted(results, overlap):
    return min(
        itertools.product(SWITCHES, RELOADS),
        key=lambda figures: sum(
            errors(results, lambda result, batch: seconds_with(result["parts"], batch, *figures, overlap))
        ),
    )


def left_out(results, overlap):
    """Seconds of a result and a batch, with switch and reload fitted to all other networks."""
    figures = {
        name: fitted([r for r in results if r["row"]["network"] != name], overlap)
        for name in {r["row"]["network"] for r in results}
    }
    return lambda result, batch: seconds_with(result["parts"], batch, *figures[result["row"]["network"]], overlap)


def straight_line(seconds_1, seconds_8):
    """S and c of T(B) = S + B·c."""
    c = (seconds_8 - seconds_1) / 7
    return seconds_1 - c, c


def measured_seconds(row):
    return tuple(batch / float(row[f"fps_b{batch}"]) for batch in BATCHES)


def cells(result, seconds_of):
    row = result["row"]
    cell = [row["network"], row["device"], str(result["contexts"])]
    for batch in BATCHES:
        fps, real = batch / seconds_of(result, batch), float(row[f"fps_b{batch}"])
        cell += [f"{fps:.1f}", f"{real:g}", f"{fps / real:.2f}"]
    if result["contexts"] == 1:
        return cell + ["", ""]
    ours = straight_line(*(seconds_of(result, batch) for batch in BATCHES))
    real = straight_line(*measured_seconds(row))
    return cell + [f"{ours[0] / real[0]:.2f}", f"{ours[1] / real[1]:.2f}"]


def mean_errors(results, seconds_of):
    all_errors = errors(results, seconds_of)
    return (
        f"{statistics.mean(all_errors):.3f} (batch 1 {statistics.mean(all_errors[::2]):.3f}, "
        f"batch 8 {statistics.mean(all_errors[1::2]):.3f})"
    )


def report(title, results, seconds_of):
    print(f"\n{title}")
    print(table(COLUMNS, [cells(result, seconds_of) for result in results], left=2), end="")
    print(f"mean |ln(predicted / measured)|: {mean_errors(results, seconds_of)}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("list", nargs="?", type=pathlib.Path, default=ROOT / "tests/data/context_set.csv")
    arguments.add_argument("--rowflow", type=pathlib.Path, default=ROOT / "build/release/rowflow")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("--fit", action="store_true", help="leave-one-network-out with switch and reload fitted")
    arguments.add_argument("--only", help="names, with commas")
    known = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    given = arguments.parse_args(known)
    options = sys.argv[len(known) + 2 :]
    shipped = {path.stem for path in (ROOT / "configs/networks").glob("*.json")}
    rows = [row for row in measured(given.list) if not given.only or row["network"] in given.only.split(",")]
    if unknown := sorted({row["network"] for row in rows} - shipped):
        print(f"not shipped: {', '.join(unknown)}")
    rows = [row for row in rows if row["network"] in shipped]
    runs = Runs(given.rowflow, given.jobs)([request(row, *options) for row in rows])
    results = [prediction(row, result) for row, result in zip(rows, runs)]
    for result in results:
        if not result["parts"]:
            print(
                f"{result['row']['network']} on {result['row']['device']}: "
                f"{'fits one context' if result['seconds'] else 'does not fit'}"
            )
    results = [result for result in results if result["parts"]]
    if not results:
        return 1
    report("with the device's figures", results, own)
    for overlap in (True, False) if given.fit else ():
        hidden = "hidden behind computing" if overlap else "one after the other"
        title = f"leave one network out, switch and reload fitted, reloads {hidden}"
        report(title, results, left_out(results, overlap))
        switch, reload = fitted(results, overlap)
        print(f"fitted to all: switch {1e3 * switch:.2f} ms, reload {1e9 * reload:.3f} ms a million bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
