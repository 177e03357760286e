#!/usr/bin/env python3
"""--goal, --target-fps, the three answers to "does it fit?", the device's bound. Usage: goal_test.py ROWFLOW"""
import csv
import io
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import rowflow  # noqa: E402

JSON = ("--format", "json", "--quiet")


def result(*arguments, status=0):
    return json.loads(rowflow("run", *arguments, "--frames", "proven", *JSON, status=status).stdout)


def interval(run):
    return run["throughput"]["interval_cycles"]


class Goals(unittest.TestCase):
    def test_each_goal_is_printed_and_is_best_at_what_it_puts_first(self):
        of = {goal: result("mobilenetv3_small", "--goal", goal) for goal in ("throughput", "latency", "memory")}
        for goal, run in of.items():
            self.assertEqual(run["goal"], goal)
            self.assertLessEqual(interval(of["throughput"]), interval(run))
            self.assertLessEqual(of["memory"]["buffering"]["cuts"], run["buffering"]["cuts"])
            self.assertLessEqual(
                of["latency"]["latency"]["isolated_cycles"], 1.01 * run["latency"]["isolated_cycles"] + 1
            )
        self.assertIn("buffers best for memory", rowflow("plan", "mobilenetv3_small", "--goal", "memory").stdout)

    def test_both_are_axes_and_columns_of_sweeps(self):
        with tempfile.TemporaryDirectory() as folder:
            out = rowflow(
                "sweep",
                "tiny_se",
                "--goal",
                "throughput,memory",
                "--target-fps",
                "most,1000",
                "--format",
                "csv",
                "--quiet",
                "-o",
                folder,
            ).stdout
        rows = list(csv.DictReader(io.StringIO(out)))
        self.assertEqual(
            {(row["goal"], row["target_fps"]) for row in rows},
            {(goal, fps) for goal in ("throughput", "memory") for fps in ("", "1000")},
        )
        for row in rows:
            self.assertLessEqual(int(row["device_interval"]), float(row["interval_cycles"]))
            self.assertEqual(row["verdict"], "fits")
            self.assertEqual(row["host_bytes"], "0")

    def test_no_more_is_taken_than_a_rate_needs(self):
        most, some = result("mobilenet_v2"), result("mobilenet_v2", "--target-fps", "500")
        self.assertIsNone(most["target_fps"])
        self.assertEqual(some["target_fps"], 500)
        self.assertGreaterEqual(some["throughput"]["fps"], 500)
        self.assertLess(some["throughput"]["fps"], most["throughput"]["fps"])
        subclusters = [sum(stage["subclusters"] for stage in run["stages"]) for run in (some, most)]
        self.assertLess(*subclusters)

    def test_a_rate_is_of_one_context(self):
        done = rowflow("run", "efficientnet_b4", "--target-fps", "100", status=2)
        self.assertRegex(done.stderr, r"--target-fps: found 100, expected most: one context does not hold this")

    def test_wrong_values(self):
        self.assertIn('did you mean "memory"', rowflow("run", "tiny_se", "--goal", "memry", status=2).stderr)
        self.assertIn("frames per second", rowflow("run", "tiny_se", "--target-fps", "-1", status=2).stderr)
        self.assertIn(
            "expected buffers best",
            rowflow("run", "tiny_se", "--goal", "memory", "--buffers", "minimal", status=2).stderr,
        )

    def test_that_nothing_fits_is_said_with_the_demand_that_every_plan_has(self):
        run = result("efficientnet_b4", "--fit", "require", status=1)
        fit = run["fit"]
        self.assertEqual((fit["fits"], fit["verdict"]), (False, "impossible"))
        for demand in fit["impossible"]:
            self.assertGreater(demand["demand"], demand["limit"])
        text = rowflow("plan", "efficientnet_b4", "--fit", "assume").stdout
        self.assertIn("No plan fits: however it is allocated", text)

    def test_that_none_was_found_is_no_proof(self):
        run = result("mobilenet_v2", "--buffer-kib", "10", "--fit", "require", status=1)
        self.assertEqual((run["fit"]["verdict"], run["fit"]["impossible"]), ("not_found", []))

    def test_the_bound_stands_in_plan_and_result(self):
        run = result("mobilenet_v2")
        self.assertGreater(run["bounds"]["device_interval"], 0)
        self.assertLessEqual(run["bounds"]["device_interval"], interval(run))
        text = rowflow("plan", "mobilenet_v2").stdout
        cycles = f"{run['bounds']['device_interval']:,} cycles"
        self.assertIn(f"of any allocation on this device: interval at least {cycles}", text)
        fps = f"{run['device']['clock_hz'] / run['bounds']['device_interval']:.1f} fps"
        self.assertIn(f"bound        {fps} on this device", rowflow("run", "mobilenet_v2", "-v").stdout)

    def test_shares_of_a_link_are_a_term_of_their_own_in_latency(self):
        run = result("efficientdet_d0", "--fit", "assume")
        latency = run["latency"]
        self.assertGreater(latency["link_sharing_cycles"], 0)
        self.assertLess(latency["link_sharing_cycles"], latency["isolated_cycles"])
        self.assertEqual(result("mobilenet_v2")["latency"]["link_sharing_cycles"], 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
