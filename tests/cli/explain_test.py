#!/usr/bin/env python3
"""Levers of `rowflow explain` against runs: what it says of a change, a run with its arguments gives; what it lists
first is the best of all.

Usage: explain_test.py ROWFLOW ROOT [--all]
"""
import concurrent.futures
import json
import pathlib
import shlex
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import ROOT, printed, result  # noqa: E402

WALK_ALL = "--all" in sys.argv[3:]
DATA = ROOT / "tests/data/explain"
KINDS = {"all_tiles", "tile_height", "depths", "buffer", "cluster", "subclusters", "contexts", "device"}


def explained(*point):
    return result(*point, command="explain")


def run(*point):
    found = result(*point)
    return found[0] if isinstance(found, list) else found


def fps(result):
    if "contexts" not in result:
        return result["throughput"]["fps"]
    contexts = result["contexts"]
    return next(batch["fps"] for batch in contexts["batches"] if batch["frames"] == contexts["batch"])


class Confirmed(unittest.TestCase):
    """The best, and one lever of each kind: a run gives just that."""

    def confirm(self, *point):
        why = explained(*point)
        if "--levers" in point:
            point = point[: point.index("--levers")]
        self.assertGreater(len(why["levers"]), 0)
        best = why["levers"][0]
        chosen = {lever["lever"]: lever for lever in reversed(why["levers"]) if lever["fps"]}
        for lever in [best, *chosen.values()]:
            if lever["lever"] in ("all_tiles", "depths"):  # in place of what was given
                option = lever["arguments"][0]
                given = list(point)
                while option in given:
                    del given[given.index(option) : given.index(option) + 2]
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
        self.assertIn("Next: rowflow run mobilenet_v2 --subclusters s1.b0.dw=4 ", printed("explain", *point))

    def test_a_device_too_small_says_what_makes_it_run(self):
        why = json.loads(
            printed(
                "explain",
                "resnet_v1_50",
                "--device",
                "tiny",
                "--fit",
                "require",
                "--levers",
                "3",
                "--format",
                "json",
                "--quiet",
                status=1,
            )
        )
        self.assertTrue(why["as_if_fitted"])


class Known(unittest.TestCase):
    """Points of which the answer is known."""

    def test_the_move_that_brings_the_widest_tensor_into_one_cluster(self):
        """The placement cuts at the widest tensor, and does not fit: 33 cuts and more of 32 in two clusters."""
        point = (
            "mobilenet_v2",
            "--device",
            DATA / "sixteen_clusters.json",
            "--mapping",
            DATA / "mobilenet_v2_mapping.json",
        )
        for fit, status in (((), 1), (("--fit", "assume"), 0)):
            why = json.loads(printed("explain", *point, *fit, "--format", "json", "--quiet", status=status))
            self.assertEqual(why["as_if_fitted"], not fit)
            self.assertEqual(why["levers"][0]["lever"], "cluster")
            best = max(lever["throughput_gain"] for lever in why["levers"] if lever["lever"] == "cluster")
            self.assertEqual(why["levers"][0]["throughput_gain"], best)
            self.assertGreaterEqual(best, 0.8)
            result = run(*point, "--fit", "assume", *why["levers"][0]["arguments"])
            self.assertAlmostEqual(fps(result) / why["fps"] - 1, best, delta=1e-9)
        text = " ".join(printed("explain", *point, status=1).split())
        self.assertIn("Simulated as if it fitted; it lacks L3 cuts", text)
        self.assertIn("Fits with: ", text)

    def test_the_block_whose_map_goes_out_to_the_host(self):
        """Of efficientdet_d0 as an earlier version placed it, at full-rate depths, the first block spills most."""
        why = explained(
            "efficientdet_d0",
            "--tile-height",
            "full",
            "--fit",
            "assume",
            "--buffers",
            "full-rate",
            "--mapping",
            str(DATA / "efficientdet_d0_mapping.json"),
        )
        first = why["levers"][0]
        self.assertEqual((first["lever"], first["name"], first["to"]), ("tile_height", "s1.b0.se", 7))
        self.assertGreaterEqual(first["throughput_gain"], 0.5)

    @unittest.skipUnless(WALK_ALL, "every block at every height takes minutes: --all")
    def test_the_first_change_is_the_best_of_all(self):
        point = ("efficientdet_d0", "--tile-height", "full", "--fit", "assume")
        why = explained(*point)
        first = why["levers"][0]
        changes = [lever for lever in why["levers"] if lever["lever"] == "tile_height"]
        plan = json.loads(printed("plan", *point, "--format", "json"))
        heights = {
            (block["layer"], height)
            for block in plan["se_blocks"]
            for height in (224, 112, 56, 28, 14, 7, 4, 2, 1)
            if height < block["height"]
        }
        self.assertEqual({(lever["name"], lever["to"]) for lever in changes}, heights)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            found = pool.map(lambda lever: fps(run(*point, *lever["arguments"], "--frames", "proven")), changes)
            for lever, speed in zip(changes, found):
                self.assertAlmostEqual(speed / lever["fps"], 1, delta=0.01)
                self.assertLessEqual(speed, first["fps"] * 1.001)


class Text(unittest.TestCase):
    def test_verdict_first_and_what_was_ruled_out(self):
        text = printed("explain", "efficientnet_b0", "--tile-height", "full", "--levers", "2")
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
