#!/usr/bin/env python3
"""Levers of `rowflow explain` against runs: what it says of a change, a run with its arguments gives; what it lists
first is the best of all.

Usage: explain_test.py ROWFLOW ROOT
"""
import json
import pathlib
import shlex
import subprocess
import sys
import unittest

PROGRAM, ROOT = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
DATA = ROOT / "tests/data/explain"
KINDS = {"all_tiles", "tile_height", "depths", "buffer", "cluster", "subclusters", "contexts", "device"}


def rowflow(*arguments, status=0):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == status, (arguments, done.returncode, done.stdout[-500:], done.stderr)
    return done.stdout


def explained(*point):
    return json.loads(rowflow("explain", *point, "--format", "json", "--quiet"))


def run(*point):
    result = json.loads(rowflow("run", *point, "--format", "json", "--quiet"))
    return result[0] if isinstance(result, list) else result


def fps(result):
    if "contexts" not in result:
        return result["throughput"]["fps"]
    return next(batch["fps"] for batch in result["contexts"]["batches"] if batch["frames"] == result["contexts"]["batch"])


class Confirmed(unittest.TestCase):
    """The best, and one lever of each kind: a run gives just that."""

    def confirm(self, *point):
        why = explained(*point)
        if "--levers" in point:
            point = point[:point.index("--levers")]
        self.assertGreater(len(why["levers"]), 0)
        best = why["levers"][0]
        chosen = {lever["lever"]: lever for lever in reversed(why["levers"]) if lever["fps"]}
        for lever in [best, *chosen.values()]:
            if lever["lever"] in ("all_tiles", "depths"):  # in place of what was given
                option = lever["arguments"][0]
                given = list(point)
                while option in given:
                    del given[given.index(option):given.index(option) + 2]
            else:
                given = point
            result = run(*given, *lever["arguments"])
            self.assertAlmostEqual(fps(result) / lever["fps"], 1, delta=1e-9, msg=lever)
            self.assertEqual(result["buffering"]["capacity_bytes"], lever["capacity_bytes"], lever)
        speeds = [lever["fps"] for lever in why["levers"] if lever["fps"] and (lever["fits"] or not best["fits"])]
        self.assertGreaterEqual(speeds[0], max(speeds) * 0.999)
        if why["path"]:
            self.assertGreaterEqual(why["path"][-1]["fps"], why["path"][0]["fps"] * 1.01)
            command = shlex.split(why["path_command"])
            self.assertEqual(command[:2], ["rowflow", "run"])
            self.assertAlmostEqual(fps(run(*command[2:])) / why["path"][-1]["fps"], 1, delta=1e-9)
        return {lever["lever"] for lever in why["levers"]}

    def test_minimal_buffers(self):
        kinds = self.confirm("tiny_se", "--buffers", "minimal", "--levers", "4")
        self.assertEqual(kinds, KINDS - {"contexts"})

    def test_several_contexts(self):
        kinds = self.confirm("efficientnet_b0", "--tile-height", "full", "--levers", "2")
        self.assertEqual(kinds, KINDS - {"depths", "buffer"})

    def test_one_context_of_many(self):
        self.confirm("mobilenet_v2", "--device", "hailo8l", "--levers", "2")

    def test_a_path(self):
        point = ("mobilenet_v2", "--subclusters", "s1.b0.dw=1", "--subclusters", "s6.b1.dw=1", "--levers", "6")
        self.confirm(*point)
        why = explained(*point)
        self.assertEqual([step["to"] for step in why["path"]], [2, 3, 4])
        self.assertIn("Next: rowflow run mobilenet_v2 --subclusters s1.b0.dw=4 ", rowflow("explain", *point))

    def test_a_device_too_small_says_what_makes_it_run(self):
        why = json.loads(rowflow("explain", "resnet_v1_50", "--device", "tiny", "--fit", "require", "--levers", "3",
                                 "--format", "json", "--quiet", status=1))
        self.assertEqual((why["status"], why["fps"]), ("does_not_fit", None))


class Text(unittest.TestCase):
    def test_verdict_first_and_what_was_ruled_out(self):
        text = rowflow("explain", "efficientnet_b0", "--tile-height", "full", "--levers", "2")
        lines = text.splitlines()
        self.assertRegex(lines[1], r"^\d+ contexts: one lacks")
        words = " ".join(text.split())
        self.assertRegex(words, r"Critical cycle of context \d+, the slowest: ")
        self.assertRegex(words, r"Best of \d+ single changes, each evaluated as `run` does it")
        self.assertRegex(words, r"Ruled out, less than 1 % of throughput: ")
        self.assertRegex(words, r"Not all tried \(--levers N\): .*T of one block \(2 of \d+\)")
        self.assertRegex(words, r"Device, per cent of throughput for one per cent of a figure: ")
        self.assertLessEqual(len(lines), 60)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
