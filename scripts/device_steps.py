#!/usr/bin/env python3
"""Does more of something ever make a network slower, or not fit? Single steps of single device figures.

  scripts/device_steps.py [NETWORK…] [--device D] [--figures F,…] [--rowflow PROGRAM] [--jobs N] [-- OPTION…]

Each figure of the device runs through its values, the others as in the file; every step up is compared. Printed are
the steps at which the throughput falls by more than 0.5 %, or at which a network that fitted no longer does, each with
what came before and after; then how many there were, and how many of them fell by more than 2 %. A step from a device
that a network does not fit to one that it fits is none of them: --fit assume takes the smaller one to have what it
lacks, and that may be more than the larger one has. Exit status 1 when a step fell by more than 2 % or lost its fit.
What stands behind -- goes to `rowflow sweep`, which runs one context (--fit assume).
"""
import argparse
import collections
import csv
import io
import itertools
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
NETWORKS = (
    "resnet_v1_18",
    "resnet_v1_50",
    "resnext26_32x4d",
    "mobilenet_v2",
    "efficientnet_lite0",
    "regnetx_800mf",
    "yolov5s",
    "efficientnet_b0",
    "se_resnet50",
    "stdc1",
    "efficientdet_d0",
    "repvgg_a1",
    "mobilenetv3_large",
    "unet_mobilenet_v2",
)
# 56 steps a network; by name: the figure's place in a device file, and its values.
FIGURES = {
    "clusters": ("/clusters", (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16)),
    "subclusters": ("/subclusters_per_cluster", (16, 24, 32, 40, 48, 56, 64, 72, 80, 96, 128)),
    "controllers": ("/controllers_per_cluster", (8, 12, 14, 16, 18, 20, 24)),
    "part": ("/max_subclusters_per_layer", (2, 4, 8, 16, 32, 64)),
    "l2": ("/memory/l2_bytes_per_subcluster", (0, 4096, 8192, 16384, 32768, 65536)),
    "l3": ("/memory/l3_cuts_per_cluster", (64, 80, 96, 112, 128, 144, 160, 192, 256)),
    "l3_limit": ("/memory/l3_limit_cuts", (5, 10, 15, 20, 30, 60)),
    "link": ("/input_link_bytes_per_kilocycle", (2500, 5000, 7500, 10000, 15000, 30000)),
}
SLOWER, TOO_SLOW = 0.005, 0.02

Point = collections.namedtuple("Point", "network value fps fits limit")
Step = collections.namedtuple("Step", "figure before after")


def swept(program, networks, device, figure, options):
    """The points of one figure, by network in the order of the values."""
    pointer, values = FIGURES[figure]
    command = [
        program,
        "sweep",
        *networks,
        "--device",
        device,
        "--set",
        f"{pointer}={','.join(map(str, values))}",
        "--format",
        "csv",
        "--quiet",
        "--frames",
        "proven",
        "--fit",
        "assume",
        "--check",
        "0",
        *options,
    ]
    with tempfile.TemporaryDirectory() as folder:
        command = [str(part) for part in (*command, "-o", folder)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: {run.stderr.strip()}")
    points = []
    for row in csv.DictReader(io.StringIO(run.stdout)):
        value = int(row[f"device:{pointer}"] if f"device:{pointer}" in row else row[pointer])
        points.append(Point(row["network"], value, float(row["fps"] or 0), row["fits"] == "true", row["limited_by"]))
    return sorted(points, key=lambda point: (point.network, point.value))


def steps_of(figure, points):
    return [Step(figure, a, b) for a, b in itertools.pairwise(points) if a.network == b.network]


def fall(step):
    """Of the throughput, as a share of it; negative where it grows."""
    assumed = step.after.fits and not step.before.fits
    return 1 - step.after.fps / step.before.fps if step.before.fps > 0 and not assumed else 0


def lost_fit(step):
    return step.before.fits and not step.after.fits


def line(step):
    a, b = step.before, step.after
    fits = f"{'fits' if a.fits else 'does not'} -> {'fits' if b.fits else 'does not'}"
    rates = f"{a.fps:.1f} -> {b.fps:.1f} fps"
    return f"{a.network} {step.figure} {a.value} -> {b.value}: {rates}, {fits}; {a.limit} -> {b.limit}"


def main():
    known = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    options = sys.argv[len(known) + 2 :]
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("networks", nargs="*")
    arguments.add_argument("--device", default="hailo8")
    arguments.add_argument("--figures", default=",".join(FIGURES), help=", ".join(FIGURES))
    arguments.add_argument("--rowflow", type=pathlib.Path, default=ROOT / "build/release/rowflow")
    arguments.add_argument("--jobs", type=int, default=2)
    given = arguments.parse_args(known)
    options = [*options, "--jobs", str(given.jobs)]
    steps = []
    for figure in given.figures.split(","):
        if figure not in FIGURES:
            arguments.error(f"found figure {figure}, expected one of {', '.join(FIGURES)}")
        steps += steps_of(figure, swept(given.rowflow, given.networks or NETWORKS, given.device, figure, options))
    worse = [step for step in steps if fall(step) > SLOWER or lost_fit(step)]
    for step in worse:
        print(line(step))
    too_slow = sum(fall(step) > TOO_SLOW for step in worse)
    lost = sum(lost_fit(step) for step in worse)
    print(
        f"{len(steps)} steps: {sum(fall(step) > SLOWER for step in steps)} fall by more than {SLOWER:.1%}, "
        f"{too_slow} of them by more than {TOO_SLOW:.0%}; {lost} no longer fit"
    )
    return 1 if too_slow or lost else 0


if __name__ == "__main__":
    sys.exit(main())
