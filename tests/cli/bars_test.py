#!/usr/bin/env python3
"""What the mapper has to reach: throughput of single networks, and how many networks fit in one context that do on the
real chips (tests/data/fit_set.csv)."""
import collections
import concurrent.futures
import csv
import json
import pathlib
import subprocess
import sys
import unittest

PROGRAM, ROOT = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(ROOT / "scripts"))
import fit_table  # noqa: E402

ASSUME = ("--fit", "assume")
# Frames a second at least, at T = full, under --buffers best.
BARS = (
    ("stdc1", 49, ASSUME),
    ("efficientdet_d0", 216, ASSUME),
    ("lraspp_mobilenetv3_large", 322, ("--fit", "require")),
    ("mobilenetv3_large", 3678, (*ASSUME, "--buffer-kib", "1415")),
    ("se_resnet50", 1013, ASSUME),
)
# Of those with one context on the chip, so many fit.
FITTING = {"hailo8": 38, "hailo8l": 19}
MUST_FIT = ("resnet_v1_50", "resnet34", "resnext50_32x4d", "yolov5m")


def throughput(network, options):
    command = [
        PROGRAM,
        "run",
        network,
        "--tile-height",
        "full",
        "--buffers",
        "best",
        "--frames",
        "proven",
        "--format",
        "json",
        "--quiet",
        *options,
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)["throughput"]["fps"]


class Bars(unittest.TestCase):
    def test_throughput(self):
        for network, fps, options in BARS:
            with self.subTest(network):
                self.assertGreaterEqual(throughput(network, options), fps)

    def test_networks_with_one_context_fit_in_one(self):
        with open(ROOT / "tests/data/fit_set.csv", encoding="utf-8", newline="") as file:
            measured = [row for row in csv.DictReader(file) if row["contexts"] == "one"]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            rows = list(pool.map(lambda row: fit_table.planned(PROGRAM, ["--buffers", "best"], row), measured))
        fitting = collections.defaultdict(set)
        for row in rows:
            if row[3] == "yes":
                fitting[row[1]].add(row[0])
        for device, least in FITTING.items():
            missing = sorted(row[0] for row in rows if row[1] == device and row[3] != "yes")
            self.assertGreaterEqual(len(fitting[device]), least, f"{device}: {', '.join(missing)} do not fit")
        for network in MUST_FIT:
            if any(row[0] == network and row[1] == "hailo8" for row in rows):
                self.assertIn(network, fitting["hailo8"])


if __name__ == "__main__":
    unittest.main()
